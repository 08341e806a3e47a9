package program

import (
	"strings"
	"testing"
	"unicode/utf8"

	"check_netstat/parse"
)

func TestAProgramFitsItsProcName(t *testing.T) {
	for _, tt := range []struct {
		proc, name string
		want       parse.Tri
	}{
		{"", "anything", parse.Yes},
		{"", "", parse.Yes},
		{"nginx", "nginx", parse.Yes},
		{"NGINX", "nginx", parse.Yes},
		{"ccmexec", "CcmExec.exe", parse.Yes},
		{"gin", "nginx", parse.Yes}, // found anywhere
		{"nginx", "httpd", parse.No},
		{"nginx", "", parse.No},
		{"nginx.exe", "nginx", parse.No}, // .exe is never added
		{"nginx.exe", "NGINX.EXE", parse.Yes},
		{"^nginx$", "nginx.exe", parse.Yes}, // without .exe
		{"^nginx.exe$", "nginx", parse.No},
		{"^nginx$", "nginx2", parse.No},
		{"^ngin", "nginx", parse.Yes},
		{"^inx", "nginx", parse.No},
		{"inx$", "nginx", parse.Yes},
		{"ngi$", "nginx", parse.No},
		{"nginx|httpd", "httpd", parse.Yes},
		{"ng.*x", "nginx", parse.Yes},
		{"=nginx", "nginx", parse.Yes},
		{"=NGINX", "nginx", parse.Yes},
		{"=nginx", "nginx.exe", parse.Yes},
		{"=nginx.exe", "nginx", parse.No},
		{"=nginx", "nginx2", parse.No},
		{"=nginx", "my-nginx", parse.No},
		{"=ng.*x", "nginx", parse.No}, // no expression
		{"=a+b", "A+B", parse.Yes},
		{"c++", "c++filt", parse.Yes}, // does not compile: literal
		{"c++", "cc", parse.No},
		{"(x", "Run (X86)", parse.Yes},
		{"(x", "x", parse.No},
		{"x{9999}", "x{9999}", parse.Yes},
		{"[", "kworker", parse.No},
		{"\xff(", "\xff(", parse.Yes}, // bytes that are no UTF-8
		{"\xff", "nginx", parse.No},
		{"größe", "GRÖSSE", parse.No},
		{"größe", "GRÖßE", parse.Yes},
		{".exe", "nginx", parse.No},
		{"exe$", ".exe", parse.Yes},
	} {
		if got := ParsePattern(tt.proc).Fits(tt.name, false); got != tt.want {
			t.Errorf("procName %q, program %q: %v, want %v", tt.proc, tt.name, got, tt.want)
		}
	}
}

// net-tools shows 19 characters of "PID/name", the kernel 15 of comm.
func TestACutNameNeverMakesATrueMatchFail(t *testing.T) {
	for _, tt := range []struct {
		proc, cut string
		want      parse.Tri
	}{
		{"", "nginx", parse.Yes},
		{"ngi", "nginx", parse.Yes},
		{"NGI", "nginx", parse.Yes},
		{"nginx-worker", "nginx-wor", parse.Maybe},
		{"worker", "nginx-wor", parse.Maybe},
		{"=nginx-worker", "nginx-wor", parse.Maybe},
		{"=nginx-wor", "nginx-wor", parse.Maybe}, // it just filled the column
		{"=nginx-wor", "nginx-work", parse.No},
		{"=httpd", "nginx-wor", parse.No},
		{"=nginx-wor", "nginx-wor.e", parse.Maybe}, // may end in .exe
		{"=nginx-wor.exe", "nginx-wor", parse.Maybe},
		{"^nginx", "nginx-wor", parse.Yes},
		{"^nginx-wor$", "nginx-wor", parse.Maybe},
		{"^nginx-worker$", "nginx-wor", parse.Maybe},
		{"wor\\b", "nginx-wor", parse.Maybe}, // nginx-worker would not fit
		{"nginx\\b", "nginx-wor", parse.Yes},
		{"ngi.*ker", "nginx-wor", parse.Maybe},
		{"w(or", "nginx-w", parse.Maybe},
	} {
		if got := ParsePattern(tt.proc).Fits(tt.cut, true); got != tt.want {
			t.Errorf("procName %q, cut name %q: %v, want %v", tt.proc, tt.cut, got, tt.want)
		}
	}
}

