package parse

import (
	"encoding/binary"
	"math/bits"
)

// maxFields is how many fields of a line are found beforehand: those of the
// dialects that print most rows. What follows them is searched by hand.
const maxFields = 14

// row is one line, cut into its fields in one pass (BenchmarkNetstat).
type row struct {
	b []byte
	n int // fields found
	// edge is where each begins and ends. Its last elements take what marks
	// writes too much.
	edge [2*maxFields + 64]int
}

// field returns the i-th field, nothing if there are fewer.
func (r *row) field(i int) []byte {
	if i >= r.n {
		return nil
	}
	return r.b[r.edge[2*i]:r.edge[2*i+1]]
}

// from returns the line from its i-th field on.
func (r *row) from(i int) []byte {
	if i >= r.n {
		return nil
	}
	return r.b[r.edge[2*i]:]
}

// lastIs reports whether that is the last word of the line.
func (r *row) lastIs(word string) bool {
	return r.n > 1 && string(r.field(r.n-1)) == word
}

// split finds the fields of b. It reports false, and has found nothing, if there
// is a byte that is neither a blank nor visible ASCII: see splitAny.
func (r *row) split(b []byte) (plain bool) {
	r.b, r.n = b, 0
	edges := 0
	high, low := uint64(0), ^uint64(0) // bytes above and below ASCII's visible ones
	before := uint64(0)                // 1 if the block before ends within a field
	base := 0
	for ; base+64 <= len(b); base += 64 {
		solid := solidIn((*[64]byte)(b[base:]), &high, &low)
		if edges < 2*maxFields {
			edges = r.mark(edges, base, solid^(solid<<1|before))
		}
		before = solid >> 63
	}
	if rest := b[base:]; len(rest) > 0 {
		var solid uint64
		i := 0
		for ; i+8 <= len(rest); i += 8 {
			solid |= solidOf(binary.LittleEndian.Uint64(rest[i:]), &high, &low) << (i & 63)
		}
		if i < len(rest) {
			solid |= solidOf(lastBytes(rest, len(rest)-i), &high, &low) << (i & 63)
		}
		if edges < 2*maxFields {
			edges = r.mark(edges, base, solid^(solid<<1|before))
		}
	}
	if edges&1 == 1 {
		r.edge[edges] = len(b)
		edges++
	}
	if high&highBits != 0 || low&highBits != highBits {
		return false
	}
	r.n = min(edges/2, maxFields)
	return true
}

// solidIn returns one bit for each of the bytes, set if it is no blank.
func solidIn(b *[64]byte, high, low *uint64) uint64 {
	load := func(i int) uint64 { return binary.LittleEndian.Uint64(b[i:]) }
	x0, x1, x2, x3 := load(0), load(8), load(16), load(24)
	x4, x5, x6, x7 := load(32), load(40), load(48), load(56)
	*high |= x0 | x1 | x2 | x3 | x4 | x5 | x6 | x7
	const visible, solid = (0x80 - ' ') * lowBits, (0x80 - '!') * lowBits
	*low &= (x0 + visible) & (x1 + visible) & (x2 + visible) & (x3 + visible) &
		(x4 + visible) & (x5 + visible) & (x6 + visible) & (x7 + visible)
	return gather(x0+solid) | gather(x1+solid)<<8 | gather(x2+solid)<<16 | gather(x3+solid)<<24 |
		gather(x4+solid)<<32 | gather(x5+solid)<<40 | gather(x6+solid)<<48 | gather(x7+solid)<<56
}

// solidOf does the same for eight bytes.
func solidOf(x uint64, high, low *uint64) uint64 {
	*high |= x
	*low &= x + (0x80-' ')*lowBits
	return gather(x + (0x80-'!')*lowBits)
}

// mark notes the edges of one block of 64 bytes. It writes four at a time,
// whether there are so many or not, so that few branches depend on the line.
func (r *row) mark(edges, base int, change uint64) int {
	n := bits.OnesCount64(change)
	for at := edges; change != 0; at += 4 {
		four := (*[4]int)(r.edge[at:])
		four[0] = base + bits.TrailingZeros64(change)
		change &= change - 1
		four[1] = base + bits.TrailingZeros64(change)
		change &= change - 1
		four[2] = base + bits.TrailingZeros64(change)
		change &= change - 1
		four[3] = base + bits.TrailingZeros64(change)
		change &= change - 1
	}
	return edges + n
}

// splitAny finds the fields of any line.
func (r *row) splitAny(b []byte) {
	r.b, r.n = b, 0
	for i := skipSpaces(b, 0); i < len(b) && r.n < maxFields; r.n++ {
		end := indexSpace(b, i)
		r.edge[2*r.n], r.edge[2*r.n+1] = i, end
		i = skipSpaces(b, end)
	}
}

// lastBytes returns the last n bytes of b, fewer than 8, followed by blanks.
func lastBytes(b []byte, n int) uint64 {
	behind := uint64(eightBlanks) << (8 * n)
	if len(b) >= 8 {
		return binary.LittleEndian.Uint64(b[len(b)-8:])>>(8*(8-n)) | behind
	}
	var x uint64
	for i := range n {
		x |= uint64(b[len(b)-n+i]) << (8 * i)
	}
	return x | behind
}

// nonDigitsOf returns one bit for each of the eight bytes, set if it is no
// digit.
func nonDigitsOf(x uint64) uint64 {
	x ^= '0' * lowBits
	return gather((x&^highBits + (0x80-10)*lowBits) | x)
}

// gather packs the highest bit of each byte into the lowest eight bits.
func gather(x uint64) uint64 {
	return (x & highBits) * 0x0002040810204081 >> 56
}
