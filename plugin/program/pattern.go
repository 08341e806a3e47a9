package program

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"check_netstat/parse"
	"check_netstat/plugin/visible"
)

// Pattern is the procName of an item. The zero value fits every program.
type Pattern struct {
	text    string
	exact   bool           // "=name"
	literal string         // lower case, where the text is no expression or has no special character
	re      *regexp.Regexp // otherwise
	err     error          // why the text is no expression, where it was meant as one
	size    int            // of the compiled expression, in bytes, about
	refused error          // why the text is not even looked at
}

// ParsePattern reads a procName: a case-insensitive regular expression (RE2)
// found anywhere in the name, "=name" for exactly that name, "" for any. An
// expression that does not compile is taken literally.
func ParsePattern(text string) Pattern {
	p := Pattern{text: text}
	if p.refused = checkProgram(text, 0); p.refused != nil {
		return p
	}
	if name, ok := strings.CutPrefix(text, "="); ok {
		p.exact, p.literal = true, strings.ToLower(name)
		return p
	}
	if isASCII(text) && regexp.QuoteMeta(text) == text {
		p.literal = strings.ToLower(text)
		return p
	}
	size := expressionSize("(?i)" + text)
	if p.refused = checkProgram(text, size); p.refused != nil {
		return p
	}
	re, err := regexp.Compile("(?i)" + text)
	if err != nil {
		p.literal = strings.ToLower(text) // not quoted for regexp: that refuses bytes that are no UTF-8
		p.err = err
		return p
	}
	p.re, p.size = re, size
	return p
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// IsAny reports whether every program fits.
func (p Pattern) IsAny() bool { return p.text == "" }

// String returns the procName as it was written.
func (p Pattern) String() string { return p.text }

// Invalid returns why the text is no expression and was taken literally, nil
// where it is one.
func (p Pattern) Invalid() error { return p.err }

// Refused returns why the text is no procName at all: it is too long, or expands
// too far. nil if it is one.
func (p Pattern) Refused() error { return p.refused }

// Size returns about how many bytes the compiled expression takes.
func (p Pattern) Size() int { return p.size }

// PatternFor returns the procName that only a program of that name fits, with
// and without ".exe": "=name" if it can be written so. Where cut is true the name
// is only the beginning of the
// real one, and programs whose names begin so fit. What would end a row or
// be changed by whoever edits the list (control characters, bytes that are no
// UTF-8) is written as an escape; with plain, all that a key must not have is,
// so that the keys of two programs differ. What would be too long for a procName
// is cut, and fits all programs whose names begin so.
func PatternFor(name string, cut, plain bool) string {
	if name == "" {
		return ""
	}
	name, _ = trimExe(name)
	if !cut && name == strings.TrimSpace(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return r == utf8.RuneError || !unicode.IsPrint(r) || !visible.Is(r) || plain && !InKey(r)
	}) {
		return "=" + name
	}
	var b strings.Builder
	b.WriteByte('^')
	for _, r := range name { // a byte that is no UTF-8 comes as U+FFFD, and so it does to regexp
		text := fmt.Sprintf(`\x{%x}`, r)
		if unicode.IsPrint(r) && visible.Is(r) && (!plain || InKey(r)) {
			text = regexp.QuoteMeta(string(r))
		}
		if b.Len()+len(text) >= maxProgram { // with room for the "$"
			return b.String()
		}
		b.WriteString(text)
	}
	if !cut {
		b.WriteByte('$')
	}
	return b.String()
}

// Fits says whether a program of that name fits. Where cut is true, name is
// only the beginning of the real name, and the answer is Maybe unless no
// continuation could change it. A name that ends in ".exe"
// is tried without it, too.
func (p Pattern) Fits(name string, cut bool) parse.Tri {
	if p.IsAny() {
		return parse.Yes
	}
	if cut {
		return p.fitsCut(name)
	}
	if base, isExe := trimExe(name); p.match(name) || isExe && p.match(base) {
		return parse.Yes
	}
	return parse.No
}

// fitsCut judges the beginning of a name.
func (p Pattern) fitsCut(name string) parse.Tri {
	lower := strings.ToLower(name)
	switch {
	case p.exact:
		// More of the name is to come, or it just fitted its column.
		if strings.HasPrefix(p.literal+".exe", lower) {
			return parse.Maybe
		}
		return parse.No
	case p.re == nil && strings.Contains(lower, p.literal):
		return parse.Yes
	case p.re != nil && p.re.MatchString(name) && p.re.MatchString(name+"\U0010fffd") && p.re.MatchString(name+"x"):
		return parse.Yes // the match does not hang on where the name ends
	}
	return parse.Maybe
}

func (p Pattern) match(name string) bool {
	switch {
	case p.re != nil:
		return p.re.MatchString(name)
	case p.exact:
		return strings.ToLower(name) == p.literal
	}
	return strings.Contains(strings.ToLower(name), p.literal)
}

func trimExe(name string) (base string, isExe bool) {
	const exe = ".exe"
	if n := len(name) - len(exe); n > 0 && strings.EqualFold(name[n:], exe) {
		return name[:n], true
	}
	return name, false
}

// Covers reports whether each program that fits q fits p. Of two expressions
// nothing is claimed.
func (p Pattern) Covers(q Pattern) bool {
	switch {
	case p.IsAny() || p.text == q.text:
		return true
	case q.exact: // fits these two names
		return p.Fits(q.literal, false) == parse.Yes && p.Fits(q.literal+".exe", false) == parse.Yes
	case p.re == nil && !p.exact && q.re == nil && !q.IsAny():
		return strings.Contains(q.literal, p.literal) // both are found anywhere
	}
	return false
}

// InKey reports whether an item's key may have the character as it is.
func InKey(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._:/@-", r)
}
