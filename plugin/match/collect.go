package match

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"net/netip"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// Options say how to collect.
type Options struct {
	// Keep is the number of matched sockets, at least one, that each verdict is to
	// show; every one is counted.
	Keep int
	// Repeats says that the source may show a socket more than once.
	Repeats bool
}

// Collector gathers, socket by socket, what the items of a run need.
type Collector struct {
	items     []watch.Item
	selectors []selector
	of        []int32 // the selector of each item, -1 for one that is not looked for
	keep      int
	seen      map[uint64]struct{} // identities of the sockets that fit, nil if none comes twice
	seed      maphash.Seed

	remote, local addrIndex    // selectors of connections by their remote or local end
	listen        [2]portIndex // selectors of listening items: TCP, UDP

	counts     counts
	tells      bool // the source shows queues
	near       nearby
	listeners  map[uint16][]listener // TCP sockets that listen, by port, if an item names a program
	unexpected []*unexpected
	unclear    []parse.Socket
	unread     []parse.Unread
	more       bool // there were more unclear sockets than were kept

	hits []hit  // scratch: what the socket at hand fits
	buf  []byte // scratch: key of a group
}

// selector is one endpoint that items watch, with the sockets that fit it.
type selector struct {
	item   *watch.Item // one of its items, for the endpoint
	named  bool        // the owners matter to one of its items
	served bool        // and so does the service
	groups map[string]*group
	order  []*group // made with the first socket: most items have few, many none
	// ordinary are the groups of connections whose owners do not matter, by state
	// and by whether they have any: those of millions of rows (BenchmarkItems).
	ordinary *[parse.NumStates][2]*group
}

// hit is a selector that the socket at hand fits.
type hit struct {
	selector int32
	fit      fit
}

// New compiles the items.
func New(items []watch.Item, opts Options) *Collector {
	c := &Collector{items: items, of: make([]int32, len(items)), keep: max(1, opts.Keep), near: newNearby()}
	if opts.Repeats {
		c.seen, c.seed = map[uint64]struct{}{}, maphash.MakeSeed()
	}
	known := map[string]int32{}
	for i := range items {
		it := &items[i]
		c.of[i] = -1
		switch {
		case it.Err != nil, it.ResolveErr != nil:
			continue
		case it.Kind.IsUnexpected():
			c.unexpected = append(c.unexpected, newUnexpected(it))
			continue
		case it.Kind == watch.Count:
			c.counts.items = true
			continue
		}
		id := fmt.Sprintf("%v %s %%%s %%%s %v %+v %+v", it.Kind, it.Endpoint(), it.Remote.Zone, it.Local.Zone, it.HalfResolved, it.MaxRecvQ, it.MaxSendQ)
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
		sel.served = sel.served || !it.Service.IsAny()
		if it.Kind == watch.Connection && c.named(it) && c.listeners == nil {
			c.listeners = map[uint16][]listener{}
		}
		c.near.programs = c.near.programs || it.Kind == watch.Listening && !it.Program.IsAny()
	}
	c.remote.seal()
	c.local.seal()
	c.listen[0].seal()
	c.listen[1].seal()
	return c
}

// index enters a selector where its sockets will find it. A connection is
// looked up by its remote end, or by its local one if any remote end will do.
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
			if a = canonical(a); !seen[a] {
				seen[a] = true
				c.remote.addPrefix(netip.PrefixFrom(a, a.BitLen()), it.RemotePorts, n)
			}
		}
		for _, f := range it.HalfResolved {
			c.remote.addPrefix(wholeFamily(f), it.RemotePorts, n)
		}
	case it.Remote.Any && it.RemotePorts.All() && !it.LocalPorts.IsZero():
		c.local.add(it.Local, it.LocalPorts, n)
	default:
		c.remote.add(it.Remote, it.RemotePorts, n)
	}
}

// wholeFamily is the network of all addresses of a family.
func wholeFamily(f parse.Family) netip.Prefix {
	if f == parse.IPv4 {
		return netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	}
	return netip.PrefixFrom(netip.IPv6Unspecified(), 0)
}

