//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"strconv"
)

// A capture is a generated output of netstat, of a server that takes part in
// everything a busy one does: clients from everywhere, some thousand services
// that it uses itself, a tenth of it IPv6.

// dialect is one form of the output.
type dialect struct {
	name     string
	command  string
	header   string
	row      func(b []byte, r *rowFields) []byte
	programs bool // the rows show program names
}

var dialects = []dialect{
	{
		name:     "linux",
		command:  "netstat -tunap",
		programs: true,
		header: "Active Internet connections (servers and established)\n" +
			"Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \n",
		row: linuxRow,
	},
	{
		name:    "windows",
		command: "netstat -ano",
		header: "\r\nActive Connections\r\n\r\n" +
			"  Proto  Local Address          Foreign Address        State           PID\r\n",
		row: windowsRow,
	},
}

// rowFields is one socket as a dialect writes it.
type rowFields struct {
	udp           bool
	local, remote netip.AddrPort // remote is the zero value where there is no peer
	state         string         // as RFC 9293 names it, without blanks
	pid           int            // 0 where no process owns the socket
	program       string
}

// The ports of the services that the server offers and of those that it uses.
var (
	offered = [...]uint16{443, 443, 443, 8443, 22}
	used    = [...]uint16{443, 5432, 3306, 6379, 5672, 9092, 389, 11211}
)

const (
	services  = 4_000  // distinct remote ends that the server connects to
	clients   = 60_000 // distinct addresses that connect to it
	processes = 400
)

// service returns the remote end of the n-th service that the server uses. The
// addresses are those that RFC 2544 sets aside for measurements; a tenth are
// IPv6.
func service(n int) netip.AddrPort {
	port := used[n%len(used)]
	if n%10 == 9 {
		return netip.AddrPortFrom(addr6(0x5000+n), port)
	}
	return netip.AddrPortFrom(addr4(n), port)
}

// client returns the address of the n-th client.
func client(n int) netip.Addr {
	if n%10 == 9 {
		return addr6(0x10000 + n)
	}
	return addr4(1<<16 + n)
}

func addr4(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{198, 18 + byte(n>>16), byte(n >> 8), byte(n)})
}

func addr6(n int) netip.Addr {
	return netip.AddrFrom16([16]byte{0: 0x20, 1: 0x01, 2: 0x0d, 3: 0xb8, 13: byte(n >> 16), 14: byte(n >> 8), 15: byte(n)})
}

var (
	self4 = netip.AddrFrom4([4]byte{192, 0, 2, 7})
	self6 = addr6(7)
)

// population says what the rows of a capture hold.
type population struct {
	connections int
	watched     int // of them, those that the items of captureList match
}

// writeCapture writes rows of a dialect. The same rows come out every time.
func writeCapture(w io.Writer, d dialect, rows int) (population, error) {
	out := bufio.NewWriterSize(w, 1<<20)
	if _, err := out.WriteString(d.header); err != nil {
		return population{}, err
	}
	random := rand.New(rand.NewPCG(9293, 1122)) //nolint:gosec // G404: the rows are to be the same in every run
	var made population
	items := map[netip.AddrPort]bool{}
	for n := range presentItems {
		items[watchedService(n)] = true
	}
	var b []byte
	var r rowFields
	for range rows {
		r.draw(random)
		if !r.udp && r.state != "LISTEN" {
			made.connections++
			if items[r.remote] {
				made.watched++
			}
		}
		b = d.row(b[:0], &r)
		if _, err := out.Write(b); err != nil {
			return population{}, err
		}
	}
	return made, out.Flush()
}

