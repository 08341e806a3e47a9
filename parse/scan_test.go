package parse

import (
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
		if got := indexSpace(b, start); got != wantBlank {
			t.Fatalf("indexSpace(%q, %d) = %d; want %d", b, start, got, wantBlank)
		}
		if got := skipSpaces(b, start); got != wantSolid {
			t.Fatalf("skipSpaces(%q, %d) = %d; want %d", b, start, got, wantSolid)
		}
	}
}
