package learn

import (
	"fmt"
	"strings"

	"check_netstat/plugin/watch"
)

// names returns a name for each row, which becomes its key: that of the program if
// no other row has it ("sshd"; of a connection "java-to-3306"), else with the port,
// else with protocol and address, too. No name has a character that a key drops,
// begins with "-", or is given twice.
func (l *List) names() []string {
	names := make([]string, len(l.Rows))
	taken := map[string]bool{}
	for level := range levels {
		count := map[string]int{}
		candidates := make([]string, len(l.Rows))
		for i := range l.Rows {
			candidates[i] = l.Rows[i].name(l.Kind, level)
			count[strings.ToLower(candidates[i])]++
		}
		for i, c := range candidates {
			if lower := strings.ToLower(c); names[i] == "" && c != "" && count[lower] == 1 && !taken[lower] {
				names[i], taken[lower] = c, true
			}
		}
	}
	for i := range names { // different programs may have names of the same letters
		base := l.Rows[i].name(l.Kind, levels-1)
		for n := 2; names[i] == ""; n++ {
			if c := fmt.Sprintf("%s-%d", base, n); !taken[strings.ToLower(c)] {
				names[i], taken[strings.ToLower(c)] = c, true
			}
		}
	}
	return names
}

// levels are the lengths of names.
const levels = 3

// exe ends the names of Windows' programs; a procName is without it, too.
const exe = ".exe"

// name is the row's name at a level, "" if it has none there.
func (r *Row) name(kind watch.Kind, level int) string {
	parts := make([]string, 0, 4)
	base := r.Program.Name
	if n := len(base) - len(exe); n > 0 && strings.EqualFold(base[n:], exe) {
		base = base[:n]
	}
	if base = strings.TrimLeft(watch.CleanKey(base), "-"); base != "" {
		parts = append(parts, base)
	}
	long := level == 2 || level == 1 && base == ""
	if kind == watch.Connection { // no listening item is called so
		parts = append(parts, "to")
	} else if long {
		parts = append(parts, r.Proto.String())
	}
	if host := r.Host; host != "" && host != "*" && long {
		parts = append(parts, host)
	}
	if level > 0 || kind == watch.Connection {
		parts = append(parts, portText(r.Ports))
	}
	return watch.CleanKey(strings.Join(parts, "-"))
}
