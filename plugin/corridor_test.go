package plugin

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A file that takes snapshots does not write, and one that writes takes none: only
// the verbs bring both together, each in a file of its own.
func TestOnlyTheVerbsBringSourceAndReportTogether(t *testing.T) {
	verbs := []string{"check.go", "sockets.go", "learn.go"}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		var both int
		for _, i := range f.Imports {
			if i.Path.Value == `"check_netstat/plugin/source"` || i.Path.Value == `"check_netstat/plugin/report"` {
				both++
			}
		}
		if both == 2 && !slices.Contains(verbs, file) {
			t.Errorf("%s imports source and report", file)
		}
	}
}
