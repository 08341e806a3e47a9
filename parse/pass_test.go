package parse

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
)

// fits says whether a socket fits a term, as Filter promises it.
func (t *Term) fits(s *Socket) bool {
	in := func(ranges []PortRange, port uint16) bool {
		for _, r := range ranges {
			if r.First <= port && port <= r.Last {
				return true
			}
		}
		return len(ranges) == 0
	}
	within := func(p netip.Prefix, a netip.Addr) bool {
		return !p.IsValid() || a.IsValid() && p.Contains(a.Unmap().WithZone(""))
	}
	return t.Proto == s.Proto && t.Listening == s.Listening() &&
		in(t.RemotePorts, s.Remote.Port) && within(t.Remote, s.Remote.Addr) &&
		in(t.LocalPorts, s.Local.Port) && within(t.Local, s.Local.Addr)
}

// TestNoWantedRowPasses reads random rows with random filters: what fits is
// visited, and every row is counted.
func TestNoWantedRowPasses(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	addrs := []string{"192.0.2.7", "1.1.1.1", "198.51.100.200", "127.0.0.53%lo", "2001:db8::7", "2001:DB8:0:0:0:0:0:7",
		"::ffff:1.1.1.1", "::ffff:198.51.100.200", "fe80::1%eth0", "203.0.113.113"}
	ports := []int{1, 22, 80, 443, 8080, 44300, 65535}
	pick := func() (addr string, port int) { return addrs[rnd.IntN(len(addrs))], ports[rnd.IntN(len(ports))] }
	prefix := func() netip.Prefix {
		a, _ := pick()
		a, _, _ = strings.Cut(a, "%")
		ip := netip.MustParseAddr(a).Unmap()
		if rnd.IntN(4) == 0 {
			return netip.PrefixFrom(ip, ip.BitLen()-8).Masked()
		}
		return netip.PrefixFrom(ip, ip.BitLen())
	}
	ranges := func() []PortRange {
		_, p := pick()
		return []PortRange{{First: uint16(p), Last: uint16(min(p+rnd.IntN(3)*20, 65535))}}
	}
	row := map[string]func() string{
		"linux": func() string {
			la, lp := pick()
			ra, rp := pick()
			if rnd.IntN(8) == 0 {
				return fmt.Sprintf("tcp        0      0 %-23s %-23s %-11s 7/a\n", fmt.Sprintf("%s:%d", la, lp), "0.0.0.0:*", "LISTEN")
			}
			return fmt.Sprintf("%-4s %8d %6d %-23s %-23s %-11s 7/a\n", []string{"tcp", "tcp6"}[rnd.IntN(2)], rnd.IntN(1e7), rnd.IntN(200),
				fmt.Sprintf("%s:%d", la, lp), fmt.Sprintf("%s:%d", ra, rp), "ESTABLISHED")
		},
		"windows": func() string {
			end := func() string {
				a, p := pick()
				if strings.Contains(a, ":") {
					a = "[" + a + "]"
				}
				return fmt.Sprintf("%s:%d", strings.Replace(a, "%lo", "", 1), p)
			}
			return fmt.Sprintf("  TCP    %-22s %-22s ESTABLISHED     44\r\n [a.exe]\r\n", end(), end())
		},
	}
	passed := 0
	for range 2000 {
		f := &Filter{Near: rnd.IntN(2) == 0}
		for range 1 + rnd.IntN(3) {
			term := Term{Proto: TCP, Listening: rnd.IntN(5) == 0}
			if rnd.IntN(3) > 0 {
				term.LocalPorts = ranges()
			}
			if !term.Listening {
				if rnd.IntN(3) > 0 {
					term.Remote = prefix()
				}
				if rnd.IntN(4) > 0 {
					term.RemotePorts = ranges()
				}
				if rnd.IntN(4) == 0 {
					term.Local = prefix()
				}
			}
			f.Terms = append(f.Terms, term)
		}
		for format, make := range row {
			var text strings.Builder
			for range 50 {
				text.WriteString(make())
			}
			wanted := func(s *Socket) bool {
				for i := range f.Terms {
					if f.Terms[i].fits(s) {
						return true
					}
				}
				return false
			}
			count := func(h Hints) (visited, fit int) {
				sum, err := Netstat(strings.NewReader(text.String()), h, func(s *Socket) {
					visited++
					if wanted(s) {
						fit++
					}
				})
				if err != nil || sum.Sockets != 50 || sum.Skipped > 0 || sum.Format != format {
					t.Fatalf("%+v, %v\n%s", sum, err, &text)
				}
				return visited, fit
			}
			all, want := count(Hints{Wide: true})
			visited, got := count(Hints{Wide: true, Want: f})
			if got != want {
				t.Fatalf("%s: %d of %d wanted sockets visited with %+v in\n%s", format, got, want, f, &text)
			}
			passed += all - visited
		}
	}
	if passed == 0 {
		t.Error("no row ever passed")
	}
}

