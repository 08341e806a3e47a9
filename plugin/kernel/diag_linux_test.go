package kernel

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// Answers of Linux 6.18 in a network namespace, a message a line, the last of
// each the end of the dump (NLMSG_DONE).
const (
	capturedTCP = `
840000001200020001000000021100000a0a000001bb0000000000000000000000000000000000000000000000000000000000000000000000000000a764070000000000000000000000000005000000000000003b031900050008000000000005000b000000000008000f00000000000c00150001000000000000000600160012000000
7c000000120002000100000002110000020a00001f900000c00002070000000000000000000000000000000000000000000000000000000000000000a864070000000000000000000000000005000000000000003a031900050008000000000008000f00000000000c00150001000000000000000600160052000000
840000001200020001000000021100000a0a000002220000fe8000000000000000000000000000070000000000000000000000000000000001000000a9640700000000000000000000000000050000000000000046031900050008000000000005000b000100000008000f00000000000c00150001000000000000000600160012000000
840000001200020001000000021100000a0a000020fb0000000000000000000000000000000000000000000000000000000000000000000000000000aa64070000000000000000000000000005000000000000003c031900050008000000000005000b000100000008000f00000000000c00150001000000000000000600160012000000
7c000000120002000100000002110000020100001f90c350c0000207000000000000000000000000c633641e00000000000000000000000000000000ab64070000000000000000000000000000000000000000003e031900050008000000000008000f00000000000c00150001000000000000000600160052000000
7c0000001200020001000000021100000a01000001bbc35100000000000000000000ffffc000020700000000000000000000ffffc633641e00000000ac640700000000000000000000000000000000000000000040031900050008000000000008000f00000000000c00150001000000000000000600160012000000
7c0000001200020001000000021100000a01000020fbc35220010db800000000000000000000000720010db800000000000000000000000700000000ad640700000000000000000000000000000000000000000042031900050008000000000008000f00000000000c00150001000000000000000600160012000000
7c0000001200020001000000021100000a010000c35220fb20010db800000000000000000000000720010db800000000000000000000000700000000ae640700000000000000000000000000000000000000000041031900050008000000000008000f00000000000c00150001000000000000000600160012000000
7c00000012000200010000000211000002010000c3501f90c633641e000000000000000000000000c000020700000000000000000000000000000000af64070000000000000000000000000000000000000000003d031900050008000000000008000f00000000000c00150001000000000000000600160052000000
6000000012000200010000000211000002060300c3531f90c633641e000000000000000000000000c000020700000000000000000000000000000000b06407000000000090e900000000000000000000000000000000000008000f0000000000
7c00000012000200010000000211000002010000c35101bbc633641e000000000000000000000000c000020700000000000000000000000000000000b164070000000000000000000000000000000000000000003f031900050008000000000008000f00000000000c00150001000000000000000600160052000000
1400000003000200010000000211000000000000
`
	capturedUDP4 = `
7c0000001400020002000000021100000207000000a10000c00002070000000000000000000000000000000000000000000000000000000000000000b2640700000000000000000000000000000000000000000047031900050008000000000008000f00000000000c00150001000000000000000600160050000000
7c000000140002000200000002110000020100009c4000a1c633641e000000000000000000000000c000020700000000000000000000000000000000b3640700000000000000000000000000000000000000000049031900050008000000000008000f00000000000c00150001000000000000000600160050000000
1400000003000200020000000211000000000000
`
	capturedUDP6 = `
840000001400020003000000021100000a07000000a20000000000000000000000000000000000000000000000000000000000000000000000000000b4640700000000000000000000000000000000000000000048031900050008000000000005000b000100000008000f00000000000c00150001000000000000000600160010000000
1400000003000200030000000211000000000000
`
	// capturedError refuses bytecode that is none: EINVAL.
	capturedError = "68000000020000000500000002110000eaffffff5400000012000103050000000000000002000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000fe0f0000000000000800010063040800"
)

func newDecoder(visit func(*parse.Socket)) *decoder {
	return &decoder{visit: visit, ifname: func(index uint32) string { return fmt.Sprintf("if%d", index) }}
}

