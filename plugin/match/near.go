package match

import (
	"cmp"
	"net/netip"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// Bounds of what is kept for reasons.
const (
	maxNear      = 4   // sockets kept for each port and each address that items name
	maxListening = 256 // TCP sockets that listen, on any port
	maxUnclear   = 64  // sockets of which netstat has not shown the whole endpoint
)

// nearby keeps the sockets that come near to an item: on a port it names, or
// with an address it names. A few of each are enough to say what is there
// instead, so its size is bounded by the items, not by the sockets.
type nearby struct {
	remotePorts parse.PortSet
	listenPorts parse.PortSet // of TCP and UDP: the other protocol is near, too
	addrs       map[netip.Addr][]parse.Socket
	tails       tails // of addrs
	byPort      map[uint16][]parse.Socket
	unanswered  map[netip.AddrPort]bool // remote ends that do not answer another connection
	listening   map[uint16][]parse.Socket
	programs    bool                      // a listening item has a procName
	anyPort     []parse.Socket            // some that listen, for what such a program listens on instead
	bound       map[uint16][]parse.Socket // that do not listen: connected UDP, TCP that is only bound
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
		addrs:      map[netip.Addr][]parse.Socket{},
		byPort:     map[uint16][]parse.Socket{},
		listening:  map[uint16][]parse.Socket{},
		unanswered: map[netip.AddrPort]bool{},
		bound:      map[uint16][]parse.Socket{},
	}
}

func (n *nearby) wantConnection(it *watch.Item) {
	enter(&n.remotePorts, it.RemotePorts)
	for _, a := range it.Resolved {
		n.wantAddr(canonical(a))
	}
	if p := it.Remote.Prefix; p.IsValid() && p.IsSingleIP() {
		n.wantAddr(p.Addr())
	}
}

func (n *nearby) wantAddr(a netip.Addr) {
	n.addrs[a] = nil
	n.tails.add(a)
}

func (n *nearby) wantListening(it *watch.Item) {
	enter(&n.listenPorts, it.LocalPorts)
}

// addConnection keeps connections that are up: of what is connected to
// something else, one says "instead".
func (n *nearby) addConnection(s *parse.Socket) {
	if s.State != parse.Established {
		if s.State == parse.SynSent && n.remotePorts.Has(s.Remote.Port) && len(n.unanswered) < maxListening {
			n.unanswered[netip.AddrPortFrom(canonical(s.Remote.Addr), s.Remote.Port)] = true
		}
		return
	}
	if n.remotePorts.Has(s.Remote.Port) {
		keepNear(n.byPort, s.Remote.Port, s, func(a *parse.Socket) bool { return a.Remote.Addr == s.Remote.Addr })
	}
	if n.tails.mayHave(s.Remote.Addr) {
		addr := canonical(s.Remote.Addr)
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
	if n.programs && s.Proto == parse.TCP && (len(s.Owners) > 0 || s.Inode != 0) {
		n.anyPort = insert(n.anyPort, s, maxListening)
	}
}

// addOther takes a socket that neither listens nor is a connection.
func (n *nearby) addOther(s *parse.Socket) {
	if n.listenPorts.Has(s.Local.Port) && s.Local.Port != 0 {
		keepNear(n.bound, s.Local.Port, s, func(a *parse.Socket) bool {
			return a.Proto == s.Proto && a.Local.Addr == s.Local.Addr && a.Remote == s.Remote
		})
	}
}

// keepNear keeps s under key unless one like it is there. Of too many the first
// in order stay, so that a reason does not hang on the order of the sockets.
func keepNear[K comparable](near map[K][]parse.Socket, key K, s *parse.Socket, like func(*parse.Socket) bool) {
	have := near[key]
	if len(have) == maxNear && order(s, &have[maxNear-1]) >= 0 {
		return
	}
	for i := range have {
		if like(&have[i]) {
			if order(s, &have[i]) < 0 {
				have[i] = s.Clone()
			}
			return
		}
	}
	near[key] = insert(have, s, maxNear)
}

// insert puts a copy of s in its place, and drops the last of more than limit.
func insert(sorted []parse.Socket, s *parse.Socket, limit int) []parse.Socket {
	at, _ := slices.BinarySearchFunc(sorted, s, func(have parse.Socket, s *parse.Socket) int { return order(&have, s) })
	if at == limit {
		return sorted
	}
	if len(sorted) == limit {
		sorted = sorted[:limit-1]
	}
	return slices.Insert(sorted, at, s.Clone())
}

// order compares sockets as a reason lists them: by protocol, remote and local
// end, and where those are the same by all else that a reason can hold, so that
// which of them stay does not hang on the order of the sockets.
func order(a, b *parse.Socket) int {
	if n := cmp.Compare(a.Proto, b.Proto); n != 0 {
		return n
	}
	if n := compareEnds(&a.Remote, &b.Remote); n != 0 {
		return n
	}
	if n := compareEnds(&a.Local, &b.Local); n != 0 {
		return n
	}
	return cmp.Or(compareText(&a.Remote, &b.Remote), compareText(&a.Local, &b.Local),
		cmp.Compare(a.State, b.State), cmp.Compare(a.Word, b.Word), compareOwners(a.Owners, b.Owners))
}

func compareEnds(a, b *parse.Endpoint) int {
	if n := canonical(a.Addr).Compare(canonical(b.Addr)); n != 0 {
		return n
	}
	return cmp.Compare(a.Port, b.Port)
}

func compareText(a, b *parse.Endpoint) int {
	return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Service, b.Service), a.Addr.Compare(b.Addr))
}

func compareOwners(a, b []parse.Owner) int {
	return slices.CompareFunc(a, b, func(a, b parse.Owner) int {
		return cmp.Or(cmp.Compare(a.PID, b.PID), cmp.Compare(a.Name, b.Name))
	})
}
