package match

import (
	"net/netip"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// Want returns the sockets that the items need, for a source that can leave
// out others.
func (c *Collector) Want() *parse.Filter {
	f := &parse.Filter{Owners: c.owners}
	for i := range c.selectors {
		f.Terms = append(f.Terms, terms(c.selectors[i].item)...)
	}
	return f
}

// terms returns the terms of an item: one for each address of its remoteName.
// The address of a listening item is none: a socket bound to a wildcard serves
// it, too.
func terms(it *watch.Item) []parse.Term {
	if it.Kind == watch.Listening {
		return []parse.Term{{Proto: it.Proto, Listening: true, LocalPorts: ranges(it.LocalPorts)}}
	}
	t := parse.Term{
		Proto: parse.TCP, Remote: it.Remote.Prefix, RemotePorts: ranges(it.RemotePorts),
		Local: it.Local.Prefix, LocalPorts: ranges(it.LocalPorts),
	}
	if it.RemoteName == "" {
		return []parse.Term{t}
	}
	all := make([]parse.Term, 0, len(it.Resolved))
	for _, a := range it.Resolved {
		a = plain(a)
		t.Remote = netip.PrefixFrom(a, a.BitLen())
		all = append(all, t)
	}
	return all
}

// ranges returns the ports of a term, none for all ports.
func ranges(p watch.Ports) []parse.PortRange {
	if p.All() {
		return nil
	}
	return p.Ranges
}

// WantNear returns what the reasons of items with no socket at all could name;
// nil where there are none.
func (c *Collector) WantNear() *parse.Filter {
	f := &parse.Filter{Near: true}
	for i := range c.selectors {
		sel := &c.selectors[i]
		if len(sel.order) > 0 || !sel.explained {
			continue
		}
		f.Terms = append(f.Terms, terms(sel.item)...)
		if sel.item.Kind == watch.Listening && sel.named {
			f.Terms = append(f.Terms, parse.Term{Proto: parse.TCP, Listening: true}) // its program may listen elsewhere
		}
	}
	if len(f.Terms) == 0 {
		return nil
	}
	return f
}
