package parse

import (
	"bytes"
	"math"
)

// ss of iproute2, any age, with or without the Netid column.
//
//	Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
//	udp   UNCONN 0      0      127.0.0.53%lo:53    0.0.0.0:*    users:(("systemd-resolve",pid=1117,fd=12))
//	tcp   LISTEN 0      128             [::]:80       [::]:*    users:(("nginx",pid=812,fd=6),("nginx",pid=811,fd=6))
//	tcp   ESTAB  0      0      [::ffff:192.0.2.7]:4506 [::ffff:198.51.100.4]:32315
//	LISTEN 0     128    127.0.0.1:5903  *:*   users:(("qemu",2311,14)) uid:112 ino:25147 sk:2 <->
//		 cubic wscale:7,7 rto:204
//
// A name is the kernel's comm, at most 15 characters. A line that begins with
// a blank and is no row continues the row before (-i, -m). Raw, SCTP and packet
// sockets have a Netid of their own; without that column ss does not tell an
// SCTP socket from one of TCP, nor "ss -wn" from UDP.

// commLen is the longest name the kernel keeps (TASK_COMM_LEN less its end).
const commLen = 15

const maxPIDLen = 10 // digits of a uint32

type ss struct {
	columns ssColumns
	tcp     bool // a row without a Netid can only be one of TCP
	unconn  bool // and one can be of UDP, or a bound socket of TCP
	// How this ss writes wildcards: see family.
	zeros, colons bool
	foreign       bool // the row above is of another Netid
}

// ssColumns is what a header tells of the columns before the endpoints.
type ssColumns struct{ known, netid, state, queues bool }

func (*ss) about() (string, System) { return "ss", Linux }

func (d *ss) reset() { *d = ss{columns: d.columns} }

func (d *ss) read(p *parser, r *row) lineKind {
	word := r.field(0)
	if d.header(word, r) {
		return headerLine
	}
	proto, state, glued, i := ssLead(r)
	switch {
	case state == NoState && d.columns.known && !d.columns.state && p.wrote(d) && (proto != 0) == d.columns.netid:
		// "ss state X" leaves out what the one state is
	case state == NoState:
		return d.continues(p, r)
	}
	s := p.begin(proto)
	s.State, d.foreign = state, false
	if i = s.ssQueues(r, i, glued); i < 0 {
		return notMine
	}
	if !p.ends(s, r.field(i), r.field(i+1)) {
		return malformed
	}
	if proto == 0 && isRawProtocol(s.Local.Service) {
		return other // ss -w: a protocol stands where the port would
	}
	readExtras(p, s, r.from(i+2))
	d.protocol(s, proto)
	d.family(s, r.field(i))
	return socket
}

// header knows the line above the rows, whose columns options and filters leave
// out, and remembers which are there.
func (d *ss) header(word []byte, r *row) bool {
	switch string(word) {
	case "Netid", "NetidState", "State", "StateRecv-Q", "Recv-Q", "Local":
	default:
		return false
	}
	b := r.b
	if !bytes.Contains(b, []byte("Address:Port")) {
		return false
	}
	has := func(title string) bool { return bytes.Contains(b, []byte(title)) }
	d.columns = ssColumns{known: true, netid: has("Netid"), state: has("State"), queues: has("Recv-Q")}
	return true
}

// ssLead reads Netid and state, of which a Netid may be missing, and where the
// next field is. iproute2 4.15 to 4.19 leave no blank behind the longest word of
// a column: "udpUNCONN", "TIME-WAIT0".
func ssLead(r *row) (proto Proto, state State, glued []byte, i int) {
	word := r.field(0)
	if proto = ssNetid(word); proto != 0 {
		if len(word) == 3 {
			i++
			word = r.field(i)
		} else {
			word = word[3:]
		}
	}
	if state, glued = ssState(word); state != NoState {
		i++
	} else if len(r.field(0)) > 3 {
		proto = 0 // a word that begins with "tcp"
	}
	return proto, state, glued, i
}

func ssNetid(word []byte) Proto {
	if len(word) < 3 || len(word) > 3 && word[3] > 'Z' {
		return 0
	}
	switch string(word[:3]) {
	case "tcp":
		return TCP
	case "udp":
		return UDP
	}
	return 0
}

