package kernel

import (
	"net/netip"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// QueryFor returns the query for the sockets that items are judged by.
func QueryFor(items []watch.Item) Query {
	q := Query{}
	for i := range items {
		if it := &items[i]; it.Err == nil && it.ResolveErr == nil {
			q = append(q, predicates(it)...)
		}
	}
	return q
}

// predicates returns one predicate for each address of the item's remoteName.
// The address of a listening item is left out: a socket bound to a wildcard
// serves it, too.
func predicates(it *watch.Item) []Predicate {
	switch it.Kind {
	case watch.Listening:
		return []Predicate{{Proto: it.Proto, Listening: true, LocalPorts: ranges(it.LocalPorts)}}
	case watch.UnexpectedListening:
		all := []Predicate{{Proto: parse.TCP, Listening: true}}
		if it.Expected.UDP {
			all = append(all, Predicate{Proto: parse.UDP, Listening: true})
		}
		return all
	case watch.UnexpectedConnections:
		return []Predicate{{Proto: parse.TCP, Listening: true}, {Proto: parse.TCP}}
	case watch.Count:
		return counted(it)
	}
	p := Predicate{
		Proto: parse.TCP, Remote: it.Remote.Prefix, RemotePorts: ranges(it.RemotePorts),
		Local: it.Local.Prefix, LocalPorts: ranges(it.LocalPorts),
	}
	if it.RemoteName == "" {
		return []Predicate{p}
	}
	all := make([]Predicate, 0, len(it.Resolved)+len(it.HalfResolved))
	for _, a := range it.Resolved {
		a = a.Unmap().WithZone("")
		p.Remote = netip.PrefixFrom(a, a.BitLen())
		all = append(all, p)
	}
	for _, family := range it.HalfResolved {
		p.Remote = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
		if family == parse.IPv4 {
			p.Remote = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
		}
		all = append(all, p)
	}
	return all
}

// counted returns the predicates for what a count item counts.
func counted(it *watch.Item) []Predicate {
	switch s := it.Counted(); {
	case it.Proto == parse.UDP:
		return []Predicate{{Proto: parse.UDP, Listening: true}, {Proto: parse.UDP}}
	case s == parse.Listen:
		return []Predicate{{Proto: parse.TCP, Listening: true}}
	case s == parse.Bound:
		return []Predicate{{Proto: parse.TCP, Bound: true}}
	default:
		return []Predicate{{Proto: parse.TCP, State: s}}
	}
}

// ranges returns the ports of a predicate, none for all ports.
func ranges(p watch.Ports) []parse.PortRange {
	if p.All() {
		return nil
	}
	return p.Ranges
}
