package program

import (
	"runtime"
	"strings"
	"testing"

	"check_netstat/parse"
)

func TestProcNameThatIsTooLargeIsRefusedAndNothingIsCompiled(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("x", 256):       "",
		"=" + strings.Repeat("x", 255): "",
		strings.Repeat("x", 257):       "procName of 257 bytes: at most 256",
		"=" + strings.Repeat("x", 256): "procName of 257 bytes: at most 256",
		`\pL+`:                         "",
		`^[[:alnum:]._-]{1,64}$`:       "",
		`\w{300}`:                      "",
		`(\pL{30}){30}`:                "expands to too large an expression",
		`((x.*){30}){33}` + strings.Repeat(`(x.*){999}`, 20): "expands to too large an expression",
		`\pL{999}`: "expands to too large an expression",
		`(`:        "", // no expression, and taken literally
	} {
		p := ParsePattern(text)
		if want == "" && p.refused != nil || want != "" && (p.refused == nil || !strings.Contains(p.refused.Error(), want) || p.re != nil) {
			t.Errorf("%.40q: %v, compiled %v; want %q", text, p.refused, p.re != nil, want)
		}
	}
}

// TestExpressionSizeIsThatOfTheCompiled: the estimate is not much below what stays
// in memory.
func TestExpressionSizeIsThatOfTheCompiled(t *testing.T) {
	for _, text := range []string{
		"^program-4711$", "a.", "^a$", "^(abc){30}$", "^[a-cegikmoqsuwy0-24-68]{1,40}$", "^" + strings.Repeat("(", 50) + "a" + strings.Repeat(")", 50) + "$",
		"^" + strings.Repeat("a?b?", 40) + "$", "^(" + strings.Repeat("ab|cd|", 30) + "x)$", `^\pL\pN\pP$`, "^[^a]{1,60}$", strings.Repeat(".*a", 60),
		"^" + strings.Repeat("k", 250) + "$", strings.Repeat(`\b`, 100), "^" + strings.Repeat("(?:a|b)(c)", 25) + "$",
	} {
		programs := make([]Pattern, 100)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range programs {
			programs[i] = ParsePattern(text)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		live := int(after.HeapAlloc-before.HeapAlloc) / len(programs)
		if size := programs[0].size; live > size*5/4 {
			t.Errorf("%q: %d bytes each, estimated %d", text, live, size)
		}
		runtime.KeepAlive(programs)
	}
}

// TestLongNameIsLearntAsItsBeginning: what learn writes is within the bound, and
// fits the name.
func TestLongNameIsLearntAsItsBeginning(t *testing.T) {
	for _, name := range []string{strings.Repeat("a", 255), strings.Repeat(".", 255), strings.Repeat("\x01", 255), strings.Repeat("é", 127), strings.Repeat("a", 254), strings.Repeat("a", 253)} {
		for _, plain := range []bool{false, true} {
			text := PatternFor(name, false, plain)
			p := ParsePattern(text)
			if len(text) > maxProgram || p.refused != nil || p.Fits(name, false) != parse.Yes || p.Fits("other", false) != parse.No {
				t.Errorf("%.20q of %d bytes becomes %.40q of %d: %v", name, len(name), text, len(text), p.refused)
			}
		}
	}
}