func TestAnswersMeanWhatTheKernelHolds(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		seq          uint32
		proto        parse.Proto
		want         []string
	}{
		{"TCP of both families", capturedTCP, 1, parse.TCP, []string{
			"tcp6 :::443 :::0 LISTEN inode 1639227 dual",
			"tcp4 192.0.2.7:8080 0.0.0.0:0 LISTEN inode 1639226",
			"tcp6 fe80::7%if1:546 :::0 LISTEN inode 1639238 v6only",
			"tcp6 :::8443 :::0 LISTEN inode 1639228 v6only",
			"tcp4 192.0.2.7:8080 198.51.100.30:50000 ESTABLISHED inode 1639230",
			"tcp6 ::ffff:192.0.2.7:443 ::ffff:198.51.100.30:50001 ESTABLISHED inode 1639232",
			"tcp6 2001:db8::7:8443 2001:db8::7:50002 ESTABLISHED inode 1639234",
			"tcp6 2001:db8::7:50002 2001:db8::7:8443 ESTABLISHED inode 1639233",
			"tcp4 198.51.100.30:50000 192.0.2.7:8080 ESTABLISHED inode 1639229",
			"tcp4 198.51.100.30:50003 192.0.2.7:8080 TIME_WAIT inode 0",
			"tcp4 198.51.100.30:50001 192.0.2.7:443 ESTABLISHED inode 1639231",
		}},
		{"UDP of IPv4, one of them connected", capturedUDP4, 2, parse.UDP, []string{
			"udp4 192.0.2.7:161 0.0.0.0:0  inode 1639239",
			"udp4 198.51.100.30:40000 192.0.2.7:161  inode 1639241",
		}},
		{"UDP of IPv6", capturedUDP6, 3, parse.UDP, []string{
			"udp6 :::162 :::0  inode 1639240 v6only",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			d := newDecoder(func(s *parse.Socket) { got = append(got, meaning(s)) })
			done, err := d.datagram(unhex(t, tt.answer), tt.seq, tt.proto)
			if !done || err != nil {
				t.Errorf("done %v, %v; want the end of the dump", done, err)
			}
			equalLines(t, got, tt.want)
			if d.sockets != len(tt.want) || d.duplicates != 0 {
				t.Errorf("%d sockets, %d duplicates", d.sockets, d.duplicates)
			}
		})
	}
}

func TestASocketThatComesAgainCountsOnce(t *testing.T) {
	lines := strings.Fields(capturedTCP)
	n := 0
	d := newDecoder(func(*parse.Socket) { n++ })
	for range 2 { // the second datagram begins with the end of the first
		if _, err := d.datagram(unhex(t, strings.Join(lines[:len(lines)-1], "")), 1, parse.TCP); err != nil {
			t.Fatal(err)
		}
	}
	if n != 11 || d.sockets != 11 || d.duplicates != 11 {
		t.Errorf("%d visited, %d sockets, %d duplicates; want 11 of each", n, d.sockets, d.duplicates)
	}
}

func TestAnErrorIsTheKernels(t *testing.T) {
	done, err := newDecoder(func(*parse.Socket) {}).datagram(unhex(t, capturedError), 5, parse.TCP)
	if !done || err == nil || err.Error() != "sock_diag: invalid argument" {
		t.Errorf("done %v, error %v", done, err)
	}
}

// message builds one netlink message.
func message(kind uint16, seq uint32, body ...byte) []byte {
	b := make([]byte, unix.NLMSG_HDRLEN, unix.NLMSG_HDRLEN+len(body))
	b[0], b[4], b[8] = byte(len(b)+len(body)), byte(kind), byte(seq)
	return append(b, body...)
}

