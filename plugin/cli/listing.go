package cli

import (
	"check_netstat/plugin/source"
)

// Items asks which items there are.
type Items struct {
	Watch Watch
	Frame
}

// Verb is "items".
func (*Items) Verb() string { return "items" }

// Lint asks what is wrong with the lists.
type Lint struct {
	Watch Watch
	Frame
}

// Verb is "lint".
func (*Lint) Verb() string { return "lint" }

// Sockets asks for the snapshot that a check would see, or, if there are items,
// for the sockets that fit them.
type Sockets struct {
	Watch         Watch
	Source        source.Spec
	IgnoreProcess bool
	Frame
}

// Verb is "sockets".
func (*Sockets) Verb() string { return "sockets" }

type listOutput struct {
	timeOptions
	formOptions
}

type itemsOptions struct {
	Watch  chosenOptions `group:"What to watch"`
	Output listOutput    `group:"Output"`
	generalOptions
}

func (o *itemsOptions) show() Show { return o.Output.show() }

func (o *itemsOptions) request(*given) (Request, error) {
	limit, err := o.Output.limit()
	return &Items{o.Watch.watch(), Frame{o.show(), limit}}, err
}

type lintOptions struct {
	Watch  watchOptions `group:"What to watch"`
	Output listOutput   `group:"Output"`
	generalOptions
}

func (o *lintOptions) show() Show { return o.Output.show() }

func (o *lintOptions) request(*given) (Request, error) {
	limit, err := o.Output.limit()
	return &Lint{o.Watch.watch(), Frame{o.show(), limit}}, err
}

type processOptions struct {
	IgnoreProcess bool `long:"ignore-process" description:"without program names"`
}

type socketsOptions struct {
	Watch  chosenOptions  `group:"What to show"`
	Source sourceOptions  `group:"Where the sockets come from"`
	Match  processOptions `group:"How to match"`
	Output struct {
		listOutput
		verboseOptions
	} `group:"Output"`
	generalOptions
}

func (o *socketsOptions) show() Show {
	s := o.Output.show()
	s.Verbosity, s.Resolve = len(o.Output.Verbose), o.Output.Resolve
	return s
}

func (o *socketsOptions) request(*given) (_ Request, err error) {
	s := &Sockets{Watch: o.Watch.watch(), IgnoreProcess: o.Match.IgnoreProcess, Frame: Frame{Show: o.show()}}
	if s.Timeout, err = o.Output.limit(); err != nil {
		return nil, err
	}
	s.Source, err = o.Source.spec()
	return s, err
}
