package plugin_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// gate makes a netstat that takes a real snapshot each time, and stops after
// the first until step lets it go on: what step does lies between two samples.
func gate(t *testing.T, step func()) (path string) {
	t.Helper()
	dir := t.TempDir()
	for _, pipe := range []string{"taken", "go"} {
		if err := syscall.Mkfifo(filepath.Join(dir, pipe), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(dir, "netstat")
	script := `#!/bin/sh
netstat "$@" || exit
cd '` + dir + `' || exit
if [ ! -e first ]; then touch first; echo > taken; read line < go; fi
`
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := os.ReadFile(filepath.Join(dir, "taken"))
		if err == nil {
			step()
			err = os.WriteFile(filepath.Join(dir, "go"), []byte("go\n"), 0o600)
		}
		done <- err
	}()
	t.Cleanup(func() {
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return path
}

// TestLiveConnectionThatComesUpBetweenTwoSamples: each sample is a snapshot of
// its own, so the second sees what the first could not.
func TestLiveConnectionThatComesUpBetweenTwoSamples(t *testing.T) {
	if !slices.Contains(installed(t), "netstat") {
		t.Log("no netstat here; cmd/check_netstat/testdata/samples.txt shows the same with a script")
		return
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	item := "127.0.0.1:" + port + ",=" + program(t)
	expect(t, 2, "no connection", "--connection", item)

	other := open(t)
	step := func() {
		c, err := new(net.Dialer).DialContext(context.Background(), "tcp4", "127.0.0.1:"+port)
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { _ = c.Close() })
	}
	exit, out := run(t, "--netstat", gate(t, step), "--samples", "3", "-vvv", "--connection", item, "--connection", "127.0.0.1:"+other.port)
	for _, want := range []string{"samples: 2 of 3 taken", "OK: 2 items OK"} {
		if !strings.Contains(out, want) || exit != 0 {
			t.Errorf("exit %d, without %q:\n%s", exit, want, out)
		}
	}
}
