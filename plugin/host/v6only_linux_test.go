package host

import (
	"context"
	"net"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// bind binds a socket to [::] and returns its port.
func bind(t *testing.T, network string, v6only int) uint16 {
	t.Helper()
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) (err error) {
		if outside := c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, v6only) }); outside != nil {
			return outside
		}
		return err
	}}
	address := ""
	if network == "udp6" {
		c, err := config.ListenPacket(context.Background(), network, "[::]:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		address = c.LocalAddr().String()
	} else {
		l, err := config.Listen(context.Background(), network, "[::]:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		address = l.Addr().String()
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return uint16(n)
}

func TestTheKernelTellsWhatServesIPv4(t *testing.T) {
	for _, network := range []string{"tcp6", "udp6"} {
		dual, only := bind(t, network, 0), bind(t, network, 1)
		h := New()
		for port, want := range map[uint16]bool{dual: true, only: false} {
			if serves, known := h.ServesIPv4(network == "udp6", port); serves != want || !known {
				t.Errorf("%s %d: serves %v, known %v; want %v", network, port, serves, known, want)
			}
		}
	}
}

func TestAPortThatIsNotBoundIsNotKnown(t *testing.T) {
	if _, known := New().ServesIPv4(false, 0); known {
		t.Error("port 0 is known")
	}
	if _, known := (&Host{Netns: "no-such-namespace"}).ServesIPv4(false, 22); known {
		t.Error("a port of a namespace that is not there is known")
	}
}
