package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// example is one command of the documents with the output they show.
type example struct {
	place   string // file:line
	command string // after "$ "
	output  []string
	// with are words that stand before the block in a comment that no reader sees
	// ("run with: ..."): what the command is run with here, so that it gives the
	// same everywhere. A=B is B in the place of A, in the command and in the
	// output; other words are added to a command that reads no testdata.
	with      []string
	namespace bool // "run in a namespace": it looks at live sockets
}

// documents are read from the top of the project.
func documents(t *testing.T) []string {
	t.Helper()
	files := []string{"README.md"}
	for _, pattern := range []string{"contrib/docs/*.md", "contrib/man/*.[58]"} {
		more, err := filepath.Glob(pattern)
		if err != nil || len(more) == 0 {
			t.Fatalf("%s: %q, %v", pattern, more, err)
		}
		files = append(files, more...)
	}
	return files
}

// examples returns the commands of a document, Markdown or mdoc, in their order.
func examples(t *testing.T, file string) (all []example) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	isManual := !strings.HasSuffix(file, ".md")
	inside, shows := false, false // a block; an output
	var next example
	for i, line := range strings.Split(string(text), "\n") {
		if isManual {
			line = strings.ReplaceAll(line, `\-`, "-")
		}
		switch {
		case strings.HasPrefix(line, "```"), line == ".Bd -literal", line == ".Ed":
			if inside {
				next = example{}
			}
			inside, shows = !inside, false
		case !inside && strings.Contains(line, "run in a namespace"):
			next.namespace = true
		case !inside && strings.Contains(line, "run with: "):
			_, words, _ := strings.Cut(line, "run with: ")
			next.with = strings.Fields(strings.TrimSuffix(words, " -->"))
		case inside && strings.HasPrefix(line, "$ "):
			one := next
			one.place, one.command = fmt.Sprintf("%s:%d", file, i+1), line[len("$ "):]
			all, shows = append(all, one), true
		case shows:
			last := &all[len(all)-1]
			last.output = append(last.output, line)
		}
	}
	for i := range all { // what parts one command from the next
		for n := len(all[i].output); n > 0 && all[i].output[n-1] == ""; n-- {
			all[i].output = all[i].output[:n-1]
		}
	}
	return all
}

// args returns the words of the command as it is run, without the program's name.
func (e *example) args() []string {
	words := strings.Fields(e.command)[1:]
	for i := range words {
		words[i] = e.replaced(words[i])
	}
	for _, w := range e.with {
		if !isReplacement(w) && !strings.Contains(e.command, "testdata/") {
			words = append(words, w)
		}
	}
	return words
}

func isReplacement(word string) bool {
	from, _, ok := strings.Cut(word, "=")
	return ok && !strings.HasPrefix(from, "-")
}

// replaced is text of the document as the run has it.
func (e *example) replaced(text string) string {
	for _, w := range e.with {
		if isReplacement(w) {
			from, to, _ := strings.Cut(w, "=")
			text = strings.ReplaceAll(text, from, to)
		}
	}
	return text
}

// compare reports where an output is not what the document shows. The first line
// may end in "| ...": perfdata is left out, and, where only that line is shown, the
// others.
func (e *example) compare(t *testing.T, output string) {
	t.Helper()
	if len(e.output) == 0 {
		t.Errorf("%s: $ %s shows no output", e.place, e.command)
		return
	}
	got := strings.Split(strings.TrimSuffix(output, "\n"), "\n")
	want := slices.Clone(e.output)
	for i := range want {
		want[i] = e.replaced(want[i])
	}
	if shown, isCut := strings.CutSuffix(want[0], "| ..."); isCut {
		summary, _, _ := strings.Cut(got[0], "| ")
		got[0], want[0] = summary, shown
		if len(want) == 1 {
			got = got[:1]
		}
	}
	g, w := varies.ReplaceAllString(strings.Join(got, "\n"), "-"), varies.ReplaceAllString(strings.Join(want, "\n"), "-")
	if g != w {
		t.Errorf("%s:\n$ %s\n%s\nthe document has\n%s", e.place, e.command, g, w)
	}
}
