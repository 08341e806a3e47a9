//go:build root && linux

package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"check_netstat/plugin"
)

// inside is set in the test's own copy in a network namespace that is new.
const inside = "CHECK_NETSTAT_IN_NAMESPACE"

// The host of the documents is 192.0.2.7, its gateway 192.0.2.10.
func TestRootTheDocumentsShowWhatALiveHostGives(t *testing.T) {
	if os.Getenv(inside) == "" {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command("unshare", "--net", "sh", "-ec",
			`ip link set lo up; ip address add 192.0.2.7/32 dev lo; ip address add 192.0.2.10/32 dev lo; exec "$0" -test.v -test.run "^$1\$"`, self, t.Name())
		c.Env = append(os.Environ(), inside+"=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	t.Chdir("../..")
	n := 0
	for _, file := range documents(t) {
		for _, e := range examples(t, file) {
			if e.namespace {
				e.compare(t, onTheHost(t, e.args()))
				n++
			}
		}
	}
	if n == 0 {
		t.Error("no document looks at a live host")
	}
}

// onTheHost runs a command line while the gateway is connected; where it takes
// several samples, from after the first on.
func onTheHost(t *testing.T, args []string) string {
	t.Helper()
	defer doNotAccept(t, "192.0.2.10:8080")()
	listener, err := net.Listen("tcp4", "192.0.2.10:443")
	if err != nil {
		t.Fatal(err)
	}
	connected := make(chan [2]net.Conn, 1)
	connect := func() {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7)}}
		near, err := d.Dial("tcp4", "192.0.2.10:443")
		if err != nil {
			t.Error(err)
			close(connected)
			return
		}
		far, err := listener.Accept()
		if err != nil {
			t.Error(err)
		}
		connected <- [2]net.Conn{near, far}
	}
	if slices.Contains(args, "--samples") {
		time.AfterFunc(1500*time.Millisecond, connect) // the second sample is at 3 s
	} else {
		connect()
	}
	text := printed(args, plugin.Env{Reverse: func(context.Context, string) ([]string, error) {
		return []string{"gateway.example.com"}, nil
	}})
	for _, c := range <-connected {
		if c != nil {
			_ = c.(*net.TCPConn).SetLinger(0) // nothing in TIME_WAIT for the next
			_ = c.Close()
		}
	}
	_ = listener.Close()
	return text
}

// doNotAccept listens at an address, accepts nobody, and fills the accept queue: of
// 128 connections, as most programs ask for, one more is let in.
func doNotAccept(t *testing.T, address string) (closeAll func()) {
	t.Helper()
	const limit = 128
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := listener.(*net.TCPListener).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if controlErr := raw.Control(func(fd uintptr) { err = unix.Listen(int(fd), limit) }); controlErr != nil || err != nil {
		t.Fatal(controlErr, err)
	}
	waiting := make([]net.Conn, limit+1)
	for i := range waiting {
		if waiting[i], err = net.Dial("tcp4", address); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		for _, c := range waiting {
			_ = c.(*net.TCPConn).SetLinger(0)
			_ = c.Close()
		}
		_ = listener.Close()
	}
}
