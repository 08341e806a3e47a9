package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"check_netstat/plugin"
)

// example is one command of README with the output it shows.
type example struct {
	command string
	output  []string
}

// examples returns the commands of README that read nothing but testdata, so
// that they give the same everywhere.
func examples(text string) []example {
	var all []example
	fenced, reading := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		command, isCommand := strings.CutPrefix(line, "$ check_netstat ")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced, reading = !fenced, false
		case fenced && isCommand:
			if reading = strings.Contains(command, "testdata/"); reading {
				all = append(all, example{command: command})
			}
		case strings.HasPrefix(line, "$ "):
			reading = false
		case reading:
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

// varies is what is different in every run: time, and the comment of learn.
var varies = regexp.MustCompile(`'time'=[0-9.]+s|learnt by .* from `)

func TestReadmeShowsWhatTheProgramPrints(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	all := examples(string(text))
	if len(all) < 15 {
		t.Fatalf("README has only %d examples", len(all))
	}
	for _, e := range all {
		var out bytes.Buffer
		plugin.Main(strings.Fields(e.command), plugin.Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Version: "1.0.0"})
		got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if shown, isCut := strings.CutSuffix(e.output[0], "| ..."); isCut {
			// README leaves perfdata out and, where it shows one line, the others.
			summary, _, _ := strings.Cut(got[0], "| ")
			got[0], e.output[0] = summary, shown
			got = got[:max(1, min(len(got), len(e.output)))]
		}
		g, w := varies.ReplaceAllString(strings.Join(got, "\n"), "-"), varies.ReplaceAllString(strings.Join(e.output, "\n"), "-")
		if g != w {
			t.Errorf("$ check_netstat %s\n%s\nREADME has\n%s", e.command, g, w)
		}
	}
}
