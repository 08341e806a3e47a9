package kernel

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// The kernel's side of bytecode, written down from what inet_diag_bc_audit and
// inet_diag_bc_run of net/ipv4/inet_diag.c do, so that programs can be tried on
// sockets that are not there.

// audit returns what the kernel would refuse of a program.
func audit(code []byte) error {
	starts := map[int]bool{len(code): true}
	for at := 0; at < len(code); {
		starts[at] = true
		if len(code)-at < opLen || code[at+1] < opLen {
			return fmt.Errorf("at %d: no operation", at)
		}
		at += int(code[at+1])
		if at > len(code) {
			return fmt.Errorf("an operation ends behind the program")
		}
	}
	for at := 0; at < len(code); at += int(code[at+1]) {
		need := opLen
		switch code[at] {
		case opJump:
		case opLocalFrom, opLocalTo, opRemoteFrom, opRemoteTo:
			need += opLen
		case opLocalIs, opRemoteIs:
			need += hostCondLen
			addrLen := map[byte]int{unix.AF_INET: 4, unix.AF_INET6: 16}[code[at+4]]
			if addrLen == 0 || int(code[at+5]) > 8*addrLen {
				return fmt.Errorf("at %d: no host condition", at)
			}
			need += addrLen
		default:
			return fmt.Errorf("at %d: operation %d", at, code[at])
		}
		yes, no := int(code[at+1]), int(binary.NativeEndian.Uint16(code[at+2:]))
		if yes != need || yes%4 != 0 || no < need || no%4 != 0 || no > len(code)-at+4 {
			return fmt.Errorf("at %d: jumps to +%d and +%d", at, yes, no)
		}
		if to := at + no; to <= len(code) && !starts[to] {
			return fmt.Errorf("at %d: jumps into an operation", at)
		}
	}
	return nil
}

// takes runs a program on a socket. steps counts the operations.
func takes(code []byte, s *parse.Socket) (yes bool, steps int) {
	at := 0
	for ; at < len(code); steps++ {
		operation := code[at:]
		argument := func() uint16 { return binary.NativeEndian.Uint16(operation[6:]) }
		fits := false
		switch operation[0] {
		case opLocalFrom:
			fits = s.Local.Port >= argument()
		case opLocalTo:
			fits = s.Local.Port <= argument()
		case opRemoteFrom:
			fits = s.Remote.Port >= argument()
		case opRemoteTo:
			fits = s.Remote.Port <= argument()
		case opLocalIs:
			fits = hostFits(operation[4:], s.Local.Addr)
		case opRemoteIs:
			fits = hostFits(operation[4:], s.Remote.Addr)
		}
		if fits {
			at += int(operation[1])
		} else {
			at += int(binary.NativeEndian.Uint16(operation[2:]))
		}
	}
	return at == len(code), steps
}

func hostFits(cond []byte, a netip.Addr) bool {
	wanted, _ := netip.AddrFromSlice(cond[hostCondLen:][:map[byte]int{unix.AF_INET: 4, unix.AF_INET6: 16}[cond[0]]])
	if wanted.Is4() && a.Is4In6() {
		a = a.Unmap()
	}
	// Unlike Prefix.Contains, the kernel does not look for mapped addresses here.
	return wanted.BitLen() == a.BitLen() && netip.PrefixFrom(wanted, int(cond[1])).Masked() == netip.PrefixFrom(a, int(cond[1])).Masked()
}

// world makes rules and sockets that meet often.
type world struct{ *rand.Rand }

func (w world) addr() netip.Addr {
	switch w.IntN(4) {
	case 0:
		return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 14: byte(w.IntN(2)), 15: byte(w.IntN(40))})
	case 1:
		return netip.AddrFrom16(netip.AddrFrom4([4]byte{192, 0, 2, byte(w.IntN(40))}).As16()) // mapped
	}
	return netip.AddrFrom4([4]byte{192, 0, 2, byte(w.IntN(40))})
}

func (w world) prefix() netip.Prefix {
	a := w.addr().Unmap()
	switch w.IntN(4) {
	case 0:
		return netip.Prefix{}
	case 1:
		return netip.PrefixFrom(a, a.BitLen()-w.IntN(12)).Masked()
	case 2:
		return netip.PrefixFrom(a, w.IntN(a.BitLen()+1)).Masked()
	}
	return netip.PrefixFrom(a, a.BitLen())
}

func (w world) port() uint16 { return uint16(w.IntN(60)) * uint16(1+w.IntN(2)*1000) }

func (w world) ports() (ports []parse.PortRange) {
	next := 0
	for range w.IntN(3) {
		r := parse.PortRange{First: uint16(next + w.IntN(40))}
		r.Last = r.First + uint16(w.IntN(2)*w.IntN(30))
		ports, next = append(ports, r), int(r.Last)+1
	}
	if w.IntN(30) == 0 {
		ports = append(ports, parse.PortRange{First: 60000, Last: 65535})
	}
	return ports
}

func (w world) term(listening bool) Predicate {
	t := Predicate{Proto: parse.TCP, Listening: listening, LocalPorts: w.ports()}
	if listening {
		return t
	}
	t.Remote, t.RemotePorts = w.prefix(), w.ports()
	if w.IntN(3) == 0 {
		t.Local = w.prefix()
	}
	if w.IntN(3) > 0 {
		t.LocalPorts = nil
	}
	return t
}

func (w world) socket(state parse.State) parse.Socket {
	s := parse.Socket{Proto: parse.TCP, State: state}
	s.Remote = parse.Endpoint{Addr: w.addr(), Port: w.port()}
	for s.Local.Addr.BitLen() != s.Remote.Addr.BitLen() {
		s.Local = parse.Endpoint{Addr: w.addr(), Port: w.port()}
	}
	return s
}

