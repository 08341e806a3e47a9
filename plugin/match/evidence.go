package match

import (
	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// evidence is what the sockets say of one item.
type evidence struct {
	sure     tally // sockets that match
	possible tally // sockets that may match, or may be there unseen
	matched  []*owned
	maybe    []*owned // of the possible ones
	why      []doubt  // of each of them
	unclear  []*parse.Socket
	unread   *parse.Unread // a row that could not be read, and may be the item's
	others   []*owned      // at the endpoint, but of another program
	foreign  []*owned      // of the program, but of another service
	refused  []*group      // at the endpoint, but bound so that they do not serve the item
	assumed  bool          // a [::] socket was taken as dual-stack
	missing  string        // why sockets may be there that were not seen
}

// manyMissing stands for the number of sockets that may be missing.
const manyMissing = 64

// gather sorts the sockets at the item's endpoint by whether they fit it.
func (j *judge) gather(it *watch.Item, sel *selector) evidence {
	var ev evidence
	for _, g := range sel.order {
		f := j.endpoint(it, sel, g)
		if f.is == parse.No {
			ev.refused = append(ev.refused, g)
			continue
		}
		stalled := j.stalledNow(it, g)
		for _, p := range j.parts(g) {
			p.stall = stalled
			is, why := j.program(it, &p.socket, p.owners)
			of := j.service(it, &p.socket, p.owners)
			switch {
			case is == parse.No:
			case of == parse.No:
				ev.foreign = append(ev.foreign, p)
				continue
			case f.is == parse.Maybe:
				is, why = parse.Maybe, f.why
			case of == parse.Maybe && is == parse.Yes:
				is, why = parse.Maybe, noService
			}
			ev.take(it, p, is, why)
		}
		ev.assumed = ev.assumed || f.is == parse.Yes && j.assumed(g)
	}
	for i := range j.c.unclear {
		if s := &j.c.unclear[i]; couldBe(it, s) {
			if is, _ := j.program(it, s, j.ownersOf(s)); is != parse.No {
				ev.unclear = append(ev.unclear, s)
				ev.possible.add(it, &owned{socket: *s, count: 1})
			}
		}
	}
	if j.c.more { // whatever else they were, they may have matched
		ev.unclear = append(ev.unclear, &j.c.unclear[0])
		ev.possible.ok++
		ev.possible.other++
	}
	if ev.unread = j.c.unreadOf(it); ev.unread != nil {
		ev.possible.ok++
		ev.possible.other++
	}
	if ev.missing = j.policy.missing(it); j.policy.Incomplete == "" && ev.sure.all() > 0 {
		ev.missing = "" // its kind is there
	}
	if ev.missing != "" {
		ev.possible.ok += manyMissing
	}
	return ev
}

// take enters sockets of the endpoint.
func (ev *evidence) take(it *watch.Item, p *owned, is parse.Tri, why doubt) {
	switch {
	case is == parse.No:
		ev.others = append(ev.others, p)
	case is == parse.Yes && p.socket.HasState():
		ev.matched = append(ev.matched, p)
		ev.sure.add(it, p)
	default: // of a socket in an unknown state nothing is certain
		ev.maybe, ev.why = append(ev.maybe, p), append(ev.why, why)
		ev.possible.add(it, p)
	}
}

// doubtful returns the doubt that a reason names: the first, of those that the
// output itself leaves; a program that cannot be seen comes before what may be
// missing altogether.
func (ev *evidence) doubtful() doubt {
	worst := noDoubt
	for _, why := range ev.why {
		if why != noDoubt && (worst == noDoubt || why < worst) {
			worst = why
		}
	}
	if worst == noDoubt && len(ev.unclear) > 0 {
		return notShown
	}
	return worst
}

// doubted returns the sockets of one doubt.
func (ev *evidence) doubted(why doubt) (all []*owned) {
	for i, p := range ev.maybe {
		if ev.why[i] == why {
			all = append(all, p)
		}
	}
	return all
}

// stateless returns the sockets whose state is not known.
func (ev *evidence) stateless() (all []*owned) {
	for _, p := range ev.maybe {
		if !p.socket.HasState() {
			all = append(all, p)
		}
	}
	return all
}

// listening reports whether the item is one of what listens.
func listening(it *watch.Item) bool { return it.Kind == watch.Listening }
