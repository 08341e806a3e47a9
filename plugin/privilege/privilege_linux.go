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

func ownCapabilities() (c capabilities, err error) {
	h := header()
	err = unix.Capget(&h, &c[0])
	return c, err
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

// SeesProcesses reports whether the program may see the descriptors of other
// users' processes: as root, or by the two capabilities that opening and reading
// /proc/PID/fd takes (proc_pid_fd(5)).
func SeesProcesses() bool {
	if os.Geteuid() == 0 {
		return true
	}
	const need = 1<<unix.CAP_SYS_PTRACE | 1<<unix.CAP_DAC_READ_SEARCH
	c, err := ownCapabilities()
	return err == nil && c[0].Effective&need == need
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

// AsCaller runs f, which opens what the caller has named, with the rights of the
// caller where the program file gives more: without that, who may run the
// program could read every file through its messages.
func AsCaller(f func() error) error {
	if !secure() {
		return f()
	}
	runtime.LockOSThread() // file system user and effective capabilities are a thread's
	before, err := ownCapabilities()
	if err != nil {
		return fmt.Errorf("reading the capabilities: %w", err) // the thread ends with this goroutine
	}
	if err := lower(before); err != nil {
		return err
	}
	result := f()
	if err := raise(before); err != nil {
		return errors.Join(result, err)
	}
	runtime.UnlockOSThread()
	return result
}

// lower leaves the permitted set alone, from which raise takes back.
func lower(c capabilities) error {
	c[0].Effective, c[1].Effective = 0, 0
	h := header()
	if err := unix.Capset(&h, &c[0]); err != nil {
		return fmt.Errorf("putting the capabilities aside: %w", err)
	}
	return errors.Join(unix.Setfsgid(os.Getgid()), unix.Setfsuid(os.Getuid()))
}

func raise(c capabilities) error {
	err := errors.Join(unix.Setfsuid(os.Geteuid()), unix.Setfsgid(os.Getegid()))
	h := header()
	if e := unix.Capset(&h, &c[0]); e != nil {
		err = errors.Join(err, fmt.Errorf("taking the capabilities back: %w", e))
	}
	return err
}

// Drop gives up every capability on every thread, for good, and the way to new
// ones (PR_SET_NO_NEW_PRIVS). The user stays who it is. It must not run while a
// thread hangs in the kernel, for which it would wait. A program that is linked
// with C has threads that Go does not know: errors.ErrUnsupported.
func Drop(hung bool) error {
	if !Elevated() {
		return nil
	}
	var none capabilities
	h := header()
	if _, _, errno := syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0); errno != 0 {
		return fmt.Errorf("setting no_new_privs: %w", errno)
	}
	_, _, errno := syscall.AllThreadsSyscall(unix.SYS_CAPSET,
		uintptr(unsafe.Pointer(&h)), uintptr(unsafe.Pointer(&none[0])), 0) //nolint:gosec // G103: both are as capset(2) wants them
	if errno != 0 {
		return fmt.Errorf("giving up the capabilities: %w", errno)
	}
	return nil
}
