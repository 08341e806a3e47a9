package parse

import (
	"encoding/binary"
	"math/bits"
)

// Rows are mostly blanks and fields, so the two scans over them look at eight
// bytes at a time (BenchmarkNetstat, BenchmarkPass). Tabs are blanks by now, see
// lines.go.
const (
	eightBlanks   = 0x2020202020202020
	eightColons   = 0x3a3a3a3a3a3a3a3a
	eightZeros    = 0x3030303030303030
	eightOverNine = 0x7676767676767676 // brings a byte over 9 to its high bit
	lowBits       = 0x0101010101010101
	highBits      = 0x8080808080808080
)

// blank returns the index of the first blank in b at or after i, len(b) where
// there is none.
func blank(b []byte, i int) int {
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

// unblank returns the index of the first byte at or after i that is no blank,
// len(b) where there is none.
func unblank(b []byte, i int) int {
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

// ends is how many bytes of a row ends looks at.
const ends = 48

// twoEnds finds the first two fields of b, which has at least ends bytes and
// begins with the first: where that ends, and where the second begins and ends.
// ok is false where they are not all within those bytes.
//
// The bytes become a mask of blanks, one bit each, without a branch: how long an
// address is cannot be foreseen (BenchmarkPass).
func twoEnds(b []byte) (end, next, nextEnd int, ok bool) {
	b = b[:ends]
	mask := blanks(b[0:]) | blanks(b[8:])<<8 | blanks(b[16:])<<16 | blanks(b[24:])<<24 | blanks(b[32:])<<32 | blanks(b[40:])<<40
	end = bits.TrailingZeros64(mask)
	next = end + bits.TrailingZeros64(^mask>>(end&63))
	nextEnd = next + bits.TrailingZeros64(mask>>(next&63))
	return end, next, nextEnd, nextEnd < ends
}

// blanks returns a bit for each of the first eight bytes, set for a blank. The
// product moves the high bits of all bytes into the highest byte.
func blanks(b []byte) uint64 {
	x := binary.LittleEndian.Uint64(b) ^ eightBlanks
	x = ^((x&^highBits + ^uint64(highBits)) | x | ^uint64(highBits))
	return x >> 7 * 0x0102040810204080 >> 56
}

// lineEnd returns the index of the LF that ends the line, -1 where there is none
// or another control character before it, but for the CR of CRLF.
func lineEnd(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		if x = (x - eightBlanks) &^ x & highBits; x != 0 { // the lowest is the first below a blank
			i += bits.TrailingZeros64(x) / 8
			break
		}
	}
	for i < len(b) && b[i] >= ' ' {
		i++
	}
	if i < len(b) && b[i] == '\r' {
		i++
	}
	if i == len(b) || b[i] != '\n' {
		return -1
	}
	return i
}

// digits returns the index behind the digits that begin at i.
func digits(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

// digitsBefore finds the port that ends before end: where its colon is, and its
// digits as the last bytes of eight, zeros before them. It reports false for
// "*", a name, and what has more than five digits.
//
// There is no branch for each digit: their count is as good as random.
func digitsBefore(b []byte, end int) (colon int, text uint64, ok bool) {
	if end < 8 {
		return 0, 0, false
	}
	x := binary.LittleEndian.Uint64(b[end-8:])
	y := x ^ eightColons
	found := ^((y&^highBits + ^uint64(highBits)) | y | ^uint64(highBits)) // of each byte that is a colon
	n := bits.LeadingZeros64(found) / 8
	before := ^uint64(0) >> (8 * n & 63) // the colon and what stands before it
	x = x&^before | eightZeros&before
	digits := x - eightZeros
	ok = n-1 < 5 && n > 0 && (digits|(digits+eightOverNine))&highBits == 0
	return end - n - 1, x, ok
}

// number makes a number of eight digits: pairs, fours and the whole, in bytes of
// value 10a+b, 100a+b and 10000a+b.
func number(text uint64) uint32 {
	x := text - eightZeros
	x = x*10 + x>>8
	return uint32((x&0x000000ff000000ff*(100+1000000<<32) + x>>16&0x000000ff000000ff*(1+10000<<32)) >> 32)
}
