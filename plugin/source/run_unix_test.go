//go:build unix

package source_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_netstat/plugin/source"
)

// script writes a shell script that stands for netstat.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "netstat")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func printing(text string) string { return fmt.Sprintf("cat <<'END'\n%sEND\n", text) }

func TestProgram(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		sockets    int
		wantErr    string
	}{
		{"that prints rows is read", printing(header + row), 1, ""},
		{"may complain and still succeed", "echo '(not all processes could be identified)' >&2\n" + printing(header+row), 1, ""},
		{"is run in the C locale with nothing of ours", `[ "$LC_ALL" = C ] && [ -z "$CHECK_NETSTAT_TEST" ] || exit 9` + "\n" + printing(header+row), 1, ""},
		{"that fails is an error with what it said", printing(header+row) + "echo 'netstat: no tables' >&2\nexit 4\n", 1, "netstat exited with 4: netstat: no tables"},
		{"that dies by a signal is an error", printing(header+row) + "kill -SEGV $$\n", 1, "signal: segmentation fault"},
		{"that prints nothing is an error", "", 0, "printed nothing"},
		{"that prints something else is an error", "echo hello\n", 0, `no header and no socket that is known: it begins with "hello"`},
		{"that has other columns is an error", printing(header + "tcp zero 0 here there LISTEN\n"), 0, "no header and no socket that is known"},
		{"without -W is asked without", `case "$1" in *W*) echo "netstat: invalid option -- 'W'" >&2; exit 2;; esac` + "\n" + printing(header+row), 1, ""},
		{"without -p is asked without", `case "$1" in *p*) echo "netstat: unrecognized option: p" >&2; exit 1;; esac` + "\n" + printing(header+row), 1, ""},
		{"that refuses every option is an error", "echo 'Usage: netstat' >&2; exit 1\n", 0, "netstat exited with 1: Usage: netstat"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("CHECK_NETSTAT_TEST", "set")
			n := 0
			_, err := source.Read(context.Background(), source.Spec{Netstat: script(t, tt.body)}, nil, count(&n))
			if tt.wantErr == "" && err != nil || tt.wantErr != "" && (err == nil || !strings.Contains(err.Error(), tt.wantErr)) {
				t.Fatalf("error %v; want %q", err, tt.wantErr)
			}
			if n != tt.sockets {
				t.Errorf("%d sockets; want %d", n, tt.sockets)
			}
		})
	}
}

func TestProgramThatIsMissingOrNotExecutable(t *testing.T) {
	for path, want := range map[string]string{
		filepath.Join(t.TempDir(), "none"): "no such file",
		saved(t, "not a program"):          "cannot be run",
		t.TempDir():                        "cannot be run",
	} {
		_, err := source.Read(context.Background(), source.Spec{Netstat: path}, nil, count(new(int)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v; want %q", path, err, want)
		}
	}
}

func TestProgramThatPrintsTooMuchIsEnded(t *testing.T) {
	_, err := source.Read(context.Background(), source.Spec{Netstat: script(t, "exec yes '"+strings.Repeat("x", 4000)+"'\n")}, nil, count(new(int)))
	if err == nil || !strings.Contains(err.Error(), "printed more than 256 MiB") {
		t.Errorf("error %v", err)
	}
}

// TestTimeLimit: the program, its children in the same process group, and one
// that has left it but holds the pipe cannot hold the run.
func TestTimeLimit(t *testing.T) {
	for name, body := range map[string]string{
		"a program that hangs":                    "sleep 60\n",
		"a child that holds the pipe":             printing(header+row) + "sleep 60 &\nexit 0\n",
		"a child of another group with the pipe":  printing(header+row) + "setsid sleep 5 &\nexit 0\n",
		"a child that hangs with the program too": "echo $$ > \"$0.pid\"; sleep 60 & wait\n",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
			defer cancel()
			path := script(t, body)
			start := time.Now()
			_, err := source.Read(ctx, source.Spec{Netstat: path}, nil, count(new(int)))
			if err == nil || !strings.Contains(err.Error(), "did not finish within the time limit") {
				t.Errorf("error %v", err)
			}
			if took := time.Since(start); took > 4*time.Second {
				t.Errorf("it took %v", took)
			}
			if pid, err := os.ReadFile(path + ".pid"); err == nil {
				group, err := strconv.Atoi(strings.TrimSpace(string(pid)))
				if err != nil {
					t.Fatal(err)
				}
				waitGone(t, group)
			}
		})
	}
}

// waitGone waits until no process is left in a group. The kernel delivers the
// kill at once; init may need a moment to reap.
func waitGone(t *testing.T, group int) {
	t.Helper()
	for range 100 {
		if syscall.Kill(-group, 0) != nil || onlyZombies(group) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process group %d is still there", group)
}

// onlyZombies reports whether all that is left of a group is dead.
func onlyZombies(group int) bool {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return false
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		_, after, _ := strings.Cut(string(text), ") ")
		f := strings.Fields(after) // state, ppid, pgrp
		if len(f) > 2 && f[2] == strconv.Itoa(group) && f[0] != "Z" {
			return false
		}
	}
	return true
}
