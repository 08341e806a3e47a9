package kernel

import (
	"net/netip"
	"slices"

	"check_netstat/parse"
)

// fits reports whether the filter wants the socket, for a source that cannot
// ask for less than all.
func fits(want *parse.Filter, s *parse.Socket) bool {
	if want == nil {
		return true
	}
	listening := s.Listening()
	for i := range want.Terms {
		t := &want.Terms[i]
		if t.Listening != listening {
			continue
		}
		if proto := t.Proto; proto != 0 && proto != s.Proto && (!listening || !want.Near) {
			continue
		}
		// A socket that listens is chosen by its port alone, because a wildcard
		// serves every address.
		if listening {
			if hasPort(t.LocalPorts, s.Local.Port) {
				return true
			}
			continue
		}
		if hasAddr(t.Remote, s.Remote.Addr) && hasPort(t.RemotePorts, s.Remote.Port) &&
			hasAddr(t.Local, s.Local.Addr) && hasPort(t.LocalPorts, s.Local.Port) {
			return true
		}
		if want.Near && (len(t.RemotePorts) > 0 && hasPort(t.RemotePorts, s.Remote.Port) ||
			t.Remote.IsValid() && t.Remote.IsSingleIP() && hasAddr(t.Remote, s.Remote.Addr)) {
			return true
		}
	}
	return false
}

func hasPort(ports []parse.PortRange, port uint16) bool {
	return len(ports) == 0 || slices.ContainsFunc(ports, func(r parse.PortRange) bool {
		return r.First <= port && port <= r.Last
	})
}

func hasAddr(p netip.Prefix, a netip.Addr) bool {
	return !p.IsValid() || p.Contains(a.Unmap().WithZone(""))
}
