package report

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// Check is the result of a check.
type Check struct {
	State    state.State // of the whole: the worst of the verdicts, at least UNKNOWN where there are Problems
	Verdicts []match.Verdict
	// Unexpected is what listens though no item covers it, nil where nobody asked.
	Unexpected *match.Stray
	Problems   []string // what went wrong beside the items
	Origin     Origin   // of the last snapshot
	Sampling   Sampling
	Names      Names
	TestedAt   time.Time
	Elapsed    time.Duration
	Host       string
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

// Names are the names of remote addresses, where they were asked for.
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

// counts returns the number of verdicts in each state.
func (c *Check) counts() (n [len(state.All)]int) {
	for i := range c.Verdicts {
		n[c.Verdicts[i].State]++
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

// worstFirst returns the verdicts by severity, in the lists' order within it.
func (c *Check) worstFirst() []*match.Verdict {
	sorted := make([]*match.Verdict, len(c.Verdicts))
	for i := range c.Verdicts {
		sorted[i] = &c.Verdicts[i]
	}
	slices.SortStableFunc(sorted, func(a, b *match.Verdict) int { return cmp.Compare(b.State, a.State) })
	return sorted
}

// maxReason bounds a reason in the summary, in bytes.
const maxReason = 200

// summary words the whole result without its state.
func (c *Check) summary() string {
	var parts []string
	switch n := len(c.Verdicts); {
	case n == 1 && len(c.Problems) == 0:
		parts = append(parts, c.brief(&c.Verdicts[0]))
		return strings.Join(append(parts, c.unexpected()...), "; ")
	case n > 0:
		parts = append(parts, c.tally())
	}
	if len(c.Problems) > 0 && (c.State == state.Unknown || len(c.Verdicts) == 0) {
		parts = append(parts, clip(Clean(c.Problems[0]), 2*maxReason))
	}
	if len(c.Verdicts) > 0 && c.State != state.OK {
		if worst := c.worstFirst()[0]; worst.State == c.State {
			parts = append(parts, c.brief(worst))
		}
	}
	return strings.Join(append(parts, c.unexpected()...), "; ")
}

func (c *Check) brief(v *match.Verdict) string {
	return clip(v.Item.Key, maxReason) + ": " + clip(Clean(v.Reason), maxReason)
}

// tally counts the items: "2 of 6 items CRITICAL, 1 WARNING (3 connections, 3
// listening ports)".
func (c *Check) tally() string {
	counts := c.counts()
	var bad []string
	for _, s := range state.All {
		if s != state.OK && counts[s] > 0 {
			bad = append(bad, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	total := Plural(len(c.Verdicts), "item")
	connections, _ := c.ofKind(watch.Connection)
	listening, _ := c.ofKind(watch.Listening)
	kinds := fmt.Sprintf(" (%s, %s)", Plural(connections, "connection"), Plural(listening, "listening port"))
	if len(bad) == 0 {
		return total + " OK" + kinds
	}
	number, label, _ := strings.Cut(bad[0], " ")
	bad[0] = number + " of " + total + " " + label
	return strings.Join(bad, ", ") + kinds
}

// Plural returns a number with its noun.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
