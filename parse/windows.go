package parse

import "bytes"

// Windows: netstat -an, -ano, -anob, -anq, -t, in any language.
//
//	Active Connections
//
//	  Proto  Local Address          Foreign Address        State           PID
//	  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948
//	  RpcSs
//	 [svchost.exe]
//	  TCP    192.0.2.7:51041        198.51.100.30:443      CLOSE_WAIT      5712
//	 Can not obtain ownership information
//	  TCP    [fe80::1%12]:49722     [::]:0                 LISTENING       724
//	  UDP    0.0.0.0:161            *:*                                    3100
//	  TCP    192.0.2.7:4888         host:https             ESTABLISHED     InHost
//
// The owner lines of -b follow the row they belong to: the component, or on
// Windows XP the DLLs of the call stack, and last the program in brackets.

func windowsLine(p *parser, b []byte) lineKind {
	word, rest := field(b)
	var proto Proto
	switch string(word) {
	case "TCP":
		proto = TCP
	case "UDP":
		proto = UDP
	case "Proto":
		if bytes.HasPrefix(rest, []byte("Local Address")) {
			return headerLine
		}
		return foreign
	case "Active":
		if string(rest) == "Connections" {
			return headerLine
		}
		return foreign
	default:
		return p.windowsOwner(b)
	}
	local, rest := field(rest)
	remote, rest := field(rest)
	if bytes.IndexByte(local, ':') < 0 {
		return foreign
	}
	s := p.begin(proto)
	if !p.endpoint(local, &s.Local) || !p.endpoint(remote, &s.Remote) {
		return broken
	}
	s.setFamily()
	if s.Family == IPv6 && s.Local.IsWildcard() {
		s.V6Only = Yes // a socket that serves both has a row of each
	}
	if proto == TCP {
		state, after := field(rest)
		// Names widen the address columns but never hide the state: a number
		// here means that the row has none.
		if len(state) > 0 && !isNumber(state) {
			p.setState(s, state)
			rest = after
		}
	}
	last, _ := field(rest)
	if pid, ok := parsePID(last); ok {
		s.Owners = append(s.Owners, Owner{PID: pid})
	}
	return socket
}

// windowsOwner reads a line of -b and adds the program to the row before.
func (p *parser) windowsOwner(b []byte) lineKind {
	if !p.pending || p.sum.Format != "windows" {
		return foreign
	}
	text := bytes.TrimSpace(b)
	if len(text) > 2 && text[0] == '[' && text[len(text)-1] == ']' {
		name := p.intern(text[1 : len(text)-1])
		if len(p.last.Owners) == 0 {
			p.last.Owners = append(p.last.Owners, Owner{})
		}
		p.last.Owners[0].Name = name
		return belongs
	}
	if isIndented(b) {
		return belongs // component, DLL, or "Can not obtain ownership information"
	}
	return foreign
}
