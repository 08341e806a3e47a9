package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
)

// dialect is a form of netstat's output, in which captures are generated.
type dialect struct {
	name, header string
	row          string // proto, local, remote, state, PID
	proto6, end6 string // how TCP over IPv6, and its ends, are written
	program      string // of the items; "" if the rows show none
}

var dialects = [...]dialect{
	{
		"linux", "Active Internet connections (servers and established)\n" +
			"Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \n",
		"%-4s       0      0 %-23s %-23s %-11s %d/worker         \n", "tcp6", "%s:%d", "worker",
	},
	{
		"windows", "\r\nActive Connections\r\n\r\n  Proto  Local Address          Foreign Address        State           PID\r\n",
		"  %-6s %-22s %-22s %-15s %d\r\n", "TCP", "[%s]:%d", "",
	},
}

// A capture has connections with so many hosts; of the items, so many are present.
const hosts, fileItems, present = 6_000, 100, 60

var (
	states = [...]string{"ESTABLISHED", "ESTABLISHED", "TIME_WAIT", "ESTABLISHED", "CLOSE_WAIT", "ESTABLISHED", "ESTABLISHED"}
	ports  = [...]uint16{443, 5432, 3306, 6379, 5672, 9092, 389, 11211}
)

// write writes a capture and its watch list into the folder, and returns how
// many rows the items match. Connections go to ports, then come from clients, as
// many in turn as there are hosts; a tenth of all are IPv6.
func (d *dialect) write(dir string, rows int) (matched int, err error) {
	list, items := "remoteIP,remoteName,remotePort,procName\n", map[int]bool{}
	for i := range fileItems {
		n := i * (hosts/fileItems - 1) // of both families
		if items[n] = i < present; !items[n] {
			n += hosts
		}
		list += fmt.Sprintf("%s,,%d,%s\n", host(n), ports[n%len(ports)], d.program[:i%2*len(d.program)]) // every second with a program
	}
	if err := os.WriteFile(filepath.Join(dir, d.name+".csv"), []byte(list), 0o600); err != nil {
		return 0, err
	}
	w := bytes.NewBufferString(d.header)
	for i := range rows {
		n, port := i*7919%hosts, 32768+i%28232 // a prime spreads the hosts
		remotePort := port
		if i/hosts%2 == 0 {
			if remotePort = int(ports[n%len(ports)]); items[n] {
				matched++
			}
		}
		self, proto, end := host(1), d.proto6[:3], "%s:%d"
		if host(n).Is6() {
			self, proto, end = host(9), d.proto6, d.end6
		}
		fmt.Fprintf(w, d.row, proto, fmt.Sprintf(end, self, port), fmt.Sprintf(end, host(n), remotePort), states[i%len(states)], 1000+i%400)
	}
	return matched, os.WriteFile(filepath.Join(dir, d.name+".txt"), w.Bytes(), 0o600)
}

// host returns the address of the n-th host, of those that RFC 2544 sets aside
// for measurements.
func host(n int) netip.Addr {
	if n%10 == 9 {
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 13: byte(n >> 16), 14: byte(n >> 8), 15: byte(n)})
	}
	return netip.AddrFrom4([4]byte{198, 18 + byte(n>>16), byte(n >> 8), byte(n)})
}
