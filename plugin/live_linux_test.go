package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// installed returns the sources that this machine has. Without any the run
// itself must say so.
func installed(t *testing.T) []string {
	t.Helper()
	var have []string
	for _, name := range []string{"netstat", "ss"} {
		for _, dir := range []string{"/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"} {
			if _, err := os.Stat(dir + name); err == nil {
				have = append(have, name)
				break
			}
		}
	}
	if len(have) == 0 {
		exit, out := run(t, "--port", "tcp:1")
		if exit != 3 || !strings.Contains(out, "neither netstat nor ss is installed") {
			t.Errorf("without netstat and ss: exit %d, %s", exit, out)
		}
	}
	return have
}

// pair is a real listener with a real connection to it.
type pair struct {
	listener       net.Listener
	client, server net.Conn
	port           string
}

func open(t *testing.T) *pair {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &pair{listener: l, port: strconv.Itoa(l.Addr().(*net.TCPAddr).Port)}
	t.Cleanup(func() { _ = l.Close() })
	p.client, err = new(net.Dialer).Dial("tcp", net.JoinHostPort("127.0.0.1", p.port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.client.Close() })
	if p.server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.server.Close() })
	return p
}

// program is the name under which this test runs.
func program(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(exe)
}

// expect runs a check and compares its exit code and a part of its output.
func expect(t *testing.T, exit int, part string, args ...string) {
	t.Helper()
	got, out := run(t, args...)
	if got != exit || !strings.Contains(out, part) {
		t.Errorf("check_netstat %s\nexit %d; want %d with %q\n%s", strings.Join(args, " "), got, exit, part, out)
	}
}

func TestLiveSocketsAreFoundAndTheirLossIsSeen(t *testing.T) {
	for _, source := range installed(t) {
		t.Run(source, func(t *testing.T) {
			p := open(t)
			name := program(t)
			src := "--source=" + source
			expect(t, 0, "listening on 127.0.0.1:"+p.port, src, "--port", "tcp:127.0.0.1:"+p.port+",="+name)
			expect(t, 0, "1 ESTABLISHED", src, "--connection", "127.0.0.1:"+p.port+",="+name)
			expect(t, 0, "'connections'=1;;;0 'listening_ports'=1;;;0", src, "--connection", "127.0.0.0/8:"+p.port, "--port", "tcp:"+p.port)
			expect(t, 2, "owned by "+name, src, "--port", "tcp:"+p.port+",httpd")
			expect(t, 2, "only on 127.0.0.1:"+p.port, src, "--port", "tcp:192.0.2.7:"+p.port)
			expect(t, 2, "not listening", src, "--port", "udp:"+p.port)

			// A port is a number, not a piece of text: 8 is not 80.
			for _, part := range []string{p.port[:len(p.port)-1], p.port[1:]} {
				n, err := strconv.Atoi(part)
				if err != nil || n == 0 {
					continue
				}
				expect(t, 2, "no connection", src, "--connection", fmt.Sprintf("127.0.0.1:%d,=%s", n, name))
			}

			// The server closes first: the client side stays in CLOSE_WAIT.
			if err := p.server.Close(); err != nil {
				t.Fatal(err)
			}
			await(t, 2, "CLOSE_WAIT: the remote end has closed, the local program has not", src, "--connection", "127.0.0.1:"+p.port+",="+name)
			if err := errors.Join(p.client.Close(), p.listener.Close()); err != nil {
				t.Fatal(err)
			}
			await(t, 2, "not listening", src, "--port", "tcp:"+p.port)
			await(t, 2, "no connection", src, "--connection", "127.0.0.1:"+p.port+",="+name)
		})
	}
}

// await runs a check until it has the exit code and output: the kernel moves a
// connection on in its own time.
func await(t *testing.T, exit int, part string, args ...string) {
	t.Helper()
	for range 100 {
		if got, out := run(t, args...); got == exit && strings.Contains(out, part) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	expect(t, exit, part, args...)
}

func TestLiveUDPSocketIsFound(t *testing.T) {
	c, err := new(net.ListenConfig).ListenPacket(context.Background(), "udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(c.LocalAddr().(*net.UDPAddr).Port)
	for _, source := range installed(t) {
		expect(t, 0, "listening on 127.0.0.1:"+port, "--source="+source, "--port", "udp,127.0.0.1,"+port+",="+program(t))
		expect(t, 2, "not listening; only udp is", "--source="+source, "--port", "tcp:"+port)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	for _, source := range installed(t) {
		expect(t, 2, "not listening", "--source="+source, "--port", "udp:"+port)
	}
}

// TestLiveV6OnlySocketDoesNotServeIPv4 opens both kinds of [::] socket, which
// netstat shows alike.
func TestLiveV6OnlySocketDoesNotServeIPv4(t *testing.T) {
	for _, only := range []int{0, 1} {
		lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
			return errors.Join(c.Control(func(fd uintptr) {
				_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IPV6, syscall.IPV6_V6ONLY, only) // checked below by the verdict
			}))
		}}
		l, err := lc.Listen(context.Background(), "tcp6", "[::]:0")
		if errors.Is(err, syscall.EAFNOSUPPORT) || errors.Is(err, syscall.EADDRNOTAVAIL) {
			t.Logf("this kernel has no IPv6: %v", err)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
		for _, source := range installed(t) {
			expect(t, 0, "listening on", "--source="+source, "--port", "tcp6:"+port)
			exit, reason := 0, "listening on"
			if only == 1 {
				exit, reason = 2, "for IPv6 only"
			}
			expect(t, exit, reason, "--source="+source, "--port", "tcp:127.0.0.1:"+port)
			expect(t, exit, reason, "--source="+source, "--port", "tcp4:"+port)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
