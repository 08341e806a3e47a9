package watch

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
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
		p := parseProgram(text)
		if want == "" && p.refused != nil || want != "" && (p.refused == nil || !strings.Contains(p.refused.Error(), want) || p.re != nil) {
			t.Errorf("%.40q: %v, compiled %v; want %q", text, p.refused, p.re != nil, want)
		}
	}
}

// TestRowWithSuchAProcNameIsUnknown: with its place, and the others are judged.
func TestRowWithSuchAProcNameIsUnknown(t *testing.T) {
	list := "ipProtocol,localPort,procName\ntcp,1," + strings.Repeat("x", 300) + "\ntcp,2,\\pL{999}\ntcp,3,sshd\n"
	items, errs := Read(strings.NewReader(list), "list.csv", Listening)
	if len(errs) > 0 || len(items) != 3 {
		t.Fatalf("%d items, %v", len(items), errs)
	}
	for i, want := range []string{"procName of 300 bytes: at most 256", "expands to too large an expression", ""} {
		switch err := items[i].Err; {
		case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("row %d: %v; want %q", i, err, want)
		}
	}
	connections := "remoteIP,remotePort,procName\n192.0.2.1,443," + strings.Repeat("x", 300) + "\n"
	if items, _ := Read(strings.NewReader(connections), "list.csv", Connection); len(items) != 1 || items[0].Err == nil {
		t.Errorf("a connection: %+v", items)
	}
}

// TestListOfManyLargeExpressionsIsRefused: each of them is fine, all together took
// gigabytes.
func TestListOfManyLargeExpressionsIsRefused(t *testing.T) {
	for name, row := range map[string]string{
		"anchored": "tcp,%d,^(a%[1]d){50}$\n", "classes": "tcp,%d,^\\pL{5}%[1]d$\n", "stars": "tcp,%d,(a%[1]d.*){60}\n",
	} {
		var list strings.Builder
		list.WriteString("ipProtocol,localPort,procName\n")
		for i := range 20_000 {
			fmt.Fprintf(&list, row, 1+i)
		}
		items, errs := Read(strings.NewReader(list.String()), "list.csv", Listening)
		if len(items) > 0 || len(errs) != 1 || !strings.Contains(errs[0].Error(), "the expressions of its procName column take more than 112 MiB") {
			t.Errorf("%s: %d items, %v", name, len(items), errs)
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
		programs := make([]Program, 100)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range programs {
			programs[i] = parseProgram(text)
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
			text := ProgramOf(name, false, plain)
			p := parseProgram(text)
			if len(text) > maxProgram || p.refused != nil || p.Fits(name, false) != Yes || p.Fits("other", false) != No {
				t.Errorf("%.20q of %d bytes becomes %.40q of %d: %v", name, len(name), text, len(text), p.refused)
			}
		}
	}
}
