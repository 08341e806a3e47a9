package watch

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A head names one column or two: ".It Cm warning , critical".
func TestTheManualHasTheListsColumns(t *testing.T) {
	text, err := os.ReadFile("../../contrib/man/check_netstat-lists.5")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^\.It Cm (.*)$`).FindAllStringSubmatch(string(text), -1) {
		got = append(got, strings.Split(m[1], " , ")...)
	}
	slices.Sort(got)
	want := map[string]bool{}
	for _, names := range columns {
		for _, name := range names {
			want[name] = true
		}
	}
	if all := slices.Sorted(maps.Keys(want)); !slices.Equal(all, got) {
		t.Errorf("columns %q, in the manual %q", all, got)
	}
}
