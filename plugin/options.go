package plugin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/guard"
	"check_netstat/plugin/source"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// options are the command line, as go-flags fills it.
type options struct {
	Items struct {
		Connections []string `long:"connections" value-name:"FILE" description:"connections list, repeatable"`
		Listening   []string `long:"listening" value-name:"FILE" description:"listening list, repeatable"`
		Dir         once     `long:"dir" value-name:"DIR" description:"folder with monitoredTcpConnects.csv and/or monitoredListeningPorts.csv"`
		Item        []string `long:"item" value-name:"KEY" description:"judge only this item; repeatable; * and ? match"`
		Connection  []string `long:"connection" value-name:"HOST:PORT[,PROC]" description:"ad-hoc item, also HOST,PORT[,PROC]; repeatable"`
		Port        []string `long:"port" value-name:"PROTO:[IP:]PORT[,PROC]" description:"ad-hoc item, also PROTO,IP,PORT[,PROC]; repeatable"`
	} `group:"What to watch"`
	Source struct {
		Source  string `long:"source" value-name:"auto|netstat|ss|kernel" choice:"auto" choice:"netstat" choice:"ss" choice:"kernel" default:"auto" default-mask:"-" description:"where the sockets come from (default: auto)"`
		Netstat once   `long:"netstat" value-name:"PATH" description:"the netstat program to run; means --source netstat"`
		NetNS   once   `long:"netns" value-name:"NAME|PID|PATH" description:"another network namespace (kernel source, Linux)"`
		Input   once   `long:"input" value-name:"FILE" description:"a saved output instead of a live snapshot; - reads standard input"`
	} `group:"Where the sockets come from"`
	Verdict struct {
		Warning        string `short:"w" long:"warning" value-name:"RANGE" description:"range on each item's number of sockets in OK states"`
		Critical       string `short:"c" long:"critical" value-name:"RANGE" description:"likewise; ranges can only worsen a verdict"`
		IgnoreProcess  bool   `long:"ignore-process" description:"match without program names"`
		UnknownProcess string `long:"unknown-process" value-name:"STATE" default:"unknown" default-mask:"-" description:"verdict where programs are hidden (default: unknown)"`
		DNSFailure     string `long:"dns-failure" value-name:"STATE" default:"unknown" default-mask:"-" description:"verdict where a remoteName does not resolve (default: unknown)"`

		Unexpected      string   `long:"unexpected" value-name:"STATE" description:"verdict for listening TCP ports that no item covers (default: off)"`
		UnexpectedUDP   bool     `long:"unexpected-udp" description:"for UDP ports, too"`
		UnexpectedScope string   `long:"unexpected-scope" value-name:"all|external" choice:"all" choice:"external" default:"all" default-mask:"-" description:"external: not those bound to loopback (default: all)"`
		Allow           []string `long:"allow" value-name:"PROTO:[IP:]PORT[,PROC]" description:"not unexpected, written as --port; repeatable"`

		Samples int     `long:"samples" value-name:"N" default:"1" default-mask:"-" description:"snapshots to take at most (default: 1)"`
		Match   int     `long:"match" value-name:"M" default:"1" default-mask:"-" description:"an item is OK as soon as it was OK in M of them (default: 1)"`
		Within  float64 `long:"within" value-name:"SECONDS" default:"0" default-mask:"-" description:"time from the first to the last of them (default: 0)"`
	} `group:"How to judge"`
	Output struct {
		Timeout   float64 `short:"t" long:"timeout" value-name:"SECONDS" default:"8" default-mask:"-" description:"time limit of the whole run (default: 8)"`
		Output    string  `long:"output" value-name:"text|table|json" choice:"text" choice:"table" choice:"json" default:"text" default-mask:"-" description:"form of the output (default: text)"`
		Verbose   []bool  `short:"v" long:"verbose" description:"every item; -vv its sockets; -vvv the source"`
		Resolve   bool    `long:"resolve" description:"look up the names of the remote addresses that are shown"`
		MaxOutput int     `long:"max-output" value-name:"BYTES" default:"8000" default-mask:"-" description:"limit of the text (default: 8000)"`
	} `group:"Output"`
	Help    bool `short:"h" long:"help" description:"this help"`
	Version bool `short:"V" long:"version" description:"version"`
}

// once is the value of an option of which the last would otherwise win in
// silence, or, where a variable is not set, none.
type once string

// UnmarshalFlag takes the value from go-flags.
func (o *once) UnmarshalFlag(value string) error {
	switch {
	case value == "":
		return errors.New("it is empty")
	case *o != "":
		return fmt.Errorf("it is given twice, as %q and %q", string(*o), value)
	}
	*o = once(value)
	return nil
}

