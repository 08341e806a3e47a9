package match

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/host"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// Facts answers what the snapshot leaves open.
type Facts interface {
	// Programs returns the names by which a process is known, the best first;
	// none where it is gone, hidden, or not of this host.
	Programs(pid uint32) []string
	// ServesIPv4 reports whether a socket bound to [::] and that port serves
	// IPv4 too. Where known is false, serves is what is taken for granted.
	ServesIPv4(udp bool, port uint16) (serves, known bool)
	// Owners finds the processes that hold sockets, by inode.
	Owners(ctx context.Context, groups []host.Group) host.Found
}

// Policy is how the run wants its verdicts.
type Policy struct {
	Warning, Critical watch.Range // where an item has none of its own
	IgnoreProcess     bool        // match without program names
	UnknownProcess    state.State // verdict where names cannot be seen
	DNSFailure        state.State // verdict where a remoteName does not resolve
	Remedy            string      // what to do so that names can be seen
	Incomplete        string      // why rows of the snapshot are missing, "" where none are
	Lacks             Lacks       // why whole kinds of sockets may be
}

// Lacks says of each kind of sockets why none is in the snapshot though there may
// be some, "" where there are. An output can leave out a kind by its options.
type Lacks struct{ Connections, Listening, UDP string }

// missing says why sockets of the item's kind may be missing from the snapshot,
// "" where none are.
func (p *Policy) missing(it *watch.Item) string {
	switch {
	case p.Incomplete != "":
		return p.Incomplete
	case it.Kind == watch.Connection:
		return p.Lacks.Connections
	case it.Proto == parse.UDP:
		return p.Lacks.UDP
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
	// Warning and Critical are the ranges that were applied.
	Warning, Critical watch.Range
}

// Judge makes the verdict of every item, in their order. The context bounds the
// search for owners: what it has not found by then is hidden.
func (c *Collector) Judge(ctx context.Context, facts Facts, policy Policy) []Verdict {
	j := judge{c: c, facts: facts, policy: policy, unseen: map[string]bool{}}
	j.findOwners(ctx)
	for i := range c.selectors {
		slices.SortStableFunc(c.selectors[i].order, compareCells)
	}
	verdicts := make([]Verdict, len(c.items))
	for i := range c.items {
		verdicts[i] = j.item(&c.items[i], c.of[i])
	}
	return verdicts
}

// compareCells puts cells in an order that does not hang on that of the sockets.
func compareCells(a, b *cell) int {
	n := cmp.Or(cmp.Compare(a.socket.State, b.socket.State), cmp.Compare(a.socket.Word, b.socket.Word))
	if n == 0 && a.socket.Listening() {
		n = order(&a.socket, &b.socket)
	}
	return cmp.Or(n, cmp.Compare(ownersKey(a.socket.Owners), ownersKey(b.socket.Owners)))
}

type judge struct {
	c      *Collector
	facts  Facts
	policy Policy
	unseen map[string]bool // procNames that a process may fit whose sockets cannot be seen
}

// tally counts sockets by what they mean for an item.
type tally struct {
	ok, warn, other int
	ownerless       int // without a process by nature, where that excuses them
}

func (t *tally) add(it *watch.Item, s *parse.Socket, n int) {
	switch {
	case it.Expect == watch.Absent && ownerless(s):
		t.ownerless += n // the remains of a connection are no connection
	case it.Kind == watch.Listening, it.OK.Has(s.State):
		t.ok += n
	case it.Warn.Has(s.State):
		t.warn += n
	default:
		t.other += n
	}
}

func (t tally) all() int { return t.ok + t.warn + t.other + t.ownerless }

// evidence is what the sockets say of one item.
type evidence struct {
	sure     tally // sockets that match
	possible tally // sockets that may match
	cells    []*cell
	hidden   []*cell // of the possible: the program cannot be seen
	cut      []*cell // of the possible: the program's name is cut
	others   []*cell // at the endpoint, but of another program
	unclear  []*parse.Socket
	odd      []*cell // in a state that is not known
	assumed  bool    // a [::] socket was taken as dual-stack
	v6only   []*cell // bound to [::], but v6-only
}

func (j *judge) item(it *watch.Item, selector int32) Verdict {
	v := Verdict{Item: it, Warning: it.Warning, Critical: it.Critical}
	switch {
	case it.Err != nil:
		v.State, v.Reason = state.Unknown, fmt.Sprintf("cannot be judged: %v (%s)", it.Err, it.Where)
		return v
	case it.ResolveErr != nil:
		v.State, v.Reason = j.policy.DNSFailure, it.ResolveErr.Error()
		return v
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
	v.Matched, v.Judged = ev.sure.all(), ev.sure.ok
	for _, ce := range ev.cells {
		v.States[ce.socket.State] += ce.count
		v.show(j, ce)
	}
	verdict, certain := v.possibleStates(ev.sure, ev.possible)
	switch {
	case !certain:
		v.State = state.Unknown
		if len(ev.hidden) > 0 {
			v.State = j.policy.UnknownProcess
		}
		v.Reason = j.uncertain(&v, &ev)
	case j.policy.missing(it) != "" && (verdict == state.Critical && v.Matched == 0 || it.Expect == watch.Absent && verdict == state.OK):
		v.State = state.Unknown
		v.Reason = "none seen, but " + j.policy.missing(it)
	default:
		v.State = verdict
		v.Reason = j.reason(&v, &ev)
	}
	return v
}

// show adds the sockets of a cell to those shown, while there is room.
func (v *Verdict) show(j *judge, ce *cell) {
	if len(v.Sockets) < j.c.keep {
		v.Sockets = append(v.Sockets, j.named(ce.socket))
	}
	for i := range ce.more {
		if len(v.Sockets) < j.c.keep {
			v.Sockets = append(v.Sockets, j.named(ce.more[i]))
		}
	}
}

// gather sorts the cells of the item's endpoint by whether they fit it.
func (j *judge) gather(it *watch.Item, sel *selector) evidence {
	var ev evidence
	for _, ce := range sel.order {
		if ce.dual && !j.servesIPv4(ce, &ev) {
			ev.v6only = append(ev.v6only, ce)
			continue
		}
		program, isHidden := j.program(it, &ce.socket)
		if program == watch.No && ce.looked && j.unseen[it.Program.String()] {
			program, isHidden = watch.Maybe, true // one more may hold it
		}
		fit := min(ce.endpoint, program)
		switch {
		case program == watch.No:
			ev.others = append(ev.others, ce)
		case fit == watch.Yes && !ce.socket.HasState():
			// It matches, but whether that is good is not known: it may count
			// as OK as well as not.
			ev.odd = append(ev.odd, ce)
			ev.possible.ok += ce.count
			ev.possible.other += ce.count
		case fit == watch.Yes:
			ev.cells = append(ev.cells, ce)
			ev.sure.add(it, &ce.socket, ce.count)
		default:
			ev.possible.add(it, &ce.socket, ce.count)
			switch {
			case program == watch.Yes:
				ev.unclear = append(ev.unclear, &ce.socket)
			case isHidden:
				ev.hidden = append(ev.hidden, ce)
			default:
				ev.cut = append(ev.cut, ce)
			}
		}
	}
	for i := range j.c.unclear {
		if s := &j.c.unclear[i]; couldBe(it, s) {
			if program, _ := j.program(it, s); program != watch.No {
				ev.unclear = append(ev.unclear, s)
				ev.possible.add(it, s, 1)
			}
		}
	}
	if j.c.more { // what else they were, they may have matched
		ev.unclear = append(ev.unclear, &j.c.unclear[0])
		ev.possible.ok++
		ev.possible.other++
	}
	return ev
}

func (j *judge) servesIPv4(ce *cell, ev *evidence) bool {
	if only := ce.socket.V6Only; only != parse.Maybe {
		return only == parse.No
	}
	serves, known := j.facts.ServesIPv4(ce.socket.Proto == parse.UDP, ce.socket.Local.Port)
	ev.assumed = ev.assumed || serves && !known
	return serves
}

// program says whether the socket's program fits the item; hidden is true where
// it does not because no program can be seen.
func (j *judge) program(it *watch.Item, s *parse.Socket) (fit watch.Fit, hidden bool) {
	if j.policy.IgnoreProcess || it.Program.IsAny() || len(s.Owners) == 0 && ownerless(s) {
		return watch.Yes, false
	}
	if len(s.Owners) == 0 {
		return watch.Maybe, true
	}
	for _, o := range s.Owners {
		f, h := j.owner(it, o)
		if f == watch.Yes {
			return watch.Yes, false
		}
		fit, hidden = max(fit, f), hidden || h
	}
	return fit, hidden
}

// owner tries every name that is known of one owner.
func (j *judge) owner(it *watch.Item, o parse.Owner) (fit watch.Fit, hidden bool) {
	names := j.facts.Programs(o.PID)
	for _, name := range names {
		fit = max(fit, it.Program.Fits(name, false))
	}
	if o.Name != "" && fit != watch.Yes {
		// Where the whole name is known, the cut one only counts as it stands.
		fit = max(fit, it.Program.Fits(o.Name, o.Cut && len(names) == 0))
	}
	if o.Name == "" && len(names) == 0 {
		return watch.Maybe, true
	}
	return fit, false
}

// ownerless reports whether the socket has no process by nature: the kernel
// keeps it after, or before, a program has it. Unlike these, a LISTEN,
// ESTABLISHED, SYN_SENT or CLOSE_WAIT socket without a program hides it.
func ownerless(s *parse.Socket) bool {
	if s.Proto != parse.TCP || len(s.Owners) > 0 || s.Inode != 0 {
		return false
	}
	switch s.State {
	case parse.TimeWait, parse.SynRecv, parse.FinWait1, parse.FinWait2, parse.LastAck, parse.Closing, parse.Closed:
		return true
	}
	return false
}

// named returns the socket with the whole names of its programs.
func (j *judge) named(s parse.Socket) parse.Socket {
	s.Owners = slices.Clone(s.Owners)
	for i := range s.Owners {
		if names := j.facts.Programs(s.Owners[i].PID); len(names) > 0 {
			s.Owners[i].Name, s.Owners[i].Cut = names[0], false
		}
	}
	return s
}

// possibleStates returns the item's state, and whether it is the same however
// many of the possible sockets really match.
func (v *Verdict) possibleStates(sure, possible tally) (s state.State, certain bool) {
	s = v.stateOf(sure)
	step := max(1, possible.ok)
	if !v.Warning.IsZero() || !v.Critical.IsZero() {
		step = 1 // a range can hold for some counts in between
	}
	for ok := 0; ok <= possible.ok; ok += step {
		for _, warn := range [...]int{0, possible.warn} {
			for _, other := range [...]int{0, possible.other} {
				t := sure
				t.ok, t.warn, t.other = sure.ok+ok, sure.warn+warn, sure.other+other
				if v.stateOf(t) != s {
					return s, false
				}
			}
		}
	}
	return s, true
}

// stateOf is the rule: the expectation first, then the ranges, which can only
// worsen it.
func (v *Verdict) stateOf(t tally) state.State {
	it := v.Item
	s := state.OK
	switch {
	case it.Expect == watch.Absent:
		if t.ok+t.warn+t.other > 0 {
			s = state.Critical
		}
	case it.Expect == watch.Any, t.ok > 0:
	case t.warn > 0:
		s = state.Warning
	default:
		s = state.Critical
	}
	switch {
	case v.Critical.Alerts(t.ok):
		return state.Critical
	case v.Warning.Alerts(t.ok):
		return max(s, state.Warning)
	}
	return s
}
