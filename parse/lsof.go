package parse

import (
	"bytes"
	"math"
	"net/netip"
	"strconv"
)

// lsof -i of Linux, macOS and others shows a row for each descriptor of a
// process, with or without -n (hosts), -P (ports) and -T (queues).
//
//	COMMAND     PID     USER   FD   TYPE             DEVICE SIZE/OFF NODE NAME
//	sshd        812     root    3u  IPv4            5233556      0t0  TCP *:22 (LISTEN)
//	java       2061      app    8u  IPv6            5233769      0t0  TCP [2001:db8::10]:41006->[2001:db8::7]:443 (ESTABLISHED)
//	java       2061      app    9u  IPv4            5233774      0t0  TCP app1.example:44001->db1.example:mysql (CLOSE_WAIT)
//	sshd        812     root    3u  IPv4            5233556      0t0  TCP *:22 (LISTEN QR=0 QS=0)
//	dhclient   2164     root    3u  IPv4            5233565      0t0  UDP 192.0.2.10:68->198.51.100.7:67
//	Web\x20He   941    admin   17u  IPv4 0x91f0be2267d90b1f      0t0   TCP 192.0.2.10:51963->198.51.100.7:443 (ESTABLISHED)
//
// DEVICE is the inode on Linux, the address of the socket elsewhere, so that rows
// of one socket are known. A command is cut at nine characters, or where +c says.
// A row of TCP always has a state; one without has been cut.

// lsofName is the number of characters of a command that lsof shows by itself.
const lsofName = 9

type lsof struct {
	merger
	elsewhere bool // DEVICE is an address: not Linux
	longest   int  // command
	user      string
	several   bool // users
}

func (d *lsof) about() (string, System) {
	if d.elsewhere {
		return "lsof", BSD
	}
	return "lsof", Linux
}

func (d *lsof) reset() { d.longest = 0 }

func (d *lsof) settle(held []Socket) []Socket {
	limit := max(lsofName, d.longest)
	for i := range held {
		for j := range held[i].Owners {
			o := &held[i].Owners[j]
			o.Cut = o.Cut || len(o.Name) >= limit
		}
	}
	return d.merge(held)
}

func (d *lsof) read(p *parser, r *row) lineKind {
	if string(r.field(0)) == "COMMAND" && string(r.field(1)) == "PID" && bytes.Contains(r.b, []byte("NODE NAME")) {
		return headerLine
	}
	pid, ok := parsePID(r.field(1))
	if !ok || isMarked(r.b) {
		return notMine
	}
	i := 3 // the type, behind PID, perhaps TID, PGID, PPID, the user, and the descriptor
	fam := Family(0)
	for ; i < min(r.n, 8) && fam == 0; i++ {
		switch string(r.field(i)) {
		case "IPv4":
			fam = IPv4
		case "IPv6":
			fam = IPv6
		}
	}
	if fam == 0 || i < 5 {
		if isFile(r) {
			return other
		}
		return notMine
	}
	device, node := r.field(i), i+1
	for node < min(r.n, i+3) && !isLsofNode(r.field(node)) {
		node++
	}
	proto := Proto(0)
	switch string(r.field(node)) {
	case "TCP":
		proto = TCP
	case "UDP":
		proto = UDP
	case "":
		return malformed
	default:
		if r.n == node+1 { // a part of the word
			return malformed
		}
		return other
	}
	s := p.begin(proto)
	s.Family = fam
	if !p.lsofEnds(s, r.field(node+1)) || !s.lsofState(r.from(node+2)) {
		return malformed
	}
	d.owner(p, s, r, pid, i-3)
	s.id = p.intern(device)
	d.elsewhere = d.elsewhere || bytes.HasPrefix(device, []byte("0x"))
	if n, ok := parseUint(device); ok && n <= math.MaxUint32 {
		s.Inode = uint32(n)
	}
	return socket
}

