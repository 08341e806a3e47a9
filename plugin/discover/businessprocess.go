package discover

import (
	"fmt"
	"regexp"
	"strings"
)

// businessProcess writes a file of Icinga Web's business process module: the
// host, below it its network connections and its listening ports, and below
// these the items, those of one service together.
//
// The format is what LegacyConfigParser.php of the module reads: a node's line
// is "NAME = CHILD & CHILD", a child "HOST;SERVICE" or a node's name, and then
// "display LEVEL;NAME;TITLE". The host itself stands in every group: while it is
// down its services keep the state they had, and would look well.
func businessProcess(all []service, s *Setup) (string, error) {
	var b strings.Builder
	b.WriteString("### Business Process Config File ###\n#\n")
	for _, o := range []option{
		{"Title", "Netstat " + s.Host}, {"Description", "Network connections and listening ports of " + s.Host},
		{"AddToMenu", "yes"}, {"Statetype", "soft"}, {"ManualOrder", "yes"},
	} {
		fmt.Fprintf(&b, "# %-15s : %s\n", o.name, o.value)
	}
	b.WriteString("#\n###################################\n")
	t := tree{out: &b, taken: map[string]bool{}}
	host := t.name(s.Host)
	alive := s.Host + ";Hoststatus"
	var parts []string
	for _, k := range kinds {
		var items []*service
		for i := range all {
			if all[i].Group == k.group {
				items = append(items, &all[i])
			}
		}
		if len(items) == 0 {
			continue
		}
		node := t.name(s.Host + "_" + k.group)
		t.node(node, k.title, 0, append([]string{alive}, t.leaves(node, alive, s.Host, items)...))
		parts = append(parts, node)
	}
	if len(parts) == 0 {
		parts = []string{alive}
	}
	t.node(host, s.Host, 1, parts)
	return b.String(), nil
}

// tree writes nodes whose names are taken once.
type tree struct {
	out   *strings.Builder
	taken map[string]bool
}

// leaves returns the children of a group in the items' order: the items without
// a service, and in the place of a service's first item a node for all of them.
func (t *tree) leaves(group, alive, host string, items []*service) []string {
	var children []string
	for i, sv := range items {
		if sv.Unit == "" {
			children = append(children, host+";"+sv.Name)
			continue
		}
		members := []string{alive}
		first := i
		for j, other := range items {
			if other.Unit == sv.Unit {
				first = min(first, j)
				members = append(members, host+";"+other.Name)
			}
		}
		if first < i {
			continue
		}
		node := t.name(group + "_" + sv.Unit)
		t.node(node, sv.Unit, 0, members)
		children = append(children, node)
	}
	return children
}

var notInNode = regexp.MustCompile(`[^A-Za-z0-9_.-]`)

// name makes the name of a node. No word of the format, such as "display", is
// longer than the prefix or begins with it, and no operator is in it.
func (t *tree) name(text string) string {
	base := "netstat_" + notInNode.ReplaceAllString(text, "_")
	name := base
	for n := 2; t.taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	t.taken[name] = true
	return name
}

// operators part children; a backslash before one makes it text.
var operators = strings.NewReplacer("|", `\|`, "+", `\+`, "&", `\&`, "!", `\!`, "%", `\%`)

// node writes a node that is as its worst child is. Only what has a level is
// shown at the top.
func (t *tree) node(name, title string, level int, children []string) {
	escaped := make([]string, len(children))
	for i, child := range children {
		escaped[i] = operators.Replace(child)
	}
	fmt.Fprintf(t.out, "\n%s = %s\ndisplay %d;%s;%s\n", name, strings.Join(escaped, " & "), level, name, title)
}
