package cli

import (
	"errors"
	"fmt"
	"time"
)

// Sampling is how often a snapshot is taken before an item is given up.
type Sampling struct {
	Samples int           // at most
	Match   int           // of them OK, so that an item is
	Within  time.Duration // from the first to the last
}

type samplingOptions struct {
	Samples number  `long:"samples" value-name:"N" default:"1" default-mask:"-" description:"snapshots to take at most (default: 1)"`
	Match   number  `long:"match" value-name:"M" default:"1" default-mask:"-" description:"an item is OK as soon as it was OK in M of them (default: 1)"`
	Within  seconds `long:"within" value-name:"SECONDS" default:"0" default-mask:"-" description:"time from the first to the last of them (default: 0)"`
}

// LastSnapshot is the part of the time limit that is left for the last snapshot:
// one in so many.
const LastSnapshot = 8

const maxSamples = 1000

func (o *samplingOptions) sampling(limit seconds) (Sampling, error) {
	s := Sampling{Samples: int(o.Samples), Match: int(o.Match)}
	if o.Within > longest {
		return s, fmt.Errorf("--within %v: a time in seconds, below that of -t", o.Within)
	}
	s.Within = o.Within.duration()
	return s, s.validate(limit.duration())
}

// validate refuses what cannot be kept.
func (s Sampling) validate(limit time.Duration) error {
	switch latest := limit - limit/LastSnapshot; {
	case s.Samples < 1 || s.Samples > maxSamples:
		return fmt.Errorf("--samples %d: a number from 1 to %d", s.Samples, maxSamples)
	case s.Match < 1:
		return fmt.Errorf("--match %d: a number from 1 to that of --samples", s.Match)
	case s.Match > s.Samples:
		return fmt.Errorf("--match %d is more than --samples %d: that many are never OK", s.Match, s.Samples)
	case s.Within < 0:
		return fmt.Errorf("--within %v: a time is not negative", s.Within.Seconds())
	case s.Within > 0 && s.Samples == 1:
		return errors.New("--within needs --samples of 2 or more")
	case s.Within > latest:
		return fmt.Errorf("--within %v is too long for -t %v: the last snapshot needs time, too; at most %v, or raise -t",
			s.Within.Seconds(), limit.Seconds(), latest.Seconds())
	}
	return nil
}
