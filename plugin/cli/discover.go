package cli

import (
	"errors"
	"fmt"

	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/discover"
)

// Discover asks for monitoring objects.
type Discover struct {
	Watch    Watch
	Format   discover.Format
	Host     string // "" for this one
	Template string
	// Options are all that change a verdict, as they were given: they go into each
	// service. --item is not among them, since each service has its own.
	Options []discover.Option
	Frame
}

// Verb is "discover".
func (*Discover) Verb() string { return "discover" }

// discoverOptions are those of a check that change a verdict, without those of
// what is unexpected, and discover's own. What is in the first groups is written
// into each service, whatever it is.
type discoverOptions struct {
	Watch   chosenOptions `group:"What to watch"`
	Source  sourceOptions `group:"Where the sockets come from"`
	Verdict judgeOptions  `group:"How to judge"`
	Limit   timeOptions   `group:"Time"`
	Objects objectOptions `group:"The objects"`
	generalOptions
	Words struct {
		Format formatWord
	} `positional-args:"yes"`
}

type objectOptions struct {
	Host     once `long:"host" value-name:"NAME" description:"the host object the services belong to (default: this host's name)"`
	Template once `long:"template" value-name:"NAME" default:"netstat-item" default-mask:"-" description:"the service template they use (default: netstat-item)"`
}

// What is unexpected belongs to no item.
const notOfOneItem = "it would alarm every service at once: give it to one service that judges the whole list"

var discoverRefuses = map[string]string{
	"unexpected": notOfOneItem, "unexpected-udp": notOfOneItem, "unexpected-connections": notOfOneItem,
	"unexpected-scope": notOfOneItem, "allow": notOfOneItem,
	"output": "its argument names the format", "verbose": inTemplate, "max-output": inTemplate, "resolve": inTemplate,
}

const inTemplate = "it changes no verdict; set it in the service template"

// notWritten are the options that discover takes for itself.
var notWritten = map[string]bool{"item": true, "host": true, "template": true, "help": true, "version": true}

func (o *discoverOptions) request(given *given) (_ Request, err error) {
	d := &Discover{Watch: o.Watch.watch(), Host: string(o.Objects.Host), Template: string(o.Objects.Template), Frame: Frame{Show: plainShow()}}
	if d.Format, err = discover.ParseFormat(given.arguments[0]); err != nil {
		return nil, err
	}
	if d.Timeout, err = o.Limit.limit(); err != nil {
		return nil, err
	}
	spec, err := o.Source.spec()
	if err != nil {
		return nil, err
	}
	if spec.Input == "-" {
		return nil, errors.New("--input -: a service has no standard input; give a file")
	}
	judging, err := o.Verdict.judging(o.Limit.Timeout)
	if err != nil {
		return nil, err
	}
	d.Options = written(given.words)
	if err := d.ofDiagram(); err != nil {
		return nil, err
	}
	return d, oneSnapshot(&spec, &judging)
}

// ofDiagram refuses what a diagram has no place for: it only names services that
// are there already.
func (d *Discover) ofDiagram() error {
	if d.Format != discover.BusinessProcess {
		return nil
	}
	of := everyOptionOf(new(watchOptions))
	for i := range d.Options {
		if !of[d.Options[i].Name] && d.Options[i].Name != "timeout" {
			return fmt.Errorf("discover businessprocess takes no --%s: it names services, which the other formats write", d.Options[i].Name)
		}
	}
	return nil
}

// written returns the options that go into the services, in the order in which
// they were given first.
func written(words []word) []discover.Option {
	var all []discover.Option
	at := map[string]int{}
	for i := range words {
		o := words[i].option
		if o == nil || notWritten[o.LongName] {
			continue
		}
		n, again := at[o.LongName]
		if !again {
			n = len(all)
			at[o.LongName] = n
			all = append(all, discover.Option{Name: o.LongName, Flag: !takesValue(o), Many: repeats(o)})
		}
		if takesValue(o) {
			if !repeats(o) {
				all[n].Values = nil // the last one counts
			}
			all[n].Values = append(all[n].Values, words[i].value)
		}
	}
	return all
}

// formatWord is the argument of discover.
type formatWord string

// Complete lists the formats.
func (*formatWord) Complete(match string) []flags.Completion {
	return verbOf("discover").complete(match)
}
