package report

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanTakesTheHarmOutOfText(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"harmless", `nginx: worker "x" (8080) %s \n 'y' {z} [a];$!`, `nginx: worker "x" (8080) %s \n 'y' {z} [a];$!`},
		{"harmless letters", "Büro 東京 سلام", "Büro 東京 سلام"},
		{"pipe", "a|b=1", "a/b=1"},
		{"line breaks", "a\nb\r\nc\vd\fe", "a b  c d e"},
		{"tab", "a\tb", "a b"},
		{"control", "a\x00b\x07c\x1b[31md\x7fe", "a?b?c?[31md?e"},
		{"C1 control", "a\u0085b\u009bc", "a?b?c"},
		{"bidi", "a\u202eb\u202dc\u2066d\u2069e\u200ff\u061cg", "a?b?c?d?e?f?g"},
		{"zero-width", "a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00adg", "a?b?c?d?e?f?g"},
		{"blank letters", "a\u115fb\u1160c\u3164d\uffa0e", "a?b?c?d?e"},
		{"variation selectors", "a\ufe0fb\U000e0101c", "a?b?c"},
		{"line and paragraph separators", "a\u2028b\u2029c", "a?b?c"},
		{"tags and private use", "a\U000e0041b\ue000c\U0010fffdd", "a?b?c?d"},
		{"markup", "<script>&amp;</script>", "(script)+amp;(/script)"},
		{"macros", "{{x}} ${x} $(x) %{x} %(x) {{{ $ARG1$ 5% {x}", "{ {x}} $ {x} $ (x) % {x} % (x) { { { $ARG1$ 5% {x}"},
		{"macros after what was cleaned", "%<x> $<x>", "% (x) $ (x)"},
		{"invalid UTF-8", "a\xffb\xc3", "a?b?"},
		{"replacement character", "a\ufffdb", "a?b"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.text); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

// harm returns what a monitoring system's line must not have, or "".
func harm(text string, forbidden string) string {
	for _, r := range text {
		if strings.ContainsRune(forbidden, r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return string(r)
		}
	}
	return ""
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", "nginx", "a|b", "a\r\nb\tc", "\x1b[0m", "\u202e", "\u200b", "<a>&", "\xff\xfe", "\U000e0001", "\ufffd", "東京", "{{{", "%<", "$<{"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Clean(text)
		if bad := harm(got, "|<>&"); bad != "" {
			t.Errorf("Clean(%q) = %q has %q", text, got, bad)
		}
		if strings.Contains(got, "{{") || strings.Contains(got, "${") || strings.Contains(got, "%(") {
			t.Errorf("Clean(%q) = %q has a macro", text, got)
		}
		if !utf8.ValidString(got) {
			t.Errorf("Clean(%q) = %q is no UTF-8", text, got)
		}
		if again := Clean(got); again != got {
			t.Errorf("Clean(%q) = %q, cleaned again %q", text, got, again)
		}
	})
}

func TestClipKeepsToItsLengthAndToWholeCharacters(t *testing.T) {
	for _, tt := range []struct {
		text string
		n    int
		want string
	}{
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "abc..."},
		{"aüüü", 6, "aü..."},
		{"üüüü", 6, "ü..."},
		{"東京東京", 5, "..."},
	} {
		if got := clip(tt.text, tt.n); got != tt.want || len(got) > tt.n {
			t.Errorf("clip(%q, %d) = %q, want %q", tt.text, tt.n, got, tt.want)
		}
	}
}

var nastyTexts = []string{
	"plain", "a|b", `back\slash|`, `quote"|"`, "line\nbreak\r\t", "\x00\x1b\x7f", "\u0085\u009b", "\u202e\u2066\u200b\ufeff", "\U000e0041\U0010fffd",
	"<b>&", "東京 Büro", "\u2028\u2029", "\ufffd", "\ue000", "\ufe0f", "{{{x}}} ${x} $(x) %(x) %{x} {", "$", "%",
}

func TestEscapedJSONMeansTheSame(t *testing.T) {
	for _, text := range nastyTexts {
		checkEscape(t, text)
	}
}

func FuzzEscapeJSON(f *testing.F) {
	for _, text := range nastyTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkEscape(t, text) })
}

func checkEscape(t *testing.T, text string) {
	t.Helper()
	encoded, err := json.Marshal(map[string][]string{text: {text, text + text}})
	if err != nil {
		t.Fatal(err)
	}
	escaped := escapeJSON(encoded)
	for _, macro := range []string{"{{", "${", "$(", "%{", "%("} {
		if strings.Contains(string(escaped), macro) {
			t.Errorf("JSON %q has %s", escaped, macro)
		}
	}
	if bad := harm(string(escaped), "|"); bad != "" {
		t.Errorf("JSON %q has %q", escaped, bad)
	}
	var before, after map[string][]string
	if err := json.Unmarshal(encoded, &before); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(escaped, &after); err != nil {
		t.Fatalf("escaped %q: %v", escaped, err)
	}
	if !reflect.DeepEqual(before, after) {
		t.Errorf("escaped %q means %q, was %q", escaped, after, before)
	}
}
