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
//	USER     PROCESS              PID      PROTO  SOURCE ADDRESS            FOREIGN ADDRESS           STATE      (Linux)
//	root     apache2              19035    tcp6   :::80                     :::*                      LISTEN
//
// The state comes with -s only; without it a TCP socket has [NoState]. A command
// may hold blanks. Where a long user leaves it no room, old versions put no blank
// between command and PID; a PID has at most five digits there (PID_MAX), and the
// command, which may have lost its last digits to it, counts as cut. The sockstat
// of Linux shows no descriptor, and the whole comm.

const (
	sockstatName    = 10    // characters that the column of the command shows
	sockstatPIDLen  = 5     // digits
	sockstatColumns = 1 + 8 // user, and blanks in command and PID
	sockstatGap     = 3     // blanks before Linux's PID, at least: its column is wide
)

type sockstat struct {
	merger
	linux  bool // the header is that of Linux
	states bool // and has a column for the state
}

func (d *sockstat) about() (string, System) {
	if d.linux {
		return "sockstat", Linux
	}
	return "sockstat", BSD
}

func (d *sockstat) reset() {} // the header has said it all

func (d *sockstat) settle(held []Socket) []Socket { return d.merge(held) }

func (d *sockstat) read(p *parser, r *row) lineKind {
	b, user := r.b, r.field(0)
	if string(user) == "USER" {
		return d.header(r.from(1))
	}
	if !isUser(user) || r.n < 2 {
		return notMine
	}
	start := r.edge[2]
	last := start
	for i, n := start, 0; i < len(b) && n < sockstatColumns; n++ {
		end := indexSpace(b, i)
		if proto, tag := bsdProto(b[i:end]); proto != 0 && n >= 2 && isDescriptor(b[last:indexSpace(b, last)]) {
			if tag == 4 && end+2 < len(b) && b[end+1] == '6' && b[end+2] == ' ' {
				tag, end = dual, end+2
			}
			lead := sockstatLead{user: user, command: b[start:last], last: b[last:indexSpace(b, last)], tag: tag}
			if kind := d.row(p, proto, lead, b[skipSpaces(b, end):]); kind != notMine {
				return kind
			}
		} else if n >= 2 && isOtherProtocol(b[i:end]) && isDescriptor(b[last:indexSpace(b, last)]) {
			return other
		}
		last = i
		i = skipSpaces(b, end)
	}
	return notMine
}

// header reads the titles of the columns.
func (d *sockstat) header(titles []byte) lineKind {
	if !bytes.Contains(titles, []byte("PROTO")) {
		return notMine
	}
	d.linux = bytes.HasPrefix(titles, []byte("PROCESS"))
	if !d.linux && !bytes.HasPrefix(titles, []byte("COMMAND")) {
		return notMine
	}
	d.states = bytes.Contains(titles, []byte("STATE"))
	return headerLine
}

// isUser reports whether a user may be called that: a mark or a colon belongs to
// something that stands before the row.
func isUser(word []byte) bool {
	return len(word) > 0 && !bytes.ContainsAny(word, ":>|[]")
}

func isDescriptor(b []byte) bool { return string(b) == "?" || isNumber(b) }

// sockstatLead is what stands before the endpoints: last is the descriptor, or
// the PID of Linux.
type sockstatLead struct {
	user, command, last []byte
	tag                 byte
}

// row reads a row whose endpoints begin rest.
func (d *sockstat) row(p *parser, proto Proto, lead sockstatLead, rest []byte) lineKind {
	owner, fd, ok := d.owner(p, lead)
	if !ok {
		return notMine
	}
	local, rest := field(rest)
	remote, after := field(rest)
	s := p.begin(proto)
	colons := p.ends(s, local, remote)
	if dots := !colons && p.dotEndpoint(local, &s.Local) && p.dotEndpoint(remote, &s.Remote); !colons && !dots {
		return malformed
	}
	s.familyOfTag(lead.tag, colons && !d.linux) // the "tcp6" of NetBSD and Linux does not tell
	for proto == TCP && len(after) > 0 && s.State == NoState {
		var word []byte
		word, after = field(after)
		s.State, _ = stateOf(word)
	}
	if proto == TCP && d.states && s.State == NoState && len(rest) == len(remote) {
		return malformed // cut off where the state would stand
	}
	if owner != (Owner{}) {
		s.Owners = append(s.Owners, owner)
		d.note(s, p.intern(lead.user), fd)
	}
	return socket
}

// owner reads "command pid fd", or "command pid" of Linux, or "? ? ?".
func (d *sockstat) owner(p *parser, lead sockstatLead) (o Owner, fd int32, ok bool) {
	command := trimRight(lead.command)
	if d.linux || isLinuxLead(lead.command) {
		pid, isPID := parsePID(lead.last)
		if string(lead.last) == "?" {
			return Owner{}, 0, true
		}
		return Owner{PID: pid, Name: p.intern(command), Cut: len(command) >= commLen}, -1, isPID
	}
	o, ok = p.sockstatOwner(command)
	n, isNumber := parseUint(lead.last)
	if !isNumber {
		return o, -1, ok
	}
	return o, int32(min(n, 1<<30)), ok
}

// isLinuxLead reports whether the command is followed by one number only, that
// stands in a column of its own.
func isLinuxLead(command []byte) bool {
	name := trimRight(command)
	if len(command)-len(name) < sockstatGap {
		return false
	}
	last := name[bytes.LastIndexByte(name, ' ')+1:]
	return !isDescriptor(last)
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
