package parse

import (
	"bytes"
	"encoding/binary"
	"math"
	"net/netip"
	"strconv"
)

// /proc/net/tcp, tcp6, udp and udp6 of Linux, proc_pid_net(5), as files, one
// after the other or with the titles that head and tail write:
//
//	==> /proc/net/tcp <==
//	  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
//	   0: 070200C0:1F90 1E6433C6:C368 01 00000000:00000000 00:00000000 00000000  1000        0 20691 1 0000000000000000 20 4 30 10 -1
//	   1: 070200C0:1F90 1E6433C6:C369 06 00000000:00000000 03:00001759 00000000     0        0 0 3 0000000000000000
//	   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
//	 6191: 00000000:00A1 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5236720 2 0000000000000000 0
//	   0: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A ...                                 tcp6
//
// An address is written as the numbers of 32 bits that it is in memory, so on
// most machines backwards: a file is taken for one of those. A port is written as
// the number it is. The header of UDP has three columns more than that of TCP,
// and so has each row; without a header the number of columns tells.

type procnet struct {
	proto   Proto // of the header above, 0: none
	foreign bool  // a table of another protocol, as its title says
	tables  [4]bool
}

func (*procnet) about() (string, System) { return "procnet", Linux }

func (*procnet) settle(held []Socket) []Socket { return held }

func (*procnet) reset() {}

func (d *procnet) read(p *parser, r *row) lineKind {
	switch word := r.field(0); {
	case len(word) == 0 || word[len(word)-1] != ':' && word[0] != 's' && word[0] != '=':
		return notMine
	case string(word) == "sl" && string(r.field(1)) == "local_address":
		return d.header(r)
	case string(word) == "==>" && bytes.HasPrefix(r.field(1), []byte("/proc/")):
		name := r.field(1)
		name = name[bytes.LastIndexByte(name, '/')+1:]
		proto, _ := linuxProto(name)
		d.foreign, d.proto = proto == 0, proto
		return continuation
	case !isNumber(word[:len(word)-1]):
		return notMine
	case !isProcEnd(r.field(1)):
		if p.wrote(d) && !bytes.HasSuffix(r.field(1), []byte{':'}) {
			return malformed
		}
		return notMine
	}
	if d.foreign {
		return other
	}
	s := p.begin(d.rowProto(r))
	if !ReadProcNet(r.b, false, s) {
		return malformed
	}
	d.tables[table(s.Proto, s.Family)] = true
	return socket
}

// header takes protocol and family from the titles: the addresses of IPv6 have
// wider columns.
func (d *procnet) header(r *row) lineKind {
	if d.foreign {
		return continuation
	}
	d.proto = TCP
	if bytes.Contains(r.b, []byte("drops")) {
		d.proto = UDP
	}
	fam := IPv4
	if string(r.field(2)) == "remote_address" || r.edge[4]-r.edge[2] > 20 {
		fam = IPv6
	}
	d.tables[table(d.proto, fam)] = true
	return headerLine
}

// rowProto tells the protocol of a row: those of UDP have 13 columns, those of
// TCP 12 or 17.
func (d *procnet) rowProto(r *row) Proto {
	if d.proto != 0 {
		return d.proto
	}
	fields := 0
	for rest := r.b; len(trimLeft(rest)) > 0; fields++ {
		_, rest = field(rest)
	}
	if fields == 13 {
		return UDP
	}
	return TCP
}

// tell says which of two tables is not there.
func (d *procnet) tell(sum *Summary) {
	tcp4, tcp6 := d.tables[table(TCP, IPv4)], d.tables[table(TCP, IPv6)]
	udp4, udp6 := d.tables[table(UDP, IPv4)], d.tables[table(UDP, IPv6)]
	sum.Missing = Missing{TCP4: tcp6 && !tcp4, TCP6: tcp4 && !tcp6, UDP4: udp6 && !udp4, UDP6: udp4 && !udp6}
}

// table is the place of a table in procnet.tables.
func table(proto Proto, fam Family) int {
	n := 0
	if proto == UDP {
		n = 2
	}
	if fam == IPv6 {
		n++
	}
	return n
}

// isProcEnd reports whether b has the shape of "070200C0:1F90".
func isProcEnd(b []byte) bool {
	n := bytes.IndexByte(b, ':')
	return (n == 8 || n == 32) && isHex(b[:n])
}

