package plugin

import (
	"bytes"
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
)

// A line that would run a check takes no snapshot and looks up no name while it is
// completed, and its exit code makes no check OK.
func TestACompletionRunsNoCheck(t *testing.T) {
	t.Setenv("GO_FLAGS_COMPLETION", "1")
	dir := t.TempDir()
	ran := filepath.Join(dir, "ran")
	program := filepath.Join(dir, "netstat")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n: > "+ran+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	const lists = "../testdata/demo"
	for want, args := range map[string][]string{
		"connection/linvmas146:5723/\n":       {"--netstat", program, "--connection", "linvmas146:5723", "--resolve", "--item", ""},
		"connection/10.1.11.83:80/CcmExec\n":  {"--dir", lists, "--item", "connection/10"},
		"--item=listening/udp/any:161/snmp\n": {"items", "--dir=" + lists, "--item=listening/udp/any"},
		"":                                    {"--dir", "/no/such/folder", "--item", ""},
	} {
		var out, stderr bytes.Buffer
		code := Main(args, Env{
			Stdout: &out, Stderr: &stderr,
			Lookup: func(_ context.Context, _, name string) ([]netip.Addr, error) {
				t.Errorf("%q looked up %s", args, name)
				return nil, nil
			},
		})
		if out.String() != want || code != 3 || stderr.Len() > 0 {
			t.Errorf("%q: exit %d, %q, %q", args, code, &out, &stderr)
		}
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("netstat was run")
	}
}
