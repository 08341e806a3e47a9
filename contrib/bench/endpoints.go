//go:build linux

package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Sockets as plain descriptors: the net package would add a goroutine's stack
// and an entry in epoll to each of thousands.

// backlog bounds connections that wait to be accepted; each is accepted at once.
const backlog = 16

// bound returns a socket of the kind and of the address's family, bound to it.
func bound(kind int, at unix.Sockaddr) (int, error) {
	family, port := addressOf(at)
	fd, err := unix.Socket(family, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("opening a socket: %w", err)
	}
	if kind == unix.SOCK_STREAM {
		if err := closeAtOnce(fd); err != nil {
			return 0, err
		}
	}
	if err := unix.Bind(fd, at); err != nil {
		return 0, fmt.Errorf("binding port %d: %w", port, err)
	}
	return fd, nil
}

func addressOf(at unix.Sockaddr) (family, port int) {
	switch a := at.(type) {
	case *unix.SockaddrInet4:
		return unix.AF_INET, a.Port
	case *unix.SockaddrInet6:
		return unix.AF_INET6, a.Port
	}
	return unix.AF_UNSPEC, 0
}

// closeAtOnce lets the socket end without TIME_WAIT, which would outlive the
// load by a minute, and makes its port free for the next load.
func closeAtOnce(fd int) error {
	if err := unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}); err != nil {
		return fmt.Errorf("setting SO_LINGER: %w", err)
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return fmt.Errorf("setting SO_REUSEADDR: %w", err)
	}
	return nil
}

func listen(at unix.Sockaddr) (int, error) {
	fd, err := bound(unix.SOCK_STREAM, at)
	if err != nil {
		return 0, err
	}
	if err := unix.Listen(fd, backlog); err != nil {
		return 0, fmt.Errorf("listening: %w", err)
	}
	return fd, nil
}

// connect opens both ends of a connection from the address, which IPv6 leaves
// to the kernel, to a server that listens here.
func connect(from *unix.SockaddrInet4, to unix.Sockaddr, listening int) error {
	family, _ := addressOf(to)
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("opening a socket: %w", err)
	}
	if err := closeAtOnce(fd); err != nil {
		return err
	}
	if family == unix.AF_INET {
		// Without it bind(2) takes a port for each address at once, and the
		// ephemeral ports are soon all taken: ip(7).
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1); err != nil {
			return fmt.Errorf("setting IP_BIND_ADDRESS_NO_PORT: %w", err)
		}
		if err := unix.Bind(fd, from); err != nil {
			return fmt.Errorf("binding a client: %w", err)
		}
	}
	if err := unix.Connect(fd, to); err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	accepted, _, err := unix.Accept4(listening, unix.SOCK_CLOEXEC)
	if err != nil {
		return fmt.Errorf("accepting: %w", err)
	}
	return closeAtOnce(accepted)
}
