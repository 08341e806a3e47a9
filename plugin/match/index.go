package match

import (
	"cmp"
	"net/netip"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// portIndex finds the selectors whose ports contain a port, in time that grows
// with their number only.
type portIndex struct {
	single map[uint16][]int32
	spans  []span  // by first port
	reach  []int32 // largest last port within each subtree of spans, see stab
}

type span struct {
	first, last uint16
	selector    int32
}

func (x *portIndex) add(ports watch.Ports, selector int32) {
	for _, r := range ports.Ranges {
		if r.First == r.Last {
			if x.single == nil {
				x.single = map[uint16][]int32{}
			}
			x.single[r.First] = append(x.single[r.First], selector)
			continue
		}
		x.spans = append(x.spans, span{r.First, r.Last, selector})
	}
}

// seal makes the index ready for find.
func (x *portIndex) seal() {
	slices.SortFunc(x.spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	x.reach = make([]int32, len(x.spans))
	x.sealTree(0, len(x.spans))
}

// sealTree notes the reach of the subtree [lo, hi), whose root is its middle.
func (x *portIndex) sealTree(lo, hi int) int32 {
	if lo >= hi {
		return -1
	}
	mid := (lo + hi) / 2
	x.reach[mid] = max(int32(x.spans[mid].last), x.sealTree(lo, mid), x.sealTree(mid+1, hi))
	return x.reach[mid]
}

func (x *portIndex) find(port uint16, visit func(selector int32)) {
	for _, s := range x.single[port] {
		visit(s)
	}
	x.stab(0, len(x.spans), port, visit)
}

// stab visits the spans in [lo, hi) that contain port: an interval tree laid
// over the sorted slice.
func (x *portIndex) stab(lo, hi int, port uint16, visit func(selector int32)) {
	for lo < hi {
		mid := (lo + hi) / 2
		if x.reach[mid] < int32(port) {
			return
		}
		x.stab(lo, mid, port, visit)
		if x.spans[mid].first > port {
			return
		}
		if port <= x.spans[mid].last {
			visit(x.spans[mid].selector)
		}
		lo = mid + 1
	}
}

// addrIndex finds selectors by address and port.
type addrIndex struct {
	any  portIndex
	nets map[netip.Prefix]*portIndex
	bits [2][]int // prefix lengths in use: IPv4, IPv6
	// ports and tails are what any selector has, so that most sockets, which no
	// item watches, are passed over without a look at the maps (BenchmarkItems).
	ports parse.PortSet
	tails tails
}

// tails is a set of addresses by their last two bytes: what it has not is not
// there.
type tails struct{ parse.PortSet }

func tail(a netip.Addr) uint16 {
	b := a.As16()
	return uint16(b[14])<<8 | uint16(b[15])
}

func (t *tails) add(a netip.Addr) {
	n := tail(a)
	t.Add([]parse.PortRange{{First: n, Last: n}})
}

func (t *tails) mayHave(a netip.Addr) bool { return t.Has(tail(a)) }

func (x *addrIndex) add(a watch.Addrs, ports watch.Ports, selector int32) {
	if a.Any || a.IsZero() {
		x.ports.Add(ports.Ranges)
		x.any.add(ports, selector)
		return
	}
	x.addPrefix(a.Prefix, ports, selector)
}

func (x *addrIndex) addPrefix(p netip.Prefix, ports watch.Ports, selector int32) {
	x.ports.Add(ports.Ranges)
	if p.IsSingleIP() {
		x.tails.add(p.Addr())
	}
	if x.nets == nil {
		x.nets = map[netip.Prefix]*portIndex{}
	}
	ix := x.nets[p]
	if ix == nil {
		ix = new(portIndex)
		x.nets[p] = ix
		bits := &x.bits[family(p.Addr())]
		if !slices.Contains(*bits, p.Bits()) {
			*bits = append(*bits, p.Bits())
		}
	}
	ix.add(ports, selector)
}

func (x *addrIndex) isEmpty() bool {
	return len(x.nets) == 0 && len(x.any.single) == 0 && len(x.any.spans) == 0
}

func (x *addrIndex) seal() {
	x.any.seal()
	for _, ix := range x.nets {
		ix.seal()
	}
}

// find visits the selectors whose address and ports contain the endpoint. addr
// is unmapped and without a zone.
func (x *addrIndex) find(addr netip.Addr, port uint16, visit func(selector int32)) {
	if !x.ports.Has(port) {
		return
	}
	x.any.find(port, visit)
	if len(x.nets) == 0 {
		return
	}
	for _, bits := range x.bits[family(addr)] {
		if bits == addr.BitLen() && !x.tails.mayHave(addr) {
			continue
		}
		p, err := addr.Prefix(bits)
		if err != nil {
			continue // bits are those of a prefix of the same family
		}
		if ix := x.nets[p]; ix != nil {
			ix.find(port, visit)
		}
	}
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}
