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

// bsdRow is one row while it is read.
type bsdRow struct {
	tag   byte // how the protocol's word ends: 4, 6, 'd' for 46, 0
	pcb   bool // -A: the address of the control block stands first
	short bool // an address may have been cut after 12 characters
	width int  // of the column of the local address, as far as the row shows it
}

func bsdLine(p *parser, b []byte) lineKind {
	i := unblank(b, 0)
	end := blank(b, i)
	proto, tag := bsdProto(b[i:end])
	row := bsdRow{tag: tag}
	if proto == 0 {
		if !isBSDLead(b[i:end]) {
			return p.bsdTitle(b[i:end], b[end:])
		}
		row.pcb = end-i >= 8
		for n := 0; proto == 0; n++ {
			i = unblank(b, end)
			end = blank(b, i)
			proto, row.tag = bsdProto(b[i:end])
			lead := isBSDLead(b[i:end]) || row.pcb && isHex(b[i:end])
			if proto == 0 && (n == 4 || !lead) {
				return foreign
			}
		}
	}
	for n := 0; n < 6; n++ { // queues, counts
		i = unblank(b, end)
		next := digits(b, i)
		if next == i || next < len(b) && b[next] != ' ' {
			break
		}
		end = next
	}
	end = blank(b, i)
	if proto == TCP && isListenQueue(b[i:end]) {
		return p.bsdListenQueue(b[unblank(b, end):], row.tag)
	}
	local := b[i:end]
	if bytes.IndexByte(local, '.') < 0 || !isDotted(local) {
		return foreign
	}
	j := unblank(b, end)
	row.width = j - i - 1
	end = blank(b, j)
	remote := b[j:end]
	s := p.begin(proto)
	if !p.bsdEndpoint(local, &s.Local, &row) || !p.bsdEndpoint(remote, &s.Remote, &row) {
		return broken
	}
	p.bsdTail(s, b[unblank(b, end):], &row)
	p.bsdFamily(s, row.tag)
	p.bsdLearn(s, local, remote)
	row.short = row.pcb && !p.bsd.numeric
	p.bsdCut(local, &s.Local, &row)
	// Most systems shorten the remote address only where both ports are the same.
	row.short = row.short && (!p.bsd.families || s.Local.Port == s.Remote.Port)
	p.bsdCut(remote, &s.Remote, &row)
	return socket
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
func (p *parser) bsdTitle(word, rest []byte) lineKind {
	rest = trimLeft(rest)
	switch string(word) {
	case "Active":
		if !isBSDTitle(rest) {
			return foreign
		}
		p.bsd = bsdSeen{}
		return headerLine
	case "Current":
		if bytes.HasPrefix(rest, []byte("listen queue sizes")) {
			return headerLine
		}
	case "Proto":
		if first, _ := field(rest); string(first) == "Local" || linuxOther(word, rest) == headerLine {
			return foreign // Windows, net-tools
		}
		if bytes.Contains(rest, []byte("Local Address")) {
			return headerLine
		}
	case "Tcpcb", "Socket", "PCB", "PCB/ADDR", "TxWin":
		if bytes.Contains(rest, []byte("Local Address")) {
			return headerLine
		}
	}
	return foreign
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

// bsdFamily sets the family by the protocol's word where the addresses do not
// tell it. "tcp" without a number is IPv4 on OpenBSD and NetBSD, but serves both
// on AIX and HP-UX.
func (p *parser) bsdFamily(s *Socket, tag byte) {
	s.setFamily()
	p.bsd.families = p.bsd.families || tag == 4 || tag == dual
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
	case tag == 6 && p.bsd.families:
		s.V6Only = Yes
	}
}

// isListenQueue reports whether b is "0/0/128".
func isListenQueue(b []byte) bool {
	i := digits(b, 0)
	j := digits(b, min(i+1, len(b)))
	return i > 0 && i < len(b) && b[i] == '/' && j > i+1 && j < len(b) && b[j] == '/' &&
		j+1 < len(b) && digits(b, j+1) == len(b)
}

// bsdListenQueue reads a row of -L, which shows listening sockets only.
func (p *parser) bsdListenQueue(b []byte, tag byte) lineKind {
	local, _ := field(b)
	s := p.begin(TCP)
	if !p.dotEndpoint(local, &s.Local) {
		return broken
	}
	s.Remote.Host = "*"
	s.State = Listen
	p.bsdFamily(s, tag)
	p.bsdCut(local, &s.Local, &bsdRow{})
	return socket
}

// bsdTail reads the state and what -v of macOS shows behind it.
func (p *parser) bsdTail(s *Socket, rest []byte, row *bsdRow) {
	if word, after := field(rest); s.Proto == TCP && len(word) > 0 && word[0]-'0' > 9 && string(word) != "-" {
		if n := len(word); n > 1 && word[n-1] == '*' {
			word = word[:n-1] // DragonFly marks a state that T/TCP hides
		}
		p.setState(s, word)
		rest = after
	}
	if p.macTail(s, rest) && row.tag != 0 {
		p.bsd.families = true
	}
}
