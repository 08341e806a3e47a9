package cli

import (
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

// README's table heads options as "-w RANGE", the short form where there is one.
func TestReadmesTableHasTheProgramsOptions(t *testing.T) {
	text := document(t, "../../README.md")
	for head, o := range allOptions(t) {
		short := "`--" + o.LongName + "`"
		switch {
		case o.ShortName != 0 && o.ValueName != "":
			short = "`-" + string(o.ShortName) + " " + o.ValueName + "`"
		case o.ShortName != 0:
			short = "`-" + string(o.ShortName) + "`"
		case o.ValueName != "":
			short = "`--" + o.LongName + " " + strings.ReplaceAll(o.ValueName, "|", `\|`) + "`"
		}
		row := regexp.MustCompile(`(?m)^\|[^\n]*` + regexp.QuoteMeta(short) + `[^\n]*\|$`).FindString(text)
		if row == "" {
			t.Errorf("README's table of options has no %s (%s)", short, head)
		}
		for _, value := range o.Default {
			if !strings.Contains(row, value) {
				t.Errorf("%s: its default is %s, README has %s", head, value, row)
			}
		}
	}
}
