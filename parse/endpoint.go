package parse

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"net/netip"
)

// netColumn is the width of net-tools' and BusyBox's address columns. Without
// -W net-tools shortens an IPv6 address until address, colon and port fill it
// (lib/inet.c), BusyBox cuts the whole text there (networking/netstat.c).
const netColumn = 23

// endpoint reads "address:port" in the forms of Linux, ss and Windows:
//
//	0.0.0.0:22  *:80  *:*  :::80  ::1:631  fe80::1%eth0:546  host:https
//	[::]:80  [fe80::1%12]:546  [fe80::1]%eth0:546  127.0.0.53%lo:53  *%virbr0:67
//
// It reports false where b has not that form.
func (p *parser) endpoint(b []byte, e *Endpoint) bool {
	if ipv4Endpoint(b, e) {
		return true
	}
	*e = Endpoint{}
	colon := bytes.LastIndexByte(b, ':')
	if colon < 0 || !p.port(b[colon+1:], e) {
		return false
	}
	host := b[:colon]
	var zone []byte
	if len(host) > 0 && host[0] == '[' {
		closing := bytes.IndexByte(host, ']')
		if closing < 0 {
			return false
		}
		if rest := host[closing+1:]; len(rest) > 1 && rest[0] == '%' {
			zone = rest[1:]
		} else if len(rest) > 0 {
			return false
		}
		host = host[1:closing]
	}
	return p.host(host, zone, e)
}

// ipv4Endpoint reads what most endpoints are, an IPv4 address and a port: the
// three dots and the colon are found at once, and each number is read without a
// branch (BenchmarkNetstat). It leaves e alone if b is something else, or has
// not the room around it that reading eight bytes takes.
func ipv4Endpoint(b []byte, e *Endpoint) bool {
	n := len(b)
	if n < len("1.1.1.1:1") || n > len("255.255.255.255:65535") || cap(b) < 24 {
		return false
	}
	wide := b[:24]
	w0, w1, w2 := binary.LittleEndian.Uint64(wide), binary.LittleEndian.Uint64(wide[8:]), binary.LittleEndian.Uint64(wide[16:])
	marks := (nonDigitsOf(w0) | nonDigitsOf(w1)<<8 | nonDigitsOf(w2)<<16) & (1<<n - 1)
	if bits.OnesCount64(marks) != 4 {
		return false
	}
	p1 := bits.TrailingZeros64(marks)
	marks &= marks - 1
	p2 := bits.TrailingZeros64(marks)
	marks &= marks - 1
	p3 := bits.TrailingZeros64(marks)
	marks &= marks - 1
	p4 := bits.TrailingZeros64(marks)
	n1, n2, n3, n4 := p1, p2-p1-1, p3-p2-1, p4-p3-1 // how many digits each number has
	if p3 > len("255.255.255") || (n1-1)|(n2-1)|(n3-1)|(n4-1) < 0 || (n1+4)|(n2+4)|(n3+4)|(n4+4) > 7 {
		return false
	}
	x2, x3, x4 := binary.LittleEndian.Uint64(wide[p1+1:]), binary.LittleEndian.Uint64(wide[p2+1:]), binary.LittleEndian.Uint64(wide[p3+1:])
	a1, a2, a3, a4 := octet(w0, n1), octet(x2, n2), octet(x3, n3), octet(x4, n4)
	if zero := padded(w0, n1) | padded(x2, n2) | padded(x3, n3) | padded(x4, n4); int(zero) < 0 || a1|a2|a3|a4 > 255 {
		return false
	}
	port, ok := parseUint(b[p4+1:])
	if !ok || port > math.MaxUint16 || (wide[p1]^'.')|(wide[p2]^'.')|(wide[p3]^'.')|(wide[p4]^':') != 0 {
		return false
	}
	*e = Endpoint{Addr: netip.AddrFrom4([4]byte{byte(a1), byte(a2), byte(a3), byte(a4)}), Port: uint16(port)}
	return true
}

