package parse

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestScansFindWhatAByteByByteSearchFinds on texts of every length and offset,
// with bytes that differ from a blank in one bit.
func TestScansFindWhatAByteByByteSearchFinds(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	const alphabet = "   \t \x21\x22\x08\x0b\x89\xa0\x00\xff7:a"
	for range 20_000 {
		b := make([]byte, rnd.IntN(40))
		for i := range b {
			b[i] = alphabet[rnd.IntN(len(alphabet))]
		}
		start := rnd.IntN(len(b) + 1)
		isBlank := func(r byte) bool { return r == ' ' }
		wantBlank, wantSolid := start, start
		for wantBlank < len(b) && !isBlank(b[wantBlank]) {
			wantBlank++
		}
		for wantSolid < len(b) && isBlank(b[wantSolid]) {
			wantSolid++
		}
		if got := blank(b, start); got != wantBlank {
			t.Fatalf("blank(%q, %d) = %d; want %d", b, start, got, wantBlank)
		}
		if got := unblank(b, start); got != wantSolid {
			t.Fatalf("unblank(%q, %d) = %d; want %d", b, start, got, wantSolid)
		}
	}
}

func TestDigitsBefore(t *testing.T) {
	for _, tt := range []struct {
		text  string
		port  uint32
		colon int
		ok    bool
	}{
		{"1.1.1.1:80", 80, 7, true},
		{"[::]:65535", 65535, 4, true},
		{":::22", 22, 2, true},
		{"1.1.1.1:065", 65, 7, true},
		{"1.1.1.1:99999", 99999, 7, true},
		{"1.1.1.1:123456", 0, 0, false},
		{"1.1.1.1:*", 0, 0, false},
		{"1.1.1.1:https", 0, 0, false},
		{"1.1.1.1:", 0, 0, false},
		{"12345", 0, 0, false},
		{"", 0, 0, false},
	} {
		const before = "tcp  0 0 " // a row is never shorter than a word
		colon, text, ok := digitsBefore([]byte(before+tt.text), len(before+tt.text))
		port := number(text)
		if ok != tt.ok || ok && (port != tt.port || colon-len(before) != tt.colon) {
			t.Errorf("digitsBefore(%q) = %d, %d, %v", tt.text, colon, port, ok)
		}
	}
	if i := digits([]byte("a123 "), 1); i != 4 || !bytes.Equal([]byte("a123 ")[1:i], []byte("123")) {
		t.Errorf("digits end at %d", i)
	}
}

func TestTwoEndsAreThoseOfTwoFields(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for range 20_000 {
		b := bytes.Repeat([]byte{' '}, ends)
		for i := range b {
			if rnd.IntN(5) > 0 {
				b[i] = "ab:.\x21\x1f\xa0\x00"[rnd.IntN(8)]
			}
		}
		b[0] = 'x'
		end := blank(b, 0)
		next := unblank(b, end)
		nextEnd := blank(b, next)
		gotEnd, gotNext, gotNextEnd, ok := twoEnds(b)
		if ok != (nextEnd < ends) || ok && (gotEnd != end || gotNext != next || gotNextEnd != nextEnd) {
			t.Fatalf("twoEnds(%q) = %d, %d, %d, %v; want %d, %d, %d", b, gotEnd, gotNext, gotNextEnd, ok, end, next, nextEnd)
		}
	}
}

func TestLineEnd(t *testing.T) {
	for text, want := range map[string]int{
		"": -1, "a": -1, "\n": 0, "\r\n": 1, "abc\n": 3, "abc\r\n": 4, "abc\r": -1, "abc\rdef\n": -1, "abc\r\r\n": -1,
		"abc\tdef\n": -1, "abc\x00\n": -1, "12345678\r\n": 9, "1234567\r\n": 8, "\xff\x80 \u00e4\n": 5, "12345678\xff\r\n\n": 10,
	} {
		if got := lineEnd([]byte(text), 0); got != want {
			t.Errorf("lineEnd(%q) = %d; want %d", text, got, want)
		}
	}
}
