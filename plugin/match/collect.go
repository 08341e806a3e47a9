package match

import (
	"encoding/binary"
	"net/netip"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// Bounds of what is kept for reasons.
const (
	maxNear      = 4   // sockets kept for each port and each address that items name
	maxListening = 256 // TCP sockets that listen, on any port
	maxUnclear   = 64  // sockets of which netstat has not shown the whole endpoint
)

// Collector gathers, socket by socket, what the items of a run need.
type Collector struct {
	items     []watch.Item
	selectors []selector
	of        []int32 // the selector of each item, -1 for one that is not looked for
	keep      int
	owners    bool // an item's verdict can hang on a socket's owners, or they are to be shown

	remote, local addrIndex    // selectors of connections by their remote or local end
	listen        [2]portIndex // selectors of listening items: TCP, UDP

	near    nearby
	unclear []parse.Socket
	more    bool // there were more unclear sockets than were kept

	buf []byte // scratch: key of a cell
}

// selector is one endpoint that items watch, with the sockets that fit it.
type selector struct {
	item  *watch.Item // one of its items, for the endpoint
	named bool        // the owners matter to one of its items
	// explained: a miss of one of its items has a reason in what is near.
	explained bool
	cells     map[string]*cell // made with the first socket: most items have few, many none
	order     []*cell
	// plain are the cells of connections whose owners do not matter, by state and
	// by whether they have any: those of millions of rows (BenchmarkItems).
	plain *[parse.NumStates][2]*cell
}

// cell is a group of sockets that differ in nothing that a verdict can hang on.
type cell struct {
	socket   parse.Socket // the first of them
	endpoint watch.Fit    // Maybe: netstat has not shown the whole local end
	dual     bool         // fits only if its socket, bound to [::], serves IPv4
	count    int
	more     []parse.Socket // those after the first, as many as are to be shown
	find     bool           // the owners of its sockets are yet to be found
	inodes   []uint32       // of all of them, then
	looked   bool           // the owners were looked up
}

// New compiles the items. keep is the number of matched sockets, at least one,
// that each verdict is to show; every one is counted.
func New(items []watch.Item, keep int) *Collector {
	c := &Collector{items: items, of: make([]int32, len(items)), keep: keep, near: newNearby()}
	known := map[string]int32{}
	for i := range items {
		it := &items[i]
		c.of[i] = -1
		if it.Err != nil || it.ResolveErr != nil {
			continue
		}
		id := it.Kind.String() + " " + it.Endpoint() + "%" + it.Remote.Zone + "%" + it.Local.Zone
		n, ok := known[id]
		if !ok {
			n = int32(len(c.selectors))
			known[id] = n
			c.selectors = append(c.selectors, selector{item: it})
			c.index(it, n)
		}
		c.of[i] = n
		sel := &c.selectors[n]
		sel.named = sel.named || c.named(it)
		sel.explained = sel.explained || it.Expect == watch.Present
		c.owners = c.owners || c.named(it) || it.Expect == watch.Absent // see ownerless
		c.near.programs = c.near.programs || it.Kind == watch.Listening && !it.Program.IsAny()
	}
	c.remote.seal()
	c.local.seal()
	c.listen[0].seal()
	c.listen[1].seal()
	return c
}

// index enters a selector where its sockets will find it. A connection is
// looked up by its remote end, or by its local one where any remote end will do.
func (c *Collector) index(it *watch.Item, n int32) {
	if it.Kind == watch.Listening {
		c.listen[it.Proto-parse.TCP].add(it.LocalPorts, n)
		c.near.wantListening(it)
		return
	}
	c.near.wantConnection(it)
	switch {
	case it.RemoteName != "":
		seen := map[netip.Addr]bool{}
		for _, a := range it.Resolved {
			if a = plain(a); !seen[a] {
				seen[a] = true
				c.remote.addPrefix(netip.PrefixFrom(a, a.BitLen()), it.RemotePorts, n)
			}
		}
	case it.Remote.Any && it.RemotePorts.All() && !it.LocalPorts.IsZero():
		c.local.add(it.Local, it.LocalPorts, n)
	default:
		c.remote.add(it.Remote, it.RemotePorts, n)
	}
}

// plain returns the address as the indexes hold it: IPv4-mapped IPv6 as IPv4,
// without a zone.
func plain(a netip.Addr) netip.Addr {
	if a.Is4() {
		return a
	}
	return a.Unmap().WithZone("")
}

// Add takes one socket. It does not keep s.
func (c *Collector) Add(s *parse.Socket) {
	switch {
	case listens(s):
		c.addListening(s)
	case isConnection(s):
		c.addConnection(s)
	}
}

// listens reports whether a socket waits for peers, or may do so without saying
// its state.
func listens(s *parse.Socket) bool { return s.Listening() || s.MayListen() }

func isConnection(s *parse.Socket) bool { return s.Proto == parse.TCP && !s.Remote.IsNone() }

func (c *Collector) addConnection(s *parse.Socket) {
	if !s.Remote.Addr.IsValid() || s.Remote.Service != "" {
		c.addUnclear(s)
		return
	}
	c.near.addConnection(s)
	c.remote.find(plain(s.Remote.Addr), s.Remote.Port, func(n int32) { c.fitConnection(n, s) })
	if c.local.isEmpty() {
		return
	}
	if s.Local.Addr.IsValid() && s.Local.Service == "" {
		c.local.find(plain(s.Local.Addr), s.Local.Port, func(n int32) { c.fitConnection(n, s) })
	} else {
		c.addUnclear(s)
	}
}

// fitConnection checks what the index has not: the zone and the local end.
func (c *Collector) fitConnection(n int32, s *parse.Socket) {
	it := c.selectors[n].item
	if z := it.Remote.Zone; z != "" && z != s.Remote.Addr.Zone() {
		return
	}
	fit := watch.Yes
	switch l := &s.Local; {
	case it.Local.IsZero() && it.LocalPorts.IsZero():
	case !l.Addr.IsValid() || l.Service != "":
		fit = watch.Maybe
	case !it.Local.IsZero() && !it.Local.Contains(l.Addr),
		!it.LocalPorts.IsZero() && !it.LocalPorts.Contains(l.Port):
		return
	}
	c.enter(n, s, fit, false)
}

func (c *Collector) addListening(s *parse.Socket) {
	if s.Local.Service != "" || s.Local.Cut || !s.Local.Addr.IsValid() && !s.Local.IsWildcard() {
		c.addUnclear(s)
		return
	}
	if s.Listening() {
		c.near.addListening(s)
	}
	c.listen[s.Proto-parse.TCP].find(s.Local.Port, func(n int32) {
		if fit, dual := serves(s, c.selectors[n].item); fit != watch.No {
			c.enter(n, s, fit, dual)
		}
	})
}

// serves says whether a listening socket takes what the item's protocol and
// address ask for. dual: it does so only if a socket bound to [::] serves IPv4.
func serves(s *parse.Socket, it *watch.Item) (fit watch.Fit, dual bool) {
	wild := s.Local.IsWildcard()
	if it.Local.Any && !wild {
		return watch.No, false
	}
	want := it.Family
	if p := it.Local.Prefix; p.IsValid() {
		switch a := p.Addr(); {
		case a.IsUnspecified() && !wild:
			return watch.No, false
		case !wild && !it.Local.Contains(s.Local.Addr):
			return watch.No, false
		case a.Is4():
			want = parse.IPv4
		default:
			want = parse.IPv6
		}
	}
	have := s.Family
	if s.Local.Addr.Is4In6() {
		have = parse.IPv4
	}
	switch {
	case want == 0, want == have:
		return watch.Yes, false
	case have == 0 && want == parse.IPv4: // "*": see ss.go
		return watch.Yes, false
	case have == 0:
		return watch.Maybe, false
	case want == parse.IPv4 && wild:
		return watch.Yes, true
	}
	return watch.No, false
}

// enter counts the socket in the cell of the selector that it belongs to.
func (c *Collector) enter(n int32, s *parse.Socket, fit watch.Fit, dual bool) {
	sel := &c.selectors[n]
	slot := sel.slot(s, fit)
	if slot != nil && *slot != nil {
		(*slot).add(s, c.keep)
		return
	}
	key := c.cellKey(s, fit, sel.named)
	ce := sel.cells[string(key)]
	if ce == nil {
		if sel.cells == nil {
			sel.cells = map[string]*cell{}
		}
		ce = &cell{socket: s.Clone(), endpoint: fit, dual: dual, find: sel.named && s.Inode != 0 && len(s.Owners) == 0}
		sel.cells[string(key)] = ce
		sel.order = append(sel.order, ce)
	}
	ce.add(s, c.keep)
	if slot != nil {
		*slot = ce
	}
}

// slot returns where the cell of a plain connection is kept, nil for another
// socket.
func (sel *selector) slot(s *parse.Socket, fit watch.Fit) **cell {
	if sel.named || fit != watch.Yes || s.State == parse.OtherState || listens(s) {
		return nil
	}
	if sel.plain == nil {
		sel.plain = new([parse.NumStates][2]*cell)
	}
	owned := 0
	if s.Inode != 0 || len(s.Owners) > 0 {
		owned = 1
	}
	return &sel.plain[s.State][owned]
}

// add counts a socket of the cell.
func (ce *cell) add(s *parse.Socket, keep int) {
	ce.count++
	if ce.find {
		ce.inodes = append(ce.inodes, s.Inode)
	}
	if ce.count == 1 {
		return
	}
	if ce.endpoint == watch.Maybe && !ce.find && order(s, &ce.socket) < 0 {
		before := ce.socket // a reason names the first in order, not the first to come
		ce.socket, s = s.Clone(), &before
	}
	if len(ce.more) < keep-1 {
		ce.more = append(ce.more, s.Clone())
	}
}

// cellKey is what a verdict can hang on; the owners only where an item names one
// or they are to be shown.
func (c *Collector) cellKey(s *parse.Socket, fit watch.Fit, named bool) []byte {
	b := c.buf[:0]
	b = append(b, byte(s.State), byte(fit))
	b = append(b, s.Word...)
	if s.Inode == 0 && len(s.Owners) == 0 {
		b = append(b, 0) // perhaps without an owner by nature
	}
	if listens(s) { // a program has few of them, and a reason names where
		b = append(append(b, s.Local.Host...), byte(s.V6Only))
		b = binary.BigEndian.AppendUint16(b, s.Local.Port)
		if s.Local.Addr.IsValid() {
			a := s.Local.Addr.As16()
			b = append(b, a[:]...)
		}
	}
	if named {
		for i := range s.Owners {
			o := &s.Owners[i]
			b = binary.BigEndian.AppendUint32(append(b, 0), o.PID)
			b = append(b, o.Name...)
		}
	}
	c.buf = b
	return b
}
