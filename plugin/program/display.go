package program

import (
	"regexp/syntax"
	"strings"

	"check_netstat/plugin/visible"
)

// Display returns the name of the program for people: without the "=" or the
// anchors and escapes of an expression that stands for one name, "nginx" for
// "=nginx", "^nginx$" and `^nginx\.exe$`'s "nginx.exe". Any other expression
// is returned as it was written.
func (p Pattern) Display() string {
	if p.exact {
		return strings.TrimPrefix(p.text, "=")
	}
	if p.re == nil {
		return p.text
	}
	if name, ok := literalName(p.text); ok {
		return name
	}
	return p.text
}

// literalName returns the name that an expression stands for if it is nothing
// but text, perhaps with anchors. A "." counts as the dot that was meant by it.
func literalName(expression string) (name string, ok bool) {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return "", false
	}
	parts := []*syntax.Regexp{re}
	if re.Op == syntax.OpConcat {
		parts = re.Sub
	}
	var b strings.Builder
	for i, part := range parts {
		switch {
		case part.Op == syntax.OpBeginText && i == 0, part.Op == syntax.OpEndText && i == len(parts)-1:
		case part.Op == syntax.OpLiteral && part.Flags&syntax.FoldCase == 0:
			b.WriteString(string(part.Rune))
		case part.Op == syntax.OpAnyCharNotNL:
			b.WriteByte('.')
		default:
			return "", false
		}
	}
	name = b.String()
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !visible.Is(r) }) {
		return "", false // its escapes are all that can be seen of it
	}
	return name, true
}
