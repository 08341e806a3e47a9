//go:build integration && linux

package integration

import (
	"net"
	"strconv"
	"strings"
	"testing"
)

// kernelTables judges real sockets by the IP Helper API as Wine has it. It tells
// no PID of a listening socket, so that programs are left out.
func (w *windows) kernelTables(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		client, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = client.Close() }()
		host, port, err := net.SplitHostPort(listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		got, code := w.run(t, "--source", "kernel", "--connection", host+","+port, "--port", "tcp,"+host+","+port, "-vvv")
		if code != 0 || !strings.Contains(got, "source: kernel, iphlpapi") || !strings.Contains(got, "'connections'=1;;;0 'listening_ports'=1;;;0") {
			t.Errorf("exit %d\n%s", code, got)
		}
		_ = client.Close()
		_ = listener.Close()
		got, code = w.run(t, "--source", "kernel", "--port", "tcp,"+host+","+port)
		if code != 2 || !strings.Contains(got, "not listening") {
			t.Errorf("after its end: exit %d\n%s", code, got)
		}
	}
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	port := strconv.Itoa(conn.LocalAddr().(*net.UDPAddr).Port)
	if got, code := w.run(t, "--source", "kernel", "--port", "udp:127.0.0.1:"+port); code != 0 {
		t.Errorf("UDP: exit %d\n%s", code, got)
	}
}
