package kernel

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// opened are real sockets on loopback, and how the kernel shows them.
type opened struct {
	want  []string
	ports []uint16 // of all ends
}

// open opens a connection over IPv4, one to a dual-stack listener, one that
// leaves a TIME_WAIT, and a UDP socket, with all of their listeners.
func open(t testing.TB) *opened {
	t.Helper()
	o := &opened{}
	keep := func(c interface{ Close() error }, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
	}
	for _, network := range []string{"tcp4", "tcp"} {
		address, listening, accepted := "127.0.0.1:0", "tcp4 127.0.0.1:%d 0.0.0.0:0 LISTEN", "tcp4 127.0.0.1:%d 127.0.0.1:%d ESTABLISHED"
		if network == "tcp" { // [::], which serves IPv4 too
			address, listening, accepted = ":0", "tcp6 :::%d :::0 LISTEN dual", "tcp6 ::ffff:127.0.0.1:%d ::ffff:127.0.0.1:%d ESTABLISHED"
		}
		l, err := net.Listen(network, address)
		keep(l, err)
		server := netip.MustParseAddrPort(l.Addr().String()).Port()
		o.ports, o.want = append(o.ports, server), append(o.want, fmt.Sprintf(listening, server))
		for _, closes := range []bool{false, true} {
			c, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", server))
			keep(c, err)
			a, err := l.Accept()
			keep(a, err)
			client := netip.MustParseAddrPort(c.LocalAddr().String()).Port()
			o.ports = append(o.ports, client)
			if !closes {
				o.want = append(o.want, fmt.Sprintf("tcp4 127.0.0.1:%d 127.0.0.1:%d ESTABLISHED", client, server), fmt.Sprintf(accepted, server, client))
				continue
			}
			_ = c.Close()
			_, _ = a.Read(make([]byte, 1)) // until the end has come
			_ = a.Close()
			o.want = append(o.want, fmt.Sprintf("tcp4 127.0.0.1:%d 127.0.0.1:%d TIME_WAIT", client, server))
		}
	}
	u, err := net.ListenPacket("udp4", "127.0.0.1:0")
	keep(u, err)
	o.ports = append(o.ports, netip.MustParseAddrPort(u.LocalAddr().String()).Port())
	o.want = append(o.want, fmt.Sprintf("udp4 127.0.0.1:%d 0.0.0.0:0 ", o.ports[len(o.ports)-1]))
	slices.Sort(o.want)
	return o
}

// has reports whether the socket is one of those opened. Others of this host
// may have the same port at one of their ends.
func (o *opened) has(s *parse.Socket) bool {
	local := s.Local.Addr.Unmap()
	return (local.IsUnspecified() || local == netip.MustParseAddr("127.0.0.1")) && slices.Contains(o.ports, s.Local.Port) &&
		(s.Remote.Port == 0 || slices.Contains(o.ports, s.Remote.Port))
}

// line is the socket without its inode, which only has to be there.
func line(t *testing.T, s *parse.Socket) string {
	owned := s.State != parse.TimeWait
	if owned != (s.Inode != 0) {
		t.Errorf("%s: the inode", meaning(s))
	}
	c := *s
	c.Inode = 0
	return strings.Replace(meaning(&c), " inode 0", "", 1)
}

func TestReadShowsRealSockets(t *testing.T) {
	o := open(t)
	var got []string
	info, err := Read(context.Background(), nil, "", func(s *parse.Socket) {
		if o.has(s) {
			got = append(got, line(t, s))
		}
	})
	if err != nil || info.Via != SockDiag || info.Sockets < len(o.want) || info.Filtered {
		t.Fatalf("%+v, %v", info, err)
	}
	slices.Sort(got)
	equalLines(t, got, o.want)
}