// procColumns is how many columns of a row are read.
const procColumns = 10

// ReadProcNet reads a row of /proc/net/tcp, udp and their like into s, whose
// Proto says which; ok is false if it is none. bigEndian is the order of bytes in
// the machine that wrote it.
func ReadProcNet(line []byte, bigEndian bool, s *Socket) (ok bool) {
	var f [procColumns][]byte
	for i := range f {
		if f[i], line = field(line); len(f[i]) == 0 {
			return false
		}
	}
	state, okState := hexNumber(f[3], 2)
	inode, okInode := parseUint(trimNewline(f[9]))
	if !okState || !okInode || inode > math.MaxUint32 || !procEnd(f[1], bigEndian, &s.Local) || !procEnd(f[2], bigEndian, &s.Remote) ||
		s.Local.Addr.BitLen() != s.Remote.Addr.BitLen() {
		return false
	}
	s.Family = IPv4
	if s.Local.Addr.Is6() {
		s.Family = IPv6
	}
	s.Inode, s.NoInode = uint32(inode), inode == 0
	if s.Proto == TCP {
		s.SetLinuxState(state)
	}
	s.procQueues(f[4], f[5], f[6], f[8])
	return true
}

func trimNewline(b []byte) []byte { return bytes.TrimRight(b, "\r\n") }

// SetLinuxState sets the TCP state by its number in include/net/tcp_states.h,
// which is that of [State].
func (s *Socket) SetLinuxState(number uint32) {
	const (
		newSynRecv    = 12 // TCP_NEW_SYN_RECV, which the kernel itself shows as TCP_SYN_RECV
		boundInactive = 13 // TCP_BOUND_INACTIVE
	)
	s.State, s.Word = State(number), ""
	switch {
	case number == newSynRecv:
		s.State = SynRecv
	case number == boundInactive:
		s.State = Bound
	case number == 0 || number > uint32(Closing):
		s.State, s.Word = OtherState, "state "+strconv.Itoa(int(number))
	}
}

// procQueues reads "tx:rx", "timer:when", retransmissions and probes.
func (s *Socket) procQueues(queues, timer, resent, probes []byte) {
	tx, rx, _ := bytes.Cut(queues, []byte{':'})
	send, ok := hexNumber(tx, 8)
	recv, also := hexNumber(rx, 8)
	if !ok || !also {
		return
	}
	s.Queues = Queues{Shown: true, Recv: recv, Send: send}
	if s.Proto != TCP || len(timer) < 2 {
		return
	}
	n, _ := hexNumber(resent, 8)
	switch timer[1] {
	case '1':
		s.Queues.Timer = Retransmit
	case '2':
		s.Queues.Timer = Keepalive
	case '3':
		s.Queues.Timer, n = TimeWaits, 0
	case '4':
		s.Queues.Timer = Persist
	}
	if s.Queues.Timer == Keepalive || s.Queues.Timer == Persist {
		many, _ := parseUint(probes)
		n = clamp(many)
	}
	if s.Queues.Timer != NoTimer {
		s.Queues.Retries = uint8(min(n, math.MaxUint8))
	}
}

// procEnd reads "070200C0:1F90".
func procEnd(b []byte, bigEndian bool, e *Endpoint) bool {
	var a [16]byte
	n := bytes.IndexByte(b, ':')
	if n != 8 && n != 32 {
		return false
	}
	for i := 0; i < n; i += 8 {
		word, ok := hexNumber(b[i:i+8], 8)
		if !ok {
			return false
		}
		if bigEndian {
			binary.BigEndian.PutUint32(a[i/2:], word)
		} else {
			binary.LittleEndian.PutUint32(a[i/2:], word)
		}
	}
	port, ok := hexNumber(b[n+1:], 4)
	*e = Endpoint{Addr: netip.AddrFrom16(a), Port: uint16(port)}
	if n == 8 {
		e.Addr = netip.AddrFrom4([4]byte(a[:4]))
	}
	return ok
}

// hexNumber reads exactly that many digits, with capitals as the kernel writes.
func hexNumber(b []byte, digits int) (n uint32, ok bool) {
	if len(b) != digits {
		return 0, false
	}
	for _, c := range b {
		d := hexDigit(c)
		if d < 0 || c >= 'a' {
			return 0, false
		}
		n = n<<4 | uint32(d)
	}
	return n, true
}
