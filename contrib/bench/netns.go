//go:build linux

package main

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// ownNamespace moves this thread, and all that it starts from now on, into a
// new network namespace in which nothing but the load is to be seen. It needs
// root; without, it returns [unix.EPERM] and the sockets of this host are there
// too. The caller has locked its goroutine to the thread.
func ownNamespace() error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	if err := loopbackUp(); err != nil {
		return fmt.Errorf("in a new network namespace: %w", err)
	}
	return nil
}

// loopbackUp brings up the loopback interface, which is down in a new
// namespace: netdevice(7).
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("opening a socket: %w", err)
	}
	flags, err := unix.NewIfreq("lo")
	if err == nil {
		flags.SetUint16(unix.IFF_UP)
		err = unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, flags)
	}
	if err = errors.Join(err, unix.Close(fd)); err != nil {
		return fmt.Errorf("bringing up lo: %w", err)
	}
	return nil
}
