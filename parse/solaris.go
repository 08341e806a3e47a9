package parse

import (
	"bytes"
	"slices"
)

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

type solaris struct {
	words
	merger
	section solarisSection
}

func (o *solaris) reset() { o.words = words{} } // the section is the header's own

func (*solaris) about() (string, System) { return "solaris", Solaris }

func (o *solaris) settle(held []Socket) []Socket {
	rows := held[:0:0]
	for i := range held {
		if held[i].doubt&owners != 0 {
			rows = append(rows, held[i])
		}
	}
	alone := slices.DeleteFunc(held, func(s Socket) bool { return s.doubt&owners != 0 })
	return append(o.words.settle(alone), o.words.settle(o.merge(rows))...)
}

// solarisName is the longest name that the column of the command shows.
const solarisName = 14

func (o *solaris) read(p *parser, r *row) lineKind {
	word, rest := r.field(0), r.from(1)
	if len(word) == 0 {
		return notMine
	}
	if bytes.IndexByte(word, '.') < 0 {
		if r.n == 1 && p.wrote(o) && o.section.proto != 0 && skipDigits(word, 0) == len(word) {
			return malformed // all that is left of a row
		}
		return o.title(p, word, rest)
	}
	section := o.section
	if !p.wrote(o) { // another output has begun since
		section = solarisSection{}
	}
	if !isDotted(word) {
		return notMine
	}
	if section.other {
		return other
	}
	kind := malformed
	if section.proto != UDP {
		kind = o.tcp(p, word, rest, section)
	}
	if kind == malformed && section.proto != TCP {
		kind = o.udp(p, word, rest, section)
	}
	if kind == malformed && section.proto == 0 {
		return notMine
	}
	return kind
}

// solarisTitle knows the lines that are no rows.
func (o *solaris) title(p *parser, word, rest []byte) lineKind {
	rest = trimRight(rest)
	section := solarisSection{fresh: true}
	switch string(word) {
	case "TCP:", "TCP":
		section.proto = TCP
	case "UDP:", "UDP":
		section.proto = UDP
	case "SCTP:", "Routing", "Active":
		if p.wrote(o) {
			o.section = solarisSection{other: true}
		}
		return notMine // counted: nobody reads them
	case "Local", "Local/Remote":
		if bytes.HasPrefix(rest, []byte("Address")) && (len(word) > len("Local") || bytes.Contains(rest, []byte("Remote Address"))) {
			o.columns(rest)
			return headerLine
		}
		return notMine
	default:
		if p.wrote(o) && isRule(word) {
			return continuation
		}
		return notMine
	}
	switch string(rest) {
	case "IPv4":
		section.family = IPv4
	case "IPv6":
		section.family = IPv6
	case "": // as versions before IPv6 write it; the word alone says little
		if p.format >= 0 && !p.wrote(o) {
			return notMine
		}
		o.section = section
		return continuation
	default:
		return notMine
	}
	o.section = section
	return headerLine
}

// solarisColumns takes the protocol from the titles of the columns: -f of some
// versions leaves out the title of the section.
func (o *solaris) columns(titles []byte) {
	proto := UDP
	if bytes.Contains(titles, []byte("Swind")) {
		proto = TCP
	}
	if !o.section.fresh || o.section.proto != proto {
		o.section = solarisSection{proto: proto}
	}
	o.section.fresh = false
	o.section.other = bytes.Contains(titles, []byte("StrsI/O"))
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
func (o *solaris) tcp(p *parser, local, b []byte, section solarisSection) lineKind {
	s := p.begin(TCP)
	remote, rest := field(b)
	if !p.dotEndpoint(local, &s.Local) || !isDotted(remote) || !p.dotEndpoint(remote, &s.Remote) {
		return malformed
	}
	s.solarisFamily(section)
	numbers, start := 0, 0
	for i := 0; i < len(rest); {
		end := indexSpace(rest, i)
		word := rest[i:end]
		switch {
		case isNumber(word):
			if numbers == 0 {
				start = i
			}
			numbers++
		case numbers >= 4:
			if _, known := stateOf(word); !known && section.proto == 0 {
				return malformed
			}
			o.owner(p, s, trimRight(rest[:skipFields(rest, start, numbers-4)]))
			o.setState(p, s, word)
			return socket
		default:
			numbers = 0
		}
		i = skipSpaces(rest, end)
	}
	return malformed
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
		i = skipSpaces(b, indexSpace(b, i))
	}
	return i
}

// solarisUDP reads local and remote end, owner and state, which is always one of
// these words. Without a title, nothing but an address may stand before it.
func (o *solaris) udp(p *parser, local, b []byte, section solarisSection) lineKind {
	s := p.begin(UDP)
	if !p.dotEndpoint(local, &s.Local) {
		return malformed
	}
	i, end, connected := 0, 0, false
	for found := false; ; i = skipSpaces(b, end) {
		if i == len(b) {
			return malformed
		}
		end = indexSpace(b, i)
		if found, connected = solarisUDPState(b[i:end]); found {
			break
		}
	}
	s.Remote = Endpoint{Host: "*"}
	owner := trimRight(b[:i])
	if connected {
		var remote []byte
		if remote, owner = field(owner); !p.dotEndpoint(remote, &s.Remote) {
			return malformed
		}
	}
	if !p.wrote(o) && (len(owner) > 0 || !s.Local.Addr.IsValid() && s.Local.Host != "*") {
		return malformed
	}
	s.solarisFamily(section)
	o.owner(p, s, owner)
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
func (o *solaris) owner(p *parser, s *Socket, b []byte) {
	user, rest := field(b)
	word, name := field(rest)
	pid, ok := parsePID(word)
	if !ok {
		return
	}
	o.note(s, p.intern(user), -1)
	s.Owners = append(s.Owners, Owner{PID: pid, Name: p.intern(name), Cut: len(name) >= solarisName})
}
