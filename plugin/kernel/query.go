package kernel

import (
	"net/netip"
	"slices"

	"check_netstat/parse"
)

// Query says which sockets a caller wants: those that fit one of its
// predicates. [Read] may hand over others as well, never fewer; what it hands
// over is still to be matched. A nil Query wants all.
type Query []Predicate

// Predicate describes sockets. What is not given (the zero value) fits
// everything.
type Predicate struct {
	Proto     parse.Proto
	Listening bool // sockets that wait for peers; otherwise those that have one
	Bound     bool // TCP sockets that are bound, but neither listen nor are connected
	// State is the one state of TCP sockets that is wanted, 0 for any.
	State parse.State
	// Remote and Local are addresses. A single one is a prefix of its full
	// length. IPv4-mapped IPv6 is written as IPv4 and fits both; zones are left out.
	Remote, Local netip.Prefix
	// RemotePorts and LocalPorts are sorted and do not overlap.
	RemotePorts, LocalPorts []parse.PortRange
}

// fits reports whether the query wants the socket, for tables that can only be
// read whole.
func (q Query) fits(s *parse.Socket) bool {
	return q == nil || slices.ContainsFunc(q, func(p Predicate) bool { return p.fits(s) })
}

// fits: a socket that listens is chosen by its port alone, because a wildcard
// serves every address.
func (p *Predicate) fits(s *parse.Socket) bool {
	switch {
	case p.Bound != (s.State == parse.Bound), p.State != 0 && p.State != s.State:
		return false
	case p.Listening != s.Listening(), p.Proto != 0 && p.Proto != s.Proto, !hasPort(p.LocalPorts, s.Local.Port):
		return false
	case p.Listening:
		return true
	}
	return hasAddr(p.Remote, s.Remote.Addr) && hasPort(p.RemotePorts, s.Remote.Port) && hasAddr(p.Local, s.Local.Addr)
}

func hasPort(ports []parse.PortRange, port uint16) bool {
	return len(ports) == 0 || slices.ContainsFunc(ports, func(r parse.PortRange) bool {
		return r.First <= port && port <= r.Last
	})
}

func hasAddr(p netip.Prefix, a netip.Addr) bool {
	return !p.IsValid() || p.Contains(a.Unmap().WithZone(""))
}
