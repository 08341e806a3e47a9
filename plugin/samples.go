package plugin

import (
	"context"
	"errors"
	"slices"
	"time"

	"check_netstat/plugin/cli"
	"check_netstat/plugin/match"
	"check_netstat/plugin/report"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// sampling is how often a snapshot is taken before an item is given up.
type sampling struct {
	samples int           // at most
	match   int           // of them OK, so that an item is
	within  time.Duration // from the first to the last
}

// sample is one snapshot, judged.
type sample struct {
	verdicts []match.Verdict // none if the snapshot held too little to judge
	origin   report.Origin
	tells    bool // the source shows what is stalled
}

// allOK reports whether a look at every socket could change nothing.
func (s *sample) allOK() bool {
	return s.verdicts != nil && !slices.ContainsFunc(s.verdicts, func(v match.Verdict) bool {
		return v.State != state.OK && v.Item.Err == nil && v.Item.ResolveErr == nil
	})
}

// samplingOf is what the command line says.
func samplingOf(s cli.Sampling) sampling { return sampling{s.Samples, s.Match, s.Within} }

// run takes samples of the items until every one is decided: it is OK as soon as
// enough samples were OK, and has the last one's state when all are taken. A
// sample that fails is UNKNOWN for every item, never a verdict on the network;
// if all fail, the error of the last is returned.
func (s sampling) run(ctx context.Context, items []watch.Item, take func(context.Context) (sample, error)) (sample, report.Sampling, error) {
	count := report.Sampling{Of: s.samples}
	t := tally{need: s.match, decided: make([]bool, len(items)), ok: make([]int, len(items))}
	result := sample{verdicts: make([]match.Verdict, len(items))}
	due := s.times(ctx)
	for {
		one, err := take(ctx)
		count.Taken++
		result.origin, result.tells = one.origin, result.tells || one.tells
		if err != nil {
			count.Failed++
			count.LastError = err.Error()
		}
		left := t.enter(&result, &one, err == nil)
		if left == 0 || count.Taken == s.samples || ctx.Err() != nil || !waitUntil(ctx, due(count.Taken)) {
			break
		}
	}
	if count.Failed == count.Taken {
		return result, count, errors.New(count.LastError)
	}
	return result, count, nil
}

// times returns when each sample is due. Where looking up names has taken time,
// the samples come closer together.
func (s sampling) times(ctx context.Context) func(n int) time.Time {
	start := time.Now()
	within := s.within
	if end, ok := ctx.Deadline(); ok {
		left := time.Until(end)
		within = max(0, min(within, left-left/cli.LastSnapshot))
	}
	return func(n int) time.Time {
		return start.Add(within * time.Duration(n) / time.Duration(max(1, s.samples-1)))
	}
}

// waitUntil reports whether the context lasted so long.
func waitUntil(ctx context.Context, due time.Time) bool {
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// failed is the sample of a snapshot that was not to be had.
func failed(items []watch.Item, err error, origin report.Origin) sample {
	one := sample{origin: origin, verdicts: make([]match.Verdict, len(items))}
	for i := range items {
		one.verdicts[i] = match.Verdict{Item: &items[i], State: state.Unknown, Reason: "no snapshot: " + err.Error()}
	}
	return one
}

// tally counts, for each item, the samples that were OK.
type tally struct {
	need    int
	ok      []int
	decided []bool
}

// enter takes over a sample for the items that are not decided yet, and returns
// how many of them are left. judged is false for a sample that failed.
func (t *tally) enter(result, one *sample, judged bool) (left int) {
	for i := range t.decided {
		if t.decided[i] {
			continue
		}
		v := one.verdicts[i]
		result.verdicts[i] = v
		if v.State == state.OK {
			t.ok[i]++
		}
		// No snapshot changes an item that cannot be judged.
		t.decided[i] = t.ok[i] >= t.need || judged && (v.Item.Err != nil || v.Item.ResolveErr != nil)
		if !t.decided[i] {
			left++
		}
	}
	return left
}
