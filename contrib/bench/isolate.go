//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// insideVerb is the argument that makes this program measure real sockets in
// namespaces that were made for it.
const insideVerb = "-inside"

// isolated runs this program again, with its arguments, in network and process
// namespaces of its own, so that no other socket and no other process is
// measured; when it ends the kernel ends all that it has started. It needs
// root: without, the error is [unix.EPERM].
func isolated(dir string, args []string) error {
	cmd := exec.Command("/proc/self/exe", append([]string{insideVerb, dir}, args...)...) //nolint:gosec,noctx // G204: this program with its own arguments
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	progress("for commands of your own: nsenter -t %d -n -p -m", cmd.Process.Pid)
	return cmd.Wait()
}

// furnish gives the new namespaces what a host has: a /proc that shows their
// own processes, and a loopback interface that is up.
func furnish() error {
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keeping mounts to ourselves: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mounting /proc: %w", err)
	}
	return loopbackUp()
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
