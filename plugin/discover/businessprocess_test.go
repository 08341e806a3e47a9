package discover

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// process is a file of the business process module as its parser reads it.
type process struct {
	children map[string][]string // of each node
	titles   map[string]string
	roots    []string
}

var (
	operator  = regexp.MustCompile(`(\\?)([|+&!%])`)
	semicolon = regexp.MustCompile(`\s*;\s*`)
)

// readProcess reads a file by the rules of LegacyConfigParser.php: operators that
// have no backslash before them part children and are all the same; a child with
// a semicolon is "host;service", another one is a node; a word of the format
// within the first 16 columns makes a line something else than a node.
func readProcess(text string) (*process, error) {
	p := &process{map[string][]string{}, map[string]string{}, nil}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "display"); ok {
			fields := semicolon.Split(rest[1:], 3)
			if len(fields) != 3 || p.children[fields[1]] == nil {
				return nil, fmt.Errorf("line %q", line)
			}
			p.titles[fields[1]] = fields[2]
			if fields[0] != "0" {
				p.roots = append(p.roots, fields[1])
			}
			continue
		}
		if word, _, _ := strings.Cut(line, " "); slices.Contains([]string{"external_info", "extra_info", "info_url", "state_overrides", "template"}, word) {
			return nil, fmt.Errorf("line %q is no node", line)
		}
		name, value, ok := strings.Cut(line, " = ")
		if !ok || strings.ContainsAny(name, ";=") || p.children[name] != nil {
			return nil, fmt.Errorf("node %q", line)
		}
		var child strings.Builder
		last := 0
		for _, m := range operator.FindAllStringSubmatchIndex(value, -1) {
			child.WriteString(value[last:m[0]])
			last = m[1]
			op := value[m[4]:m[5]]
			switch {
			case m[2] != m[3]:
				child.WriteString(op)
			case op != "&":
				return nil, fmt.Errorf("operator %s in %q", op, value)
			default:
				p.children[name] = append(p.children[name], strings.TrimSpace(child.String()))
				child.Reset()
			}
		}
		child.WriteString(value[last:])
		p.children[name] = append(p.children[name], strings.TrimSpace(child.String()))
	}
	for name, children := range p.children {
		for _, child := range children {
			if !strings.Contains(child, ";") && p.children[child] == nil {
				return nil, fmt.Errorf("%s: no node %s", name, child)
			}
		}
	}
	return p, nil
}

// shown is the tree below a node, one node a line.
func (p *process) shown(node, indent string) string {
	if title, ok := p.titles[node]; ok {
		text := indent + title + "\n"
		for _, child := range p.children[node] {
			text += p.shown(child, indent+"  ")
		}
		return text
	}
	return indent + node + "\n"
}

func read(t *testing.T, all []service, host string) *process {
	t.Helper()
	text, err := businessProcess(all, &Setup{Host: host})
	if err != nil {
		t.Fatal(err)
	}
	p, err := readProcess(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if len(p.roots) != 1 || len(p.titles) != len(p.children) {
		t.Fatalf("roots %q, titles %q in\n%s", p.roots, p.titles, text)
	}
	return p
}

func TestABusinessProcessIsHostKindsServicesItems(t *testing.T) {
	in := func(group, unit, name string) service { return service{Group: group, Unit: unit, Name: name} }
	all := []service{
		in("netstat-connections", "", "netstat c1"),
		in("netstat-connections", "shop.service", "netstat c2"),
		in("netstat-connections", "", "netstat c3"),
		in("netstat-connections", "shop.service", "netstat c4"),
		in("netstat-listening", "shop@1.service", "netstat l1"),
		in("netstat-listening", "shop_1.service", "netstat l2"),
	}
	p := read(t, all, "web01")
	want := `web01
  Network connections
    web01;Hoststatus
    web01;netstat c1
    shop.service
      web01;Hoststatus
      web01;netstat c2
      web01;netstat c4
    web01;netstat c3
  Listening ports
    web01;Hoststatus
    shop@1.service
      web01;Hoststatus
      web01;netstat l1
    shop_1.service
      web01;Hoststatus
      web01;netstat l2
`
	if got := p.shown(p.roots[0], ""); got != want {
		t.Errorf("the tree is\n%swant\n%s", got, want)
	}
}

func TestABusinessProcessHasNoEmptyGroup(t *testing.T) {
	p := read(t, []service{{Group: "netstat-listening", Name: "netstat l"}}, "web01")
	if got, want := p.shown(p.roots[0], ""), "web01\n  Listening ports\n    web01;Hoststatus\n    web01;netstat l\n"; got != want {
		t.Errorf("the tree is\n%swant\n%s", got, want)
	}
	p = read(t, nil, "web01")
	if got, want := p.shown(p.roots[0], ""), "web01\n  web01;Hoststatus\n"; got != want {
		t.Errorf("without items the tree is\n%swant\n%s", got, want)
	}
}

// A host may be called as a word of the format, or be full of its operators.
func TestABusinessProcessIsReadBackWhateverTheHostIsCalled(t *testing.T) {
	for _, host := range []string{"display1", "template", "a & b", "10% + more!", "a|b", "a=b", `back\slash`, `a\&b`, "@other:node", "Büro", "x of: y", "#1"} {
		p := read(t, []service{{Group: "netstat-connections", Name: "netstat k"}}, host)
		want := host + "\n  Network connections\n    " + host + ";Hoststatus\n    " + host + ";netstat k\n"
		if got := p.shown(p.roots[0], ""); got != want {
			t.Errorf("the tree is\n%swant\n%s", got, want)
		}
	}
}

func FuzzBusinessProcess(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, key, host string) {
		s := setup("")
		s.Host = host
		if s.check(BusinessProcess) != nil {
			return
		}
		text, want := written(t, BusinessProcess, s, "", "", key)
		p, err := readProcess(text)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		tree := host + "\n  Listening ports\n    " + host + ";Hoststatus\n"
		for _, w := range want {
			tree += "    " + host + ";" + w.Name + "\n"
		}
		if got := p.shown(p.roots[0], ""); got != tree {
			t.Errorf("the tree is\n%swant\n%s", got, tree)
		}
	})
}