// isFile reports whether the row has the type of something that is no socket of
// the Internet, as lsof shows without -i.
func isFile(r *row) bool {
	for i := 4; i < min(r.n, 8); i++ {
		switch string(r.field(i)) {
		case "REG", "DIR", "CHR", "BLK", "FIFO", "PIPE", "unix", "sock", "a_inode", "netlink", "KQUEUE", "systm", "pack", "unknown", "VREG", "VDIR", "VCHR":
			return true
		}
	}
	return false
}

// isLsofNode reports whether b is the protocol, as a word in capitals.
func isLsofNode(b []byte) bool {
	return len(b) >= 2 && b[0] >= 'A' && b[0] <= 'Z'
}

// owner reads command and user, which stands in the given field.
func (d *lsof) owner(p *parser, s *Socket, r *row, pid uint32, user int) {
	shown := r.field(0)
	name := unescaped(shown)
	d.longest = max(d.longest, len(name))
	// A blank is shown as four characters, and how many of them count differs.
	cut := len(name) < len(shown) && len(shown) >= lsofName
	s.Owners = append(s.Owners, Owner{PID: pid, Name: p.intern(name), Cut: cut})
	who := p.intern(r.field(user))
	d.several = d.several || d.user != "" && d.user != who
	d.user = who
	d.note(s, who, -1)
}

// tell says whose sockets alone are shown: everyone but root sees his own only.
func (d *lsof) tell(sum *Summary) {
	if sum.Format == "lsof" {
		sum.Numbers = "-n and -P"
	}
	if !d.several && d.user != "root" && d.user != "0" {
		sum.OnlyUser = d.user
	}
}

// unescaped makes bytes of "\x20".
func unescaped(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	var plain []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+3 < len(b) && b[i+1] == 'x' && hexDigit(b[i+2]) >= 0 && hexDigit(b[i+3]) >= 0 {
			plain = append(plain, byte(hexDigit(b[i+2])<<4|hexDigit(b[i+3])))
			i += 3
			continue
		}
		plain = append(plain, b[i])
	}
	return plain
}

// lsofEnds reads "local" or "local->remote".
func (p *parser) lsofEnds(s *Socket, name []byte) bool {
	local, remote, connected := bytes.Cut(name, []byte("->"))
	if !connected {
		s.Remote = Endpoint{Host: "*"}
		ok := p.endpoint(local, &s.Local)
		s.Device, p.zone = p.zone, ""
		s.Local.unembed(p)
		return ok
	}
	ok := p.ends(s, local, remote)
	s.Local.unembed(p)
	s.Remote.unembed(p)
	return ok
}

// unembed takes the zone out of a link-local address in which BSD and macOS keep
// it, "fe80:4::1".
func (e *Endpoint) unembed(p *parser) {
	if !e.Addr.Is6() || !e.Addr.IsLinkLocalUnicast() || e.Addr.Zone() != "" {
		return
	}
	a := e.Addr.As16()
	if zone := int(a[2])<<8 | int(a[3]); zone != 0 {
		a[2], a[3] = 0, 0
		e.Addr = netip.AddrFrom16(a).WithZone(p.intern(strconv.AppendInt(nil, int64(zone), 10)))
	}
}

// lsofState reads "(ESTABLISHED QR=0 QS=36)", of UDP "(QR=0 QS=0)" or nothing.
func (s *Socket) lsofState(b []byte) bool {
	b = trimRight(b)
	if s.Proto == UDP && len(b) == 0 {
		return true
	}
	if len(b) < 2 || b[0] != '(' || b[len(b)-1] != ')' {
		return false
	}
	for rest := b[1 : len(b)-1]; len(rest) > 0; {
		var word []byte
		word, rest = field(rest)
		name, value, queue := bytes.Cut(word, []byte{'='})
		if !queue {
			if s.Proto == TCP {
				if s.State, queue = stateOf(bytes.ToUpper(word)); !queue {
					s.State, s.Word = OtherState, string(word)
				}
			}
			continue
		}
		n, ok := parseUint(value)
		switch {
		case ok && string(name) == "QR":
			s.Queues.Shown, s.Queues.Recv = true, clamp(n)
		case ok && string(name) == "QS":
			s.Queues.Shown, s.Queues.Send = true, clamp(n)
		}
	}
	return s.Proto == UDP || s.State != NoState
}
