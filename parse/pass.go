package parse

import (
	"bytes"
	"encoding/binary"
	"net/netip"
)

// Most rows of a big snapshot are connections that no item watches. They are
// passed over by the bytes of their ports; what they look like beyond that is
// not read (BenchmarkPass beside BenchmarkNetstat). Only what is surely a
// connected TCP row with a whole remote end passes, and, where local ports are
// wanted, a whole local one: every other row is read.

// wanted is a Filter as passing needs it.
type wanted struct {
	all     bool      // no row may pass
	all6    bool      // no row with an IPv6 address may pass
	remote  PortSet   // remote ports wanted whatever the address
	single  PortSet   // remote ports wanted with the addresses in addrs only
	local   PortSet   // local ports
	byLocal bool      // there are some
	addrs   PortSet   // hashes of addresses, see hasAddr
	texts   PortSet   // hashes of the remote ports that matter, as they are written
	queues  [2]uint64 // bytes 4 to 20 of a Linux row that were found to be its queues
	anyPort bool      // the addresses in addrs are wanted with any port

	// Reasons need a few near rows, not all of them.
	nearPort map[uint16]int // rows with a port of single that were read
	nearFull PortSet        // ports of which enough were
	nearAddr int            // rows with an address of addrs that may still be read
}

// Bounds of the near rows that are read.
const (
	maxNearPort = 64   // for each port
	maxNearAddr = 4096 // in all
)

// want compiles a filter; nil for none, with which no row may pass.
func want(f *Filter) *wanted {
	if f == nil {
		return nil
	}
	w := &wanted{nearPort: map[uint16]int{}, nearAddr: maxNearAddr}
	for i := range f.Terms {
		if t := &f.Terms[i]; !t.Listening {
			w.add(t)
		}
	}
	if w.all {
		return nil
	}
	w.addPort(0)
	return w
}

func (w *wanted) add(t *Term) {
	single := t.Remote.IsValid() && t.Remote.IsSingleIP()
	if single {
		w.addAddr(t.Remote.Addr())
	}
	switch {
	case len(t.RemotePorts) > 0 && single && t.Remote.Addr().Is4():
		w.single.Add(t.RemotePorts)
		w.addPorts(t.RemotePorts)
	case len(t.RemotePorts) > 0: // an IPv6 address can be written in several ways
		w.remote.Add(t.RemotePorts)
		w.addPorts(t.RemotePorts)
	case len(t.LocalPorts) > 0:
		w.local.Add(t.LocalPorts)
		w.byLocal = true
	case single:
		w.anyPort = true
		w.all6 = w.all6 || t.Remote.Addr().Is6()
	default:
		w.all = true
	}
}

// The addresses are known by a hash of the eight bytes before the colon of the
// port. An IPv4 address has one spelling, and stands behind a blank or, mapped
// into IPv6, a colon.

// hash16 spreads eight bytes over the bits of a PortSet (Fibonacci hashing).
func hash16(text uint64) uint16 { return uint16(text * 0x9e3779b97f4a7c15 >> 48) }

func (w *wanted) addAddr(a netip.Addr) {
	for _, text := range []string{" " + a.String(), ":" + a.String(), "[" + a.String() + "]"} {
		if n := len(text); n >= 8 {
			w.addrs.set(hash16(binary.LittleEndian.Uint64([]byte(text[n-8:]))))
		}
	}
}

func (w *wanted) hasAddr(b []byte, colon int) bool {
	return w.addrs.Has(hash16(binary.LittleEndian.Uint64(b[colon-8:])))
}

// run passes over the rows that text begins with, as far as they may pass, and
// returns their number and how many bytes they are. end is a dialect's pass; odd
// says that the text may hold CR.
//
// A row is looked at where it begins and its line end is searched for behind its
// remote end only. A line end before that would be part of a field, and no field
// with one in it is an endpoint.
func (w *wanted) run(text []byte, odd bool, end func(*wanted, []byte) int) (rows, n int) {
	for n < len(text) {
		row := text[n:]
		seen := end(w, row)
		if seen < 0 {
			break
		}
		lf := -1
		if odd {
			lf = lineEnd(row, seen)
		} else if i := bytes.IndexByte(row[seen:], '\n'); i >= 0 {
			lf = seen + i
		}
		if lf < 0 || lf > maxLine {
			break
		}
		n += lf + 1
		rows++
	}
	return rows, n
}