// request is a command line that was understood.
type request struct {
	options
	verb              verb
	argument          string // of the verb
	discover          discoverOptions
	warning, critical watch.Range
	unknownProcess    state.State
	dnsFailure        state.State
	unexpected        state.State
	allowed           []watch.Item
	sampling          sampling
	timeout           time.Duration
	spec              source.Spec
	usage             string
	completion        completion

	listeningUnread bool // a listening list, or a part of it, could not be read

	guard guard.Run
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
	for _, v := range verbs {
		var err error
		if v.verb == verbDiscover {
			_, err = p.AddCommand(string(v.verb), v.text, "", &r.discover)
		} else {
			_, err = p.AddCommand(string(v.verb), v.text, "", &struct{}{})
		}
		if err != nil {
			return r, err
		}
	}
	p.CompletionHandler = func(names []flags.Completion) {
		r.completion = completion{words: r.complete(p, args, names), asked: true}
	}
	rest, err := p.ParseArgs(args)
	if r.completion.asked {
		return r, nil
	}
	if p.Active != nil {
		r.verb = verb(p.Active.Name)
	}
	r.usage = usage(p)
	if err != nil {
		return r, wordFlagsError(err, optionNames(p))
	}
	if r.Help || r.Version {
		return r, nil
	}
	if err := r.takeArguments(rest); err != nil {
		return r, err
	}
	return r, r.validate()
}

// optionNames returns the long names of all options.
func optionNames(p *flags.Parser) []string {
	var names []string
	for _, top := range p.Groups() {
		for _, g := range append(top.Groups(), top) {
			for _, o := range g.Options() {
				names = append(names, o.LongName)
			}
		}
	}
	return names
}

// wordFlagsError takes the quotes and the value lists of go-flags' messages
// down to one plain line, and names the option that may have been meant.
func wordFlagsError(err error, names []string) error {
	var fe *flags.Error
	if !errors.As(err, &fe) {
		return err
	}
	if fe.Type == flags.ErrUnknownFlag {
		_, name, _ := strings.Cut(fe.Message, "`")
		name = strings.TrimSuffix(name, "'")
		return fmt.Errorf("unknown option %s%s", name, didYouMean(name, "--", names))
	}
	text := strings.Join(strings.Fields(fe.Message), " ")
	if fe.Type == flags.ErrMarshal && strings.Contains(text, "float64") {
		text = strings.Split(text, " (expected")[0] + ": no number of seconds, such as 5"
	}
	text = strings.Replace(text, "(expected plugin.once)", "", 1)
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, " :", ":")), " ")
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
	r.timeout = seconds(r.Output.Timeout)
	if r.Output.MaxOutput < 0 {
		return fmt.Errorf("--max-output %d: a limit in bytes is not negative", r.Output.MaxOutput)
	}
	r.spec = source.Spec{Name: r.Source.Source, Netstat: string(r.Source.Netstat), NetNS: string(r.Source.NetNS), Input: string(r.Source.Input)}
	switch {
	case r.Source.Input != "" && (r.Source.Netstat != "" || r.Source.NetNS != "" || r.Source.Source != source.Auto):
		return errors.New("--input takes the place of --source, --netstat and --netns: give one of them")
	case r.Source.NetNS != "" && (r.Source.Netstat != "" || r.Source.Source != source.Auto && r.Source.Source != source.Kernel):
		return errors.New("--netns means --source kernel: no program looks into another namespace")
	case r.Source.Netstat != "" && r.Source.Source != source.Netstat && r.Source.Source != source.Auto:
		return fmt.Errorf("--netstat means --source netstat, not %s", r.Source.Source)
	}
	if slices.Contains(r.Items.Item, "") {
		return errors.New("--item is empty")
	}
	if err := r.validateSampling(longest); err != nil {
		return err
	}
	return r.validateUnexpected()
}

func (r *request) validateSampling(longest float64) error {
	v := &r.Verdict
	if v.Within != v.Within || v.Within > longest { // not a number, or no time.Duration
		return fmt.Errorf("--within %v: a time in seconds, below that of -t", v.Within)
	}
	r.sampling = sampling{samples: v.Samples, match: v.Match, within: seconds(v.Within)}
	if err := r.sampling.validate(r.timeout); err != nil {
		return err
	}
	if r.sampling.samples > 1 && r.spec.Input != "" {
		return errors.New("--samples needs live snapshots: a saved output (--input) is one and stays the same")
	}
	return nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
