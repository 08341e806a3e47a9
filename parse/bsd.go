package parse

import "bytes"

// BSD and its kin write "address.port": FreeBSD, OpenBSD, NetBSD, DragonFly,
// macOS, AIX, HP-UX and older Unix systems; the protocol's word, where it has
// one, ends with the families that the socket serves.
//
//	Active Internet connections (including servers)
//	Proto Recv-Q Send-Q Local Address          Foreign Address        (state)
//	tcp4       0      0 192.0.2.7.22           198.51.100.4.50514     ESTABLISHED     FreeBSD
//	tcp46      0      0 *.80                   *.*                    LISTEN
//	udp6       0      0 *.514                  *.*
//	tcp6         0      0  fe80::1%lo0.25         *.*                    LISTEN       OpenBSD
//	tcp        0      0  *.515                  *.*                     LISTEN        HP-UX
//	tcp4       0      0  *.64769                *.*                    LISTEN         macOS; -v: see macos.go
//
//	Tcpcb            Proto Recv-Q Send-Q Local Address      Foreign Address    (state)     FreeBSD -A
//	fffff80003df43d0 tcp4       0      0 192.0.2.163.22     198.51.100.4.64330 ESTABLISHED
//	fffff80003df43d0 tcp4       0      0 192.0.2.163.22     198.51.100.4.64330      0      0  (-x: 18 numbers, no state)
//	fffff80003df43d0 tcp4       3      0      0 192.0.2.163.22     198.51.100.4.64330  (-T: three counts, no state)
//	fffff80003ae81e8 udp4                       *.514              *.*
//	7fb03cb95fad8165  6a3d6e4 tcp4       0      0  192.0.2.221.54506  198.51.100.20.492  ESTABLISHED   macOS -A
//	tcp4  0/0/128                          *.22                                       (-L: listen queues)
//	f1000200000873b0 tcp        0      0  *.514              *.*                LISTEN        AIX -Aan
//	f1000200002873b0 tcp4       0      0  198.51.100.10.3277 198.51.100.10.702  ESTABLISHED   AIX: perhaps port 32770
//	     max        0        - tcp4       0      0 192.0.2.7.22          198.51.100.4.50514    ESTABLISHED   DragonFly -P
//
// Sources: usr.bin/netstat/inet.c of each system, network_cmds of Apple, the
// "netstat" pages of AIX and HP-UX.
//
// The columns cut what is too long for them, see bsdCut. Without a state (-x,
// -T) a TCP socket has [NoState]: whether one without a remote end listens is
// then not told.

type bsd struct {
	words
	seen   bsdSeen
	states bool // the header has columns behind the endpoints
}

func (d *bsd) reset() { *d = bsd{states: d.states} }

func (*bsd) about() (string, System) { return "bsd", BSD }

func (d *bsd) settle(held []Socket) []Socket {
	for i := range held {
		d.decide(&held[i])
	}
	return held
}

// bsdRow is one row while it is read.
type bsdRow struct {
	tag   byte // how the protocol's word ends: 4, 6, 'd' for 46, 0
	pcb   bool // -A: the address of the control block stands first
	width int  // of the column of the local address, as far as the row shows it
}