// TestTheKernelRunsWhatIsCompiled holds queries made at random against real
// sockets: the kernel accepts every program, and takes what is wanted.
func TestTheKernelRunsWhatIsCompiled(t *testing.T) {
	o := open(t)
	var all []parse.Socket
	read := func(want Query) (lines map[string]bool) {
		lines = map[string]bool{}
		info, err := Read(context.Background(), want, "", func(s *parse.Socket) {
			if !o.has(s) {
				return
			}
			if want == nil {
				all = append(all, s.Clone())
			}
			lines[meaning(s)] = true
		})
		if err != nil || info.Via != SockDiag {
			t.Fatalf("%+v: %+v, %v", want, info, err)
		}
		return lines
	}
	read(nil)
	w := world{rand.New(rand.NewPCG(7, 8))}
	filtered := 0
	for range 100 {
		f := Query{}
		for range 1 + w.IntN(40) {
			f = append(f, w.term(w.IntN(4) == 0))
			// Of every other term, what one of the sockets has.
			term, s := &f[len(f)-1], &all[w.IntN(len(all))]
			if w.IntN(2) == 0 {
				port := func(p uint16) []parse.PortRange { return []parse.PortRange{{First: p, Last: p + uint16(w.IntN(2))}} }
				term.Proto, term.Listening, term.LocalPorts = s.Proto, s.Listening(), port(s.Local.Port)
				if a := s.Remote.Addr.Unmap(); !term.Listening {
					term.Remote, term.RemotePorts, term.Local = netip.PrefixFrom(a, a.BitLen()-w.IntN(8)).Masked(), port(s.Remote.Port), netip.Prefix{}
				}
			}
		}
		got := read(f)
		for i := range all {
			if f.fits(&all[i]) {
				if filtered++; !got[meaning(&all[i])] {
					t.Fatalf("%+v\nnot shown: %s", f, meaning(&all[i]))
				}
			}
		}
	}
	if filtered < 100 {
		t.Errorf("only %d sockets were wanted", filtered)
	}
}

func TestOnlyWhatIsWantedIsAskedFor(t *testing.T) {
	o := open(t)
	port := o.ports[0]
	for _, tt := range []struct {
		name string
		term Predicate
	}{
		{"a listener", Predicate{Proto: parse.TCP, Listening: true, LocalPorts: []parse.PortRange{{First: port, Last: port}}}},
		{"its connections", Predicate{Proto: parse.TCP, RemotePorts: []parse.PortRange{{First: port, Last: port}}}},
		{"a UDP port", Predicate{Proto: parse.UDP, Listening: true, LocalPorts: []parse.PortRange{{First: o.ports[len(o.ports)-1], Last: o.ports[len(o.ports)-1]}}}},
	} {
		f := Query{tt.term}
		n := 0
		info, err := Read(context.Background(), f, "", func(s *parse.Socket) {
			n++
			if !f.fits(s) {
				t.Errorf("%s: %s", tt.name, meaning(s))
			}
		})
		if err != nil || n == 0 || info.Sockets != n || !info.Filtered {
			t.Errorf("%s: %d sockets, %+v, %v", tt.name, n, info, err)
		}
	}
}

func TestReadEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), -time.Second)
	defer cancel()
	_, err := Read(ctx, nil, "", func(s *parse.Socket) { t.Errorf("visited %s", meaning(s)) })
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "the kernel's tcp sockets") {
		t.Errorf("error %v", err)
	}
}

func TestOnlyARefusalIsOne(t *testing.T) {
	for err, want := range map[error]bool{
		nil: false, unix.EPERM: true, unix.EACCES: true, unix.EPROTONOSUPPORT: true, unix.ENOENT: true, unix.ESOCKTNOSUPPORT: true,
		unix.EINVAL: false, unix.ENOBUFS: false, unix.ENOMEM: false, unix.EMFILE: false, context.DeadlineExceeded: false, errCut: false,
		fmt.Errorf("opening a sock_diag socket: %w", unix.EAFNOSUPPORT): true,
	} {
		if got := refused(err); got != want {
			t.Errorf("%v: refused %v", err, got)
		}
	}
}

func TestAnInterfaceIsNamedOrNumbered(t *testing.T) {
	fd, err := openDiag()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		t.Fatal(err)
	}
	name := interfaceNames(fd)
	for index, want := range map[uint32]string{uint32(lo.Index): "lo", 1 << 30: "1073741824"} {
		for range 2 {
			if got := name(index); got != want {
				t.Errorf("interface %d is %q; want %q", index, got, want)
			}
		}
	}
}

// BenchmarkRead is the cost of reading this host's sockets.
func BenchmarkRead(b *testing.B) {
	open(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), nil, "", func(*parse.Socket) {}); err != nil {
			b.Fatal(err)
		}
	}
}
