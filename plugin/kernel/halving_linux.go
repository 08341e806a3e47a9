package kernel

import (
	"net/netip"
	"slices"
)

// halving returns a network that holds about half of the remote addresses of
// the chosen rules, and not all: between a third and two thirds of them, where
// they all differ. It is invalid where no network parts them.
func halving(rules []rule, chosen []int) netip.Prefix {
	var all []netip.Prefix
	for _, n := range chosen {
		if r := rules[n].remote; r.IsValid() {
			all = append(all, r.Masked())
		}
	}
	slices.SortFunc(all, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) })
	four, _ := slices.BinarySearchFunc(all, netip.IPv6Unspecified(), func(p netip.Prefix, a netip.Addr) int { return p.Addr().Compare(a) })
	in := all[:four] // IPv4 sorts before IPv6
	if four < len(all)-four {
		in = all[four:]
	}
	if len(in) == 0 {
		return netip.Prefix{}
	}
	// Down the side that holds more, until it holds two thirds or less.
	network := netip.PrefixFrom(in[0].Addr(), 0).Masked()
	for 3*len(in) > 2*len(all) {
		if network.Bits() == network.Addr().BitLen() {
			return netip.Prefix{} // all of what is left is one address
		}
		low := netip.PrefixFrom(network.Addr(), network.Bits()+1)
		parts := slices.IndexFunc(in, func(p netip.Prefix) bool { return !low.Contains(p.Addr()) })
		if parts < 0 {
			parts = len(in)
		}
		network = low
		if 2*parts < len(in) {
			network = netip.PrefixFrom(in[parts].Addr(), low.Bits()).Masked()
			in = in[parts:]
		} else {
			in = in[:parts]
		}
	}
	return network
}
