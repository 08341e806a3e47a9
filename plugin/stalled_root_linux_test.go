//go:build root

package plugin_test

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// alone moves the test's thread into a network namespace of its own, in which lo
// is up. The thread stays locked, so that it ends with the test and takes its
// namespace with it; a child is started from the thread and inherits it.
func alone(t *testing.T, commands ...string) {
	t.Helper()
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		t.Fatal(err)
	}
	for _, command := range append([]string{"ip link set lo up"}, commands...) {
		if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", command, err, out)
		}
	}
}

// bare opens a TCP socket of the thread's namespace.
func bare(t *testing.T, family int) int {
	t.Helper()
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	return fd
}

// TestRootAFullAcceptQueueIsStalled in every source that can tell: a program
// listens, and accepts nothing.
func TestRootAFullAcceptQueueIsStalled(t *testing.T) {
	path := build(t)
	alone(t)
	for family, address := range map[int]unix.Sockaddr{
		unix.AF_INET: &unix.SockaddrInet4{Port: 7900, Addr: [4]byte{127, 0, 0, 1}}, unix.AF_INET6: &unix.SockaddrInet6{Port: 7901, Addr: [16]byte{15: 1}},
	} {
		fd := bare(t, family)
		if err := unix.Bind(fd, address); err != nil {
			t.Fatal(err)
		}
		if err := unix.Listen(fd, 2); err != nil {
			t.Fatal(err)
		}
		for range 6 {
			peer := bare(t, family)
			if err := unix.SetNonblock(peer, true); err != nil {
				t.Fatal(err)
			}
			_ = unix.Connect(peer, address) // more than are let in wait for ever
		}
	}
	for _, source := range append(installed(t), "kernel") {
		for _, port := range []string{"tcp4:7900", "tcp6:7901"} {
			exit, out := runAs(t, nil, path, "--source", source, "--port", port)
			if exit != 1 || !strings.Contains(out, "accept queue full: 3 waiting, limit 2: the program does not accept") {
				t.Errorf("%s %s: exit %d, %s", source, port, exit, out)
			}
			if exit, out = runAs(t, nil, path, "--source", source, "--port", port, "--stalled", "ok"); exit != 0 || strings.Contains(out, "queue") {
				t.Errorf("%s %s --stalled ok: exit %d, %s", source, port, exit, out)
			}
		}
	}
}

// TestRootAPeerThatVanishedIsStalled: what is sent is dropped, and sent again in
// vain.
func TestRootAPeerThatVanishedIsStalled(t *testing.T) {
	path := build(t)
	alone(t)
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	client, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	port := l.Addr().(*net.TCPAddr).Port
	item := fmt.Sprintf("127.0.0.1:%d", port)
	if exit, out := runAs(t, nil, path, "--connection", item); exit != 0 {
		t.Fatalf("before: exit %d, %s", exit, out)
	}
	// Nothing reaches the other end any more.
	if out, err := exec.Command("ip", "route", "add", "blackhole", "127.0.0.1/32", "table", "77").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, rule := range []string{"ip rule add pref 0 lookup 77", "ip rule add pref 1 lookup local", "ip rule del pref 0 lookup local"} {
		if out, err := exec.Command("sh", "-c", rule).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", rule, err, out)
		}
	}
	if _, err := client.Write([]byte("is anybody there?")); err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(40 * time.Second)
	for _, source := range append([]string{"kernel"}, installed(t)...) {
		for {
			exit, out := runAs(t, nil, path, "--source", source, "--connection", item)
			if exit == 1 && strings.Contains(out, "unanswered, 17 bytes ") {
				break
			}
			if exit != 0 || time.Now().After(end) {
				t.Fatalf("%s: exit %d, %s", source, exit, out)
			}
			time.Sleep(200 * time.Millisecond)
		}
	}
}

// TestRootInAUserNamespaceOfItsOwnGetsAVerdict: the system's programs belong to
// nobody there.
func TestRootInAUserNamespaceOfItsOwnGetsAVerdict(t *testing.T) {
	path := build(t)
	p := open(t)
	for _, source := range append(installed(t), "kernel") {
		exit, out := runAs(t, nil, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "unshare", "-Ur", path, "--source", source, "--port", "tcp:"+p.port)
		if exit != 0 || !strings.HasPrefix(out, "OK: ") {
			t.Errorf("%s: exit %d, %s", source, exit, out)
		}
	}
}
