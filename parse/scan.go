package parse

import (
	"encoding/binary"
	"math/bits"
)

// Rows are mostly blanks and fields, so the two scans over them look at eight
// bytes at a time (BenchmarkNetstat). Tabs are blanks by now, see
// lines.go.
const (
	eightBlanks = 0x2020202020202020
	lowBits     = 0x0101010101010101
	highBits    = 0x8080808080808080
)

// indexSpace returns the index of the first blank in b at or after i, len(b) where
// there is none.
func indexSpace(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		// The lowest bit that is set belongs to the first byte that is zero.
		x := binary.LittleEndian.Uint64(b[i:]) ^ eightBlanks
		if x = (x - lowBits) &^ x & highBits; x != 0 {
			return i + bits.TrailingZeros64(x)/8
		}
	}
	for i < len(b) && b[i] != ' ' {
		i++
	}
	return i
}

// skipSpaces returns the index of the first byte at or after i that is no blank,
// len(b) where there is none.
func skipSpaces(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		if x := binary.LittleEndian.Uint64(b[i:]) ^ eightBlanks; x != 0 {
			return i + bits.TrailingZeros64(x)/8
		}
	}
	for i < len(b) && b[i] == ' ' {
		i++
	}
	return i
}

// skipDigits returns the index behind the digits that begin at i.
func skipDigits(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}
