//go:build integration && linux

package integration

import (
	"strings"
	"testing"
)

// iniEntry is one line of an ini file.
type iniEntry struct{ section, key, value string }

// ini reads a file of contrib by the grammar that systemd, NSClient++ and snclient
// have in common: sections in brackets, "key = value", comments with ; or #. What
// is none of these, or a key twice in a section, fails the test.
func ini(t *testing.T, name string) []iniEntry {
	t.Helper()
	var all []iniEntry
	seen := map[iniEntry]bool{}
	section := ""
	for line := range strings.SplitSeq(read(t, name), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == ';' || line[0] == '#':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			section = line[1 : len(line)-1]
		default:
			key, value, ok := strings.Cut(line, "=")
			e := iniEntry{section, strings.TrimSpace(key), strings.TrimSpace(value)}
			if place := (iniEntry{section, e.key, ""}); !ok || section == "" || seen[place] {
				t.Errorf("%s: line %q in [%s]", name, line, section)
			} else {
				seen[place] = true
			}
			all = append(all, e)
		}
	}
	return all
}
