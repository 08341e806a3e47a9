package parse

import (
	"bytes"
	"math"
	"net/netip"
)

// Linux: net-tools, BusyBox and toybox netstat, with any of -e, -o, -p, -Z, -W,
// with names or with -n.
//
//	Active Internet connections (servers and established)
//	Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
//	tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd: /usr/sbin
//	tcp        0      0 192.0.2.7:41856         198.51.100.4:3306       TIME_WAIT   -
//	tcp6       0      0 :::80                   :::*                    LISTEN      678/httpd
//	udp        0      0 0.0.0.0:68              0.0.0.0:*                           441/dhclient
//	tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      0          20691      657/sshd: /usr/sbin  off (0.00/0/0)
//	tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd: /usr/sbin  system_u:system_r:sshd_t:s0-s0:c0.c1023
//	tcp6       0      0 2001:db8::7:41856       2001:db8:12:34:56:7:443 ESTABLISHED 4425/ubuntu-geoip-p  (23 characters: cut)
//
// The columns after the state are free to be there or not, and a program name
// may hold blanks, so they are told apart by their shape: "12/name" is the
// program, what stands before it user and inode. Host names are cut in the same
// way as addresses; as a name fits nothing anyhow, it is not marked.

// programColumn is the number of characters that net-tools' and BusyBox's
// "PID/Program name" holds (PROGNAME_WIDTH less its end).
const programColumn = 19

type linux struct {
	words
	whole bool // an address was longer than its column, so that none is cut
	// titled says that the header has blanks behind the title of the programs,
	// padded that rows have them behind a program, so that a row without is cut.
	titled, padded bool
}

func (l *linux) reset() { *l = linux{titled: l.titled, padded: l.padded} }

func (*linux) about() (string, System) { return "linux", Linux }

func (l *linux) read(p *parser, r *row) lineKind {
	word := r.field(0)
	proto, is6 := linuxProto(word)
	if proto == 0 {
		kind := linuxOther(word, r.from(1))
		if kind == notMine && isOtherProtocol(word) && p.wrote(l) {
			return other
		}
		if kind == headerLine || bytes.HasPrefix(word, []byte("Proto")) {
			_, behind, titled := bytes.Cut(r.b, []byte("PID/Program name "))
			l.titled, l.padded = titled, len(trimLeft(behind)) > 0
		}
		return kind
	}
	recvQ, ok := parseUint(r.field(1))
	sendQ, also := parseUint(r.field(2))
	if !ok || !also {
		return notMine
	}
	s := p.begin(proto)
	local, remote := r.field(3), r.field(4)
	if !p.ends(s, local, remote) {
		return l.otherEnds(local, remote)
	}
	s.Queues = Queues{Shown: true, Recv: clamp(recvQ), Send: clamp(sendQ)}
	l.markCut(p, s, local, remote)
	s.setFamily()
	if s.Family == 0 && is6 { // tcp6 *:80
		s.Family = IPv6
	}
	if proto == TCP && r.n == 5 && !hasBlankBehind(r, 4) {
		return malformed // cut off where the state would stand
	}
	l.tail(p, s, r)
	return socket
}

// hasBlankBehind reports whether the line goes on behind its i-th field, if only
// with blanks.
func hasBlankBehind(r *row, i int) bool { return r.edge[2*i+1] < len(r.b) }

// otherEnds says what the row is if its ends are not read.
func (l *linux) otherEnds(local, remote []byte) lineKind {
	switch {
	case bytes.IndexByte(local, ':') >= 0 && len(remote) == 0:
		return malformed // cut off in the middle of the row
	case bytes.IndexByte(local, ':') < 0 || bytes.IndexByte(remote, ':') < 0:
		return notMine // the addr.port of BSD
	case isDotted(local) && isDotted(remote):
		return notMine // BSD, IPv6 at both ends
	}
	return malformed
}

// linuxProto returns the protocol of the row's first word. Old net-tools write
// "tcp" for IPv6 too.
func linuxProto(word []byte) (proto Proto, is6 bool) {
	switch string(word) {
	case "tcp":
		return TCP, false
	case "tcp6":
		return TCP, true
	case "udp":
		return UDP, false
	case "udp6":
		return UDP, true
	}
	return 0, false
}

// clamp returns n, or the largest number that fits.
func clamp(n uint64) uint32 { return uint32(min(n, math.MaxUint32)) }

