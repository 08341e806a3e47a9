package discover

import (
	"fmt"
	"strings"

	"check_netstat/plugin/report"
)

// notes writes a comment for an object's notes, which Icinga Web reads as
// Markdown with macros in it, and which Nagios prints into a page as they are.
// What would mean something to one of them is written as a character reference,
// since those show the character in both and nowhere begin anything.
func notes(comment string) string {
	text := strings.TrimSpace(report.OneLine(comment))
	var b strings.Builder
	for i, r := range text {
		if inMarkup(text, i, r) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// inMarkup reports whether the character at text[i] may be markup: of HTML, of
// Markdown, or a macro's.
func inMarkup(text string, i int, r rune) bool {
	switch {
	case strings.ContainsRune("&<>|\\`*~[]!$%{", r):
		return true
	case r == '_': // in the middle of a word it is one
		return !isWord(text, i-1) || !isWord(text, i+1)
	case strings.ContainsRune("#-+=", r): // a heading, a list, a line
		return i == 0
	case r == '.' || r == ')': // a numbered list
		return i > 0 && strings.Trim(text[:i], "0123456789") == ""
	}
	return false
}

func isWord(text string, i int) bool {
	if i < 0 || i >= len(text) {
		return false
	}
	c := text[i]
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