// pass reports whether a connected TCP row may pass whose endpoints are
// b[local:localEnd] and b[remote:remoteEnd].
func (w *wanted) pass(b []byte, local, localEnd, remote, remoteEnd int) bool {
	if w.byLocal {
		colon, text, ok := digitsBefore(b, localEnd)
		if port := number(text); !ok || colon <= local || port > 65535 || w.local.Has(uint16(port)) {
			return false
		}
	}
	colon, text, ok := digitsBefore(b, remoteEnd)
	if !ok || colon <= remote || colon < 8 {
		return false
	}
	hit := w.hasAddr(b, colon)
	// Of five digits the first tells whether they may be too much.
	if w.texts.Has(hash16(text)) || byte(text>>24) >= '6' {
		port := number(text)
		switch {
		case port == 0, port > 65535, w.remote.Has(uint16(port)):
			return false
		case w.single.Has(uint16(port)):
			return !hit && w.passSingle(b[remote:colon], uint16(port))
		}
	}
	switch {
	case w.anyPort && (hit || bytes.IndexByte(b[remote:colon], '%') >= 0),
		w.all6 && bytes.IndexByte(b[remote:colon], ':') >= 0:
		return false
	case hit && w.nearAddr > 0:
		w.nearAddr--
		return false
	}
	return true
}

func (w *wanted) addPorts(ranges []PortRange) {
	for _, r := range ranges {
		for port := int(r.First); port <= int(r.Last); port++ {
			w.addPort(port)
		}
	}
}

// addPort notes the text of a port that a row must be looked at for: it is
// wanted, or no port of a connection.
func (w *wanted) addPort(port int) {
	text := uint64(eightZeros)
	for at := 56; port > 0; at, port = at-8, port/10 {
		text += uint64(port%10) << at
	}
	w.texts.set(hash16(text))
}

// passSingle judges a row with a port that is wanted with some addresses, and
// another address as far as its end tells.
func (w *wanted) passSingle(addr []byte, port uint16) bool {
	if !w.nearFull.Has(port) {
		if w.nearPort[port]++; w.nearPort[port] == maxNearPort {
			w.nearFull.Add([]PortRange{{First: port, Last: port}})
		}
		return false
	}
	// A zone may follow the address, which may have another spelling than that
	// of a plain IPv4 one.
	return bytes.IndexByte(addr, ':') < 0 && bytes.IndexByte(addr, '%') < 0
}

// linuxPass returns where the remote end of the row of net-tools ends that b
// begins with, -1 where the row may not pass:
//
//	tcp        0      0 192.0.2.7:41856         198.51.100.4:3306       TIME_WAIT   -
func linuxPass(w *wanted, b []byte) int {
	if len(b) < linuxLocal+ends || b[0] != 't' || b[1] != 'c' || b[2] != 'p' {
		return -1
	}
	// Most rows have the queues of a row before.
	local := linuxLocal
	queues := [2]uint64{binary.LittleEndian.Uint64(b[4:]), binary.LittleEndian.Uint64(b[12:])}
	if queues != w.queues || b[3] != ' ' && b[3] != '6' {
		if local = linuxQueues(b); local < 0 {
			return -1
		}
		if local == linuxLocal {
			w.queues = queues
		}
	}
	if len(b) < local+ends {
		return -1
	}
	localEnd, remote, remoteEnd, ok := twoEnds(b[local:])
	// A column that is full may have been cut.
	if !ok || localEnd >= netColumn || remoteEnd-remote >= netColumn || !w.pass(b, local, local+localEnd, local+remote, local+remoteEnd) {
		return -1
	}
	return local + remoteEnd
}

// linuxLocal is where net-tools begins the local address: "tcp6 ", two numbers
// of six characters with a blank behind each.
const linuxLocal = 20

// linuxQueues checks what stands before the local address, and returns where
// that begins, -1 where the row is another.
func linuxQueues(b []byte) (local int) {
	if b[3] != ' ' && (b[3] != '6' || b[4] != ' ') {
		return -1
	}
	at := 4
	for range 2 {
		start := unblank(b, at)
		end := digits(b, start)
		if end == start || end >= len(b) || b[end] != ' ' {
			return -1
		}
		at = end
	}
	return unblank(b, at)
}

// windowsPass reports whether a row of Windows may pass:
//
//	TCP    192.0.2.7:51041        198.51.100.30:443      CLOSE_WAIT      5712
func windowsPass(w *wanted, b []byte) int {
	const local = len("  TCP    ")
	if len(b) < local+ends || string(b[:local]) != "  TCP    " || b[local] == ' ' {
		return -1
	}
	localEnd, remote, remoteEnd, ok := twoEnds(b[local:])
	if !ok || !w.pass(b, local, local+localEnd, local+remote, local+remoteEnd) {
		return -1
	}
	return local + remoteEnd
}
