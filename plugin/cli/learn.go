package cli

import (
	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/source"
	"check_netstat/plugin/watch"
)

// Learn asks for a watch list of what is there.
type Learn struct {
	Kind          watch.Kind // of the list
	Source        source.Spec
	IgnoreProcess bool
	Frame
}

// Verb is "learn".
func (*Learn) Verb() string { return "learn" }

// The arguments of learn.
const (
	learnConnections = "connections"
	learnListening   = "listening"
)

type learnOptions struct {
	Source sourceOptions  `group:"Where the sockets come from"`
	List   processOptions `group:"What the list has"`
	Output timeOptions    `group:"Output"`
	generalOptions
	Words struct {
		Kind learnWord
	} `positional-args:"yes"`
}

func (o *learnOptions) request(given *given) (_ Request, err error) {
	l := &Learn{Kind: watch.Listening, IgnoreProcess: o.List.IgnoreProcess, Frame: Frame{Show: plainShow()}}
	if given.arguments[0] == learnConnections {
		l.Kind = watch.Connection
	}
	if l.Timeout, err = o.Output.limit(); err != nil {
		return nil, err
	}
	l.Source, err = o.Source.spec()
	return l, err
}

// learnWord is the argument of learn.
type learnWord string

// Complete lists the kinds of lists.
func (*learnWord) Complete(match string) []flags.Completion { return verbOf("learn").complete(match) }