func (d *bsd) read(p *parser, r *row) lineKind {
	b := r.b
	i := skipSpaces(b, 0)
	end := indexSpace(b, i)
	proto, tag := bsdProto(b[i:end])
	row := bsdRow{tag: tag}
	if proto == 0 {
		if isListenQueue(b[i:end]) { // macOS
			return d.listenQueue(p, b[i:end], b[skipSpaces(b, end):], 0)
		}
		if !isBSDLead(b[i:end]) {
			return d.title(b[i:end], b[end:])
		}
		if proto, i, end = row.lead(b, i, end); proto == 0 {
			return notMine
		}
	}
	counts := 0
	var queues [2]uint64
	for ; counts < 6; counts++ { // queues, counts
		i = skipSpaces(b, end)
		next := skipDigits(b, i)
		if next == i || next < len(b) && b[next] != ' ' {
			break
		}
		n, _ := parseUint(b[i:next])
		queues = [2]uint64{queues[1], n} // the last two
		end = next
	}
	end = indexSpace(b, i)
	if proto == TCP && isListenQueue(b[i:end]) {
		return d.listenQueue(p, b[i:end], b[skipSpaces(b, end):], row.tag)
	}
	local := b[i:end]
	if bytes.IndexByte(local, '.') < 0 || !isDotted(local) {
		return notMine
	}
	j := skipSpaces(b, end)
	row.width = j - i - 1
	end = indexSpace(b, j)
	remote := b[j:end]
	s := p.begin(proto)
	if !p.bsdEndpoint(local, &s.Local, &row) || !p.bsdEndpoint(remote, &s.Remote, &row) || proto == TCP && d.states && end == len(b) {
		return malformed
	}
	s.Device, p.zone = p.zone, ""
	d.tail(p, s, b[skipSpaces(b, end):], &row)
	if counts == len(queues) && s.State != Listen { // of a listener both are 0
		s.Queues = Queues{Shown: true, Recv: clamp(queues[0]), Send: clamp(queues[1])}
	}
	d.family(s, row.tag)
	d.learn(s, local, remote)
	s.doubt |= d.markCut(p, local, &s.Local, &row, cutLocal, shortLocal)
	s.doubt |= d.markCut(p, remote, &s.Remote, &row, cutRemote, shortRemote)
	return socket
}

// lead passes over what stands before the protocol, from the first field on,
// which lies between i and end, and returns where the protocol's word is.
func (row *bsdRow) lead(b []byte, i, end int) (proto Proto, start, behind int) {
	row.pcb = end-i >= 8
	for n := 0; n <= 4; n++ {
		i = skipSpaces(b, end)
		end = indexSpace(b, i)
		if proto, row.tag = bsdProto(b[i:end]); proto != 0 {
			return proto, i, end
		}
		if !isBSDLead(b[i:end]) && (!row.pcb || !isHex(b[i:end])) {
			break
		}
	}
	return 0, i, end
}

// bsdProto reads the protocol's word. "toe4" is TCP offloaded to the card.
func bsdProto(word []byte) (proto Proto, tag byte) {
	if len(word) < 3 || len(word) > 5 {
		return 0, 0
	}
	switch string(word[:3]) {
	case "tcp", "toe":
		proto = TCP
	case "udp":
		proto = UDP
	default:
		return 0, 0
	}
	switch string(word[3:]) {
	case "":
		return proto, 0
	case "4":
		return proto, 4
	case "6":
		return proto, 6
	case "46":
		return proto, dual
	}
	return 0, 0
}

const dual = 'd'

// isBSDLead reports whether a field can stand before the protocol: the address
// of a control block (-A), or what -P of DragonFly shows.
func isBSDLead(word []byte) bool {
	if string(word) == "-" || string(word) == "max" {
		return true
	}
	if len(word) > 2 && string(word[:2]) == "0x" {
		return isHex(word[2:])
	}
	hex, dots := len(word) >= 8 && len(word) <= 16, 0
	for _, c := range word {
		switch {
		case c-'0' <= 9:
		case c == '.':
			dots++
		case hexDigit(c) < 0, !hex:
			return false
		}
	}
	return len(word) > 0 && len(word) <= 16 && dots <= 1
}

// bsdTitle knows the lines above the rows.
func (d *bsd) title(word, rest []byte) lineKind {
	rest = trimLeft(rest)
	switch string(word) {
	case "Active":
		if !isBSDTitle(rest) {
			return notMine
		}
		return headerLine
	case "Current":
		if bytes.HasPrefix(rest, []byte("listen queue sizes")) {
			return headerLine
		}
	case "Proto":
		if first, _ := field(rest); string(first) == "Local" || linuxOther(word, rest) == headerLine {
			return notMine // Windows, net-tools
		}
		if bytes.Contains(rest, []byte("Local Address")) {
			d.states = hasMore(rest)
			return headerLine
		}
	case "Tcpcb", "Socket", "PCB", "PCB/ADDR", "TxWin", "Listen":
		if bytes.Contains(rest, []byte("Local Address")) {
			d.states = hasMore(rest)
			return headerLine
		}
	}
	return notMine
}

