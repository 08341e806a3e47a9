package parse

import (
	"bytes"
	"net/netip"
	"testing"
)

// BenchmarkPass is BenchmarkNetstat where 100 endpoints are wanted and none is
// there: what a check of a big snapshot costs.
func BenchmarkPass(b *testing.B) {
	f := &Filter{Near: true}
	for i := range 100 {
		a := netip.AddrFrom4([4]byte{203, 0, 113, byte(i)})
		f.Terms = append(f.Terms, Term{Proto: TCP, Remote: netip.PrefixFrom(a, 32), RemotePorts: []PortRange{{First: 65100 + uint16(i), Last: 65100 + uint16(i)}}})
	}
	for _, o := range outputs {
		b.Run(o.name, func(b *testing.B) {
			in := o.make(benchRows)
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				sum, err := Netstat(bytes.NewReader(in), Hints{Want: f}, func(*Socket) { b.Fatal("a socket that nobody wants was read") })
				if err != nil || sum.Sockets != benchRows {
					b.Fatalf("%d sockets, %v", sum.Sockets, err)
				}
			}
		})
	}
}
