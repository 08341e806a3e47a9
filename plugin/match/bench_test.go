package match_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/watch"
)

// BenchmarkItems shows what 10,000 items cost against 100,000 sockets beside 10
// items: `make bench`. "distinct" items each name an endpoint of their own,
// "shared" ones the same endpoint with a program each.
func BenchmarkItems(b *testing.B) {
	sockets := make([]parse.Socket, 100_000)
	for i := range sockets {
		sockets[i] = parse.Socket{
			Proto: parse.TCP, Family: parse.IPv4, State: parse.Established,
			Local:  parse.Endpoint{Addr: netip.AddrFrom4([4]byte{192, 0, 2, 7}), Port: uint16(1024 + i%60000)},
			Remote: parse.Endpoint{Addr: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), Port: uint16(1 + i%500)},
			Owners: []parse.Owner{{PID: uint32(i % 300), Name: fmt.Sprintf("program%d", i%300)}},
		}
	}
	for _, n := range []int{10, 10_000} {
		for _, kind := range []string{"distinct", "shared"} {
			var list strings.Builder
			list.WriteString("remoteIP,remotePort,procName\n")
			for i := range n {
				if kind == "distinct" {
					fmt.Fprintf(&list, "10.0.%d.%d,%d,program\n", byte(i>>8), byte(i), 1+i%500)
				} else {
					fmt.Fprintf(&list, "10.0.0.0/16,443,program%d\n", i)
				}
			}
			items, errs := watch.Read(strings.NewReader(list.String()), "bench.csv", watch.Connection)
			if len(errs) > 0 {
				b.Fatal(errs)
			}
			b.Run(fmt.Sprintf("%s/%dx100000", kind, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c := match.New(items, match.Options{Keep: 1})
					for i := range sockets {
						c.Add(&sockets[i])
					}
					if got := len(host{}.verdicts(c, match.Policy{})); got != n {
						b.Fatalf("%d verdicts for %d items", got, n)
					}
				}
			})
		}
	}
}
