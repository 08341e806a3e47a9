package match

import (
	"fmt"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/program"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// unexpected finds the sockets of a snapshot that no item covers.
//
// An item covers a socket that it would match: endpoint and program must fit. If
// it only may fit, because the program is hidden or the output shows the socket
// in part, it is covered: an alarm must not depend on what cannot be seen. What
// the item expects does not matter: a socket of an "absent" item has its verdict
// there, and would only be reported twice.
type unexpected struct {
	item     *watch.Item
	expected *watch.Expected
	cover    []*watch.Item
	ports    [2]portIndex // of the items that may cover what listens: TCP, UDP
	remote   addrIndex    // of the items that may cover connections
	listen   parse.PortSet
	sockets  []parse.Socket // those that no item covers for certain
	more     bool           // there were more than were kept
	broken   bool           // a row that cannot be judged may cover more
}

// maxStray bounds the sockets that may turn out to be unexpected.
const maxStray = 20_000

func newUnexpected(it *watch.Item) *unexpected {
	u := &unexpected{item: it, expected: it.Expected, broken: it.Expected.Incomplete}
	for i := range u.expected.Items {
		of := &u.expected.Items[i]
		if of.Kind != u.kind() {
			continue
		}
		if of.Err != nil {
			u.broken = true
			continue
		}
		n := int32(len(u.cover))
		u.cover = append(u.cover, of)
		switch {
		case of.Kind == watch.Listening:
			u.ports[of.Proto-parse.TCP].add(of.LocalPorts, n)
		case of.RemoteName != "": // whatever it resolves to, or does not
			u.remote.any.add(of.RemotePorts, n)
		default:
			u.remote.add(of.Remote, of.RemotePorts, n)
		}
	}
	u.ports[0].seal()
	u.ports[1].seal()
	u.remote.seal()
	return u
}

// kind is that of the items that cover.
func (u *unexpected) kind() watch.Kind {
	if u.item.Kind == watch.UnexpectedConnections {
		return watch.Connection
	}
	return watch.Listening
}

// add takes one socket. It does not keep s.
func (u *unexpected) add(s *parse.Socket) {
	if u.kind() == watch.Connection {
		u.addConnection(s)
		return
	}
	switch {
	case !s.Listening(), s.Proto == parse.UDP && !u.expected.UDP, u.expected.External && isLoopback(s):
		return
	}
	u.keep(s)
}

// isLoopback reports whether what listens can be reached from this host alone.
func isLoopback(s *parse.Socket) bool {
	return s.Device == "lo" || s.Local.Addr.IsValid() && s.Local.Addr.Unmap().IsLoopback()
}

// addConnection takes what is connected; a connection at the port of a listener
// is inbound.
func (u *unexpected) addConnection(s *parse.Socket) {
	switch {
	case s.Proto != parse.TCP:
	case s.State == parse.Listen:
		u.listen.Add([]parse.PortRange{{First: s.Local.Port, Last: s.Local.Port}})
	case s.State == parse.Established && !u.listen.Has(s.Local.Port):
		u.keep(s)
	}
}

// keep keeps a socket unless an item covers it for certain.
func (u *unexpected) keep(s *parse.Socket) {
	covered := false
	u.candidates(s, func(it *watch.Item) {
		covered = covered || it.Program.IsAny() && u.fit(it, s) == yes
	})
	switch {
	case covered:
	case len(u.sockets) == maxStray:
		u.more = true
	default:
		u.sockets = append(u.sockets, s.Clone())
	}
}

// candidates visits the items whose ports and addresses can be the socket's.
func (u *unexpected) candidates(s *parse.Socket, visit func(*watch.Item)) {
	of := func(n int32) { visit(u.cover[n]) }
	switch e := &s.Remote; {
	case u.kind() == watch.Listening && !notWhole(&s.Local):
		u.ports[s.Proto-parse.TCP].find(s.Local.Port, of)
	case u.kind() == watch.Connection && !notWhole(e):
		u.remote.find(canonical(e.Addr), e.Port, of)
	default:
		for i := range u.cover {
			visit(u.cover[i])
		}
	}
}

// notWhole reports whether an output shows an endpoint by name, or in part.
func notWhole(e *parse.Endpoint) bool {
	return e.Service != "" || e.Cut || !e.Addr.IsValid() && !e.IsWildcard()
}

// fit says whether the endpoint of a socket is the item's.
func (u *unexpected) fit(it *watch.Item, s *parse.Socket) fit {
	end := &s.Local
	if it.Kind == watch.Connection {
		end = &s.Remote
	}
	switch {
	case notWhole(end):
		if !couldBe(it, s) {
			return no
		}
		return fit{is: parse.Maybe, why: notShown}
	case it.Kind == watch.Listening:
		return serves(it, s)
	case it.RemoteName != "" && (it.ResolveErr != nil || len(it.HalfResolved) > 0 && !isResolved(it, s.Remote.Addr)):
		return fit{is: parse.Maybe, why: halfName}
	case it.RemoteName != "" && !isResolved(it, s.Remote.Addr):
		return no
	}
	return connects(it, s)
}

// ask asks for the owners of the sockets: whether they are covered can depend
// on them, and a person wants to see them.
func (u *unexpected) ask(q *questions) {
	for i := range u.sockets {
		s := &u.sockets[i]
		if s.Inode == 0 {
			continue
		}
		everybody := q.at(program.Pattern{})
		everybody.Inodes = append(everybody.Inodes, s.Inode)
		u.candidates(s, func(it *watch.Item) { // of several owners one may be the item's
			if it.Program.IsAny() {
				return
			}
			of := q.at(it.Program)
			of.Inodes = append(of.Inodes, s.Inode)
		})
		u.candidates(s, func(it *watch.Item) {
			q.Devices = q.Devices || it.Kind == watch.Listening && serves(it, s).needs&needsDevice != 0
		})
	}
}

// unexpected returns the sockets that no item covers, and their state: that
// which was asked for if they are certainly unexpected.
func (j *judge) unexpected(u *unexpected) Verdict {
	v := Verdict{Item: u.item}
	slices.SortFunc(u.sockets, func(a, b parse.Socket) int { return order(&a, &b) })
	for i := range u.sockets {
		s := &u.sockets[i]
		if u.kind() == watch.Connection && u.listen.Has(s.Local.Port) || j.covered(u, s) {
			continue
		}
		v.Sockets = append(v.Sockets, j.named(*s, program.Pattern{}))
	}
	v.Matched = len(v.Sockets)
	missing := j.policy.Incomplete
	if row := j.c.unreadUnexpected(u.kind()); missing == "" && row != nil {
		missing = unreadText(row)
	}
	if missing == "" && u.kind() == watch.Connection {
		missing = j.policy.Lacks.Connections
	} else if missing == "" {
		missing = j.policy.Lacks.Listening
	}
	switch {
	case v.Matched > 0 && !u.broken:
		v.State = u.expected.State
	case v.Matched > 0:
		v.State, v.Reason = state.Unknown, "a list or row that cannot be read may cover what is there"
	case u.more:
		v.State, v.Reason = state.Unknown, fmt.Sprintf("none seen among the first %d sockets that no row names for certain; there are more", maxStray)
	case missing != "":
		v.State, v.Reason = state.Unknown, "none seen, but "+missing
	}
	return v
}

// covered reports whether an item covers the socket, or may.
func (j *judge) covered(u *unexpected, s *parse.Socket) bool {
	covered := false
	u.candidates(s, func(it *watch.Item) {
		if covered {
			return
		}
		g := &group{socket: *s, fit: u.fit(it, s)}
		if g.fit.is == parse.No || j.endpoint(it, &selector{}, g).is == parse.No {
			return
		}
		is, _ := j.program(it, s, j.ownersOf(s))
		covered = is != parse.No
	})
	return covered
}
