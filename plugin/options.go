package plugin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/source"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// verb is what the command line asks for.
type verb string

const (
	verbCheck    verb = ""
	verbItems    verb = "items"
	verbSockets  verb = "sockets"
	verbDiscover verb = "discover"
)

// options are the command line, as go-flags fills it.
type options struct {
	Items struct {
		Connections []string `long:"connections" value-name:"FILE" description:"connections list, repeatable"`
		Listening   []string `long:"listening" value-name:"FILE" description:"listening list, repeatable"`
		Dir         string   `long:"dir" value-name:"DIR" description:"folder with monitoredTcpConnects.csv and/or monitoredListeningPorts.csv"`
		Item        []string `long:"item" value-name:"KEY" description:"judge only this item; repeatable; * and ? match"`
		Connection  []string `long:"connection" value-name:"HOST:PORT[,PROC]" description:"ad-hoc item, also HOST,PORT[,PROC]; repeatable"`
		Port        []string `long:"port" value-name:"PROTO:[IP:]PORT[,PROC]" description:"ad-hoc item, also PROTO,IP,PORT[,PROC]; repeatable"`
	} `group:"What to watch"`
	Source struct {
		Source  string `long:"source" value-name:"auto|netstat|ss" choice:"auto" choice:"netstat" choice:"ss" default:"auto" default-mask:"-" description:"where the sockets come from (default: auto)"`
		Netstat string `long:"netstat" value-name:"PATH" description:"the netstat program to run"`
		Input   string `long:"input" value-name:"FILE" description:"a saved output instead of a live snapshot; - reads standard input"`
	} `group:"Where the sockets come from"`
	Verdict struct {
		Warning        string `short:"w" long:"warning" value-name:"RANGE" description:"range on each item's number of sockets in OK states"`
		Critical       string `short:"c" long:"critical" value-name:"RANGE" description:"likewise; ranges can only worsen a verdict"`
		IgnoreProcess  bool   `long:"ignore-process" description:"match without program names"`
		UnknownProcess string `long:"unknown-process" value-name:"STATE" default:"unknown" default-mask:"-" description:"verdict where programs are hidden (default: unknown)"`
		DNSFailure     string `long:"dns-failure" value-name:"STATE" default:"unknown" default-mask:"-" description:"verdict where a remoteName does not resolve (default: unknown)"`
	} `group:"How to judge"`
	Output struct {
		Timeout   float64 `short:"t" long:"timeout" value-name:"SECONDS" default:"8" default-mask:"-" description:"time limit of the whole run (default: 8)"`
		Output    string  `long:"output" value-name:"text|table|json" choice:"text" choice:"table" choice:"json" default:"text" default-mask:"-" description:"form of the output (default: text)"`
		Verbose   []bool  `short:"v" long:"verbose" description:"every item; -vv its sockets; -vvv the source"`
		MaxOutput int     `long:"max-output" value-name:"BYTES" default:"8000" default-mask:"-" description:"limit of the text (default: 8000)"`
	} `group:"Output"`
	Help    bool `short:"h" long:"help" description:"this help"`
	Version bool `short:"V" long:"version" description:"version"`
}

// request is a command line that was understood.
type request struct {
	options
	verb              verb
	discover          discoverOptions
	warning, critical watch.Range
	unknownProcess    state.State
	dnsFailure        state.State
	timeout           time.Duration
	spec              source.Spec
	usage             string
}

// parseArgs reads the command line. The request is usable as far as its verb,
// output form and usage even where there is an error.
func parseArgs(args []string) (*request, error) {
	r := new(request)
	p := flags.NewNamedParser("check_netstat", flags.PassDoubleDash)
	p.SubcommandsOptional = true
	p.ShortDescription = "are the connections up, are the ports listening?"
	if _, err := p.AddGroup("General", "", &r.options); err != nil {
		return r, err
	}
	for _, c := range []struct {
		verb verb
		text string
	}{{verbItems, "the watch items, with their keys"}, {verbSockets, "the snapshot that a check would see"}} {
		if _, err := p.AddCommand(string(c.verb), c.text, "", &struct{}{}); err != nil {
			return r, err
		}
	}
	if _, err := p.AddCommand(string(verbDiscover), "monitoring objects, one service per item", "", &r.discover); err != nil {
		return r, err
	}
	rest, err := p.ParseArgs(args)
	if p.Active != nil {
		r.verb = verb(p.Active.Name)
	}
	r.usage = usage(p)
	if err != nil {
		return r, wordFlagsError(err)
	}
	if r.Help || r.Version {
		return r, nil
	}
	if len(rest) > 0 {
		return r, fmt.Errorf("unexpected argument %q; see --help", rest[0])
	}
	return r, r.validate()
}

// wordFlagsError takes the quotes and the value lists of go-flags' messages
// down to one plain line.
func wordFlagsError(err error) error {
	var fe *flags.Error
	if !errors.As(err, &fe) {
		return err
	}
	text := strings.Join(strings.Fields(fe.Message), " ")
	text = strings.NewReplacer("`", "", "'", "", "flag ", "option ").Replace(text)
	return fmt.Errorf("%s; see --help", text)
}

func (r *request) validate() error {
	var err error
	if r.warning, err = watch.ParseRange(r.Verdict.Warning); err != nil {
		return fmt.Errorf("-w %w", err)
	}
	if r.critical, err = watch.ParseRange(r.Verdict.Critical); err != nil {
		return fmt.Errorf("-c %w", err)
	}
	if r.unknownProcess, err = state.Parse(r.Verdict.UnknownProcess); err != nil {
		return fmt.Errorf("--unknown-process %w", err)
	}
	if r.dnsFailure, err = state.Parse(r.Verdict.DNSFailure); err != nil {
		return fmt.Errorf("--dns-failure %w", err)
	}
	const longest = 24 * 60 * 60
	if t := r.Output.Timeout; t <= 0 || t > longest || t != t {
		return fmt.Errorf("-t %v: a time limit is more than 0 and at most %d seconds", t, longest)
	}
	r.timeout = time.Duration(r.Output.Timeout * float64(time.Second))
	if r.Output.MaxOutput < 0 {
		return fmt.Errorf("--max-output %d: a limit in bytes is not negative", r.Output.MaxOutput)
	}
	r.spec = source.Spec{Name: r.Source.Source, Netstat: r.Source.Netstat, Input: r.Source.Input}
	switch {
	case r.Source.Netstat != "" && r.Source.Source == source.SS:
		return errors.New("--netstat means --source netstat, not ss")
	case r.Source.Input != "" && (r.Source.Netstat != "" || r.Source.Source != source.Auto):
		return errors.New("--input takes the place of --source and --netstat: give one of them")
	}
	if slices.Contains(r.Items.Item, "") {
		return errors.New("--item is empty")
	}
	return nil
}