// octet reads the n digits at the low end of x, one to three.
func octet(x uint64, n int) uint64 {
	v := x << (8 * (3 - n) & 63) & 0x0f0f0f // hundreds, tens, ones
	return v&0xff*100 + v>>8&0xff*10 + v>>16
}

// padded is negative if the n digits at the low end of x begin with a zero that
// no address is written with.
func padded(x uint64, n int) uint64 { return ((x&0xff ^ '0') - 1) & (1 - uint64(n)) }

// dotEndpoint reads "address.port" in the forms of BSD, Solaris and their kin:
//
//	*.22  *.*  127.0.0.1.25  ::1.25  fe80::1%lo0.25  localhost.smtp  *.ssh
//
// It reports false where b has not that form.
func (p *parser) dotEndpoint(b []byte, e *Endpoint) bool {
	*e = Endpoint{}
	dot := bytes.LastIndexByte(b, '.')
	return dot >= 0 && !isLabel(b[:dot]) && p.port(b[dot+1:], e) && p.host(b[:dot], nil, e)
}

// host reads an address, with its zone behind "%" or beside it, "*" or a name.
func (p *parser) host(host, zone []byte, e *Endpoint) bool {
	if percent := bytes.IndexByte(host, '%'); percent >= 0 {
		host, zone = host[:percent], host[percent+1:]
	}
	if len(zone) > 0 {
		p.zone = p.intern(zone)
	}
	if len(host) == 1 && host[0] == '*' {
		e.Host = "*"
		return true
	}
	if a, ok := parseAddr(host); ok {
		if len(zone) > 0 && isLinkLocal(a) {
			a, p.zone = a.WithZone(p.intern(zone)), ""
		}
		e.Addr = a
		return true
	}
	if len(host) == 0 || !isName(host) && !isLabel(host) {
		return false
	}
	e.Host = p.intern(host)
	return true
}

// isLinkLocal reports whether the zone is a part of the address. Everywhere else
// it is the device that the socket is bound to.
func isLinkLocal(a netip.Addr) bool {
	return a.Is6() && (a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() || a.IsInterfaceLocalMulticast())
}

// ends reads both endpoints, and the device that stands with the local one.
func (p *parser) ends(s *Socket, local, remote []byte) bool {
	ok := p.endpoint(local, &s.Local)
	if p.zone != "" {
		s.Device, p.zone = p.zone, ""
	}
	if ok = ok && p.endpoint(remote, &s.Remote); p.zone != "" {
		p.zone = ""
	}
	return ok
}

// port reads a number, "*" or a service name.
func (p *parser) port(b []byte, e *Endpoint) bool {
	if len(b) == 0 {
		return false
	}
	if len(b) == 1 && b[0] == '*' {
		return true
	}
	if n, ok := parseUint(b); ok {
		e.Port = uint16(n)
		return n <= 65535
	}
	if !isService(b) {
		return false
	}
	e.Service = p.intern(b)
	return true
}

// isService reports whether b can be a service's name. A dot or a colon in it
// means that the endpoint is written with the other one of the two.
func isService(b []byte) bool {
	return bytes.IndexByte(b, '.') < 0 && bytes.IndexByte(b, ':') < 0 && isName(b)
}

// isDotted reports whether what follows the last colon holds a dot: b is then
// "address.port", as BSD writes it, even where the address is IPv6.
func isDotted(b []byte) bool {
	return bytes.IndexByte(b[bytes.LastIndexByte(b, ':')+1:], '.') >= 0
}

// isName reports whether b can be a host or service name, or an IPv6 address
// of which netstat has shown only a part. What has digits and dots only is an
// overflow, or an IPv4 address that misses a part.
func isName(b []byte) bool {
	digits := true
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9', c == '.':
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '_', c == ':', c == '+', c == '/', c >= 0x80:
			digits = false
		default:
			return false
		}
	}
	return !digits
}

// isLabel reports whether b is a number alone: the first label of a name, such as
// the reverse names of many hosters begin with, which Windows shows without -n.
func isLabel(b []byte) bool { return isNumber(b) && len(b) <= 63 }