// draw fills the row: of 1,000 rows about 5 listen, 10 are UDP, and the others
// are connections, half of them to the server, half from it.
func (r *rowFields) draw(random *rand.Rand) {
	process := random.IntN(processes)
	*r = rowFields{pid: 1000 + process, program: "worker-" + strconv.Itoa(process)}
	ephemeral := uint16(32768 + random.IntN(28232))
	kind := random.IntN(1000)
	switch {
	case kind < 5:
		r.state, r.local = "LISTEN", netip.AddrPortFrom(netip.IPv4Unspecified(), uint16(1+random.IntN(10_000)))
		if kind == 0 {
			r.local = netip.AddrPortFrom(netip.IPv6Unspecified(), r.local.Port())
		}
		return
	case kind < 15:
		r.udp, r.local = true, netip.AddrPortFrom(self4, ephemeral)
		if kind < 7 {
			r.local = netip.AddrPortFrom(netip.IPv6Unspecified(), ephemeral)
		}
		return
	case kind < 500:
		r.remote = netip.AddrPortFrom(client(random.IntN(clients)), uint16(1024+random.IntN(64512)))
		r.local = netip.AddrPortFrom(self4, offered[random.IntN(len(offered))])
	default:
		r.remote = service(random.IntN(services))
		r.local = netip.AddrPortFrom(self4, ephemeral)
	}
	if r.remote.Addr().Is6() {
		r.local = netip.AddrPortFrom(self6, r.local.Port())
	}
	r.state = drawState(random)
	if r.state == "TIME_WAIT" {
		r.pid, r.program = 0, ""
	}
}

func drawState(random *rand.Rand) string {
	switch n := random.IntN(100); {
	case n < 70:
		return "ESTABLISHED"
	case n < 90:
		return "TIME_WAIT"
	case n < 96:
		return "CLOSE_WAIT"
	case n < 98:
		return "FIN_WAIT2"
	}
	return "SYN_SENT"
}

// linuxRow writes a row as net-tools does: columns of 23 characters for the
// ends, 11 for the state, 20 for PID and program.
func linuxRow(b []byte, r *rowFields) []byte {
	proto := "tcp"
	if r.udp {
		proto = "udp"
	}
	if r.local.Addr().Is6() {
		proto += "6"
	}
	b = padded(b, proto, 4)
	b = append(b, "       0      0 "...)
	b = padded(b, linuxEnd(r.local, r.local), 23)
	b = append(b, ' ')
	b = padded(b, linuxEnd(r.remote, r.local), 23)
	b = append(b, ' ')
	b = padded(b, r.state, 11)
	b = append(b, ' ')
	owner := "-"
	if r.pid > 0 {
		owner = strconv.Itoa(r.pid) + "/" + r.program
	}
	return append(padded(b, owner, 20), '\n')
}

func linuxEnd(end, local netip.AddrPort) string {
	switch {
	case !end.IsValid() && local.Addr().Is6():
		return ":::*"
	case !end.IsValid():
		return "0.0.0.0:*"
	}
	return end.Addr().String() + ":" + strconv.Itoa(int(end.Port()))
}

// windowsRow writes a row as Windows does, whose columns grow with long ends
// and whose lines end in CR LF.
func windowsRow(b []byte, r *rowFields) []byte {
	proto, state := "TCP", r.state
	switch {
	case r.udp:
		proto = "UDP"
	case state == "LISTEN":
		state = "LISTENING"
	case state == "FIN_WAIT2":
		state = "FIN_WAIT_2"
	}
	b = append(b, "  "...)
	b = padded(b, proto, 6)
	b = append(b, ' ')
	b = padded(b, r.local.String(), 22)
	b = append(b, ' ')
	b = padded(b, windowsPeer(r), 22)
	b = append(b, ' ')
	b = padded(b, state, 15)
	return fmt.Appendf(b, " %d\r\n", r.pid)
}

func windowsPeer(r *rowFields) string {
	switch {
	case r.remote.IsValid():
		return r.remote.String()
	case r.udp:
		return "*:*"
	case r.local.Addr().Is6():
		return "[::]:0"
	}
	return "0.0.0.0:0"
}

// padded appends s and blanks up to the width of its column.
func padded(b []byte, s string, width int) []byte {
	b = append(b, s...)
	for range width - len(s) {
		b = append(b, ' ')
	}
	return b
}

// captureFile writes a capture into a file.
func captureFile(path string, d dialect, rows int) (population, error) {
	f, err := os.Create(path) //nolint:gosec // G304: a name of ours in a folder of ours
	if err != nil {
		return population{}, err
	}
	made, err := writeCapture(f, d, rows)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return made, err
}
