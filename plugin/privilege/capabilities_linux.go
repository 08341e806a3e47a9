package privilege

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// capabilities are the sets of a thread, as capget(2) has them.
type capabilities [2]unix.CapUserData

func header() unix.CapUserHeader {
	return unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
}

// ownCapabilities are those of this thread.
func ownCapabilities() (c capabilities, err error) {
	h := header()
	err = unix.Capget(&h, &c[0])
	return c, err
}

// set makes the capabilities those of this thread.
func (c *capabilities) set() error {
	h := header()
	return unix.Capset(&h, &c[0])
}

// setOnAllThreads makes them those of every thread, of later ones too. A program
// that is linked with C has threads that Go does not know: errors.ErrUnsupported.
func (c *capabilities) setOnAllThreads() error {
	h := header()
	_, _, errno := syscall.AllThreadsSyscall(unix.SYS_CAPSET,
		uintptr(unsafe.Pointer(&h)), uintptr(unsafe.Pointer(&c[0])), 0) //nolint:gosec // G103: both are as capset(2) wants them
	return errorOf(errno)
}

// Elevated reports whether the program may do what others may not: as root, or
// by capabilities.
func Elevated() bool {
	if os.Geteuid() == 0 || secure() {
		return true
	}
	c, err := ownCapabilities()
	return err == nil && c[0].Effective|c[1].Effective|c[0].Permitted|c[1].Permitted != 0
}

// MissingForProcesses returns the capabilities that the program lacks to see the
// descriptors of other users' processes, none as root: opening and reading
// /proc/PID/fd takes these two (proc_pid_fd(5)).
func MissingForProcesses() []string {
	if os.Geteuid() == 0 {
		return nil
	}
	c, err := ownCapabilities()
	has := c[0].Effective
	if secure() {
		has = c[0].Permitted // which Raised makes effective
	}
	var missing []string
	for _, one := range [...]struct {
		bit  uint32
		name string
	}{{1 << unix.CAP_SYS_PTRACE, "cap_sys_ptrace"}, {1 << unix.CAP_DAC_READ_SEARCH, "cap_dac_read_search"}} {
		if err != nil || has&one.bit == 0 {
			missing = append(missing, one.name)
		}
	}
	return missing
}

// secure reports whether the program file itself gave more rights than its
// caller has, by its set-user-ID bit or its capabilities: AT_SECURE of
// getauxval(3). Behind sudo, which has rules of its own, it is not.
func secure() bool {
	const atSecure = 23 // AT_SECURE, include/uapi/linux/auxvec.h
	vector, err := unix.Auxv()
	if err != nil {
		return os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid()
	}
	for _, entry := range vector {
		if entry[0] == atSecure {
			return entry[1] != 0
		}
	}
	return false
}

// Lower puts aside, on every thread, what the program file gives beyond the
// rights of the caller: whoever may run the program could otherwise read every
// file through its messages, at once or when it is read (the kernel looks at the
// rights of whoever reads /proc/PID/stat). It is called before anything that the
// caller named is opened.
func Lower() error {
	if !secure() {
		return nil
	}
	c, err := ownCapabilities()
	if err != nil {
		return fmt.Errorf("reading the capabilities: %w", err)
	}
	// The saved user stays, or the permitted capabilities would go too
	// (capabilities(7), effect of user ID changes).
	gid, uid := os.Getgid(), os.Getuid()
	if os.Getegid() != gid {
		if err := syscall.Setresgid(gid, gid, gid); err != nil {
			return fmt.Errorf("putting the group aside: %w", err)
		}
	}
	if os.Geteuid() != uid {
		if err := syscall.Setresuid(-1, uid, -1); err != nil {
			return fmt.Errorf("putting the user aside: %w", err)
		}
	}
	c[0].Effective, c[1].Effective = 0, 0
	if err := c.setOnAllThreads(); err != nil {
		return fmt.Errorf("putting the capabilities aside: %w", err)
	}
	return nil
}

// Raised runs f with what Lower has put aside, on this thread alone: what f starts
// in other goroutines does not have it. f must open nothing that the caller
// named by a path.
//
// It is for /proc/PID of other users' processes and for setns(2).
func Raised(f func()) {
	if !secure() {
		f()
		return
	}
	// New threads are made from others than a locked one (runtime.newm), so that
	// none begins with raised rights.
	runtime.LockOSThread()
	if !setEffective(true) {
		f()
		runtime.UnlockOSThread()
		return
	}
	defer func() {
		if setEffective(false) { // else the thread ends with its goroutine
			runtime.UnlockOSThread()
		}
	}()
	f()
}

// setEffective makes all permitted capabilities of this thread effective, or
// none. Those that are not permitted any more stay away.
func setEffective(all bool) bool {
	c, err := ownCapabilities()
	if err != nil {
		return false
	}
	for i := range c {
		c[i].Effective = 0
		if all {
			c[i].Effective = c[i].Permitted
		}
	}
	return c.set() == nil
}

// errorOf is nil for 0.
func errorOf(errno syscall.Errno) error {
	switch errno {
	case 0:
		return nil
	case syscall.ENOTSUP:
		return errors.ErrUnsupported
	}
	return errno
}
