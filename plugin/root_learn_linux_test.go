//go:build root

package plugin_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestRootNameOfTheHostsFileWithTwoAddresses: the program itself, with a hosts
// file of its own, finds the address that is connected.
func TestRootNameOfTheHostsFileWithTwoAddresses(t *testing.T) {
	path := build(t)
	p := open(t)
	hosts := filepath.Join(filepath.Dir(path), "hosts")
	if err := os.WriteFile(hosts, []byte("192.0.2.9 db.example.com\n127.0.0.1 db.example.com\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	alone := &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	check := func(args string) (int, string) {
		return runAs(t, alone, "/bin/sh", "-c", "mount --bind "+hosts+" /etc/hosts && exec "+path+" "+args)
	}
	for _, source := range installed(t) {
		exit, out := check("--source " + source + " --connection db.example.com:" + p.port + ",=" + program(t))
		if exit != 0 || !strings.Contains(out, "1 ESTABLISHED") {
			t.Errorf("%s: exit %d, %s", source, exit, out)
		}
		if exit, out = check("--source " + source + " --connection 192.0.2.9:" + p.port); exit != 2 {
			t.Errorf("%s: the other address alone: exit %d, %s", source, exit, out)
		}
		if exit, out = check("--source " + source + " --resolve -vv --connection 127.0.0.1:" + p.port); exit != 0 || !strings.Contains(out, "[db.example.com]") {
			t.Errorf("%s --resolve: exit %d, %s", source, exit, out)
		}
	}
}

// TestRootLearntListIsTrueOfAWholeHost: in a network namespace of its own
// nothing comes and goes, so that everything that listens is known.
func TestRootLearntListIsTrueOfAWholeHost(t *testing.T) {
	path := build(t)
	// The thread stays locked, so that it ends with the test and takes its
	// namespace with it; a child is started from the thread and inherits it.
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	listen := func(address string) net.Listener {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		return l
	}
	listen("127.0.0.1:2001")
	listen("0.0.0.0:2002")
	listen("[::1]:2003")
	listen("127.0.0.1:0") // a dynamic port
	listen("127.0.0.1:0")
	u, err := new(net.ListenConfig).ListenPacket(context.Background(), "udp4", "127.0.0.1:2004")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.Close() })

	list := filepath.Join(t.TempDir(), "list.csv")
	for _, source := range installed(t) {
		cmd := exec.Command(path, "learn", "listening", "--source", source)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("learn: %v", err)
		}
		if n := strings.Count(string(out), ",="+program(t)+","); n != 5 {
			t.Errorf("%s: %d rows, want 5:\n%s", source, n, out)
		}
		if err := os.WriteFile(list, out, 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"--source", source, "--listening", list, "--unexpected", "critical", "--unexpected-udp"}
		if exit, out := runAs(t, nil, path, args...); exit != 0 || !strings.HasPrefix(out, "OK: 5 items OK") || !strings.Contains(out, "'unexpected'=0;") {
			t.Errorf("%s: exit %d, %s", source, exit, out)
		}
		if exit, out := runAs(t, nil, path, "lint", "--listening", list); exit != 0 || !strings.Contains(out, " 0 errors, 0 hints") {
			t.Errorf("lint: exit %d, %s", exit, out)
		}
		l := listen("127.0.0.1:2005")
		if exit, out := runAs(t, nil, path, args...); exit != 2 || !strings.Contains(out, "CRITICAL: 1 unexpected listening port: tcp 127.0.0.1:2005 (") {
			t.Errorf("%s with a listener more: exit %d, %s", source, exit, out)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
