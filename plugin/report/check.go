package report

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// Check is the result of a check.
type Check struct {
	State state.State // of the whole: the worst of the verdicts, at least UNKNOWN if there are Problems
	// Verdicts are those of the items, in their order, and last those of what is
	// unexpected, if somebody asked: see [watch.Kind.IsUnexpected]. The reason of
	// such a verdict says why it is not known what is unexpected; it is empty if it
	// is known.
	Verdicts []match.Verdict
	Problems []string // what went wrong besides the items
	// TellsStalled says that the source tells which sockets are stalled.
	TellsStalled bool
	Origin       Origin // of the last snapshot
	Sampling     Sampling
	Names        Names
	TestedAt     time.Time
	Elapsed      time.Duration
	Host         string
}

// Origin says where the sockets came from.
type Origin struct {
	Source, Command, Format string
	Sockets, Skipped        int
	SkippedLines            []string // the first skipped lines
	Took                    time.Duration
}

// Sampling counts the snapshots that were taken.
type Sampling struct {
	Of, Taken, Failed int
	LastError         string // of the last that failed
}

// Names are the names of remote addresses, if they were asked for.
type Names map[netip.Addr]string

// Worst returns the state of verdicts and problems together.
func Worst(verdicts []match.Verdict, problems []string) state.State {
	worst := state.OK
	if len(problems) > 0 || len(verdicts) == 0 {
		worst = state.Unknown
	}
	for i := range verdicts {
		worst = max(worst, verdicts[i].State)
	}
	return worst
}

// items returns the verdicts of items, without those of what is unexpected.
func (c *Check) items() []*match.Verdict {
	all := make([]*match.Verdict, 0, len(c.Verdicts))
	for i := range c.Verdicts {
		if v := &c.Verdicts[i]; !v.Item.Kind.IsUnexpected() {
			all = append(all, v)
		}
	}
	return all
}

// counts returns the number of items in each state.
func (c *Check) counts() (n [len(state.All)]int) {
	for _, v := range c.items() {
		n[v.State]++
	}
	return n
}

// ofKind returns the number of items of one kind, and the sockets they match.
func (c *Check) ofKind(k watch.Kind) (items, matched int) {
	for i := range c.Verdicts {
		if c.Verdicts[i].Item.Kind == k {
			items++
			matched += c.Verdicts[i].Matched
		}
	}
	return items, matched
}

// stalled returns the number of sockets of items that are stalled.
func (c *Check) stalled() (n int) {
	for _, v := range c.items() {
		n += v.Stalled
	}
	return n
}

// worstFirst returns the verdicts by severity, in the lists' order within it.
func (c *Check) worstFirst() []*match.Verdict {
	sorted := make([]*match.Verdict, len(c.Verdicts))
	for i := range c.Verdicts {
		sorted[i] = &c.Verdicts[i]
	}
	slices.SortStableFunc(sorted, func(a, b *match.Verdict) int { return cmp.Compare(b.State, a.State) })
	return sorted
}

// hints returns what to do so that more can be known, each remedy once.
func (c *Check) hints() []string {
	var all []string
	for _, v := range c.worstFirst() {
		if v.Hint != "" && !slices.Contains(all, v.Hint) {
			all = append(all, v.Hint)
		}
	}
	return all
}

// Plural returns a number with its noun.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
