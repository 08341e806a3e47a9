package watch

import (
	"fmt"
	"strconv"
)

// Limit is the most that a queue may hold. The zero value is no limit.
type Limit struct {
	Max   uint32
	Given bool
}

// Exceeded reports whether n is more than the limit.
func (l Limit) Exceeded(n uint32) bool { return l.Given && n > l.Max }

// String returns the number, "" for no limit.
func (l Limit) String() string {
	if !l.Given {
		return ""
	}
	return strconv.FormatUint(uint64(l.Max), 10)
}

// parseLimit reads the number of bytes or of connections; empty text is the zero
// value.
func parseLimit(text string) (Limit, error) {
	if text == "" {
		return Limit{}, nil
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return Limit{}, fmt.Errorf("%q: not a number of bytes or of waiting connections, such as 100000", text)
	}
	return Limit{Max: uint32(n), Given: true}, nil
}
