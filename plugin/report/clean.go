package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"check_netstat/plugin/visible"
)

// Clean makes text from outside safe for a monitoring system's line: no "|",
// which begins perfdata, no line break, control, format or bidi character, no
// markup, and no beginning of a macro.
func Clean(text string) string {
	return breakMacros(strings.Map(func(r rune) rune {
		switch r {
		case '|':
			return '/'
		case '<':
			return '('
		case '>':
			return ')'
		case '&':
			return '+'
		}
		return r
	}, OneLine(text)))
}

// breakMacros puts a blank into what begins a macro of snclient, "{{", "${" and
// "%(" and their like: it expands them in the output of the scripts that it runs.
func breakMacros(text string) string {
	var b strings.Builder
	last := 0
	for i := 1; i < len(text); i++ {
		if beginsMacro(rune(text[i-1]), rune(text[i])) {
			b.WriteString(text[last:i])
			b.WriteByte(' ')
			last = i
		}
	}
	b.WriteString(text[last:])
	return b.String()
}

func beginsMacro(first, second rune) bool {
	switch second {
	case '{':
		return first == '{' || first == '$' || first == '%'
	case '(':
		return first == '$' || first == '%'
	}
	return false
}

// OneLine makes text from outside valid UTF-8 on one line that shows all it
// holds: no line break, control, format or bidi character. It is for places
// that have a syntax of their own, with escapes for the rest.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r == '\v', r == '\f':
			return ' '
		case !visible.Is(r):
			return '?'
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

// clip shortens text to at most n bytes, at a character's end.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	const dots = "..."
	n = max(0, n-len(dots))
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + dots
}

// escapeJSON escapes what is valid in JSON but not safe in a monitoring
// system or on a terminal. In encoded JSON such a character can only stand
// within a string, where its escape means the same; so can what follows the
// first character of a macro, since an object begins with a name.
func escapeJSON(encoded []byte) []byte {
	out := make([]byte, 0, len(encoded))
	var last rune
	for len(encoded) > 0 {
		r, size := utf8.DecodeRune(encoded)
		switch {
		case beginsMacro(last, r), r == '|' || r != '\n' && !visible.Is(r) && r <= 0xffff:
			out = fmt.Appendf(out, `\u%04x`, r)
		case !visible.Is(r) && r > 0xffff:
			hi, lo := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = append(out, encoded[:size]...)
		}
		last, encoded = r, encoded[size:]
	}
	return out
}
