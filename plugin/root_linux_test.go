//go:build root

package plugin_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// build returns the path of a check_netstat that every user may run.
func build(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "check_netstat")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "check_netstat")
	cmd := exec.Command("go", "build", "-tags", "forceposix", "-o", path, "check_netstat/cmd/check_netstat")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// runAs runs the program with the given attributes and returns what it did.
func runAs(t *testing.T, attr *syscall.SysProcAttr, path string, args ...string) (exit int, out string) {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.SysProcAttr = attr
	cmd.Dir = "/"
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var ee *exec.ExitError
	if err != nil && !errors.As(err, &ee) {
		t.Fatal(err)
	}
	if stderr.Len() > 0 {
		t.Errorf("standard error: %s", &stderr)
	}
	return cmd.ProcessState.ExitCode(), stdout.String()
}

// TestRootProgramOfAnotherUserIsUnknown: seen without privilege, this test's
// own socket hides its program.
func TestRootProgramOfAnotherUserIsUnknown(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Fatal("this test needs root: make test-root")
	}
	path := build(t)
	p := open(t)
	nobody := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	for _, source := range installed(t) {
		for _, item := range [][]string{{"--port", "tcp:" + p.port + ",nginx"}, {"--connection", "127.0.0.1:" + p.port + ",nginx"}} {
			exit, out := runAs(t, nobody, path, append(item, "--source", source)...)
			if exit != 3 || !strings.Contains(out, "its program hidden") || !strings.Contains(out, "\nTo see hidden programs (cap_sys_ptrace and cap_dac_read_search missing): sudo setcap cap_sys_ptrace,cap_dac_read_search+ep /") {
				t.Errorf("%s %v: exit %d, %s", source, item, exit, out)
			}
			exit, out = runAs(t, nobody, path, append([]string{"sockets", "--source", source}, item...)...)
			if exit != 0 || !strings.Contains(out, "hidden programs decide 1 item\nTo see hidden programs: sudo "+path+" sockets --source "+source+" "+item[0]+" "+item[1]+"\n") {
				t.Errorf("sockets %s %v: exit %d, %s", source, item, exit, out)
			}
			exit, out = runAs(t, nobody, path, append(item, "--source", source, "--ignore-process")...)
			if exit != 0 {
				t.Errorf("%s %v --ignore-process: exit %d, %s", source, item, exit, out)
			}
			exit, out = runAs(t, nil, path, append(item, "--source", source)...)
			if exit != 2 || !strings.Contains(out, "owned by "+program(t)) || !strings.Contains(out, ", not nginx") {
				t.Errorf("%s %v as root: exit %d, %s", source, item, exit, out)
			}
		}
	}
}

// TestRootHostWithoutSockets: a network namespace of its own holds no socket,
// and the kernel's count agrees.
func TestRootHostWithoutSockets(t *testing.T) {
	path := build(t)
	list := filepath.Join(t.TempDir(), "absent.csv")
	if err := os.WriteFile(list, []byte("ipProtocol,localPort,expect\ntcp,23,absent\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	alone := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	for _, source := range installed(t) {
		if exit, out := runAs(t, alone, path, "--source", source, "--listening", list); exit != 0 {
			t.Errorf("%s: absent: exit %d, %s", source, exit, out)
		}
		if exit, out := runAs(t, alone, path, "--source", source, "--port", "tcp:22"); exit != 2 {
			t.Errorf("%s: present: exit %d, %s", source, exit, out)
		}
	}
}