func TestRowsThatAreNotWholePassOnlyWhereTheirPortsAre(t *testing.T) {
	w := want(&Filter{Terms: []Term{{Proto: TCP, RemotePorts: []PortRange{{First: 443, Last: 443}}}}})
	for _, tt := range []struct {
		row  string
		want bool
	}{
		{"tcp        0      0 192.0.2.7:41856         198.51.100.4:3306       TIME_WAIT   -", true},
		{"tcp        0      0 192.0.2.7:41856         198.51.100.4:443        TIME_WAIT   -", false},
		{"tcp        0      0 192.0.2.7:41856         198.51.100.4:33", false},                                       // the row ends within its port
		{"tcp6       0      0 2001:db8::aaaa:bb:41856 2001:db8::aaaa:bb:44    ESTABLISHED -", false},                 // cut by its column
		{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      -", false},                 // listens
		{"udp        0      0 192.0.2.7:68            198.51.100.4:67         ESTABLISHED -", false},                 // not TCP
		{"tcp   LISTEN 0      128    0.0.0.0:22         0.0.0.0:*    users:((\"sshd\",pid=640,fd=3))", false},        // ss
		{"tcp        0      0 192.0.2.7:41856         198.51.100.4:70000      TIME_WAIT   -", false},                 // no port
		{"tcp        0      x 192.0.2.7:41856         198.51.100.4:3306       TIME_WAIT   -", false},                 // no queue
		{"tcp        0      0 :41856                  :3306                   TIME_WAIT   -                ", false}, // no address
	} {
		if got := linuxPass(w, []byte(tt.row)) >= 0; got != tt.want {
			t.Errorf("%v for %s", got, tt.row)
		}
	}
	// The local end matters where a local port is wanted.
	local := want(&Filter{Terms: []Term{{Proto: TCP, LocalPorts: []PortRange{{First: 443, Last: 443}}}}})
	for end, passes := range map[string]bool{"192.0.2.7:41856": true, "192.0.2.7:443": false, "192.0.2.7:ssh": false, "192.0.2.7:418567": false, ":41856": false} {
		row := fmt.Sprintf("tcp        0      0 %-23s 198.51.100.4:3306       TIME_WAIT   -", end)
		if got := linuxPass(local, []byte(row)) >= 0; got != passes {
			t.Errorf("%v for %s", got, row)
		}
	}
}

// TestAFewNearRowsAreRead: a reason needs some sockets with the port or the
// address of a term, not all of them.
func TestAFewNearRowsAreRead(t *testing.T) {
	near := &Filter{Near: true, Terms: []Term{{
		Proto: TCP, Remote: netip.MustParsePrefix("198.51.100.4/32"), RemotePorts: []PortRange{{First: 443, Last: 443}},
	}}}
	rows := strings.Repeat("tcp        0      0 192.0.2.7:41856         198.51.100.9:443        ESTABLISHED -\n", 1000) +
		strings.Repeat("tcp        0      0 192.0.2.7:41856         198.51.100.4:8443       ESTABLISHED -\n", 10_000)
	n := map[uint16]int{}
	if _, err := Netstat(strings.NewReader(rows), Hints{Want: near}, func(s *Socket) { n[s.Remote.Port]++ }); err != nil {
		t.Fatal(err)
	}
	if n[443] < 1 || n[443] > maxNearPort+1 || n[8443] < 1 || n[8443] > maxNearAddr+10 { // and some at the end of what is read at a time
		t.Errorf("rows read by port: %v", n)
	}
}
