package parse

import "bytes"

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
// a blank continues the row before (-i, -m).

// commLen is the longest name the kernel keeps (TASK_COMM_LEN less its end).
const commLen = 15

func ssLine(p *parser, b []byte) lineKind {
	if (b[0] == ' ' || b[0] == '\t') && !beginsRow(b) {
		if p.sum.Format == "ss" {
			return belongs
		}
		return foreign
	}
	word, rest := field(b)
	if (string(word) == "Netid" && bytes.HasPrefix(rest, []byte("State"))) ||
		(string(word) == "State" && bytes.HasPrefix(rest, []byte("Recv-Q"))) {
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
		return foreign
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
	if proto == 0 { // no Netid: UNCONN with a port and no peer is how UDP looks
		s.Proto = TCP
		if string(word) == "UNCONN" && s.Remote.IsNone() {
			s.Proto = UDP
		}
	}
	if s.Proto == TCP {
		s.State = state
	}
	p.ssOwners(s, rest)
	return socket
}

// ssFamily sets the family. Since iproute2 4.17 ss writes 0.0.0.0 for the IPv4
// wildcard, brackets around IPv6, and "*" for an IPv6 wildcard that serves IPv4
// too; before, "*" was IPv4's and ":::80" IPv6's. Only the rows above tell.
func (p *parser) ssFamily(s *Socket) {
	s.setFamily()
	switch {
	case s.Local.Host != "*":
		p.ssNew = p.ssNew || s.Family == IPv4 && s.Local.IsWildcard()
	case p.ssNew:
		s.Family = IPv6
	}
}

// ssState knows the words of ss only, so that no other dialect's row is taken.
func ssState(word []byte) (State, bool) {
	switch string(word) {
	case "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "UNCONN",
		"CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING":
		return stateWords[string(word)], true
	}
	return NoState, false
}

// ssOwners reads users:(("name",pid=1,fd=3),("name",pid=2,fd=3)), in old
// versions users:(("name",1,3)). ss does not escape a quote within a name, so a
// name ends where quote, comma and number follow.
func (p *parser) ssOwners(s *Socket, b []byte) {
	const open = `users:((`
	i := bytes.Index(b, []byte(open))
	if i < 0 {
		return
	}
	b = b[i+len(open):]
	for len(b) > 0 && b[0] == '"' {
		name, pid, rest, ok := ssOwner(b[1:])
		if !ok {
			return
		}
		s.addOwner(Owner{PID: pid, Name: p.intern(name), Cut: len(name) >= commLen})
		if len(rest) < 3 || string(rest[:3]) != `),(` {
			return
		}
		b = rest[3:]
	}
}

// ssOwner reads one `name",pid=12,fd=3` up to its closing parenthesis.
func ssOwner(b []byte) (name []byte, pid uint32, rest []byte, ok bool) {
	for end := 0; end < len(b); end++ {
		if b[end] != '"' || end+1 == len(b) || b[end+1] != ',' {
			continue
		}
		number := bytes.TrimPrefix(b[end+2:], []byte("pid="))
		comma := bytes.IndexByte(number, ',')
		closing := bytes.IndexByte(number, ')')
		if comma < 0 || closing < comma {
			continue
		}
		if n, isPID := parsePID(number[:comma]); isPID {
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
