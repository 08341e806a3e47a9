//go:build unix

package plugin

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// leastFiles is the number of files that must be free to open. Go's own runtime
// needs three, and ends with exit code 2 where it does not get them; a list, the
// sockets and a process in /proc need the others.
const leastFiles = 8

// enoughFiles tries whether as many files can be opened.
func enoughFiles() error {
	var opened []int
	defer func() {
		for _, fd := range opened {
			_ = unix.Close(fd)
		}
	}()
	for range leastFiles {
		fds, err := unix.Open("/", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("opening a file: %w: check_netstat needs %d beside those that are open (ulimit -n)", err, leastFiles)
		}
		opened = append(opened, fds)
	}
	return nil
}