// linuxOther knows the lines of net-tools' output that are no sockets.
func linuxOther(word, rest []byte) lineKind {
	switch {
	case string(word) == "Proto" && bytes.HasPrefix(rest, []byte("Recv-Q Send-Q Local")) && !bytes.Contains(rest, []byte("(state)")):
		return headerLine
	case string(word) == "Active" && bytes.HasPrefix(rest, []byte("Internet connections (")) && !isBSDTitle(rest):
		return headerLine
	}
	return notMine
}

func isNumber(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// markCut marks the IPv6 endpoints that just fill their column, unless netstat
// was asked for the whole or another row shows that it was.
func (l *linux) markCut(p *parser, s *Socket, local, remote []byte) {
	if len(local) < netColumn && len(remote) < netColumn || p.wide || l.whole {
		return
	}
	if len(local) > netColumn || len(remote) > netColumn {
		l.whole = true
		return
	}
	if fillsColumn(local) {
		s.doubt |= cutLocal
	}
	if fillsColumn(remote) {
		s.doubt |= cutRemote
	}
}

func fillsColumn(b []byte) bool {
	return len(b) == netColumn && bytes.Count(b, []byte(":")) >= 2
}

func (l *linux) settle(held []Socket) []Socket {
	for i := range held {
		l.decide(&held[i])
	}
	return held
}

// decide settles one socket.
func (l *linux) decide(s *Socket) {
	s.settleCuts(!l.whole)
	if s.doubt&cutProgram != 0 && l.padded {
		s.Owners[0].Cut = true
	}
	l.words.decide(s)
}

// settleCuts marks the endpoints that are cut if the columns are narrow.
func (s *Socket) settleCuts(narrow bool) {
	if narrow && s.doubt&cutLocal != 0 {
		s.Local.cut()
	}
	if narrow && s.doubt&cutRemote != 0 {
		s.Remote.cut()
	}
}

// cut marks the endpoint as one of which more may be hidden than is shown.
func (e *Endpoint) cut() {
	if e.Addr.IsValid() {
		e.Host, e.Addr = e.Addr.String(), netip.Addr{}
	}
	e.Cut = true
}

// tail reads what follows the remote endpoint: state, user and inode, PID and
// program, timer, security context.
func (l *linux) tail(p *parser, s *Socket, r *row) {
	word, i := r.field(5), 5
	switch {
	case len(word) == 0:
		return // cut off here, or a UDP socket without more columns
	case word[0] >= 'a' && bytes.IndexByte(word, ':') > 0:
		readExtras(p, s, r.from(5)) // "ss state listening" leaves out the one state, which may be any
		return
	case s.Proto == UDP:
		if _, known := stateOf(word); known {
			i = 6 // a connected UDP socket is shown as ESTABLISHED
		}
	case word[0]-'0' <= 9 || string(word) == "-": // the column is empty
	case word[0] == lastAckCzech[0] && spells(word, lastAckCzech):
		s.State = LastAck
		i = 7
	default:
		l.setState(p, s, word)
		i = 6
	}
	if r.n == i+1 && p.loneProgram(s, r.field(i)) || r.n <= i {
		if l.titled && r.n > i {
			l.noteEnd(s, r.field(i), hasBlankBehind(r, i))
		}
		return
	}
	rest := trimRight(r.from(i))
	if rest[len(rest)-1] == ')' {
		rest = trimRight(readTimer(s, rest))
	}
	start, slash := findProgram(rest)
	if s.Inode = findInode(rest[:start]); slash < 0 {
		return // "-", or no such column
	}
	pid, ok := parsePID(rest[start:slash])
	if !ok {
		return
	}
	program, _, _ := bytes.Cut(cutContext(rest[start:]), []byte("  ")) // a column follows
	s.Owners = append(s.Owners, Owner{
		PID:  pid,
		Name: p.intern(trimRight(program[slash-start+1:])),
		Cut:  isCutProgram(program),
	})
	if l.titled {
		l.noteEnd(s, program, !endsLine(program, r.b))
	}
}

// noteEnd learns from how a row ends. BusyBox fills up the header only.
func (l *linux) noteEnd(s *Socket, program []byte, blanks bool) {
	if blanks {
		l.padded = l.padded || len(program) < programColumn
	} else if len(s.Owners) > 0 {
		s.doubt |= cutProgram
	}
}

// endsLine reports whether part is the end of the line.
func endsLine(part, line []byte) bool {
	return len(part) > 0 && bytes.HasSuffix(line, part) && line[len(line)-1] != ' '
}

// loneProgram reads "12/name" or "-" if nothing else follows the state, as in
// most rows (BenchmarkNetstat).
func (p *parser) loneProgram(s *Socket, b []byte) bool {
	if len(b) == 1 && b[0] == '-' {
		return true
	}
	slash := skipDigits(b, 0)
	if slash == 0 || slash+1 >= len(b) || b[slash] != '/' || b[len(b)-1] == ')' {
		return false
	}
	pid, ok := parsePID(b[:slash])
	if ok {
		s.Owners = append(s.Owners, Owner{PID: pid, Name: p.intern(b[slash+1:]), Cut: isCutProgram(b)})
	}
	return ok
}

// findProgram finds "12/name": where it begins and its slash, which is -1 where
// there is none.
func findProgram(b []byte) (start, slash int) {
	for from := 0; ; from = slash + 1 {
		i := bytes.IndexByte(b[from:], '/')
		if i < 0 {
			return len(b), -1
		}
		slash = from + i
		start = slash
		for start > from && b[start-1]-'0' <= 9 {
			start--
		}
		if start < slash && (start == 0 || b[start-1] == ' ') {
			return start, slash
		}
	}
}

// findInode reads the columns of -e: the user, by number or name, and the
// inode. The word of a UDP state that is not known may stand before them.
func findInode(b []byte) (inode uint32) {
	if len(b) == 0 {
		return 0
	}
	_, rest := field(b)
	for n := 0; n < 2 && len(rest) > 0; n++ {
		var word []byte
		if word, rest = field(rest); !isNumber(word) {
			continue
		}
		if n, ok := parseUint(word); ok && n <= math.MaxUint32 {
			inode = uint32(n)
		}
	}
	return inode
}

// isCutProgram reports whether "PID/Program name" just fills its column; what is
// longer than its padding is toybox's, which cuts no program. Where the cut fell
// behind a blank, that blank is gone with the padding.
func isCutProgram(b []byte) bool {
	return len(b) == programColumn || len(b) == programColumn+1 || len(b) == programColumn-1 && bytes.IndexByte(b, ' ') >= 0
}

// readTimer reads the column of -o, "keepalive (6.41/0/0)", and returns what
// stands before it. In the parentheses are seconds, retransmissions and
// unanswered probes. The word may be translated; then the timer is not known.
func readTimer(s *Socket, b []byte) []byte {
	open := bytes.LastIndexByte(b, '(')
	if open < 1 || b[len(b)-1] != ')' || bytes.Count(b[open:], []byte("/")) != 2 {
		return b
	}
	counts := b[open+1 : len(b)-1]
	for _, c := range counts {
		if (c < '0' || c > '9') && c != '.' && c != ',' && c != '/' && c != '-' {
			return b
		}
	}
	before := bytes.TrimRight(b[:open], " (") // Estonian has two parentheses
	at := bytes.LastIndexByte(before, ' ') + 1
	if s.Queues.Timer = timerOf(before[at:]); s.Queues.Timer != NoTimer {
		last := bytes.LastIndexByte(counts, '/')
		retries := counts[bytes.IndexByte(counts, '/')+1 : last]
		if s.Queues.Timer != Retransmit {
			retries = counts[last+1:]
		}
		n, _ := parseUint(retries)
		s.Queues.Retries = uint8(min(n, math.MaxUint8))
	}
	return before[:at]
}

// timerOf knows the names of timers in netstat and ss.
func timerOf(word []byte) Timer {
	switch string(word) {
	case "on":
		return Retransmit
	case "keepalive":
		return Keepalive
	case "timewait":
		return TimeWaits
	case "probe", "persist":
		return Persist
	}
	return NoTimer
}

// cutContext takes off the SELinux context of -Z, "user:role:type:level", that
// follows the program.
func cutContext(b []byte) []byte {
	blank := bytes.LastIndexByte(b, ' ')
	if blank < 0 || bytes.Count(b[blank:], []byte(":")) < 3 {
		return b
	}
	return trimRight(b[:blank])
}
