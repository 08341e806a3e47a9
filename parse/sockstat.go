package parse

import "bytes"

// sockstat of FreeBSD, DragonFly and NetBSD shows a row for each descriptor of a
// process.
//
//	USER     COMMAND    PID   FD PROTO  LOCAL ADDRESS         FOREIGN ADDRESS       PATH STATE   CONN STATE
//	www      nginx      812   6  tcp46  *:80                  *:*                                LISTEN
//	root     Isolated W 10942 44 tcp4   192.0.2.7:21084       198.51.100.4:443                   ESTABLISHED
//	?        ?          ?     ?  tcp6   ::1:4045              *:*                                LISTEN
//	mysql    mysqld     1567  10 tcp4 6 *:3306                *:*                                (10.4: both families)
//	backup-agent python2.781106 35 tcp4 127.0.0.1:61115       127.0.0.1:4506                     (10.4: no blank)
//	root     sshd       657   3  tcp    *.22                  *.*                                (NetBSD)
//
// The state comes with -s only; without it a TCP socket has [NoState]. A command
// may hold blanks. Where a long user leaves it no room, old versions put no blank
// between command and PID; a PID has at most five digits there (PID_MAX), and the
// command, which may have lost its last digits to it, counts as cut.

const (
	sockstatName    = 10    // characters that the column of the command shows
	sockstatPIDLen  = 5     // digits
	sockstatColumns = 1 + 8 // user, and blanks in command and PID
)

func sockstatLine(p *parser, b []byte) lineKind {
	user, rest := field(b)
	if string(user) == "USER" {
		if bytes.HasPrefix(rest, []byte("COMMAND")) && bytes.Contains(rest, []byte("PROTO")) {
			return headerLine
		}
		return foreign
	}
	start := len(b) - len(rest)
	last := start
	for i, n := start, 0; i < len(b) && n < sockstatColumns; n++ {
		end := blank(b, i)
		if proto, tag := bsdProto(b[i:end]); proto != 0 && n >= 2 && isDescriptor(b[last:blank(b, last)]) {
			if tag == 4 && end+2 < len(b) && b[end+1] == '6' && b[end+2] == ' ' {
				tag, end = dual, end+2
			}
			if kind := p.sockstatRow(proto, tag, b[start:last], b[unblank(b, end):]); kind != foreign {
				return kind
			}
		}
		last = i
		i = unblank(b, end)
	}
	return foreign
}

func isDescriptor(b []byte) bool { return string(b) == "?" || isNumber(b) }

// sockstatRow reads a row whose command and PID are command, and whose endpoints
// begin rest.
func (p *parser) sockstatRow(proto Proto, tag byte, command, rest []byte) lineKind {
	owner, ok := p.sockstatOwner(trimRight(command))
	if !ok {
		return foreign
	}
	local, rest := field(rest)
	remote, rest := field(rest)
	s := p.begin(proto)
	colons := p.endpoint(local, &s.Local) && p.endpoint(remote, &s.Remote)
	if dots := !colons && p.dotEndpoint(local, &s.Local) && p.dotEndpoint(remote, &s.Remote); !colons && !dots {
		return broken
	}
	if owner != (Owner{}) {
		s.Owners = append(s.Owners, owner)
	}
	p.bsd.families = p.bsd.families || colons // NetBSD's "tcp6" does not tell
	p.bsdFamily(s, tag)
	for proto == TCP && len(rest) > 0 && s.State == NoState {
		var word []byte
		word, rest = field(rest)
		s.State, _ = stateOf(word)
	}
	return socket
}

// sockstatOwner reads "command pid", "command" and PID without a blank, or "? ?".
func (p *parser) sockstatOwner(b []byte) (o Owner, ok bool) {
	blank := bytes.LastIndexByte(b, ' ')
	name, pid := trimRight(b[:max(blank, 0)]), b[blank+1:]
	if len(name) > 0 {
		if string(pid) == "?" {
			return Owner{}, string(name) == "?"
		}
		if o.PID, ok = parsePID(pid); ok {
			o.Name, o.Cut = p.intern(name), len(name) >= sockstatName
			return o, true
		}
	}
	i := len(b)
	for i > 1 && len(b)-i < sockstatPIDLen && b[i-1]-'0' <= 9 {
		i--
	}
	for i < len(b) && b[i] == '0' {
		i++
	}
	if o.PID, ok = parsePID(b[i:]); ok {
		o.Name, o.Cut = p.intern(b[:i]), true
	}
	return o, ok
}