// canonical returns the address as the indexes hold it: IPv4-mapped IPv6 as
// IPv4, without a zone.
func canonical(a netip.Addr) netip.Addr {
	if a.Is4() {
		return a
	}
	return a.Unmap().WithZone("")
}

// named reports whether the owners of the item's sockets matter.
func (c *Collector) named(it *watch.Item) bool { return c.keep > 1 || !it.Program.IsAny() }

// Add takes one socket. It does not keep s.
func (c *Collector) Add(s *parse.Socket) {
	c.tells = c.tells || s.Queues.HasLimit || s.Queues.Timer != parse.NoTimer
	if s.ProtoUnsure {
		c.addUnclear(s)
		return
	}
	if c.counts.items {
		if c.repeated(s) {
			return
		}
		c.counts.add(s)
	}
	for _, u := range c.unexpected {
		u.add(s)
	}
	switch {
	case listens(s):
		c.addListening(s)
	case isConnection(s):
		c.addConnection(s)
	default:
		c.near.addOther(s)
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
	c.hits = c.hits[:0]
	find := func(n int32) {
		if f := connects(c.selectors[n].item, s); f.is != parse.No {
			c.hits = append(c.hits, hit{n, f})
		}
	}
	c.remote.find(canonical(s.Remote.Addr), s.Remote.Port, find)
	switch {
	case c.local.isEmpty():
	case s.Local.Addr.IsValid() && s.Local.Service == "":
		c.local.find(canonical(s.Local.Addr), s.Local.Port, find)
	default:
		c.addUnclear(s)
	}
	c.enter(s)
}

func (c *Collector) addListening(s *parse.Socket) {
	if s.Local.Service != "" || s.Local.Cut || !s.Local.Addr.IsValid() && !s.Local.IsWildcard() {
		c.addUnclear(s)
		return
	}
	if s.Listening() {
		c.near.addListening(s)
		if s.Proto == parse.TCP && c.listeners != nil {
			c.listeners[s.Local.Port] = append(c.listeners[s.Local.Port], listenerOf(s))
		}
	}
	c.hits = c.hits[:0]
	c.listen[s.Proto-parse.TCP].find(s.Local.Port, func(n int32) {
		if f := serves(c.selectors[n].item, s); f.is != parse.No {
			c.hits = append(c.hits, hit{n, f})
		}
	})
	c.enter(s)
}

// enter counts the socket in its group of each selector that it fits, once.
func (c *Collector) enter(s *parse.Socket) {
	if len(c.hits) == 0 || !c.counts.items && c.repeated(s) {
		return
	}
	for _, h := range c.hits {
		c.enterGroup(&c.selectors[h.selector], s, h.fit)
	}
}

// repeated reports whether the socket came before. A connection is known by its
// ends, since a TIME_WAIT takes its place; what listens by its inode, since
// several may be bound to the same address.
func (c *Collector) repeated(s *parse.Socket) bool {
	if c.seen == nil || listens(s) && s.Inode == 0 {
		return false
	}
	inode := uint32(0)
	if listens(s) {
		inode = s.Inode
	}
	id := maphash.Comparable(c.seed, struct {
		proto         parse.Proto
		local, remote netip.AddrPort
		service, host string
		inode         uint32
	}{s.Proto, netip.AddrPortFrom(s.Local.Addr, s.Local.Port), netip.AddrPortFrom(s.Remote.Addr, s.Remote.Port), s.Local.Service, s.Local.Host, inode})
	_, before := c.seen[id]
	c.seen[id] = struct{}{}
	return before
}

// enterGroup counts the socket in the group of the selector that it belongs to.
func (c *Collector) enterGroup(sel *selector, s *parse.Socket, f fit) {
	why := stallOf(sel.item, s)
	slot := sel.slot(s, f, why)
	if slot != nil && *slot != nil {
		(*slot).add(s, c.keep)
		return
	}
	key := c.groupKey(s, f, why, sel)
	g := sel.groups[string(key)]
	if g == nil {
		if sel.groups == nil {
			sel.groups = map[string]*group{}
		}
		g = &group{socket: s.Clone(), fit: f, stall: why, find: sel.named && s.Inode != 0}
		sel.groups[string(key)] = g
		sel.order = append(sel.order, g)
	}
	g.add(s, c.keep)
	if slot != nil {
		*slot = g
	}
}

// slot returns where the group of an ordinary connection is kept, nil for
// another socket.
func (sel *selector) slot(s *parse.Socket, f fit, why stall) **group {
	if sel.named || sel.served || why != notStalled || f.is != parse.Yes || s.State == parse.OtherState || listens(s) {
		return nil
	}
	if sel.ordinary == nil {
		sel.ordinary = new([parse.NumStates][2]*group)
	}
	owned := 0
	if s.Inode != 0 || len(s.Owners) > 0 {
		owned = 1
	}
	return &sel.ordinary[s.State][owned]
}

// group is a group of sockets that differ in nothing that a verdict can depend
// on.
type group struct {
	socket parse.Socket // the first of them
	fit    fit          // of the endpoint
	stall  stall        // why they are stalled, as far as one look tells
	closed uint32       // the most bytes that wait for a peer whose window is closed
	count  int
	more   []parse.Socket // those after the first, as many as are to be shown
	find   bool           // the owners of its sockets are yet to be found
	inodes []uint32       // of all of them, then
}

// add counts a socket of the group.
func (g *group) add(s *parse.Socket, keep int) {
	g.count++
	if s.Queues.Timer == parse.Persist {
		g.closed = max(g.closed, s.Queues.Send, 1)
	}
	if g.find {
		g.inodes = append(g.inodes, s.Inode)
	}
	if g.count == 1 {
		return
	}
	if g.fit.is == parse.Maybe && !g.find && order(s, &g.socket) < 0 {
		before := g.socket // a reason names the first in order, not the first to come
		g.socket, s = s.Clone(), &before
	}
	if len(g.more) < keep-1 {
		g.more = append(g.more, s.Clone())
	}
}

// groupKey is what a verdict can depend on; the owners only if an item names one
// or they are to be shown.
func (c *Collector) groupKey(s *parse.Socket, f fit, why stall, sel *selector) []byte {
	b := c.buf[:0]
	b = append(b, byte(s.State), byte(f.is), byte(f.why), byte(why))
	b = append(b, s.Word...)
	if s.Inode == 0 && len(s.Owners) == 0 {
		b = append(b, 0) // perhaps without an owner by nature
	}
	if listens(s) { // a program has few of them, and a reason names where
		if why == queueFull {
			b = binary.BigEndian.AppendUint32(b, s.Inode) // each is looked at again
		}
		b = append(append(b, s.Local.Host...), byte(s.V6Only))
		b = append(append(b, s.Device...), 0)
		b = appendEnd(b, s.Local)
	} else if sel.named && s.NoInode && unaccepted(s) {
		b = appendEnd(b, s.Local) // which listener it waits for
	}
	if sel.named || sel.served {
		b = binary.BigEndian.AppendUint64(b, s.Cgroup)
		for _, name := range s.Services {
			b = append(append(b, 0), name...)
		}
	}
	if sel.named {
		for i := range s.Owners {
			o := &s.Owners[i]
			b = binary.BigEndian.AppendUint32(append(b, 0), o.PID)
			b = append(b, o.Name...)
		}
		for _, service := range s.Services {
			b = append(append(b, 0), service...)
		}
	}
	c.buf = b
	return b
}

func appendEnd(b []byte, e parse.Endpoint) []byte {
	b = binary.BigEndian.AppendUint16(b, e.Port)
	if e.Addr.IsValid() {
		a := e.Addr.As16()
		b = append(b, a[:]...)
	}
	return b
}

// TellsStalled reports whether the sockets show limits or timers, so that a stalled
// one would have been seen.
func (c *Collector) TellsStalled() bool { return c.tells }

// Wants reports whether the snapshot must be whole: what the kernel has chosen
// holds nothing at all for an item that expects something.
func (c *Collector) Wants() bool {
	return slices.ContainsFunc(c.selectors, func(sel selector) bool {
		return len(sel.order) == 0 && sel.item.Expect == watch.Present
	})
}
