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

func linuxLine(p *parser, b []byte) lineKind {
	word, rest := field(b)
	proto := linuxProto(word)
	if proto == 0 {
		return linuxOther(word, rest)
	}
	recvQ := digits(rest, 0)
	sendQ := unblank(rest, recvQ)
	end := digits(rest, sendQ)
	if recvQ == 0 || sendQ == recvQ || end == sendQ || end < len(rest) && rest[end] != ' ' {
		return foreign
	}
	s := p.begin(proto)
	at := unblank(rest, end)
	end = blank(rest, at)
	local := rest[at:end]
	at = unblank(rest, end)
	end = blank(rest, at)
	remote := rest[at:end]
	rest = rest[unblank(rest, end):]
	if bytes.IndexByte(local, ':') < 0 || bytes.IndexByte(remote, ':') < 0 {
		if len(remote) == 0 {
			return broken // cut off in the middle of the row
		}
		return foreign // the addr.port of BSD
	}
	if !p.endpoint(local, &s.Local) || !p.endpoint(remote, &s.Remote) {
		if isDotted(local) && isDotted(remote) {
			return foreign // BSD, IPv6 at both ends
		}
		return broken
	}
	if len(local) > netColumn || len(remote) > netColumn {
		p.whole = true
	}
	p.markCut(local, &s.Local)
	p.markCut(remote, &s.Remote)
	s.setFamily()
	if s.Family == 0 && len(word) == 4 { // tcp6 *:80
		s.Family = IPv6
	}
	p.linuxTail(s, rest)
	return socket
}

// linuxProto returns the protocol of the row's first word. Old net-tools write
// "tcp" for IPv6 too.
func linuxProto(word []byte) Proto {
	switch string(word) {
	case "tcp", "tcp6":
		return TCP
	case "udp", "udp6":
		return UDP
	}
	return 0
}

// linuxOther knows the lines of net-tools' output that are no sockets.
func linuxOther(word, rest []byte) lineKind {
	switch {
	case string(word) == "Proto" && bytes.HasPrefix(rest, []byte("Recv-Q Send-Q Local")) && !bytes.Contains(rest, []byte("(state)")):
		return headerLine
	case string(word) == "Active" && bytes.HasPrefix(rest, []byte("Internet connections (")) && !isBSDTitle(rest):
		return headerLine
	}
	return foreign
}

func isNumber(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// markCut marks an IPv6 endpoint that just fills its column, where nothing
// says that netstat was asked for the whole.
func (p *parser) markCut(b []byte, e *Endpoint) {
	if p.wide || p.whole || len(b) != netColumn || bytes.Count(b, []byte(":")) < 2 {
		return
	}
	host := b[:bytes.LastIndexByte(b, ':')]
	e.Cut, e.Host, e.Addr = true, p.intern(host), netip.Addr{}
}

// linuxTail reads what follows the remote endpoint: state, user and inode,
// PID and program, timer, security context.
func (p *parser) linuxTail(s *Socket, rest []byte) {
	word, after := field(rest)
	switch {
	case len(word) == 0:
		return // cut off here, or a UDP socket without more columns
	case word[0] >= 'a' && bytes.IndexByte(word, ':') > 0:
		p.ssExtras(s, rest) // "ss state listening" leaves out the one state, which may be any
		return
	case s.Proto == UDP:
		if _, known := stateOf(word); known {
			rest = after // a connected UDP socket is shown as ESTABLISHED
		}
	case word[0]-'0' <= 9 || string(word) == "-": // the column is empty
	case word[0] == lastAckCzech[0] && spells(word, lastAckCzech):
		s.State = LastAck
		_, rest = field(after)
	default:
		p.setState(s, word)
		rest = after
	}
	if len(rest) == 0 {
		return
	}
	if rest = trimRight(rest); len(rest) > 0 && rest[len(rest)-1] == ')' {
		rest = trimRight(cutTimer(rest))
	}
	start, slash := findProgram(rest)
	if s.Inode = findInode(rest[:start]); slash < 0 {
		return // "-", or no such column
	}
	pid, ok := parsePID(rest[start:slash])
	if !ok {
		return
	}
	program := cutContext(rest[start:])
	s.Owners = append(s.Owners, Owner{
		PID:  pid,
		Name: p.intern(trimRight(program[slash-start+1:])),
		Cut:  isCutProgram(program),
	})
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

// cutTimer takes off the column of -o: "keepalive (6.41/0/0)", whose first
// word may be translated.
func cutTimer(b []byte) []byte {
	b = trimRight(b)
	if len(b) == 0 || b[len(b)-1] != ')' {
		return b
	}
	open := bytes.LastIndexByte(b, '(')
	if open < 1 || bytes.Count(b[open:], []byte("/")) != 2 {
		return b
	}
	for _, c := range b[open+1 : len(b)-1] {
		if (c < '0' || c > '9') && c != '.' && c != ',' && c != '/' && c != '-' {
			return b
		}
	}
	b = bytes.TrimRight(b[:open], " (") // Estonian has two parentheses
	return b[:bytes.LastIndexByte(b, ' ')+1]
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
