package watch

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAProgramFitsItsProcName(t *testing.T) {
	for _, tt := range []struct {
		proc, name string
		want       Fit
	}{
		{"", "anything", Yes},
		{"", "", Yes},
		{"nginx", "nginx", Yes},
		{"NGINX", "nginx", Yes},
		{"ccmexec", "CcmExec.exe", Yes},
		{"gin", "nginx", Yes}, // found anywhere
		{"nginx", "httpd", No},
		{"nginx", "", No},
		{"nginx.exe", "nginx", Yes}, // with .exe
		{"nginx.exe", "NGINX.EXE", Yes},
		{"^nginx$", "nginx.exe", Yes}, // without .exe
		{"^nginx.exe$", "nginx", Yes},
		{"^nginx$", "nginx2", No},
		{"^ngin", "nginx", Yes},
		{"^inx", "nginx", No},
		{"inx$", "nginx", Yes},
		{"ngi$", "nginx", No},
		{"nginx|httpd", "httpd", Yes},
		{"ng.*x", "nginx", Yes},
		{"=nginx", "nginx", Yes},
		{"=NGINX", "nginx", Yes},
		{"=nginx", "nginx.exe", Yes},
		{"=nginx.exe", "nginx", Yes},
		{"=nginx", "nginx2", No},
		{"=nginx", "my-nginx", No},
		{"=ng.*x", "nginx", No}, // no expression
		{"=a+b", "A+B", Yes},
		{"c++", "c++filt", Yes}, // does not compile: literal
		{"c++", "cc", No},
		{"(x", "Run (X86)", Yes},
		{"(x", "x", No},
		{"x{9999}", "x{9999}", Yes},
		{"[", "kworker", No},
		{"\xff(", "\xff(", Yes}, // bytes that are no UTF-8
		{"\xff", "nginx", No},
		{"größe", "GRÖSSE", No},
		{"größe", "GRÖßE", Yes},
		{".exe", "nginx", Yes},
		{"exe$", ".exe", Yes},
	} {
		if got := parseProgram(tt.proc).Fits(tt.name, false); got != tt.want {
			t.Errorf("procName %q, program %q: %v, want %v", tt.proc, tt.name, got, tt.want)
		}
	}
}

// net-tools shows 19 characters of "PID/name", the kernel 15 of comm.
func TestACutNameNeverMakesATrueMatchFail(t *testing.T) {
	for _, tt := range []struct {
		proc, cut string
		want      Fit
	}{
		{"", "nginx", Yes},
		{"ngi", "nginx", Yes},
		{"NGI", "nginx", Yes},
		{"nginx-worker", "nginx-wor", Maybe},
		{"worker", "nginx-wor", Maybe},
		{"=nginx-worker", "nginx-wor", Maybe},
		{"=nginx-wor", "nginx-wor", Maybe}, // it just filled the column
		{"=nginx-wor", "nginx-work", No},
		{"=httpd", "nginx-wor", No},
		{"=nginx-wor", "nginx-wor.e", Maybe}, // may end in .exe
		{"=nginx-wor.exe", "nginx-wor", Maybe},
		{"^nginx", "nginx-wor", Yes},
		{"^nginx-wor$", "nginx-wor", Maybe},
		{"^nginx-worker$", "nginx-wor", Maybe},
		{"wor\\b", "nginx-wor", Maybe}, // nginx-worker would not fit
		{"nginx\\b", "nginx-wor", Yes},
		{"ngi.*ker", "nginx-wor", Maybe},
		{"w(or", "nginx-w", Maybe},
	} {
		if got := parseProgram(tt.proc).Fits(tt.cut, true); got != tt.want {
			t.Errorf("procName %q, cut name %q: %v, want %v", tt.proc, tt.cut, got, tt.want)
		}
	}
}

func TestNoContinuationContradictsTheAnswerOnACutName(t *testing.T) {
	names := []string{"nginx", "nginx.exe", "nginx-worker", "systemd-resolved", "ns_x"}
	for _, proc := range []string{"nginx", "=nginx", "=nginx.exe", "^nginx$", "nginx\\b", "ng", "^s.*d$", "resolved", "=systemd-resolved", "c++", "n.?_?x$", "^n"} {
		p := parseProgram(proc)
		for _, name := range names {
			whole := p.Fits(name, false)
			for n := 1; n <= len(name); n++ {
				if got := p.Fits(name[:n], true); got != Maybe && got != whole {
					t.Errorf("procName %q: %v on the cut name %q, yet %v on %q", proc, got, name[:n], whole, name)
				}
			}
		}
	}
}

func TestAProgramShowsItselfAsWritten(t *testing.T) {
	for _, text := range []string{"", "nginx", "=Nginx", "^ngi", "(x"} {
		if p := parseProgram(text); p.String() != text || p.IsAny() != (text == "") {
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
			text := ProgramOf(name, false, plain)
			p := parseProgram(text)
			if p.Invalid() != nil || p.Fits(name, false) != Yes {
				t.Errorf("%q: procName %q: %v, does not fit", name, text, p.Invalid())
			}
			for _, other := range []string{"x" + name, name + "x", name + name} {
				if p.Fits(other, false) == Yes {
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
		key := cleanKey(ProgramOf(name, false, true))
		if before, taken := keys[key]; taken {
			t.Errorf("%q and %q both have the key %q", before, name, key)
		}
		keys[key] = name
	}
}

func TestProgramOfACutNameFitsWhatBeginsSo(t *testing.T) {
	p := parseProgram(ProgramOf("sshd: /usr/sbin", true, false))
	for name, cut := range map[string]bool{"sshd: /usr/sbin": true, "sshd: /usr/sbin/sshd": false} {
		if p.Fits(name, cut) != Yes {
			t.Errorf("%q, cut %v, does not fit", name, cut)
		}
	}
	if p.Fits("xsshd: /usr/sbin", false) == Yes {
		t.Error("fits what begins otherwise")
	}
	if got := ProgramOf("", false, false); got != "" {
		t.Errorf("no name: %q, want no procName", got)
	}
}
