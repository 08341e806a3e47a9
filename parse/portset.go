package parse

// PortSet is a set of port numbers. The zero value is empty.
type PortSet [65536 / 64]uint64

// Add enters the ranges.
func (p *PortSet) Add(ranges []PortRange) {
	for _, r := range ranges {
		for n := int(r.First); n <= int(r.Last); n++ {
			p.set(uint16(n))
		}
	}
}

func (p *PortSet) set(n uint16) { p[n/64] |= 1 << (n % 64) }

// Has reports whether the port is in the set.
func (p *PortSet) Has(n uint16) bool { return p[n/64]&(1<<(n%64)) != 0 }
