package parse

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
)

// linuxOutput is "netstat -tunap" of a busy server: n rows, a tenth of them
// IPv6, 50 programs.
func linuxOutput(n int) []byte {
	b := bytes.NewBufferString(linuxHeader)
	for i := range n {
		proto, local, remote := "tcp", "192.0.2.7:443", fmt.Sprintf("198.51.100.%d:%d", i%250+1, i%64000+1024)
		if i%10 == 0 {
			proto, local, remote = "tcp6", "2001:db8::7:443", fmt.Sprintf("2001:db8::%x:%d", i%250+1, i%64000+1024)
		}
		fmt.Fprintf(b, "%-4s %8d %6d %-23s %-23s %-11s %-20s\n", proto, 0, i%100, local, remote,
			[]string{"ESTABLISHED", "TIME_WAIT", "CLOSE_WAIT"}[i%3], fmt.Sprintf("%d/worker%d", i%30000+1, i%50))
	}
	return b.Bytes()
}

// windowsOutput is "netstat -ano" with n rows.
func windowsOutput(n int) []byte {
	b := bytes.NewBufferString(windowsHeader)
	for i := range n {
		local, remote := "192.0.2.7:443", fmt.Sprintf("198.51.100.%d:%d", i%250+1, i%64000+1024)
		if i%10 == 0 {
			local, remote = "[2001:db8::7]:443", fmt.Sprintf("[2001:db8::%x]:%d", i%250+1, i%64000+1024)
		}
		fmt.Fprintf(b, "  %-6s %-22s %-22s %-15s %d\r\n", "TCP", local, remote,
			[]string{"ESTABLISHED", "TIME_WAIT", "CLOSE_WAIT"}[i%3], i%30000+1)
	}
	return b.Bytes()
}

var outputs = []struct {
	name string
	make func(n int) []byte
}{
	{"linux", linuxOutput},
	{"windows", windowsOutput},
}

const benchRows = 100_000

func BenchmarkNetstat(b *testing.B) {
	for _, o := range outputs {
		b.Run(o.name, func(b *testing.B) {
			in := o.make(benchRows)
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				sum, err := Netstat(bytes.NewReader(in), Hints{}, func(*Socket) {})
				if err != nil || sum.Sockets != benchRows {
					b.Fatalf("%d sockets, %v", sum.Sockets, err)
				}
			}
		})
	}
}

// BenchmarkNaive is the yardstick: the same input in the way that comes first
// to mind, addresses and ports only.
func BenchmarkNaive(b *testing.B) {
	for _, o := range outputs {
		b.Run(o.name, func(b *testing.B) {
			in := o.make(benchRows)
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if n := naive(in); n != benchRows {
					b.Fatalf("%d sockets", n)
				}
			}
		})
	}
}

func naive(in []byte) (sockets int) {
	lines := bufio.NewScanner(bytes.NewReader(in))
	for lines.Scan() {
		fields, ends := strings.Fields(lines.Text()), 0
		for _, f := range fields {
			colon := strings.LastIndexByte(f, ':')
			if colon < 0 {
				continue
			}
			_, err := strconv.ParseUint(f[colon+1:], 10, 16)
			if err == nil && net.ParseIP(strings.Trim(f[:colon], "[]")) != nil {
				ends++
			}
		}
		if ends == 2 {
			sockets++
		}
	}
	return sockets
}

func TestParsingAllocatesNextToNothingForARow(t *testing.T) {
	const rows = 10_000
	for _, o := range outputs {
		in := o.make(rows)
		r := bytes.NewReader(in)
		sockets := 0
		count := func(*Socket) { sockets++ }
		allocs := testing.AllocsPerRun(5, func() {
			r.Reset(in)
			sockets = 0
			if _, err := Netstat(r, Hints{}, count); err != nil {
				t.Fatal(err)
			}
		})
		if sockets != rows {
			t.Errorf("%s: %d sockets, want %d", o.name, sockets, rows)
		}
		if allocs > rows/50 {
			t.Errorf("%s: %v allocations for %d rows, want at most %d", o.name, allocs, rows, rows/50)
		}
	}
}
