package parse

import (
	"bytes"
	"net/netip"
	"slices"
	"strconv"
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
		checkSound(t, s)
	})
	if err != nil {
		t.Fatalf("Netstat: %v, though the reader had none", err)
	}
	if plain := bytes.ReplaceAll(in, []byte("\t"), []byte(" ")); isPlain(in) && sum.Format != "procnet" && sum.Format != "lsof" {
		_, _ = Netstat(bytes.NewReader(in), h, func(s *Socket) { checkShown(t, plain, s) })
	}
	if sum.Sockets != len(got) || sum.Listening+sum.Connected+sum.UDP > sum.Sockets || len(sum.Unread) != min(sum.Broken, maxUnread) || sum.Broken > sum.Skipped {
		t.Errorf("%d visited, summary %+v", len(got), sum)
	}
	if len(sum.SkippedLines) != min(sum.Skipped, maxSamples) {
		t.Errorf("%d samples of %d skipped lines", len(sum.SkippedLines), sum.Skipped)
	}
	if (sum.Header || sum.Sockets > 0) != (sum.Format != "") {
		t.Errorf("format %q, header %v, %d sockets", sum.Format, sum.Header, sum.Sockets)
	}
	return got, sum
}

func checkSound(t *testing.T, s *Socket) {
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
		if e.Cut && e.Addr.IsValid() {
			t.Errorf("%s: cut, but an address", what)
		}
	}
}

// isPlain reports whether in is small and reaches the dialects as it is.
func isPlain(in []byte) bool {
	return len(in) < 4<<10 && bytes.IndexByte(in, 0x1b) < 0 && bytes.IndexByte(in, 0xa0) < 0 && !bytes.Contains(in, []byte("\xe2\x80")) && bytes.IndexByte(in, 0) < 0 &&
		!bytes.HasPrefix(in, []byte("\xef\xbb\xbf")) && !bytes.HasPrefix(in, []byte("\xff\xfe")) && !bytes.HasPrefix(in, []byte("\xfe\xff"))
}

// checkShown wants everything that s says to stand in the output.
func checkShown(t *testing.T, in []byte, s *Socket) {
	t.Helper()
	texts := []string{s.Word}
	for _, e := range []Endpoint{s.Local, s.Remote} {
		if e.Host != "*" {
			texts = append(texts, e.Host)
		}
		texts = append(texts, e.Service, e.Addr.Zone())
		if e.Port != 0 {
			texts = append(texts, strconv.Itoa(int(e.Port)))
		}
		if e.Addr.IsValid() && !holdsAddr(in, e.Addr.WithZone("")) {
			t.Errorf("%s: no address %v in %q", meaning(s), e.Addr, in)
		}
	}
	for _, o := range s.Owners {
		if o.PID == systemPID && o.Name == "System" {
			continue
		}
		if texts = append(texts, o.Name); o.PID != 0 {
			texts = append(texts, strconv.FormatUint(uint64(o.PID), 10))
		}
	}
	for _, text := range texts {
		if !bytes.Contains(in, []byte(strings.ReplaceAll(text, "\t", " "))) {
			t.Errorf("%s: no %q in %q", meaning(s), text, in)
		}
	}
}

// holdsAddr reports whether the address stands in the output, in any spelling.
func holdsAddr(in []byte, a netip.Addr) bool {
	if a.Is4() {
		return bytes.Contains(in, []byte(a.String()))
	}
	isPart := func(c byte) bool { return hexDigit(c) >= 0 || c == ':' || c == '.' }
	for start := 0; start < len(in); start++ {
		if !isPart(in[start]) || start > 0 && isPart(in[start-1]) {
			continue
		}
		end := start
		for end < len(in) && isPart(in[end]) {
			end++
		}
		// Address and port may be one run, the address its beginning. What stands
		// before a row may end with such bytes, too.
		for ; start < end; start++ {
			for n := min(end, start+len("2001:0db8:1111:2222:3333:4444:255.255.255.255")); n > start; n-- {
				if got, err := netip.ParseAddr(string(in[start:n])); err == nil && got == a {
					return true
				}
			}
		}
	}
	return false
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
	for _, c := range captures {
		f.Add(readCapture(f, c.file), false)
	}
	f.Fuzz(func(t *testing.T, in []byte, wide bool) {
		whole, _ := readSound(t, in, Hints{Wide: wide})
		bytewise, _ := read(t, iotest.OneByteReader(bytes.NewReader(in)), Hints{Wide: wide})
		equal(t, bytewise, whole)
	})
}

// fuzzDialect fuzzes single lines below the dialect's header. A line means the
// same when it stands there twice, and when it ends with CRLF. Rows of one socket
// are one.
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
		if len(twice) != len(once) || !slices.Equal(twice, once) {
			equal(t, twice, append(once, once...))
		}
	})
}

func FuzzLinux(f *testing.F) { fuzzDialect(f, linuxHeader, linuxSamples) }

func FuzzWindows(f *testing.F) { fuzzDialect(f, windowsHeader, windowsSamples) }

func FuzzSS(f *testing.F) { fuzzDialect(f, ssHeader, ssSamples) }

func FuzzBSD(f *testing.F) { fuzzDialect(f, bsdHeader, bsdSamples) }

func FuzzMacOS(f *testing.F) { fuzzDialect(f, macHeader, macSamples) }

func FuzzSolaris(f *testing.F) {
	fuzzDialect(f, "TCP: IPv4\n", slices.Concat(solarisSamples, []sample{{line: "UDP: IPv6"}, {line: "SCTP:"}}))
}

func FuzzSockstat(f *testing.F) { fuzzDialect(f, sockstatHeader, sockstatSamples) }

// FuzzWords holds the spellings of a word against each other: what a letter that
// is no ASCII has become does not matter.
func FuzzWords(f *testing.F) {
	for _, w := range translated {
		f.Add([]byte(w.word), []byte("\x99"))
	}
	f.Fuzz(func(t *testing.T, word, letter []byte) {
		want, known := stateOf(word)
		if known && want == NoState || !known && want != NoState {
			t.Fatalf("stateOf(%q) = %v, %v", word, want, known)
		}
		if len(letter) == 0 || len(letter) > maxForeign || bytes.ContainsFunc(letter, func(r rune) bool { return r < 0x80 && r != '?' }) {
			return
		}
		for _, w := range translated {
			spelled := []byte(nonASCII(w.word, string(letter)))
			if got, ok := stateOf(spelled); !ok || got != w.want {
				t.Errorf("stateOf(%q) = %v, %v; want %v", spelled, got, ok, w.want)
			}
		}
	})
}

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
