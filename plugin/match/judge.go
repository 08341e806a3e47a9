package match

import (
	"cmp"
	"fmt"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// Policy is how the run wants its verdicts.
type Policy struct {
	Warning, Critical watch.Range // of an item that has none of its own
	IgnoreProcess     bool        // match without program names
	UnknownProcess    state.State // verdict if names cannot be seen
	DNSFailure        state.State // verdict if a remoteName does not resolve
	Stalled           state.State // of a stalled socket; OK looks at none
	Hints             Hints       // what to do so that more can be seen
	Incomplete        string      // why rows of the snapshot are missing, "" if none are
	Lacks             Lacks       // why whole kinds of sockets may be
}

// Hints say what to do so that more can be seen, each a sentence or a command,
// "" for nothing.
type Hints struct {
	Rights string // programs of other users
	Time   string // the search for owners did not end
	Output string // the saved output shows no programs
	// Numbers are the options with which an output shows addresses and ports
	// whole.
	Numbers string
}

// Lacks says of each kind of sockets why some may be missing in the snapshot,
// "" if none are. An output can leave out a kind by its options.
type Lacks struct{ Connections, Listening, UDP string }

// missing says why sockets of the item's kind may be missing from the snapshot,
// "" if none are.
func (p *Policy) missing(it *watch.Item) string {
	switch {
	case p.Incomplete != "":
		return p.Incomplete
	case it.Proto == parse.UDP:
		return p.Lacks.UDP
	case it.Kind == watch.Connection, it.Kind == watch.Count && it.Counted() != parse.Listen:
		return p.Lacks.Connections
	}
	return p.Lacks.Listening
}

// Verdict is the result of one item.
type Verdict struct {
	Item    *watch.Item
	State   state.State
	Reason  string // one line, for people; may hold text from outside
	Hint    string // what to do so that more can be known, "" for nothing; the same text for the same remedy
	Matched int    // sockets that match
	Judged  int    // of them, those in OK states: what the ranges judge
	States  [parse.NumStates]int
	Stalled int            // of them, in a good state, but stalled
	Sockets []parse.Socket // the matched ones, as many as New was told to keep
	// Others are the sockets that do not match, but that the reason speaks of.
	Others []parse.Socket
	// stalledAs is the state of a stalled socket.
	stalledAs state.State
	// Warning and Critical are the ranges that were applied.
	Warning, Critical watch.Range
}

// Judge makes the verdict of every item, in their order. The answers are those
// to Questions.
func (c *Collector) Judge(answers facts.Answers, policy Policy) []Verdict {
	j := judge{c: c, questions: c.Questions(policy.IgnoreProcess), answers: answers, policy: policy}
	for i := range c.selectors {
		slices.SortStableFunc(c.selectors[i].order, compareGroups)
	}
	verdicts := make([]Verdict, len(c.items))
	unexpected := 0
	for i := range c.items {
		if it := &c.items[i]; it.Kind.IsUnexpected() {
			verdicts[i] = j.unexpected(c.unexpected[unexpected])
			unexpected++
		} else {
			verdicts[i] = j.item(it, c.of[i])
		}
	}
	return verdicts
}

// compareGroups puts groups in an order that does not depend on that of the
// sockets.
func compareGroups(a, b *group) int {
	n := cmp.Or(cmp.Compare(a.socket.State, b.socket.State), cmp.Compare(a.socket.Word, b.socket.Word))
	if n == 0 && a.socket.Listening() {
		n = order(&a.socket, &b.socket)
	}
	return n
}

type judge struct {
	c         *Collector
	questions facts.Questions
	answers   facts.Answers
	policy    Policy
}

// item judges one item.
func (j *judge) item(it *watch.Item, selector int32) Verdict {
	v := Verdict{Item: it, Warning: it.Warning, Critical: it.Critical}
	switch {
	case it.Err != nil:
		v.State, v.Reason = state.Unknown, fmt.Sprintf("cannot be judged: %v (%s)", it.Err, it.Where)
		return v
	case it.ResolveErr != nil:
		v.State, v.Reason = j.policy.DNSFailure, it.ResolveErr.Error()
		return v
	case it.Kind == watch.Count:
		return j.count(it)
	}
	if it.Expect != watch.Absent { // a minimum for all items is not meant for what must not be there
		if v.Warning.IsZero() {
			v.Warning = j.policy.Warning
		}
		if v.Critical.IsZero() {
			v.Critical = j.policy.Critical
		}
	}
	ev := j.gather(it, &j.c.selectors[selector])
	v.Matched, v.Judged, v.Stalled = ev.sure.all(), ev.sure.ok+ev.sure.stalled, ev.sure.stalled
	v.stalledAs = j.policy.Stalled
	for _, p := range ev.matched {
		v.States[p.socket.State] += p.count
		v.show(j, p)
	}
	verdict, certain := v.possibleStates(ev.sure, ev.possible)
	if certain {
		v.State = verdict
		j.explain(&v, &ev)
		return v
	}
	v.State = state.Unknown
	switch why := ev.doubtful(); {
	case ev.missing != "":
	case why == hidden, why == mayShare, why == unattended, why == kernels, why == noService:
		v.State = j.policy.UnknownProcess
	case why == halfName:
		v.State = j.policy.DNSFailure
	}
	j.explainDoubt(&v, &ev)
	return v
}

// show adds sockets to those shown, while there is room.
func (v *Verdict) show(j *judge, p *owned) {
	for i := -1; i < len(p.more) && len(v.Sockets) < j.c.keep; i++ {
		s := p.socket
		if i >= 0 {
			s = p.more[i]
		}
		v.Sockets = append(v.Sockets, j.named(s, v.Item.Program))
	}
}

// tally counts sockets by what they mean for an item.
type tally struct {
	ok, warn, other int
	stalled         int // in a good state, but stalled
	ownerless       int // without a process by nature, if that excuses them
}

func (t *tally) add(it *watch.Item, p *owned) {
	switch s, n := &p.socket, p.count; {
	case !s.HasState(): // it may be good as well as bad
		t.ok += n
		t.other += n
	case it.Expect == watch.Absent && ownerless(s):
		t.ownerless += n // the remains of a connection are no connection
	case p.stall != notStalled:
		t.stalled += n
	case good(it, s):
		t.ok += n
	case it.Warn.Has(s.State):
		t.warn += n
	default:
		t.other += n
	}
}

func (t tally) all() int { return t.ok + t.warn + t.other + t.stalled + t.ownerless }

// possibleStates returns the item's state, and whether it is the same however
// many of the possible sockets really match.
func (v *Verdict) possibleStates(sure, possible tally) (s state.State, certain bool) {
	s = v.stateOf(sure)
	step := max(1, possible.ok)
	if !v.Warning.IsZero() || !v.Critical.IsZero() {
		step = 1 // a range can hold for some counts in between
	}
	for ok := 0; ok <= possible.ok; ok += step {
		for _, stalled := range [...]int{0, possible.stalled} {
			for _, warn := range [...]int{0, possible.warn} {
				for _, other := range [...]int{0, possible.other} {
					t := sure
					t.ok, t.stalled, t.warn, t.other = sure.ok+ok, sure.stalled+stalled, sure.warn+warn, sure.other+other
					if v.stateOf(t) != s {
						return s, false
					}
				}
			}
		}
	}
	return s, true
}

// stateOf is the rule: the expectation first, then the ranges, which can only
// worsen it. The ranges count stalled sockets like others; but if they would be
// worse without them, the item is at least as bad as a stalled socket.
func (v *Verdict) stateOf(t tally) state.State {
	s := max(v.expected(t), v.ranged(t.ok+t.stalled))
	if t.stalled > 0 && v.ranged(t.ok) > v.ranged(t.ok+t.stalled) {
		s = max(s, v.stalledAs)
	}
	return s
}

// expected is the state by the best socket.
func (v *Verdict) expected(t tally) state.State {
	switch {
	case v.Item.Expect == watch.Absent:
		if t.ok+t.stalled+t.warn+t.other > 0 {
			return state.Critical
		}
		return state.OK
	case v.Item.Expect == watch.Any, t.ok > 0:
		return state.OK
	}
	best := state.Critical
	if t.stalled > 0 {
		best = min(best, v.stalledAs)
	}
	if t.warn > 0 {
		best = min(best, state.Warning)
	}
	return best
}

// ranged is the state by the ranges.
func (v *Verdict) ranged(n int) state.State {
	switch {
	case v.Critical.Alerts(n):
		return state.Critical
	case v.Warning.Alerts(n):
		return state.Warning
	}
	return state.OK
}