// ssState knows the words of ss only, so that no other dialect's row is taken,
// and returns the digits that are glued to one.
func ssState(word []byte) (state State, glued []byte) {
	if len(word) < len("ESTAB") || word[0] < 'A' || word[0] > 'Z' {
		return NoState, nil
	}
	for _, w := range ssWords {
		if len(word) >= len(w.word) && string(word[:len(w.word)]) == w.word {
			if glued = word[len(w.word):]; skipDigits(glued, 0) == len(glued) {
				return w.state, glued
			}
		}
	}
	return NoState, nil
}

var ssWords = [...]struct {
	word  string
	state State
}{
	{"ESTAB", Established}, {"TIME-WAIT", TimeWait}, {"LISTEN", Listen}, {"CLOSE-WAIT", CloseWait},
	{"UNCONN", Closed}, {"FIN-WAIT-1", FinWait1}, {"FIN-WAIT-2", FinWait2}, {"SYN-SENT", SynSent},
	{"SYN-RECV", SynRecv}, {"LAST-ACK", LastAck}, {"CLOSING", Closing},
}

// ssQueues reads the two queues from the i-th field on, the first of which may
// be glued to the state, and returns where the endpoints begin, -1 if they are
// no queues. -Q leaves both out.
func (s *Socket) ssQueues(r *row, i int, glued []byte) int {
	first := glued
	if len(first) == 0 {
		if first = r.field(i); bytes.IndexByte(first, ':') >= 0 {
			return i
		}
		i++
	}
	recv, ok := parseUint(first)
	send, also := parseUint(r.field(i))
	if !ok || !also {
		return -1
	}
	s.Queues = Queues{Shown: true, Recv: clamp(recv), Send: clamp(send)}
	if s.State == Listen { // how many wait to be accepted, and how many may
		s.Queues.Send, s.Queues.Limit, s.Queues.HasLimit = 0, s.Queues.Send, true
	}
	return i + 1
}

// protocol sets the protocol. ss leaves out the Netid if it was asked for one
// protocol only. ESTAB is a word of both, and so is UNCONN since 6.8, which
// shows bound sockets of TCP; all others are TCP's.
func (d *ss) protocol(s *Socket, netid Proto) {
	switch {
	case netid == UDP:
		s.State = NoState
		return
	case netid == TCP:
		return
	case s.State != Established && s.State != Closed && s.State != NoState || s.Queues.Timer != NoTimer:
		d.tcp = true
	default:
		d.unconn = d.unconn || s.State == Closed
		s.doubt |= protocol
	}
	s.Proto = TCP
}

func (d *ss) settle(held []Socket) []Socket {
	for i := range held {
		d.decide(&held[i])
	}
	return held
}

// decide settles one socket.
func (d *ss) decide(s *Socket) {
	// Without a header, rows of several listings may follow each other.
	if s.doubt&protocol != 0 && (!d.tcp || d.unconn && !d.columns.known) {
		s.ProtoUnsure = true
		if s.State == Closed && s.Remote.IsNone() { // looks like UDP
			s.Proto, s.State = UDP, NoState
		}
	}
	if s.doubt&family == 0 {
		return
	}
	switch star := s.Local.Host == "*"; {
	case d.zeros && star:
		s.Family, s.V6Only = IPv6, No
	case d.zeros:
		s.V6Only = Yes
	case d.colons && star:
		s.Family = IPv4
	}
}

// family sets the family. Since iproute2 4.17 ss writes 0.0.0.0 for the IPv4
// wildcard, "[::]" for one that serves IPv6 only and "*" for one that serves
// both; before, "*" was IPv4's and ":::80" IPv6's. Only other rows tell.
func (d *ss) family(s *Socket, local []byte) {
	s.setFamily()
	if s.Local.Host == "*" && s.V6Only != Maybe {
		s.Family = IPv6 // no other socket has that flag
	}
	if !s.Local.IsWildcard() {
		d.zeros = d.zeros || s.Remote.Addr.Is4() && s.Remote.IsWildcard()
		return
	}
	switch a := s.Local.Addr; {
	case a.Is4():
		d.zeros = true
	case s.V6Only != Maybe:
	case a.IsValid() && local[0] != '[':
		d.colons = true
	default:
		s.doubt |= family
	}
}

// isRawProtocol reports whether a service's name is that of an IP protocol.
func isRawProtocol(name string) bool {
	switch name {
	case "icmp", "ipv6-icmp", "igmp", "ospf", "raw":
		return true
	}
	return false
}

