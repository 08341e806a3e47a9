package match

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// TestIndexFindsWhatASearchFinds holds the index against looking at every
// selector, on addresses, networks and port ranges made at random.
func TestIndexFindsWhatASearchFinds(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	addr := func() netip.Addr {
		if rnd.IntN(4) == 0 {
			return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 15: byte(rnd.IntN(4))})
		}
		return netip.AddrFrom4([4]byte{10, 0, byte(rnd.IntN(3)), byte(rnd.IntN(4))})
	}
	port := func() uint16 { return uint16(1 + rnd.IntN(60)) }
	for range 200 {
		type entry struct {
			addrs watch.Addrs
			ports watch.Ports
		}
		var all []entry
		var x addrIndex
		for n := range 40 {
			e := entry{}
			switch a := addr(); rnd.IntN(3) {
			case 0:
				e.addrs.Any = true
			case 1:
				e.addrs.Prefix = netip.PrefixFrom(a, a.BitLen())
			case 2:
				e.addrs.Prefix = netip.PrefixFrom(a, a.BitLen()-1-rnd.IntN(10)).Masked()
			}
			first := port()
			last := first
			if rnd.IntN(2) == 0 {
				last += uint16(rnd.IntN(20))
			}
			e.ports.Ranges = []parse.PortRange{{First: first, Last: last}}
			all = append(all, e)
			x.add(e.addrs, e.ports, int32(n))
		}
		x.seal()
		for range 100 {
			a, p := addr(), port()
			var got, want []int32
			x.find(a, p, func(n int32) { got = append(got, n) })
			for n, e := range all {
				if e.addrs.Contains(a) && e.ports.Contains(p) {
					want = append(want, int32(n))
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("%v:%d finds %v; want %v", a, p, got, want)
			}
		}
	}
}
