package watch

import (
	"regexp/syntax"
	"strings"

	"check_netstat/plugin/visible"
)

// Display returns the item for people, short, on one line or in a table's cell:
// its name, if the list gives one, then what it watches, then the program.
//
//	10.0.0.5:5432 billing
//	tcp *:443 nginx
//	udp 127.0.0.1:161
//	shop db 10.0.0.5:5432 java
//
// A program that is called like the item is not repeated. An item that cannot
// be judged is shown by its name or its key, which has the row's own text.
// Unlike a key it is not unique, and not yet safe to print.
func (it *Item) Display() string {
	name := strings.TrimSpace(it.Name)
	if it.Err != nil {
		if name == "" {
			return it.Key
		}
		return name
	}
	parts := make([]string, 0, 3)
	if name != "" {
		parts = append(parts, name)
	}
	parts = append(parts, it.displayEndpoint())
	if program := it.Program.Display(); program != "" && !strings.EqualFold(program, name) {
		parts = append(parts, program)
	}
	return strings.Join(parts, " ")
}

func (it *Item) displayEndpoint() string {
	if it.Kind == Listening {
		return it.ProtoText() + " " + displayEnd(it.Local.String(), it.LocalPorts)
	}
	host := it.RemoteName
	if host == "" {
		host = it.Remote.String()
	}
	text := displayEnd(host, it.RemotePorts)
	if !it.Local.IsZero() || !it.LocalPorts.IsZero() {
		text += " from " + displayEnd(it.Local.String(), it.LocalPorts)
	}
	return text
}

// displayEnd writes an address and its ports without blanks, and what is not
// given as "*".
func displayEnd(host string, ports Ports) string {
	port := strings.ReplaceAll(ports.String(), " ", ",")
	if host == "" {
		host = "*"
	}
	if port == "" {
		port = "*"
	}
	return joinHostPort(host, port)
}

// Display returns the name of the program for people: without the "=" or the
// anchors and escapes of an expression that stands for one name, "nginx" for
// "=nginx", "^nginx$" and `^nginx\.exe$`'s "nginx.exe". Any other expression
// is returned as it was written.
func (p Program) Display() string {
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
