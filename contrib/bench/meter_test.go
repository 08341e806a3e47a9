//go:build linux

package main

import (
	"strings"
	"testing"
)

// TestPeakMemoryIsTheCommandsOwn: of a process that holds 100 MiB, not one byte
// is counted to /bin/true.
func TestPeakMemoryIsTheCommandsOwn(t *testing.T) {
	m := meter{dir: t.TempDir()}
	var err error
	m.measure, err = compile(m.dir, "measure", measureSource)
	ballast := make([]byte, 100<<20)
	for i := 0; i < len(ballast); i += 4096 {
		ballast[i] = 1
	}
	spent, runErr := m.run(system("true"), nil)
	if runErr != nil {
		t.Fatal(runErr)
	}
	switch {
	case err == nil && (spent.peak < 100<<10 || spent.peak > 4<<20):
		t.Errorf("true took %d KiB; want 100 to 4096", spent.peak>>10)
	case err != nil && spent.peak != 0:
		t.Errorf("without a C compiler (%v) true took %d bytes; want 0, for not known", err, spent.peak)
	}
	if spent.cpu <= 0 {
		t.Errorf("true took %v", spent.cpu)
	}
	if ballast[4096] != 1 {
		t.Error("the ballast is gone")
	}
}

// TestCommandThatDoesNotDoItsWorkIsNotMeasured: both with c/measure.c, where it
// can be compiled, and without.
func TestCommandThatDoesNotDoItsWorkIsNotMeasured(t *testing.T) {
	dir := t.TempDir()
	meters := map[string]meter{"by itself": {dir: dir}}
	if path, err := compile(dir, "measure", measureSource); err == nil {
		meters["below measure"] = meter{dir, path}
	}
	for name, m := range meters {
		t.Run(name, func(t *testing.T) {
			works := system("sh", "-c", "echo ready; exit 2")
			works.exit, works.says = 2, "ready"
			if measured, err := m.pairs(works, system("true"), 3); err != nil || len(measured) != 3 {
				t.Errorf("%d pairs, %v; want 3", len(measured), err)
			}
			silent := system("true")
			silent.says = "ready"
			for want, c := range map[string]command{
				"ended with 3, not with 0: no such source":    system("sh", "-c", "echo no such source; exit 3"),
				"ended with signal killed, not with 0":        system("sh", "-c", "kill -KILL $$"),
				`does not say "ready"`:                        silent,
				"check_netstat-no-such-tool is not installed": system("check_netstat-no-such-tool"),
			} {
				if _, err := m.pairs(works, c, 1); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: error %v; want %q", c, err, want)
				}
			}
		})
	}
}