func TestADumpThatFailsIsAnError(t *testing.T) {
	whole := unhex(t, capturedTCP)
	for _, tt := range []struct {
		name string
		in   []byte
		want string
	}{
		{"the end says that the walk failed", message(unix.NLMSG_DONE, 1, 0xfe, 0xff, 0xff, 0xff), "no such file or directory"},
		{"a refusal", message(unix.NLMSG_ERROR, 1, 0xff, 0xff, 0xff, 0xff), "operation not permitted"},
		{"a refusal without its number", message(unix.NLMSG_ERROR, 1, 0xff), "cut short"},
		{"an acknowledgement", message(unix.NLMSG_ERROR, 1, 0, 0, 0, 0), "acknowledgement"},
		{"an overrun", message(unix.NLMSG_OVERRUN, 1), "lost"},
		{"the answer to another request", message(unix.NLMSG_DONE, 2, 0, 0, 0, 0), "request 2, not 1"},
		{"a message of another kind", message(77, 1), "type 77"},
		{"a header cut short", whole[:10], "cut short"},
		{"a socket cut short", whole[:100], "cut short"},
		{"a message too small for its socket", message(unix.SOCK_DIAG_BY_FAMILY, 1, 2, 1), "cut short"},
		{"a message of no length", make([]byte, 16), "cut short"},
		{"a socket of an unknown family", message(unix.SOCK_DIAG_BY_FAMILY, 1, make([]byte, diagMsgLen)...), "address family 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newDecoder(func(*parse.Socket) {}).datagram(tt.in, 1, parse.TCP)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v; want %q", err, tt.want)
			}
		})
	}
}

func TestAStateThatIsNotKnownIsKept(t *testing.T) {
	for number, want := range map[uint32]string{0: "state 0", 12: "SYN_RECV", 13: "BOUND", 14: "state 14", 255: "state 255"} {
		var s parse.Socket
		if s.SetLinuxState(number); s.StateText() != want {
			t.Errorf("state %d is %q; want %q", number, s.StateText(), want)
		}
	}
}

func TestRequestsAskForNoMoreThanTheyNeed(t *testing.T) {
	for _, tt := range []struct {
		name string
		dump dump
		want string
	}{
		{"TCP: struct inet_diag_req", dump{proto: parse.TCP, states: listenOnly},
			"4c000000120001030700000000000000" + "02000000" + strings.Repeat("00", 48) + "00040000" + "00000000"},
		{"UDP: struct inet_diag_req_v2", dump{proto: parse.UDP, family: unix.AF_INET6, states: closedOnly},
			"48000000140001030700000000000000" + "0a110000" + "80000000" + strings.Repeat("00", 48)},
		{"with bytecode", dump{proto: parse.TCP, states: allStates, code: []byte{1, 4, 8, 0}},
			"54000000120001030700000000000000" + "02000000" + strings.Repeat("00", 48) + "fe0f0000" + "00000000" + "08000100" + "01040800"},
	} {
		if got := hex.EncodeToString(tt.dump.request(7)); got != tt.want {
			t.Errorf("%s:\n got  %s\n want %s", tt.name, got, tt.want)
		}
	}
}

// FuzzDatagram: whatever comes is read or refused, and read within its bounds.
func FuzzDatagram(f *testing.F) {
	for _, text := range []string{capturedTCP, capturedUDP4, capturedUDP6, capturedError} {
		f.Add(unhex(f, text), uint32(1), false)
		f.Add(unhex(f, text), uint32(2), true)
	}
	f.Fuzz(func(t *testing.T, in []byte, seq uint32, udp bool) {
		proto := parse.TCP
		if udp {
			proto = parse.UDP
		}
		n := 0
		d := newDecoder(func(s *parse.Socket) {
			n++
			if !s.Local.Addr.IsValid() || !s.Remote.Addr.IsValid() || s.Proto != proto || (s.State == parse.OtherState) != (s.Word != "") {
				t.Errorf("unsound: %s", meaning(s))
			}
		})
		_, _ = d.datagram(in, seq, proto)
		if n != d.sockets || (n+d.duplicates)*(unix.NLMSG_HDRLEN+diagMsgLen) > len(in) {
			t.Errorf("%d sockets from %d bytes", n, len(in))
		}
	})
}

// BenchmarkDecode is the cost of a datagram that was received, per socket.
func BenchmarkDecode(b *testing.B) {
	const sockets = 256
	one := unhex(b, strings.Fields(capturedTCP)[4])
	var datagram []byte
	for i := range sockets {
		binary.NativeEndian.PutUint64(one[unix.NLMSG_HDRLEN+44:], uint64(i+1))
		datagram = append(datagram, one...)
	}
	d := newDecoder(func(*parse.Socket) {})
	b.SetBytes(int64(len(datagram)))
	b.ReportAllocs()
	for b.Loop() {
		d.recent = recent{}
		if _, err := d.datagram(datagram, 1, parse.TCP); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(d.sockets), "ns/socket")
}
