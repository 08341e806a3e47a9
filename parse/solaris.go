package parse

import "bytes"

// Solaris and illumos say the protocol above the rows, in the title of a section.
//
//	TCP: IPv4
//	   Local Address        Remote Address     Swind  Send-Q  Rwind  Recv-Q    State
//	-------------------- -------------------- ------- ------ ------- ------ -----------
//	      *.22                 *.*                  0      0  128000      0 LISTEN
//	192.0.2.7.22         198.51.100.4.50514    131008      0  128872      0 ESTABLISHED
//
//	TCP: IPv6                                                                 the interface may follow
//	fe80::1.22                        fe80::2.50514                      131008      0  128872      0 ESTABLISHED net0
//
//	UDP: IPv4                                                                 a remote end where connected
//	      *.*                                 Unbound
//	192.0.2.7.68                              Idle
//	192.0.2.7.39211      198.51.100.53.53     Connected
//
// With -u, owners stand behind the addresses; a socket with several has a row for
// each of them:
//
//	   Local Address        Remote Address      User    Pid       Command     Swind Send-Q Rwind Recv-Q    State
//	192.0.2.7.22         198.51.100.4.50514   root        531 sshd           134664     51  128872      0 ESTABLISHED
//
// A row without its title, as grep leaves it, is known by its four numbers and
// its state. Source: usr/src/cmd/cmd-inet/usr.bin/netstat/netstat.c of illumos.

// solarisSection is what the title above the rows says.
type solarisSection struct {
	proto  Proto // 0: no title yet
	family Family
	fresh  bool // nothing has followed the title
	other  bool // SCTP, routes, UNIX domain sockets: no row of ours
}

// solarisName is the longest name that the column of the command shows.
const solarisName = 14

func solarisLine(p *parser, b []byte) lineKind {
	word, rest := field(b)
	if len(word) == 0 {
		return foreign
	}
	if bytes.IndexByte(word, '.') < 0 {
		return p.solarisTitle(word, rest)
	}
	section := p.solaris
	if p.sum.Format != "solaris" { // another output has begun since
		section = solarisSection{}
	}
	if section.other || !isDotted(word) {
		return foreign
	}
	kind := broken
	if section.proto != UDP {
		kind = p.solarisTCP(word, rest, section)
	}
	if kind == broken && section.proto != TCP {
		kind = p.solarisUDP(word, rest, section)
	}
	if kind == broken && section.proto == 0 {
		return foreign
	}
	return kind
}

// solarisTitle knows the lines that are no rows.
func (p *parser) solarisTitle(word, rest []byte) lineKind {
	rest = trimRight(rest)
	section := solarisSection{fresh: true}
	switch string(word) {
	case "TCP:", "TCP":
		section.proto = TCP
	case "UDP:", "UDP":
		section.proto = UDP
	case "SCTP:", "Routing", "Active":
		if p.sum.Format == "solaris" {
			p.solaris = solarisSection{other: true}
		}
		return foreign // counted: nobody reads them
	case "Local", "Local/Remote":
		if bytes.HasPrefix(rest, []byte("Address")) && (len(word) > len("Local") || bytes.Contains(rest, []byte("Remote Address"))) {
			p.solarisColumns(rest)
			return headerLine
		}
		return foreign
	default:
		if p.sum.Format == "solaris" && isRule(word) {
			return belongs
		}
		return foreign
	}
	switch string(rest) {
	case "IPv4":
		section.family = IPv4
	case "IPv6":
		section.family = IPv6
	case "": // as versions before IPv6 write it; the word alone says little
		p.solaris = section
		return belongs
	default:
		return foreign
	}
	p.solaris = section
	return headerLine
}

// solarisColumns takes the protocol from the titles of the columns: -f of some
// versions leaves out the title of the section.
func (p *parser) solarisColumns(titles []byte) {
	proto := UDP
	if bytes.Contains(titles, []byte("Swind")) {
		proto = TCP
	}
	if !p.solaris.fresh || p.solaris.proto != proto {
		p.solaris = solarisSection{proto: proto}
	}
	p.solaris.fresh = false
	p.solaris.other = bytes.Contains(titles, []byte("StrsI/O"))
}

// isRule reports whether b is the line drawn under a column's title.
func isRule(b []byte) bool {
	for _, c := range b {
		if c != '-' {
			return false
		}
	}
	return len(b) >= len("-----") // If
}

// solarisTCP reads local and remote end, owner, four numbers and state.
func (p *parser) solarisTCP(local, b []byte, section solarisSection) lineKind {
	s := p.begin(TCP)
	remote, rest := field(b)
	if !p.dotEndpoint(local, &s.Local) || !isDotted(remote) || !p.dotEndpoint(remote, &s.Remote) {
		return broken
	}
	s.solarisFamily(section)
	numbers, start := 0, 0
	for i := 0; i < len(rest); {
		end := blank(rest, i)
		word := rest[i:end]
		switch {
		case isNumber(word):
			if numbers == 0 {
				start = i
			}
			numbers++
		case numbers >= 4:
			if _, known := stateOf(word); !known && section.proto == 0 {
				return broken
			}
			p.solarisOwner(s, trimRight(rest[:skipFields(rest, start, numbers-4)]))
			p.setState(s, word)
			return socket
		default:
			numbers = 0
		}
		i = unblank(rest, end)
	}
	return broken
}

// solarisFamily sets the family, by the section where "*" does not tell it.
func (s *Socket) solarisFamily(section solarisSection) {
	if s.setFamily(); s.Family == 0 {
		s.Family = section.family
	}
}

// skipFields returns the index of the n-th field behind the one at i.
func skipFields(b []byte, i, n int) int {
	for ; n > 0; n-- {
		i = unblank(b, blank(b, i))
	}
	return i
}

// solarisUDP reads local and remote end, owner and state, which is always one of
// these words. Without a title, nothing but an address may stand before it.
func (p *parser) solarisUDP(local, b []byte, section solarisSection) lineKind {
	s := p.begin(UDP)
	if !p.dotEndpoint(local, &s.Local) {
		return broken
	}
	i, end, connected := 0, 0, false
	for found := false; ; i = unblank(b, end) {
		if i == len(b) {
			return broken
		}
		end = blank(b, i)
		if found, connected = solarisUDPState(b[i:end]); found {
			break
		}
	}
	s.Remote.Host = "*"
	owner := trimRight(b[:i])
	if connected {
		var remote []byte
		if remote, owner = field(owner); !p.dotEndpoint(remote, &s.Remote) {
			return broken
		}
	}
	if p.sum.Format != "solaris" && (len(owner) > 0 || !s.Local.Addr.IsValid() && s.Local.Host != "*") {
		return broken
	}
	s.solarisFamily(section)
	p.solarisOwner(s, owner)
	return socket
}

func solarisUDPState(word []byte) (found, connected bool) {
	switch string(word) {
	case "Connected":
		return true, true
	case "Idle", "Unbound", "Unknown":
		return true, false
	}
	return false, false
}

// solarisOwner reads "user pid command".
func (p *parser) solarisOwner(s *Socket, b []byte) {
	_, rest := field(b)
	word, name := field(rest)
	pid, ok := parsePID(word)
	if !ok {
		return
	}
	s.Owners = append(s.Owners, Owner{PID: pid, Name: p.intern(name), Cut: len(name) >= solarisName})
}
