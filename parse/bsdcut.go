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
func (p *parser) bsdLearn(s *Socket, local, remote []byte) {
	p.bsd.numeric = p.bsd.numeric || isNamedPort(s.Local.Port) || s.Local.Addr.IsLoopback() || s.Remote.Addr.IsLoopback()
	p.bsd.wide = p.bsd.wide || isWideAddr(local) || isWideAddr(remote)
}

// bsdCut marks an endpoint of which the column may have cut address or port off,
// so that it does not become a different one that is valid. Names are cut in the
// same way, but fit nothing anyhow. Nothing is cut where the columns are wider
// (-W of FreeBSD, -l of macOS, whose -W cuts IPv6 all the same).
func (p *parser) bsdCut(b []byte, e *Endpoint, row *bsdRow) {
	host := b[:bytes.LastIndexByte(b, '.')]
	is6 := bytes.IndexByte(host, ':') >= 0
	if e.Cut || e.Host == "*" || !is6 && !e.Addr.IsValid() {
		return
	}
	narrow := row.width <= bsdColumn && !p.bsd.wide
	switch {
	case is6 && !e.Addr.IsValid(): // no whole address
	case is6 && len(host) == bsdAddr && narrow:
	case row.pcb && len(host) == bsdAddrA && narrow && (e.Service != "" || row.short || is6 && !p.bsd.families):
	case e.Port != 0 && int(e.Port)*10 <= biggestPort && len(b) >= row.width && isBSDColumn(row.width):
	default:
		return
	}
	e.Cut, e.Host, e.Addr = true, p.intern(host), netip.Addr{}
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
