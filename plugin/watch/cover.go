package watch

import (
	"strings"

	"check_netstat/parse"
)

// Covers reports whether every socket that fits other fits the item, too, and
// both expect the same of it. It answers from the columns alone, so that it is
// the same on every host: true is certain, but of two expressions for a program
// or of a name and an address nothing is claimed.
func (it *Item) Covers(other *Item) bool {
	if it.Kind != other.Kind || it.Err != nil || other.Err != nil || !it.expectsAs(other) ||
		!it.Program.Covers(other.Program) || !it.Service.IsAny() && !strings.EqualFold(it.Service.String(), other.Service.String()) ||
		!it.LocalPorts.orAll().covers(other.LocalPorts.orAll()) {
		return false
	}
	if it.Kind == Listening {
		return it.Proto == other.Proto && it.coversBind(other)
	}
	if !it.RemotePorts.covers(other.RemotePorts) {
		return false
	}
	if !it.Local.IsZero() && !it.Local.Any && !it.Local.covers(other.Local) {
		return false
	}
	switch {
	case it.Remote.Any:
		return true
	case it.RemoteName != "":
		return strings.EqualFold(it.RemoteName, other.RemoteName)
	}
	return it.Remote.covers(other.Remote)
}

// expectsAs reports whether what matches means the same to both.
func (it *Item) expectsAs(other *Item) bool {
	return it.Expect == other.Expect && it.OK == other.OK && it.Warn == other.Warn &&
		it.Warning.text == other.Warning.text && it.Critical.text == other.Critical.text &&
		it.MaxRecvQ == other.MaxRecvQ && it.MaxSendQ == other.MaxSendQ
}

// coversBind compares what listening sockets are bound to. An address is also
// served by the wildcard of its family.
func (it *Item) coversBind(other *Item) bool {
	if f := it.bindFamily(); f != 0 && f != other.bindFamily() {
		return false
	}
	wildcard := func(a Addrs) bool { return a.Any || a.Prefix.IsValid() && a.Prefix.Addr().IsUnspecified() }
	switch {
	case it.Local.IsZero():
		return true
	case wildcard(it.Local):
		return wildcard(other.Local)
	case wildcard(other.Local):
		// The families agree, and the wildcard of a family serves the address;
		// but of a zone's socket nothing is known.
		return it.Local.Zone == ""
	}
	return it.Local.covers(other.Local)
}

// bindFamily is the family that the item asks a socket to serve, 0 for any.
func (it *Item) bindFamily() parse.Family {
	switch p := it.Local.Prefix; {
	case !p.IsValid():
		return it.Family
	case p.Addr().Is4():
		return parse.IPv4
	}
	return parse.IPv6
}

// covers reports whether each address of b is in a. Neither is any address.
func (a Addrs) covers(b Addrs) bool {
	return a.Prefix.IsValid() && b.Prefix.IsValid() && a.Prefix.Bits() <= b.Prefix.Bits() &&
		a.Prefix.Contains(b.Prefix.Addr()) && (a.Zone == "" || a.Zone == b.Zone)
}

// orAll takes ports that were not given as all ports.
func (p Ports) orAll() Ports {
	if p.IsZero() {
		return Ports{Ranges: []parse.PortRange{{First: 0, Last: 65535}}}
	}
	return p
}

// covers reports whether each port of q is in p.
func (p Ports) covers(q Ports) bool {
	for _, r := range q.Ranges {
		next := int(r.First) // the first port that is still to be found
		for _, have := range p.Ranges {
			if int(have.First) <= next && next <= int(have.Last) {
				next = int(have.Last) + 1
			}
		}
		if next <= int(r.Last) {
			return false
		}
	}
	return true
}
