package cli

import (
	"slices"
	"strings"

	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/discover"
	"check_netstat/plugin/report"
)

// verb is one thing that the program does.
type verb struct {
	name      string   // "" is the check
	arguments []string // exactly one of these follows the verb, if there are any
	text      string   // for the help
	options   func() command
	// refuses says why the verb does not take an option that others take, if there
	// is more to say than that.
	refuses map[string]string
}

// command is what go-flags fills for a verb.
type command interface {
	// request validates what was given and makes the verb's own value of it.
	request(given *given) (Request, error)
}

// verbs are in the order of the help.
var verbs = [...]verb{
	{"", nil, "judge the items; exit 0, 1, 2 or 3", func() command { return new(checkOptions) }, nil},
	{"items", nil, "the watch items, with their keys", func() command { return new(itemsOptions) }, nil},
	{"lint", nil, "problems in the lists; exit 0 or 3", func() command { return new(lintOptions) }, nil},
	{"sockets", nil, "the snapshot that a check would see", func() command { return new(socketsOptions) }, nil},
	{"learn", []string{learnConnections, learnListening}, "write a watch list of what is there", func() command { return new(learnOptions) }, map[string]string{
		"output": "a list is CSV",
	}},
	{"discover", discover.Formats(), "monitoring objects, one service per item", func() command { return new(discoverOptions) }, discoverRefuses},
}

// verbNames returns the words that may begin a command line.
func verbNames() []string {
	var names []string
	for _, v := range verbs {
		if v.name != "" {
			names = append(names, v.name)
		}
	}
	return names
}

// verbOf returns the verb of that name, the check if there is none.
func verbOf(name string) *verb {
	i := slices.IndexFunc(verbs[:], func(v verb) bool { return v.name == name })
	return &verbs[max(i, 0)]
}

// parser returns a parser of the verb's options, and what it fills.
func (v *verb) parser() (*flags.Parser, command) {
	c := v.options()
	p := flags.NewNamedParser("check_netstat", flags.PassDoubleDash)
	if _, err := p.AddGroup("General", "", c); err != nil {
		panic(err) // the tags are wrong: no command line makes them so
	}
	if o := p.FindOptionByLongName("output"); o != nil {
		o.ValueName = strings.Join(report.Forms(), "|") // no tag can know them
	}
	return p, c
}

// options returns the options of a parser, group by group, in the order of the
// help.
func options(p *flags.Parser) []*flags.Option {
	var all []*flags.Option
	for _, g := range groups(p) {
		all = append(all, g.Options()...)
	}
	return all
}

// groups returns the groups of a parser's options, the general ones last.
func groups(p *flags.Parser) []*flags.Group {
	var all []*flags.Group
	for _, top := range p.Groups() {
		all = append(append(all, top.Groups()...), top)
	}
	return all
}

// byName returns the options of a parser by their long names.
func byName(p *flags.Parser) map[string]*flags.Option {
	all := map[string]*flags.Option{}
	for _, o := range options(p) {
		all[o.LongName] = o
	}
	return all
}

// OptionsOf returns the options that a verb takes, in the order of the help; "" is
// the check.
func OptionsOf(name string) []*flags.Option {
	p, _ := verbOf(name).parser()
	return options(p)
}

// everyOption returns one option for each long name that a verb takes.
func everyOption() map[string]*flags.Option {
	all := map[string]*flags.Option{}
	for i := range verbs {
		p, _ := verbs[i].parser()
		for _, o := range options(p) {
			all[o.LongName] = o
		}
	}
	return all
}

// everyOptionOf returns the long names of some options.
func everyOptionOf[T any](some *T) map[string]bool {
	p := flags.NewNamedParser("", flags.None)
	if _, err := p.AddGroup("", "", some); err != nil {
		panic(err) // the tags are wrong
	}
	names := map[string]bool{}
	for _, o := range options(p) {
		names[o.LongName] = true
	}
	return names
}
