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

func ssLine(p *parser, b []byte) lineKind {
	word, rest := field(b)
	switch {
	case string(word) == "Netid" && bytes.HasPrefix(rest, []byte("State")):
		return headerLine
	case string(word) == "State" && bytes.HasPrefix(rest, []byte("Recv-Q")):
		p.ssList = ssListBegun
		return headerLine
	}
	var proto Proto
	switch string(word) {
	case "tcp":
		proto = TCP
	case "udp":
		proto = UDP
	}
	if proto != 0 {
		word, rest = field(rest)
	}
	state, known := ssState(word)
	if !known {
		return p.ssContinues(b, rest)
	}
	recvQ, rest := field(rest)
	sendQ, rest := field(rest)
	if !isNumber(recvQ) || !isNumber(sendQ) {
		return foreign
	}
	local, rest := field(rest)
	remote, rest := field(rest)
	s := p.begin(proto)
	if !p.endpoint(local, &s.Local) || !p.endpoint(remote, &s.Remote) {
		return broken
	}
	p.ssFamily(s)
	if proto == 0 {
		if isRawProtocol(s.Local.Service) {
			return foreign // ss -w: a protocol stands where the port would
		}
		s.Proto = p.ssProto(s, state)
	}
	if s.Proto == TCP {
		s.State = state
	}
	p.ssExtras(s, rest)
	return socket
}

// ssContinues takes a line that continues the row before. Some versions put
// what does not fit the terminal there, the users too. A row of another Netid,
// whose state begins rest, has lines of its own that name no owner of ours.
func (p *parser) ssContinues(b, rest []byte) lineKind {
	if !p.pending || p.sum.Format != "ss" {
		return foreign
	}
	if !isIndented(b) {
		if state, _ := field(rest); len(state) > 0 {
			if _, isRow := ssState(state); isRow {
				p.flush()
			}
		}
		return foreign
	}
	p.ssExtras(p.last, b)
	return belongs
}

// ssList is what is known of a listing without the column of the Netid: ss leaves
// it out where all rows are of one protocol.
type ssList uint8

const (
	ssListNone ssList = iota // no header above: rows of several listings may follow each other
	ssListBegun
	ssListUDP
)

// ssProto tells the protocol of a row without a Netid. UNCONN with a port and no
// peer is how UDP looks; ESTAB can be both, and is UDP where it follows such rows
// below one header.
func (p *parser) ssProto(s *Socket, state State) Proto {
	if state == Closed && s.Remote.IsNone() {
		if p.ssList == ssListBegun {
			p.ssList = ssListUDP
		}
		return UDP
	}
	if state != Established {
		p.ssList = ssListNone
	}
	if p.ssList == ssListUDP {
		return UDP
	}
	return TCP
}

// isRawProtocol reports whether a service's name is that of an IP protocol.
func isRawProtocol(name string) bool {
	switch name {
	case "icmp", "ipv6-icmp", "igmp", "ospf", "raw":
		return true
	}
	return false
}

// ssFamily sets the family. Since iproute2 4.17 ss writes 0.0.0.0 for the IPv4
// wildcard, brackets around IPv6, and "*" for an IPv6 wildcard that serves IPv4
// too; before, "*" was IPv4's and ":::80" IPv6's. Only the rows above tell.
func (p *parser) ssFamily(s *Socket) {
	s.setFamily()
	switch {
	case s.Local.Host != "*":
		p.ssNew = p.ssNew || s.Family == IPv4 && (s.Local.IsWildcard() || s.Remote.Addr.IsValid() && s.Remote.IsWildcard())
	case p.ssNew:
		s.Family = IPv6
	}
}

// ssState knows the words of ss only, so that no other dialect's row is taken.
func ssState(word []byte) (State, bool) {
	switch string(word) {
	case "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "UNCONN",
		"CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING":
		return stateOf(word)
	}
	return NoState, false
}

// ssExtras reads the columns behind the endpoints, in any order: users, and of
// -e the inode and whether the socket takes IPv6 only.
func (p *parser) ssExtras(s *Socket, b []byte) {
	const open = `users:((`
	if i := bytes.Index(b, []byte(open)); i >= 0 {
		b = p.ssOwners(s, b[i+len(open):])
	}
	if n, ok := parseUint(ssValue(b, "ino:")); ok && n <= math.MaxUint32 {
		s.Inode = uint32(n)
	}
	if s.Local.IsWildcard() {
		switch string(ssValue(b, "v6only:")) {
		case "0":
			s.V6Only = No
		case "1":
			s.V6Only = Yes
		}
	}
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
	for len(b) > 0 && b[0] == '"' {
		name, pid, rest, ok := ssOwner(b[1:])
		if !ok {
			return b
		}
		s.addOwner(Owner{PID: pid, Name: p.intern(name), Cut: len(name) >= commLen})
		if len(rest) < 3 || string(rest[:3]) != `),(` {
			return rest
		}
		b = rest[3:]
	}
	return b
}

// ssOwner reads one `name",pid=12,fd=3` up to its closing parenthesis. The
// search for the parenthesis is begun once only, so that no line takes longer
// than its length.
func ssOwner(b []byte) (name []byte, pid uint32, rest []byte, ok bool) {
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
