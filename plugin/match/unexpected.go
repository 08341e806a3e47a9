package match

import (
	"context"

	"check_netstat/parse"
	"check_netstat/plugin/kernel"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// Unexpected finds the listening sockets of a snapshot that no item covers.
//
// A listening item covers a socket that it would match: protocol, address rule
// and port must fit, and the program where both name one. Where the socket's
// program is hidden, or its name cut, it is covered: it may be the item's, and
// an alarm must not hang on what cannot be seen. For the same reason a socket
// that the output shows only in part is covered by an item that it can be of.
// What the item expects does not matter: a socket of an "absent" item has its
// verdict there, and would only be reported twice.
type Unexpected struct {
	items    []watch.Item
	ports    [2]portIndex // of items: TCP, UDP
	scope    Scope
	sockets  []parse.Socket // those that no item covers for certain
	complete bool           // every list and row is known
}

// Scope says which listening sockets are looked at.
type Scope struct {
	UDP      bool // UDP sockets, too
	External bool // only those that are not bound to a loopback address
}

// Stray is what is listening unexpectedly.
type Stray struct {
	State   state.State
	Reason  string // why it is not known what is unexpected, "" where it is
	Sockets []parse.Socket
}

// NewUnexpected prepares for a snapshot. items are all that are watched and
// all that is allowed; only those for listening sockets count. complete is
// false where a list could not be read, so that more may be covered.
func NewUnexpected(items []watch.Item, scope Scope, complete bool) *Unexpected {
	u := &Unexpected{items: items, scope: scope, complete: complete}
	for i := range items {
		switch it := &items[i]; {
		case it.Kind != watch.Listening:
		case it.Err != nil:
			u.complete = false
		default:
			u.ports[it.Proto-parse.TCP].add(it.LocalPorts, int32(i))
		}
	}
	u.ports[0].seal()
	u.ports[1].seal()
	return u
}

// Want returns the sockets that are needed, for a source that can leave out
// others.
func (u *Unexpected) Want() kernel.Query {
	terms := kernel.Query{{Proto: parse.TCP, Listening: true}}
	if u.scope.UDP {
		terms = append(terms, kernel.Predicate{Proto: parse.UDP, Listening: true})
	}
	return terms
}

// Add takes one socket. It does not keep s.
func (u *Unexpected) Add(s *parse.Socket) {
	switch {
	case !s.Listening(), s.Proto == parse.UDP && !u.scope.UDP,
		u.scope.External && s.Local.Addr.IsValid() && s.Local.Addr.Unmap().IsLoopback():
		return
	}
	if s.Local.Service == "" && !s.Local.Cut {
		covered := false
		u.ports[s.Proto-parse.TCP].find(s.Local.Port, func(n int32) {
			it := &u.items[n]
			fit, dual := serves(s, it)
			covered = covered || fit == watch.Yes && !dual && it.Program.IsAny()
		})
		if covered {
			return
		}
	}
	u.sockets = append(u.sockets, s.Clone())
}

// Judge returns the sockets that no item covers, and their state: found for
// those that are certainly unexpected.
func (u *Unexpected) Judge(ctx context.Context, facts Facts, policy Policy, found state.State) Stray {
	j := judge{facts: facts, policy: policy}
	u.findOwners(ctx, facts)
	var stray Stray
	for i := range u.sockets {
		if !u.covered(&j, &u.sockets[i]) {
			stray.Sockets = append(stray.Sockets, j.named(u.sockets[i]))
		}
	}
	switch {
	case len(stray.Sockets) > 0 && u.complete:
		stray.State = found
	case len(stray.Sockets) > 0:
		stray.State = state.Unknown
		stray.Reason = "a list or row that cannot be read may cover what is listening"
	case policy.Incomplete != "":
		stray.State = state.Unknown
		stray.Reason = "none seen, but " + policy.Incomplete
	case policy.Lacks.Listening != "":
		stray.State = state.Unknown
		stray.Reason = "none seen, but " + policy.Lacks.Listening
	}
	return stray
}

// findOwners asks the host for the owners of sockets that show none: whether
// they are covered can hang on them, and a person wants to see them.
func (u *Unexpected) findOwners(ctx context.Context, facts Facts) {
	g := grouping{of: map[string]int{}}
	for i := range u.sockets {
		s := &u.sockets[i]
		if len(s.Owners) > 0 || s.Inode == 0 {
			continue
		}
		everybody := g.at(watch.Program{})
		everybody.Inodes = append(everybody.Inodes, s.Inode)
		u.ports[s.Proto-parse.TCP].find(s.Local.Port, func(n int32) { // of several owners one may be the item's
			owner := g.at(u.items[n].Program)
			owner.Inodes = append(owner.Inodes, s.Inode)
		})
	}
	if len(g.groups) == 0 {
		return
	}
	found := facts.Owners(ctx, g.groups)
	for i := range u.sockets {
		if s := &u.sockets[i]; len(s.Owners) == 0 {
			s.Owners = found.Owners[s.Inode]
		}
	}
}

// covered reports whether an item covers the socket, or can.
func (u *Unexpected) covered(j *judge, s *parse.Socket) bool {
	fits := func(it *watch.Item) bool {
		program, _ := j.program(it, s)
		return program != watch.No
	}
	if s.Local.Service != "" || s.Local.Cut {
		for i := range u.items {
			if it := &u.items[i]; it.Kind == watch.Listening && it.Err == nil && couldBe(it, s) && fits(it) {
				return true
			}
		}
		return false
	}
	covered := false
	u.ports[s.Proto-parse.TCP].find(s.Local.Port, func(n int32) {
		it := &u.items[n]
		if covered {
			return
		}
		fit, dual := serves(s, it)
		if dual {
			if serves, _ := j.facts.ServesIPv4(s.Proto == parse.UDP, s.Local.Port); !serves {
				fit = watch.No
			}
		}
		covered = fit != watch.No && fits(it)
	})
	return covered
}
