package parse

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestNoDialectAllocatesForARow(t *testing.T) {
	const times = 200
	for _, of := range samplesOf {
		var in bytes.Buffer
		in.WriteString(of.header)
		for range times {
			for _, s := range of.samples {
				in.WriteString(s.line + "\n")
			}
		}
		r := bytes.NewReader(in.Bytes())
		sockets := 0
		allocs := testing.AllocsPerRun(3, func() {
			r.Reset(in.Bytes())
			sockets = 0
			if _, err := Netstat(r, Hints{}, func(*Socket) { sockets++ }); err != nil {
				t.Fatal(err)
			}
		})
		if of.merged {
			continue // all rows are kept until the end
		}
		if sockets != times*len(of.samples) {
			t.Errorf("%s: %d sockets of %d rows", of.dialect, sockets, times*len(of.samples))
		}
		// Each zone makes an address that is looked up in netip's own table.
		if rows := times * len(of.samples); allocs > float64(rows)/10 {
			t.Errorf("%s: %v allocations for %d rows", of.dialect, allocs, rows)
		}
	}
}

// TestNoLineTakesLongerThanItsLength gives every dialect lines as long as they
// may be, made of what its loops look for. Reading one byte of them again for
// each other one would take minutes.
func TestNoLineTakesLongerThanItsLength(t *testing.T) {
	heads := []string{
		"", "  ", "> ", "tcp ", "udp 0 0 0.0.0.0:1 0.0.0.0:* ", "tcp 0 0 0.0.0.0:1 0.0.0.0:* LISTEN ", "  TCP 0.0.0.0:1 0.0.0.0:0 ",
		"tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:((", "tcp4 0 0 *.22 *.* LISTEN ", "ffffffff ",
		"*.22 *.* ", "*.22 ", "root sshd ", "[", "TCP: IPv4 ", "12:",
	}
	units := []string{
		" ", "1 ", "tcp ", " tcp 0", "a/", "1/", "/", `"`, `",`, `"a",1,`, `"a",pid=1,fd=1),(`, ".", ":", "::", "1.", "%", "(", ")", "(1/1/1)", "?", "\x99",
		"0000000000000000 ", "users:((", " ino:1", "- ", ">", "|", "] ", "f",
	}
	begin := time.Now()
	lines := 0
	for _, head := range heads {
		var in strings.Builder
		for _, unit := range units {
			in.WriteString(head + strings.Repeat(unit, (maxLine-len(head)-1)/len(unit)) + "\n")
			lines++
		}
		if _, err := Netstat(strings.NewReader(in.String()), Hints{}, func(*Socket) {}); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(begin); took > time.Duration(lines)*50*time.Millisecond {
		t.Errorf("%d lines of %d bytes took %v", lines, maxLine, took)
	}
}
