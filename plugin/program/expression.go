package program

import (
	"errors"
	"fmt"
	"regexp/syntax"
)

// Bounds of procName: its length in bytes, and what its compiled expression takes
// in memory, alone and with all of its list. A few bytes can expand to a hundred
// megabytes: "(\pL{30}){30}".
const (
	maxProgram    = 256
	maxExpression = 256 << 10
	// MaxExpressions is the bound of all expressions of a list together.
	MaxExpressions = 112 << 20
)

var errTooLarge = errors.New("expands to too large an expression: repeat less, or use smaller classes than \\p{...}")

// expressionSize returns about how many bytes the expression takes when it is
// compiled, without compiling it. One that is not valid takes none.
func expressionSize(text string) int {
	const itself = 512
	re, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return 0
	}
	return itself + sizeOf(re)
}

// sizeOf counts what regexp.Compile makes: an instruction for each character,
// class, choice or end of a group, once more for an anchored expression
// (one-pass), with the bounds of its classes. The figures are a bit more than what
// was measured (TestExpressionSizeIsThatOfTheCompiled).
func sizeOf(re *syntax.Regexp) int {
	const (
		instruction = 160
		bound       = 12
	)
	size := instruction
	for _, sub := range re.Sub {
		size += sizeOf(sub)
	}
	switch re.Op {
	case syntax.OpLiteral:
		size += instruction * len(re.Rune)
	case syntax.OpCharClass:
		size += bound * len(re.Rune)
	case syntax.OpCapture:
		size += 2 * instruction
	case syntax.OpRepeat:
		size *= max(1, re.Min+1, re.Max)
	}
	return size
}

// checkProgram refuses a procName that is too long or expands too far.
func checkProgram(text string, size int) error {
	switch {
	case len(text) > maxProgram:
		return fmt.Errorf("procName of %d bytes: at most %d", len(text), maxProgram)
	case size > maxExpression:
		return fmt.Errorf("procName %q %w", text, errTooLarge)
	}
	return nil
}
