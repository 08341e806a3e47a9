package plugin

import (
	"bytes"
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// completed returns the completions of a command line and the exit code. No name
// may be looked up.
func completed(t *testing.T, mode string, args ...string) ([]string, int) {
	t.Helper()
	t.Setenv(completionVariable, mode)
	var out, stderr bytes.Buffer
	code := Main(args, Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &stderr, Version: "1.0.0",
		Lookup: func(_ context.Context, _, name string) ([]netip.Addr, error) {
			t.Errorf("%q looked up %s", args, name)
			return nil, nil
		},
		Reverse: func(_ context.Context, a string) ([]string, error) {
			t.Errorf("%q looked up %s", args, a)
			return nil, nil
		},
	})
	if stderr.Len() > 0 {
		t.Errorf("%q: standard error %q", args, stderr.String())
	}
	return slices.Collect(strings.Lines(out.String())), code
}

func TestACompletionSaysHowTheLineMayGoOn(t *testing.T) {
	const lists = "../testdata/demo"
	keys := []string{"listening/udp/127.0.0.1:49740/dfsrs", "listening/udp/any:161/snmp", "listening/tcp/any:10115/endpoint"}
	for line, want := range map[string][]string{
		"":                                      {"discover", "items", "learn", "lint", "sockets"},
		"i":                                     {"items"},
		"--unexpected-":                         {"--unexpected-scope", "--unexpected-udp"},
		"items --dir x --unknown-":              {"--unknown-process"},
		"learn ":                                {"connections", "listening"},
		"learn c":                               {"connections"},
		"learn listening ":                      nil,
		"discover ":                             {"icinga2", "nagios", "director", "businessprocess", "json"},
		"discover -t 5 j":                       {"json"},
		"discover json --templ":                 {"--template"},
		"discover json --template n":            nil,
		"--output ":                             {"text", "table", "json"},
		"--output=t":                            {"--output=text", "--output=table"},
		"--source k":                            {"kernel"},
		"--unknown-process ":                    {"ok", "warning", "unknown", "critical"},
		"--unexpected w":                        {"warning"},
		"--dir " + lists + " --item listening/": keys,
		"--dir=" + lists + " --item=listening/tcp":                                   {"--item=" + keys[2]},
		"--listening " + lists + "/monitoredListeningPorts.csv --item *snmp --item ": keys,
		"-vt 5 --port tcp:22,sshd --item ":                                           {"listening/tcp/any:22/sshd"},
		"--connection linvmas146:5723 --item ":                                       {"connection/linvmas146:5723/"},
		"--dir /no/such/folder --item ":                                              nil,
		"--dir ":                                                                     nil,
		"--connections ":                                                             nil,
		"--input=":                                                                   nil,
		"-w ":                                                                        nil,
		"-- ":                                                                        nil,
		"--no-such=":                                                                 nil,
	} {
		got, code := completed(t, "1", strings.Split(line, " ")...)
		for i := range got {
			got[i] = strings.TrimSuffix(got[i], "\n")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
		if code != 3 {
			t.Errorf("%q: exit %d: left in an agent's environment the variable would change a verdict", line, code)
		}
	}
}

func TestACompletionMayBeDescribed(t *testing.T) {
	got, _ := completed(t, "verbose", "--dir", "../testdata/demo", "--item", "connection/10")
	if want := []string{"connection/10.1.11.83:80/CcmExec\tsccm\n"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, _ = completed(t, "verbose", "--ignore"); len(got) != 1 || !strings.HasPrefix(got[0], "--ignore-process\tmatch without") {
		t.Errorf("%q", got)
	}
}

// A line that would run a check takes no snapshot while it is completed.
func TestACompletionRunsNoCheck(t *testing.T) {
	dir := t.TempDir()
	ran := filepath.Join(dir, "ran")
	program := filepath.Join(dir, "netstat")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n: > "+ran+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"--netstat", program, "--connection", "linvmas146:5723", "--resolve", "--item", ""}
	if got, _ := completed(t, "1", args...); !slices.Equal(got, []string{"connection/linvmas146:5723/\n"}) {
		t.Errorf("%q", got)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("netstat was run")
	}
}
