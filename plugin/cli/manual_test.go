package cli

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	flags "github.com/jessevdk/go-flags"
)

// allOptions returns every option as the manual heads it: "-t, --timeout SECONDS".
func allOptions(t *testing.T) map[string]*flags.Option {
	t.Helper()
	all := map[string]*flags.Option{}
	for _, o := range everyOption() {
		head := "--" + o.LongName
		if o.ShortName != 0 {
			head = "-" + string(o.ShortName) + ", " + head
		}
		all[strings.TrimSpace(head+" "+o.ValueName)] = o
	}
	return all
}

func document(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// entries returns the paragraphs of a manual about options, by their heads.
func entries(manual string) map[string]string {
	all := map[string]string{}
	for _, part := range strings.Split(manual, "\n.It ")[1:] {
		head, text, _ := strings.Cut(part, "\n")
		if strings.HasPrefix(head, "Fl ") {
			text, _, _ = strings.Cut(text, "\n.El")
			all[head] = text
		}
	}
	return all
}

func TestTheManualHasTheProgramsOptions(t *testing.T) {
	want := allOptions(t)
	got := map[string]string{}
	for head, text := range entries(document(t, "../../contrib/man/check_netstat.8")) {
		head = regexp.MustCompile(`^Fl (\w) , `).ReplaceAllString(head, "-$1, ")
		head = strings.NewReplacer("Fl -", "--", " Ar ", " ").Replace(head)
		got[head] = text
	}
	if w, g := slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)); !slices.Equal(w, g) {
		t.Errorf("options\n%q\nin the manual\n%q", w, g)
	}
	for head, o := range want {
		for _, value := range o.Default {
			if !strings.Contains(got[head], "Default:\n.Cm "+value+" .") {
				t.Errorf("%s: its default is %s, the manual has %q", head, value, got[head])
			}
		}
	}
}

var update = flag.Bool("update", false, "write the table of options into contrib/docs/options.md")

func TestTheHelpHasTheDefaults(t *testing.T) {
	for head, o := range allOptions(t) {
		for _, value := range o.Default {
			if !strings.HasSuffix(o.Description, " (default: "+value+")") {
				t.Errorf("%s: its default is %s, its description %q", head, value, o.Description)
			}
		}
	}
}

func TestOptionsPageHasTheProgramsOptions(t *testing.T) {
	const page, begin, end = "../../contrib/docs/options.md", "-update -->\n", "<!-- end of options -->"
	text := document(t, page)
	before, rest, hasBegin := strings.Cut(text, begin)
	_, after, hasEnd := strings.Cut(rest, end)
	if !hasBegin || !hasEnd {
		t.Fatalf("%s has no place for the options", page)
	}
	want := before + begin + optionsTable() + "\n" + end + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != want {
		t.Errorf("%s is not what the options say: go test ./plugin/cli -run OptionsPage -update", page)
	}
}

// optionsTable writes every option as Markdown, in the groups of the help: first
// those of the check, then those that only other verbs take.
func optionsTable() string {
	var b strings.Builder
	done := map[string]bool{}
	for i := range verbs {
		p, _ := verbs[i].parser()
		for _, g := range groups(p) {
			writeOptions(&b, g, done)
		}
	}
	return b.String()
}

// writeOptions writes the options of a group that are not done yet.
func writeOptions(b *strings.Builder, g *flags.Group, done map[string]bool) {
	isFirst := true
	for _, o := range g.Options() {
		if done[o.LongName] {
			continue
		}
		done[o.LongName] = true
		if isFirst {
			b.WriteString("\n### " + g.ShortDescription + "\n\n| option | meaning | default | taken by |\n| --- | --- | --- | --- |\n")
			isFirst = false
		}
		head := "--" + o.LongName
		if o.ShortName != 0 {
			head = "-" + string(o.ShortName) + ", " + head
		}
		head = strings.ReplaceAll(strings.TrimSpace(head+" "+o.ValueName), "|", `\|`)
		text, standard := o.Description, ""
		if m := regexp.MustCompile(` \(default: (.*)\)$`).FindStringSubmatchIndex(text); m != nil {
			text, standard = text[:m[0]], text[m[2]:m[3]]
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", head, strings.NewReplacer("|", `\|`, "*", `\*`).Replace(text), standard, takers(o.LongName))
	}
}

// takers names the verbs that take an option.
func takers(long string) string {
	var names []string
	for i := range verbs {
		p, _ := verbs[i].parser()
		if p.FindOptionByLongName(long) == nil {
			continue
		}
		name := verbs[i].name
		if name == "" {
			name = "check"
		}
		names = append(names, name)
	}
	if len(names) == len(verbs) {
		return "all"
	}
	return strings.Join(names, ", ")
}