// hasMore reports whether titles follow that of the remote end.
func hasMore(titles []byte) bool {
	_, behind, _ := bytes.Cut(titles, []byte("Foreign Address"))
	return len(trimLeft(behind)) > 0
}

// isBSDTitle reports whether "Active" is followed by what BSD prints; net-tools
// has other parentheses.
func isBSDTitle(rest []byte) bool {
	rest = trimRight(rest)
	for _, title := range [...]string{"Internet connections", "Internet6 connections"} {
		if bytes.HasPrefix(rest, []byte(title)) {
			rest = rest[len(title):]
			return len(rest) == 0 || string(rest) == " (including servers)"
		}
	}
	return false
}

// family sets the family and learns from the word.
func (d *bsd) family(s *Socket, tag byte) {
	d.seen.families = d.seen.families || tag == 4 || tag == dual
	s.familyOfTag(tag, d.seen.families)
	if tag == 6 && s.Family == IPv6 && s.V6Only == Maybe && s.Local.IsWildcard() && !s.Local.Addr.Is4() {
		s.doubt |= family
	}
}

// familyOfTag sets the family by the protocol's word if the addresses do not
// tell it. "tcp" without a number is IPv4 on OpenBSD and NetBSD, but serves both
// on AIX and HP-UX. told says that the output has words for each family and for
// both, so that 6 means IPv6 only.
func (s *Socket) familyOfTag(tag byte, told bool) {
	s.setFamily()
	if s.Family == 0 && tag == 4 {
		s.Family = IPv4
	} else if s.Family == 0 && tag != 0 {
		s.Family = IPv6
	}
	if s.Family != IPv6 || !s.Local.IsWildcard() || s.Local.Addr.Is4() {
		return
	}
	switch {
	case tag == dual:
		s.V6Only = No
	case tag == 6 && told:
		s.V6Only = Yes
	}
}

// isListenQueue reports whether b is "0/0/128".
func isListenQueue(b []byte) bool {
	i := skipDigits(b, 0)
	j := skipDigits(b, min(i+1, len(b)))
	return i > 0 && i < len(b) && b[i] == '/' && j > i+1 && j < len(b) && b[j] == '/' &&
		j+1 < len(b) && skipDigits(b, j+1) == len(b)
}

// listenQueue reads a row of -L, which shows listening sockets only: how many
// wait, how many are not complete, and how many may wait.
func (d *bsd) listenQueue(p *parser, queue, b []byte, tag byte) lineKind {
	local, _ := field(b)
	if len(local) > 0 && local[0] == '/' {
		return other // a UNIX socket
	}
	s := p.begin(TCP)
	if !p.dotEndpoint(local, &s.Local) {
		return malformed
	}
	s.Device, p.zone = p.zone, ""
	s.Remote = Endpoint{Host: "*"}
	s.State = Listen
	waiting, rest, _ := bytes.Cut(queue, []byte{'/'})
	recv, _ := parseUint(waiting)
	limit, _ := parseUint(rest[bytes.IndexByte(rest, '/')+1:])
	s.Queues = Queues{Shown: true, Recv: clamp(recv), Limit: clamp(limit), HasLimit: true, Lenient: true}
	d.family(s, tag)
	d.markCut(p, local, &s.Local, &bsdRow{}, 0, 0)
	return socket
}

// bsdTail reads the state and what -v of macOS shows behind it.
func (d *bsd) tail(p *parser, s *Socket, rest []byte, row *bsdRow) {
	if word, after := field(rest); s.Proto == TCP && len(word) > 0 && word[0]-'0' > 9 && string(word) != "-" {
		if n := len(word); n > 1 && word[n-1] == '*' {
			word = word[:n-1] // DragonFly marks a state that T/TCP hides
		}
		d.setState(p, s, word)
		rest = after
	}
	if p.macTail(s, rest) && row.tag != 0 {
		d.seen.families = true
	}
}
