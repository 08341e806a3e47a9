//go:build unix

package source_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

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

const printing = "cat <<'END'\n" + header + row + "END\n"

// TestProgram: what it does wrong is in the fault suite, cmd/check_netstat.
func TestProgram(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		sockets    int
	}{
		{"that prints rows is read", printing, 1},
		{"may complain and still succeed", "echo '(not all processes could be identified)' >&2\n" + printing, 1},
		{"is run in the C locale with nothing of ours", `[ "$LC_ALL" = C ] && [ -z "$CHECK_NETSTAT_TEST" ] || exit 9` + "\n" + printing, 1},
		{"without -W is asked without", `case "$1" in *W*) echo "netstat: invalid option -- 'W'" >&2; exit 2;; esac` + "\n" + printing, 1},
		{"without -p is asked without", `case "$1" in *p*) echo "netstat: unrecognized option: p" >&2; exit 1;; esac` + "\n" + printing, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("CHECK_NETSTAT_TEST", "set")
			n := 0
			_, err := source.Read(context.Background(), source.Spec{Netstat: script(t, tt.body)}, nil, count(&n))
			if err != nil {
				t.Fatal(err)
			}
			if n != tt.sockets {
				t.Errorf("%d sockets; want %d", n, tt.sockets)
			}
		})
	}
}
