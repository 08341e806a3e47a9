package match

import (
	"net/netip"
	"slices"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// A socket is unclear if the output shows an end by name, has cut it, or does
// not tell TCP from UDP. It matches no item for certain, and may match those that nothing shown speaks
// against.

// addUnclear keeps a socket whose endpoint is shown by name or cut.
func (c *Collector) addUnclear(s *parse.Socket) {
	c.more = c.more || len(c.unclear) == maxUnclear
	c.unclear = insert(c.unclear, s, maxUnclear)
}

// couldBe reports whether a socket that netstat has not shown whole can be the
// item's: nothing that is shown contradicts it.
func couldBe(it *watch.Item, s *parse.Socket) bool {
	if it.Kind == watch.Listening {
		sure := listens(s) && s.Proto == it.Proto
		unsure := s.ProtoUnsure && it.Proto == parse.UDP && s.Remote.IsNone()
		return (sure || unsure) && couldBePort(it.LocalPorts, s.Local) && couldBeAt(it.Local, s.Local)
	}
	return !s.Listening() && s.Proto == parse.TCP && !s.Remote.IsNone() &&
		couldBePort(it.RemotePorts, s.Remote) && couldBeHost(it.Remote, it.Resolved, s.Remote) &&
		couldBePort(it.LocalPorts, s.Local) && couldBeHost(it.Local, nil, s.Local)
}

func couldBePort(ports watch.Ports, e parse.Endpoint) bool {
	if ports.IsZero() || e.Service != "" || ports.Contains(e.Port) {
		return true
	}
	if !e.Cut {
		return false
	}
	// BusyBox cuts the last digits off: 808 may be 8080.
	low, high := int(e.Port), int(e.Port)
	for range 4 {
		low, high = low*10, high*10+9
		for _, r := range ports.Ranges {
			if low <= int(r.Last) && high >= int(r.First) {
				return true
			}
		}
	}
	return false
}

func couldBeHost(a watch.Addrs, resolved []netip.Addr, e parse.Endpoint) bool {
	if a.Any || a.IsZero() && len(resolved) == 0 {
		return true
	}
	if e.Addr.IsValid() {
		return a.Contains(e.Addr) || slices.ContainsFunc(resolved, func(r netip.Addr) bool { return canonical(r) == canonical(e.Addr) })
	}
	if !e.Cut {
		return true // a name
	}
	if !a.IsZero() && !a.Prefix.IsSingleIP() {
		return true
	}
	begins := func(r netip.Addr) bool {
		return strings.HasPrefix(r.String(), e.Host) || r.Is4() && strings.HasPrefix("::ffff:"+r.String(), e.Host)
	}
	return !a.IsZero() && begins(a.Prefix.Addr()) || slices.ContainsFunc(resolved, begins)
}