// parseUint reads a number of at most 10 digits.
func parseUint(b []byte) (n uint64, ok bool) {
	if len(b) > 1 && len(b) <= 8 && cap(b) >= 8 {
		return eightDigits(binary.LittleEndian.Uint64(b[:8]), len(b))
	}
	if len(b) == 0 || len(b) > 10 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

// eightDigits reads the first n of the eight bytes, without a branch for each.
func eightDigits(x uint64, n int) (value uint64, ok bool) {
	if nonDigitsOf(x)&(1<<n-1) != 0 {
		return 0, false
	}
	x = x << (64 - 8*n) & (0x0f * lowBits)
	x = x * (10<<8 + 1) >> 8 & 0x00ff00ff00ff00ff    // pairs
	x = x * (100<<16 + 1) >> 16 & 0x0000ffff0000ffff // fours
	return x * (10000<<32 + 1) >> 32, true
}

// parsePID reads a process ID that is not 0; no system has larger ones than
// uint32 holds.
func parsePID(b []byte) (pid uint32, ok bool) {
	n, ok := parseUint(b)
	if !ok || n == 0 || n > math.MaxUint32 {
		return 0, false
	}
	return uint32(n), true
}

// parseAddr reads an IPv4 or IPv6 address without a zone. It accepts what
// netip.ParseAddr accepts (the fuzz target FuzzAddr holds both against each
// other), but takes bytes and does not allocate (BenchmarkNetstat).
func parseAddr(b []byte) (netip.Addr, bool) {
	if bytes.IndexByte(b, ':') < 0 {
		a, ok := parseIPv4(b)
		return netip.AddrFrom4(a), ok
	}
	return parseIPv6(b)
}

func parseIPv4(b []byte) (a [4]byte, ok bool) {
	part, digits, value := 0, 0, 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			if digits > 0 && value == 0 { // leading zero
				return a, false
			}
			value = value*10 + int(c-'0')
			digits++
			if value > 255 {
				return a, false
			}
		case c == '.':
			if digits == 0 || part == 3 {
				return a, false
			}
			a[part] = byte(value)
			part, digits, value = part+1, 0, 0
		default:
			return a, false
		}
	}
	if part != 3 || digits == 0 {
		return a, false
	}
	a[3] = byte(value)
	return a, true
}

func parseIPv6(b []byte) (netip.Addr, bool) {
	var a [16]byte
	n, gap := 0, -1 // bytes written; where "::" stands
	if len(b) >= 2 && b[0] == ':' && b[1] == ':' {
		gap, b = 0, b[2:]
	}
	for len(b) > 0 {
		if n == 16 {
			return netip.Addr{}, false
		}
		value, digits := 0, 0
		for digits < len(b) {
			d := hexDigit(b[digits])
			if d < 0 {
				break
			}
			if digits == 4 {
				return netip.Addr{}, false
			}
			value = value<<4 | d
			digits++
		}
		if digits == 0 {
			return netip.Addr{}, false
		}
		if digits < len(b) && b[digits] == '.' { // an IPv4 tail: ::ffff:192.0.2.1
			v4, ok := parseIPv4(b)
			if !ok || n > 12 || (gap < 0 && n != 12) {
				return netip.Addr{}, false
			}
			n += copy(a[n:], v4[:])
			b = nil
			break
		}
		a[n], a[n+1] = byte(value>>8), byte(value)
		n += 2
		b = b[digits:]
		if len(b) == 0 {
			break
		}
		if b[0] != ':' || len(b) == 1 {
			return netip.Addr{}, false
		}
		b = b[1:]
		if b[0] == ':' {
			if gap >= 0 {
				return netip.Addr{}, false
			}
			gap, b = n, b[1:]
		}
	}
	switch {
	case gap < 0 && n < 16, gap >= 0 && n == 16:
		return netip.Addr{}, false
	case gap >= 0:
		tail := n - gap
		copy(a[16-tail:], a[gap:n])
		clear(a[gap : 16-tail])
	}
	return netip.AddrFrom16(a), true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
