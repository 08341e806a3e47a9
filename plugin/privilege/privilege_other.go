//go:build !linux

package privilege

import "os"

// Elevated reports whether the program runs as root. Windows, which has no
// such user, asks with -1.
func Elevated() bool { return os.Geteuid() == 0 }

// MissingForProcesses returns what the program lacks to see other users'
// processes: to be root. Windows names every process to everybody (Toolhelp32).
func MissingForProcesses() []string {
	if os.Geteuid() <= 0 {
		return nil
	}
	return []string{"root"}
}

// Lower: the program is not meant for a set-user-ID bit here.
func Lower() error { return nil }

// Raised runs f: nothing was put aside.
func Raised(f func()) { f() }

// Drop: there are no capabilities to give up.
func Drop(bool) error { return nil }
