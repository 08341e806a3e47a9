package cli

import (
	"fmt"
	"time"

	"check_netstat/plugin/report"
)

// Show is how the answer looks.
type Show struct {
	Form      report.Form
	Verbosity int  // how often -v was given
	Resolve   bool // look up the names of remote addresses
	Limit     int  // of a check's text, in bytes
}

// WithSockets reports whether the answer of a check has the sockets of each item.
func (s *Show) WithSockets() bool { return s.Form.HasSockets(s.Verbosity) }

// defaultLimit is that of --max-output.
const defaultLimit = 8000

type formOptions struct {
	Output formName `long:"output" default:"text" default-mask:"-" description:"form of the output (default: text)"`
}

// form is the default one too if the line was wrong before it was set.
func (o *formOptions) form() report.Form {
	f, err := report.ParseForm(string(o.Output))
	if err != nil {
		return report.DefaultForm()
	}
	return f
}

func (o *formOptions) show() Show { return Show{Form: o.form(), Limit: defaultLimit} }

type verboseOptions struct {
	Verbose []bool `short:"v" long:"verbose" description:"every item; -vv its sockets; -vvv the source"`
	Resolve bool   `long:"resolve" description:"look up the names of the remote addresses that are shown"`
}

type limitOptions struct {
	MaxOutput number `long:"max-output" value-name:"BYTES" default:"8000" default-mask:"-" description:"limit of the text (default: 8000)"`
}

func (o *limitOptions) limit() (int, error) {
	if o.MaxOutput < 0 {
		return 0, fmt.Errorf("--max-output %d: a limit in bytes is not negative", o.MaxOutput)
	}
	return int(o.MaxOutput), nil
}

type timeOptions struct {
	Timeout seconds `short:"t" long:"timeout" value-name:"SECONDS" default:"8" default-mask:"-" description:"time limit of the whole run (default: 8)"`
}

// longest is the longest time limit, in seconds.
const longest = 24 * 60 * 60

func (o *timeOptions) limit() (time.Duration, error) {
	if o.Timeout <= 0 || o.Timeout > longest {
		return 0, fmt.Errorf("-t %v: a time limit is more than 0 and at most %d seconds", o.Timeout, longest)
	}
	return o.Timeout.duration(), nil
}

type generalOptions struct {
	Help    bool `short:"h" long:"help" description:"this help"`
	Version bool `short:"V" long:"version" description:"version"`
}

func (o *generalOptions) general() *generalOptions { return o }

// generalOf returns what every verb takes.
func generalOf(c command) *generalOptions {
	return c.(interface{ general() *generalOptions }).general()
}