func TestNoContinuationContradictsTheAnswerOnACutName(t *testing.T) {
	names := []string{"nginx", "nginx.exe", "nginx-worker", "systemd-resolved", "ns_x"}
	for _, proc := range []string{"nginx", "=nginx", "=nginx.exe", "^nginx$", "nginx\\b", "ng", "^s.*d$", "resolved", "=systemd-resolved", "c++", "n.?_?x$", "^n"} {
		p := ParsePattern(proc)
		for _, name := range names {
			whole := p.Fits(name, false)
			for n := 1; n <= len(name); n++ {
				if got := p.Fits(name[:n], true); got != parse.Maybe && got != whole {
					t.Errorf("procName %q: %v on the cut name %q, yet %v on %q", proc, got, name[:n], whole, name)
				}
			}
		}
	}
}

func TestAProgramShowsItselfAsWritten(t *testing.T) {
	for _, text := range []string{"", "nginx", "=Nginx", "^ngi", "(x"} {
		if p := ParsePattern(text); p.String() != text || p.IsAny() != (text == "") {
			t.Errorf("procName %q is shown as %q, any %v", text, p, p.IsAny())
		}
	}
}

func TestProgramOfFitsItsProgramAndNoOther(t *testing.T) {
	for _, name := range []string{
		"nginx", "svchost.exe", "my.app", "sshd: /usr/sbin", "a|b", `C:\x`, "=x", "^$", "(?i)x", "[x]", " x ", "x,y", `"x"`,
		"new\nline", "tab\t", "\x1b[31m", "\u202ebidi", "\xff\xfe", "Büro", "日本語", "#x", "-", "*",
	} {
		for _, plain := range []bool{false, true} {
			text := PatternFor(name, false, plain)
			p := ParsePattern(text)
			if p.Invalid() != nil || p.Fits(name, false) != parse.Yes {
				t.Errorf("%q: procName %q: %v, does not fit", name, text, p.Invalid())
			}
			for _, other := range []string{"x" + name, name + "x", name + name} {
				if p.Fits(other, false) == parse.Yes {
					t.Errorf("%q: procName %q fits %q", name, text, other)
				}
			}
			if strings.ContainsAny(text, "\r\n\t\x1b\u202e") || !utf8.ValidString(text) || strings.TrimSpace(text) != text {
				t.Errorf("%q: procName %q does not stand in a row as it is", name, text)
			}
		}
	}
}

func TestPlainProgramsHaveKeysOfTheirOwn(t *testing.T) {
	keys := map[string]string{}
	for _, name := range []string{"a b", "a|b", "a_b", "a\nb", "a.b", "a-b"} {
		key := strings.Map(func(r rune) rune {
			if InKey(r) {
				return r
			}
			return '_'
		}, PatternFor(name, false, true))
		if before, taken := keys[key]; taken {
			t.Errorf("%q and %q both have the key %q", before, name, key)
		}
		keys[key] = name
	}
}

func TestProgramOfACutNameFitsWhatBeginsSo(t *testing.T) {
	p := ParsePattern(PatternFor("sshd: /usr/sbin", true, false))
	for name, cut := range map[string]bool{"sshd: /usr/sbin": true, "sshd: /usr/sbin/sshd": false} {
		if p.Fits(name, cut) != parse.Yes {
			t.Errorf("%q, cut %v, does not fit", name, cut)
		}
	}
	if p.Fits("xsshd: /usr/sbin", false) == parse.Yes {
		t.Error("fits what begins otherwise")
	}
	if got := PatternFor("", false, false); got != "" {
		t.Errorf("no name: %q, want no procName", got)
	}
}
