package cli

import (
	"errors"

	"check_netstat/plugin/source"
)

// Check asks for a verdict on each item.
type Check struct {
	Watch   Watch
	Source  source.Spec
	Judging Judging
	Frame
}

// Verb is none.
func (*Check) Verb() string { return "" }

type checkOptions struct {
	Watch   chosenOptions `group:"What to watch"`
	Source  sourceOptions `group:"Where the sockets come from"`
	Verdict struct {
		judgeOptions
		unexpectedOptions
	} `group:"How to judge"`
	Output checkOutput `group:"Output"`
	generalOptions
	Words struct {
		Verb verbWord
	} `positional-args:"yes"`
}

type checkOutput struct {
	timeOptions
	formOptions
	verboseOptions
	limitOptions
}

func (o *checkOptions) show() Show {
	s := o.Output.show()
	s.Verbosity, s.Resolve = len(o.Output.Verbose), o.Output.Resolve
	if o.Output.MaxOutput > 0 {
		s.Limit = int(o.Output.MaxOutput)
	}
	return s
}

func (o *checkOptions) request(*given) (_ Request, err error) {
	c := &Check{Watch: o.Watch.watch(), Frame: Frame{Show: o.show()}}
	if c.Timeout, err = o.Output.timeOptions.limit(); err != nil {
		return nil, err
	}
	if c.Show.Limit, err = o.Output.limitOptions.limit(); err != nil {
		return nil, err
	}
	if c.Source, err = o.Source.spec(); err != nil {
		return nil, err
	}
	if c.Judging, err = o.Verdict.judging(o.Output.Timeout); err != nil {
		return nil, err
	}
	if c.Judging.Unexpected, err = o.Verdict.unexpected(); err != nil {
		return nil, err
	}
	return c, oneSnapshot(&c.Source, &c.Judging)
}

// oneSnapshot refuses to take several samples of what never changes.
func oneSnapshot(s *source.Spec, j *Judging) error {
	if j.Sampling.Samples > 1 && s.Input != "" {
		return errors.New("--samples needs live snapshots: a saved output (--input) is one and stays the same")
	}
	return nil
}