// TestProgramsTakeWhatTheQueryWants holds programs against the query itself,
// on terms and sockets made at random: never less, and only where a program
// would be too long more.
func TestProgramsTakeWhatTheQueryWants(t *testing.T) {
	w := world{rand.New(rand.NewPCG(3, 4))}
	programs, taken := 0, 0
	for range 3000 {
		listening := w.IntN(4) == 0
		state := parse.Established
		if listening {
			state = parse.Listen
		}
		f := Query{}
		for range 1 + w.IntN(1+w.IntN(60)) {
			f = append(f, w.term(listening))
		}
		dumps := plan(f, parse.TCP)
		if len(dumps) != 1 {
			t.Fatalf("%d dumps for terms of one kind", len(dumps))
		}
		code := dumps[0].code
		if code == nil {
			continue
		}
		programs++
		if err := audit(code); err != nil {
			t.Fatalf("%+v: the kernel refuses %x: %v", f, code, err)
		}
		for range 200 {
			s := w.socket(state)
			got, _ := takes(code, &s)
			want := f.fits(&s)
			if got {
				taken++
			}
			if want && !got || got && !want && !mayTakeMore(f) {
				t.Fatalf("%+v\n%s: taken %v, wanted %v", f, meaning(&s), got, want)
			}
		}
	}
	if programs < 1000 || taken < 10_000 {
		t.Errorf("only %d programs, %d sockets taken", programs, taken)
	}
}

// mayTakeMore reports whether a program for the query may take what is not
// wanted: it has been cut down, or has an IPv6 network of mapped addresses,
// which the kernel finds in it.
func mayTakeMore(f Query) bool {
	conditions := 0
	for i := range f {
		t := &f[i]
		conditions += 2 + len(t.LocalPorts)
		if t.Remote.Addr().Is6() && t.Remote.Overlaps(mapped) || t.Local.Addr().Is6() && t.Local.Overlaps(mapped) {
			return true
		}
	}
	return conditions > maxChain
}

// TestManyAddressesCostFewOperations is why addresses are bisected.
func TestManyAddressesCostFewOperations(t *testing.T) {
	f := Query{}
	for i := range 800 {
		a := netip.AddrFrom4([4]byte{10, byte(i % 7), byte(i >> 8), byte(i)})
		if i%4 == 0 {
			a = netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 14: byte(i >> 8), 15: byte(i)})
		}
		f = append(f, Predicate{
			Proto: parse.TCP, Remote: netip.PrefixFrom(a, a.BitLen()), RemotePorts: []parse.PortRange{{First: 443, Last: 443}},
		})
	}
	code := plan(f, parse.TCP)[0].code
	if err := audit(code); err != nil {
		t.Fatal(err)
	}
	for i := range f {
		a := f[i].Remote.Addr()
		for _, tt := range []struct {
			addr netip.Addr
			port uint16
			want bool
		}{{a, 443, true}, {a, 444, false}, {a.Next(), 443, f.fits(&parse.Socket{Proto: parse.TCP, Remote: parse.Endpoint{Addr: a.Next(), Port: 443}})}} {
			s := parse.Socket{Proto: parse.TCP, Local: parse.Endpoint{Addr: a}, Remote: parse.Endpoint{Addr: tt.addr, Port: tt.port}}
			got, steps := takes(code, &s)
			if got != tt.want || steps > 30 {
				t.Errorf("%v:%d: taken %v, want %v; %d operations", tt.addr, tt.port, got, tt.want, steps)
			}
		}
	}
}

func TestTooManyAddressesLeaveThePorts(t *testing.T) {
	f := Query{}
	for i := range 3000 {
		a := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
		f = append(f, Predicate{
			Proto: parse.TCP, Remote: netip.PrefixFrom(a, 32), RemotePorts: []parse.PortRange{{First: 443, Last: 443}},
		})
	}
	code := plan(f, parse.TCP)[0].code
	if err := audit(code); err != nil || len(code) == 0 || len(code) > 64 {
		t.Fatalf("%d bytes, %v", len(code), err)
	}
	for port, want := range map[uint16]bool{442: false, 443: true, 444: false} {
		if got, _ := takes(code, &parse.Socket{Remote: parse.Endpoint{Port: port}}); got != want {
			t.Errorf("port %d: taken %v", port, got)
		}
	}
}

func TestNoProgramWhereItWouldTakeAll(t *testing.T) {
	for name, f := range map[string]Query{
		"any connection":  {{Proto: parse.TCP}},
		"any listener":    {{Proto: parse.TCP, Listening: true}},
		"one term is any": {{Proto: parse.TCP, RemotePorts: []parse.PortRange{{First: 1, Last: 1}}}, {Proto: parse.TCP}},
		"all ports":       {{Proto: parse.TCP, RemotePorts: []parse.PortRange{{First: 0, Last: 1023}, {First: 1024, Last: 65535}}}},
	} {
		if code := plan(f, parse.TCP)[0].code; code != nil {
			t.Errorf("%s: %x", name, code)
		}
	}
}

func TestTheSameTermsMakeTheSameProgram(t *testing.T) {
	w := world{rand.New(rand.NewPCG(5, 6))}
	f := Query{}
	for range 40 {
		f = append(f, w.term(false))
	}
	first := plan(f, parse.TCP)[0].code
	for range 10 {
		if !bytes.Equal(plan(f, parse.TCP)[0].code, first) {
			t.Fatal("two programs for one query")
		}
	}
}
