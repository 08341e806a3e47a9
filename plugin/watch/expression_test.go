package watch

import (
	"fmt"
	"strings"
	"testing"
)

// TestRowWithSuchAProcNameIsUnknown: with its place, and the others are judged.
func TestRowWithSuchAProcNameIsUnknown(t *testing.T) {
	list := "ipProtocol,localPort,procName\ntcp,1," + strings.Repeat("x", 300) + "\ntcp,2,\\pL{999}\ntcp,3,sshd\n"
	items, errs := Read(strings.NewReader(list), "list.csv", Listening)
	if len(errs) > 0 || len(items) != 3 {
		t.Fatalf("%d items, %v", len(items), errs)
	}
	for i, want := range []string{"procName of 300 bytes: at most 256", "expands to too large an expression", ""} {
		switch err := items[i].Err; {
		case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("row %d: %v; want %q", i, err, want)
		}
	}
	connections := "remoteIP,remotePort,procName\n192.0.2.1,443," + strings.Repeat("x", 300) + "\n"
	if items, _ := Read(strings.NewReader(connections), "list.csv", Connection); len(items) != 1 || items[0].Err == nil {
		t.Errorf("a connection: %+v", items)
	}
}

// TestListOfManyLargeExpressionsIsRefused: each of them is fine, all together took
// gigabytes.
func TestListOfManyLargeExpressionsIsRefused(t *testing.T) {
	for name, row := range map[string]string{
		"anchored": "tcp,%d,^(a%[1]d){50}$\n", "classes": "tcp,%d,^\\pL{5}%[1]d$\n", "stars": "tcp,%d,(a%[1]d.*){60}\n",
	} {
		var list strings.Builder
		list.WriteString("ipProtocol,localPort,procName\n")
		for i := range 20_000 {
			fmt.Fprintf(&list, row, 1+i)
		}
		items, errs := Read(strings.NewReader(list.String()), "list.csv", Listening)
		if len(items) > 0 || len(errs) != 1 || !strings.Contains(errs[0].Error(), "the expressions of its procName column take more than 112 MiB") {
			t.Errorf("%s: %d items, %v", name, len(items), errs)
		}
	}
}
