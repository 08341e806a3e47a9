//go:build linux

package main

import (
	"os"
	"path/filepath"
)

// writeInputs writes an output of the dialect and its watch lists into the
// folder.
func writeInputs(dir string, d dialect, rows int) (population, error) {
	for name, text := range map[string]string{d.name + ".csv": captureList(d), "everything.csv": everything} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil { //nolint:gosec // G703: a folder of ours
			return population{}, err
		}
	}
	return captureFile(filepath.Join(dir, d.name+".txt"), d, rows)
}

// captureRows returns the rows that read what [writeInputs] wrote.
func captureRows(t tools, d dialect, held population) []row {
	file, list := d.name+".txt", d.name+".csv"
	check := t.judge(2, held.watched, 0, "--connections", list, "--input", file)
	decode := t.judge(0, held.connections, 0, "--connections", "everything.csv", "--input", file)
	lines := system("wc", "-l", file)
	grep := system("grep", "-c", "ESTABLISHED", file)
	grep.heard = true // it ends at the first match where it prints to /dev/null
	return []row{
		{name: d.name + "-check", a: check, b: lines, goal: goal{atMost, 6}},
		{name: d.name + "-decode", a: decode, b: lines, goal: goal{atMost, 15}},
		{name: d.name + "-yardstick", a: check, b: t.yardstick(list, file), goal: goal{atMost, 0.1}, pairs: 5},
		{name: d.name + "-memory", a: check, goal: goal{memory, 32}},
		{name: d.name + "-decode-memory", a: decode, goal: goal{memory, 32}},
		{name: d.name + "-grep", a: grep, b: lines},
		{name: d.name + "-mawk", a: system("mawk", "{ n += NF } END { print n }", file), b: lines},
	}
}
