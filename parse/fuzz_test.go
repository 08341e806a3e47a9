package parse

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readSound reads in and checks what must be true of any output whatever.
func readSound(t *testing.T, in []byte, h Hints) ([]string, Summary) {
	t.Helper()
	var got []string
	sum, err := Netstat(bytes.NewReader(in), h, func(s *Socket) {
		got = append(got, meaning(s))
		checkSound(t, s, h)
	})
	if err != nil {
		t.Fatalf("Netstat: %v, though the reader had none", err)
	}
	if sum.Sockets != len(got) || sum.Named > sum.Sockets || sum.Broken > sum.Skipped {
		t.Errorf("%d visited, summary %+v", len(got), sum)
	}
	if len(sum.Samples) != min(sum.Skipped, maxSamples) {
		t.Errorf("%d samples of %d skipped lines", len(sum.Samples), sum.Skipped)
	}
	if (sum.Header || sum.Sockets > 0) != (sum.Format != "") {
		t.Errorf("format %q, header %v, %d sockets", sum.Format, sum.Header, sum.Sockets)
	}
	return got, sum
}

func checkSound(t *testing.T, s *Socket, h Hints) {
	t.Helper()
	what := meaning(s)
	if s.Proto != TCP && s.Proto != UDP {
		t.Errorf("%s: proto %d", what, s.Proto)
	}
	if s.Proto == UDP && s.State != NoState {
		t.Errorf("%s: UDP has no state", what)
	}
	if (s.State == OtherState) != (s.Word != "") || int(s.State) >= NumStates {
		t.Errorf("%s: state %d with the word %q", what, s.State, s.Word)
	}
	if s.Family != 0 && s.Family != IPv4 && s.Family != IPv6 {
		t.Errorf("%s: family %d", what, s.Family)
	}
	for _, e := range []Endpoint{s.Local, s.Remote} {
		if e.Port != 0 && e.Service != "" {
			t.Errorf("%s: port %d and service %q", what, e.Port, e.Service)
		}
		if e.Addr.IsValid() == (e.Host != "") {
			t.Errorf("%s: address %v and host %q", what, e.Addr, e.Host)
		}
		if e.Cut && (h.Wide || e.Addr.IsValid()) {
			t.Errorf("%s: cut, though wide or an address", what)
		}
	}
}

// FuzzNetstat holds any bytes against readSound, and wants the same from a
// reader that hands them out one by one.
func FuzzNetstat(f *testing.F) {
	for _, text := range []string{
		mixedDialects, threeRows, windowsOwners, "\ufeff" + threeRows, "\xff\xfet\x00c\x00p\x00\n", "\xfe\xff\x00",
		strings.Repeat("tcp ", maxLine/4) + "\n" + threeRows,
	} {
		f.Add([]byte(text), false)
		f.Add([]byte(strings.ReplaceAll(text, "\n", "\r\n")), true)
	}
	f.Fuzz(func(t *testing.T, in []byte, wide bool) {
		whole, _ := readSound(t, in, Hints{Wide: wide})
		bytewise, _ := read(t, iotest.OneByteReader(bytes.NewReader(in)), Hints{Wide: wide})
		equal(t, bytewise, whole)
	})
}

// fuzzDialect fuzzes single lines below the dialect's header. A line means the
// same when it stands there twice, and when it ends with CRLF.
func fuzzDialect(f *testing.F, header string, samples []sample) {
	for _, s := range samples {
		f.Add([]byte(s.line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if bytes.ContainsAny(line, "\r\n") || len(line) > maxLine/2 {
			return
		}
		once, sum := readSound(t, slices.Concat([]byte(header), line), Hints{})
		if len(once) > 1 || len(once)+sum.Skipped > 1 {
			t.Fatalf("one line became %d sockets and %d skipped lines", len(once), sum.Skipped)
		}
		crlf, _ := readSound(t, slices.Concat([]byte(header), line, []byte("\r\n")), Hints{})
		equal(t, crlf, once)
		twice, _ := readSound(t, slices.Concat([]byte(header), line, []byte("\n"), line, []byte("\n")), Hints{})
		equal(t, twice, append(once, once...))
	})
}

func FuzzLinux(f *testing.F) { fuzzDialect(f, linuxHeader, linuxSamples) }

func FuzzWindows(f *testing.F) { fuzzDialect(f, windowsHeader, windowsSamples) }

func FuzzSS(f *testing.F) { fuzzDialect(f, ssHeader, ssSamples) }

// FuzzAddr holds parseAddr against netip.ParseAddr.
func FuzzAddr(f *testing.F) {
	for _, text := range addrSamples {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "%") {
			return // parseAddr is never given a zone
		}
		sameAsNetip(t, text)
	})
}
