package match

import (
	"net/netip"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// nearby keeps the sockets that come near to an item: on a port it names, or
// with an address it names. A few of each are enough to say what is there
// instead, so its size is bounded by the items, not by the sockets.
type nearby struct {
	remotePorts parse.PortSet
	listenPorts parse.PortSet // of TCP and UDP: the other protocol is near, too
	addrs       map[netip.Addr][]parse.Socket
	byPort      map[uint16][]parse.Socket
	listening   map[uint16][]parse.Socket
}

// enter adds the ports to the set. Everything is near to all ports, so that
// nothing says more.
func enter(set *parse.PortSet, ports watch.Ports) {
	if !ports.All() {
		set.Add(ports.Ranges)
	}
}

func newNearby() nearby {
	return nearby{
		addrs:     map[netip.Addr][]parse.Socket{},
		byPort:    map[uint16][]parse.Socket{},
		listening: map[uint16][]parse.Socket{},
	}
}

func (n *nearby) wantConnection(it *watch.Item) {
	enter(&n.remotePorts, it.RemotePorts)
	for _, a := range it.Resolved {
		n.addrs[plain(a)] = nil
	}
	if p := it.Remote.Prefix; p.IsValid() && p.IsSingleIP() {
		n.addrs[p.Addr()] = nil
	}
}

func (n *nearby) wantListening(it *watch.Item) { enter(&n.listenPorts, it.LocalPorts) }

func (n *nearby) addConnection(s *parse.Socket) {
	if n.remotePorts.Has(s.Remote.Port) {
		keepNear(n.byPort, s.Remote.Port, s, func(a *parse.Socket) bool { return a.Remote.Addr == s.Remote.Addr })
	}
	if addr := plain(s.Remote.Addr); len(n.addrs) > 0 {
		if _, wanted := n.addrs[addr]; wanted {
			keepNear(n.addrs, addr, s, func(a *parse.Socket) bool { return a.Remote.Port == s.Remote.Port })
		}
	}
}

func (n *nearby) addListening(s *parse.Socket) {
	if n.listenPorts.Has(s.Local.Port) {
		keepNear(n.listening, s.Local.Port, s, func(a *parse.Socket) bool {
			return a.Proto == s.Proto && a.Local.Addr == s.Local.Addr
		})
	}
}

// keepNear keeps s under key unless there are enough, or one like it.
func keepNear[K comparable](near map[K][]parse.Socket, key K, s *parse.Socket, like func(*parse.Socket) bool) {
	have := near[key]
	if len(have) == maxNear {
		return
	}
	for i := range have {
		if like(&have[i]) {
			return
		}
	}
	near[key] = append(have, s.Clone())
}
