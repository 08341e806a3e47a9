package parse

import (
	"bytes"
	"net/netip"
)

// bsdSeen is what the rows above tell about those below, since the last header.
type bsdSeen struct {
	families bool // rows say 4 or 46, so that 6 means IPv6 only
	wide     bool // an IPv6 address was longer than a column that cuts holds
	numeric  bool // -n: a port or an address that has a name was shown as a number
}

// Widths at which BSD cuts (inet.c, inetprint and inet6print): first the address,
// then address, dot and port together.
const (
	bsdAddr     = 16
	bsdAddrA    = 12 // -A, without -n; OpenBSD: IPv6 with -n, too
	bsdColumnA  = 18 // -A; on DragonFly one less
	bsdColumn   = 22 // likewise
	biggestPort = 65535
)

// bsdEndpoint reads an endpoint, and one of which -A has left 12 characters of an
// IPv4 address: "192.168.100..ssh".
func (p *parser) bsdEndpoint(b []byte, e *Endpoint, row *bsdRow) bool {
	if p.dotEndpoint(b, e) {
		return true
	}
	dot := bytes.LastIndexByte(b, '.')
	if !row.pcb || row.width > bsdColumn || dot != bsdAddrA || !p.port(b[dot+1:], e) {
		return false
	}
	dots := 0
	for _, c := range b[:dot] {
		switch {
		case c == '.':
			dots++
		case c-'0' > 9:
			return false
		}
	}
	if dots < 2 { // 255.255.255.
		return false
	}
	e.Cut, e.Host = true, p.intern(b[:dot])
	return true
}

// bsdLearn takes from a row what it tells about itself and those below.
func (d *bsd) learn(s *Socket, local, remote []byte) {
	d.seen.numeric = d.seen.numeric || isNamedPort(s.Local.Port) || s.Local.Addr.IsLoopback() || s.Remote.Addr.IsLoopback()
	d.seen.wide = d.seen.wide || isWideAddr(local) || isWideAddr(remote)
}

// An endpoint of which the column may have cut address or port off is marked, so
// that it does not become a different one that is valid. Names are cut in the same
// way, but fit nothing anyhow. Nothing is cut if the columns are wider (-W of
// FreeBSD, -l of macOS, whose -W cuts IPv6 all the same), which other rows may
// tell.

// cutEnd is one end of a row, as the question is whether it is cut.
type cutEnd struct {
	b    []byte
	host []byte // what stands before the port
	is6  bool
	row  *bsdRow
}

func newCutEnd(b []byte, row *bsdRow) cutEnd {
	host := b[:bytes.LastIndexByte(b, '.')]
	return cutEnd{b, host, bytes.IndexByte(host, ':') >= 0, row}
}

// certain reports whether the end is cut whatever other rows say: there is no
// whole address, or the port fills the column and could go on.
func (c cutEnd) certain(e *Endpoint) bool {
	portMayGoOn := e.Port != 0 && int(e.Port)*10 <= biggestPort
	return c.is6 && !e.Addr.IsValid() || portMayGoOn && len(c.b) >= c.row.width && isBSDColumn(c.row.width)
}

// inNarrow reports whether the end is cut if the columns are narrow: the address
// has as many characters as one that was cut.
func (c cutEnd) inNarrow(e *Endpoint) bool {
	return c.row.width <= bsdColumn && (c.is6 && len(c.host) == bsdAddr || c.fillsA() && e.Service != "")
}

// fillsA reports whether the address has as many characters as -A shows of one.
func (c cutEnd) fillsA() bool {
	return c.row.pcb && c.row.width <= bsdColumn && len(c.host) == bsdAddrA
}

// markCut marks an end that is cut, and returns why it may be, of which narrow
// and short are the doubts of this end.
func (d *bsd) markCut(p *parser, b []byte, e *Endpoint, row *bsdRow, narrow, short doubt) doubt {
	c := newCutEnd(b, row)
	switch {
	case e.Cut || e.Host == "*" || !c.is6 && !e.Addr.IsValid():
	case c.certain(e):
		e.Cut, e.Host, e.Addr = true, p.intern(c.host), netip.Addr{}
	case c.inNarrow(e):
		return narrow
	case c.fillsA():
		return short
	}
	return 0
}

// decide settles what other rows tell of a socket.
func (d *bsd) decide(s *Socket) {
	narrow := !d.seen.wide
	s.settleCuts(narrow)
	if s.doubt&shortLocal != 0 && narrow && d.isShort(&s.Local) {
		s.Local.cut()
	}
	// Most systems shorten the remote address only where both ports are the same.
	if s.doubt&shortRemote != 0 && narrow && d.isShort(&s.Remote) && (!d.seen.families || s.Local.Port == s.Remote.Port) {
		s.Remote.cut()
	}
	if s.doubt&family != 0 && d.seen.families {
		s.V6Only = Yes
	}
	d.words.decide(s)
}

// isShort reports whether -A has shortened an address that has as many characters
// as it shows: without -n, or of IPv6 where the families have no words.
func (d *bsd) isShort(e *Endpoint) bool {
	return !d.seen.numeric || e.Addr.Is6() && !d.seen.families
}

// isWideAddr reports whether the endpoint has an IPv6 address that would have been
// cut.
func isWideAddr(b []byte) bool {
	dot := bytes.LastIndexByte(b, '.')
	return dot > bsdAddr && bytes.IndexByte(b[:dot], ':') >= 0
}

// isBSDColumn reports whether an address column can be that wide. Where blanks
// were squeezed, the row does not show how wide its columns were.
func isBSDColumn(width int) bool {
	return width == bsdColumnA || width == bsdColumn || width == bsdColumnA-1 || width == bsdColumn-1
}

// isNamedPort reports whether every system's list of services names the port, so
// that it is shown as a number with -n only.
func isNamedPort(port uint16) bool {
	switch port {
	case 22, 25, 53, 80, 111, 123, 443, 514:
		return true
	}
	return false
}
