//go:build linux

package main

import (
	"bytes"
	"net/netip"
	"path/filepath"
	"testing"

	"check_netstat/parse"
)

// TestCaptureIsReadWhole: every row is one socket, and the rows are what they
// are said to be.
func TestCaptureIsReadWhole(t *testing.T) {
	const rows = 50_000
	for _, d := range dialects {
		t.Run(d.name, func(t *testing.T) {
			var out bytes.Buffer
			made, err := writeCapture(&out, d, rows)
			if err != nil {
				t.Fatal(err)
			}
			items := map[netip.AddrPort]bool{}
			for n := range presentItems {
				items[watchedService(n)] = true
			}
			var connections, watched, listening, udp, six, named int
			peers, ports, states := map[netip.Addr]bool{}, map[uint16]bool{}, map[parse.State]bool{}
			sum, err := parse.Netstat(&out, parse.Hints{}, func(s *parse.Socket) {
				switch {
				case s.Proto == parse.UDP:
					udp++
				case s.Listening():
					listening++
				default:
					connections++
					peers[s.Remote.Addr], ports[s.Remote.Port], states[s.State] = true, true, true
					if items[netip.AddrPortFrom(s.Remote.Addr, s.Remote.Port)] {
						watched++
					}
				}
				if s.Family == parse.IPv6 {
					six++
				}
				if len(s.Owners) > 0 && s.Owners[0].Name != "" {
					named++
				}
				if s.Local.Cut || s.Remote.Cut {
					t.Fatalf("a cut address: %+v", *s)
				}
			})
			if err != nil || sum.Sockets != rows || sum.Skipped != 0 || sum.Format != d.name {
				t.Errorf("%d sockets, %d lines skipped %q, format %q, %v; want %d sockets of %s", sum.Sockets, sum.Skipped, sum.SkippedLines, sum.Format, err, rows, d.name)
			}
			if connections != made.connections || watched != made.watched || watched == 0 {
				t.Errorf("%d connections, %d watched; want %d and %d", connections, watched, made.connections, made.watched)
			}
			if listening == 0 || udp == 0 || len(peers) < 10_000 || len(ports) < 10_000 || len(states) < 5 {
				t.Errorf("%d listening, %d UDP, %d peers, %d ports, %d states: not what a busy server has", listening, udp, len(peers), len(ports), len(states))
			}
			if six < rows/12 || six > rows/8 {
				t.Errorf("%d of %d rows are IPv6; want about a tenth", six, rows)
			}
			if named > 0 != d.programs {
				t.Errorf("%d rows name a program; want some: %t", named, d.programs)
			}
		})
	}
}

func TestCaptureIsTheSameEveryTime(t *testing.T) {
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if _, err := writeCapture(b, dialects[0], 1000); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two captures differ")
	}
}

// TestYardstickDoesTheWork: what the check is compared with finds the same.
func TestYardstickDoesTheWork(t *testing.T) {
	const rows = 50_000
	for _, d := range dialects {
		t.Run(d.name, func(t *testing.T) {
			dir := t.TempDir()
			made, err := writeInputs(dir, d, rows)
			if err != nil {
				t.Fatal(err)
			}
			sockets, err := naiveSockets(filepath.Join(dir, d.name+".txt"))
			if err != nil || len(sockets) != rows {
				t.Fatalf("%d sockets, %v; want %d", len(sockets), err, rows)
			}
			items, err := naiveItems(filepath.Join(dir, d.name+".csv"))
			if err != nil || len(items) != captureItems {
				t.Fatalf("%d items, %v; want %d", len(items), err, captureItems)
			}
			found, matched := naiveMatch(items, sockets)
			if found != presentItems || matched > made.watched || matched < made.watched/2 {
				t.Errorf("%d items found, %d sockets matched; want %d and, but for those without a program, %d", found, matched, presentItems, made.watched)
			}
		})
	}
}