// readExtras reads the columns behind the endpoints, in any order: users, the
// timer of -o, and of -e the inode, the control group and whether the socket
// takes IPv6 only.
func readExtras(p *parser, s *Socket, b []byte) {
	if len(b) == 0 {
		return
	}
	const open = `users:((`
	if i := bytes.Index(b, []byte(open)); i >= 0 {
		b = p.ssOwners(s, b[i+len(open):])
	}
	if n, ok := parseUint(ssValue(b, "ino:")); ok && n <= math.MaxUint32 {
		s.Inode = uint32(n)
	}
	if group := ssValue(b, "cgroup:"); len(group) > 0 && group[0] == '/' {
		s.Services = append(s.Services, p.intern(group))
	}
	s.readTimer(ssValue(b, "timer:("))
	if s.Local.IsWildcard() {
		switch string(ssValue(b, "v6only:")) {
		case "0":
			s.V6Only = No
		case "1":
			s.V6Only = Yes
		}
	}
}

// readTimer reads "on,200ms,7)": what runs, for how long, and how often it has
// fired.
func (s *Socket) readTimer(b []byte) {
	word, rest, _ := bytes.Cut(b, []byte{','})
	if s.Queues.Timer = timerOf(word); s.Queues.Timer != NoTimer {
		_, fired, _ := bytes.Cut(rest, []byte{','})
		n, _ := parseUint(bytes.TrimRight(fired, ")"))
		s.Queues.Retries = uint8(min(n, math.MaxUint8))
	}
}

// continues takes a line that continues the row before. Some versions put what
// does not fit the terminal there, the users too. A row of another Netid has
// lines of its own that name no owner of this row.
func (d *ss) continues(p *parser, r *row) lineKind {
	if state, _ := ssState(r.field(1)); state != NoState && isOtherProtocol(r.field(0)) {
		d.foreign = true
		return other
	}
	if !p.follows(d) {
		if d.foreign && p.wrote(d) && isIndented(r.b) {
			return other
		}
		return notMine
	}
	if !isIndented(r.b) {
		return notMine
	}
	readExtras(p, p.last, r.b)
	if p.last.doubt&protocol != 0 && (p.last.Queues.Timer != NoTimer || bytes.Contains(r.b, []byte(" rto:"))) {
		d.tcp = true // -i tells of retransmissions
	}
	return continuation
}

// ssValue returns what stands behind a name such as "ino:", nothing where the
// name is not there.
func ssValue(b []byte, name string) []byte {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte(name))
		if i < 0 {
			return nil
		}
		at += i + len(name)
		if start := at - len(name); start == 0 || b[start-1] == ' ' {
			value, _ := field(b[at:])
			return value
		}
	}
}

// ssOwners reads "name",pid=12,fd=3),("name",pid=13,fd=3)), in old versions
// "name",12,3)), and returns what follows. ss does not escape a quote within a
// name, so a name ends where quote, comma and number follow.
func (p *parser) ssOwners(s *Socket, b []byte) []byte {
	for {
		name, pid, rest, ok := ssOwner(b)
		if !ok {
			if len(s.Owners) > 0 {
				s.Owners = append(s.Owners, Owner{}) // at least one is cut off
			}
			return b
		}
		s.addOwner(Owner{PID: pid, Name: p.intern(name), Cut: len(name) >= commLen})
		if bytes.HasPrefix(rest, []byte("))")) {
			return rest
		}
		b = rest[min(len(rest), len("),(")):]
	}
}

// ssOwner reads one `name",pid=12,fd=3` up to its closing parenthesis. The
// search for the parenthesis is begun once only, so that no line takes longer
// than its length.
func ssOwner(b []byte) (name []byte, pid uint32, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '"' {
		return nil, 0, nil, false
	}
	b = b[1:]
	for end := 0; end+1 < len(b); end++ {
		if b[end] != '"' || b[end+1] != ',' {
			continue
		}
		number := bytes.TrimPrefix(b[end+2:], []byte("pid="))
		comma := bytes.IndexByte(number[:min(len(number), maxPIDLen+1)], ',')
		if comma < 0 {
			continue
		}
		if n, isPID := parsePID(number[:comma]); isPID {
			closing := bytes.IndexByte(number, ')')
			if closing < 0 {
				return nil, 0, nil, false
			}
			return b[:end], n, number[closing:], true
		}
	}
	return nil, 0, nil, false
}

// addOwner adds a process once: ss lists it for every descriptor.
func (s *Socket) addOwner(o Owner) {
	for _, have := range s.Owners {
		if have.PID == o.PID {
			return
		}
	}
	s.Owners = append(s.Owners, o)
}
