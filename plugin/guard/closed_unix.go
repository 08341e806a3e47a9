//go:build unix

package guard

import (
	"os"

	"golang.org/x/sys/unix"
)

// wasClosed reports whether a standard descriptor was closed when the program
// was started. Go's runtime has opened /dev/null for reading and writing in its
// place then (checkfds of runtime/fds_unix.go), and what is written would be lost
// without an error. Who throws the output away on purpose opens it for writing
// alone, as shells and service managers do, or has one descriptor for it and the
// others, as daemons do.
func wasClosed(fd int) bool {
	if !isSubstitute(fd) {
		return false
	}
	for other := range 3 {
		if other != fd && isSubstitute(other) && sameDescription(fd, other) {
			return false
		}
	}
	return true
}

// isSubstitute reports whether a descriptor is what the runtime would open.
func isSubstitute(fd int) bool {
	var st, null unix.Stat_t
	if unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFCHR {
		return false
	}
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	return err == nil && flags&unix.O_ACCMODE == unix.O_RDWR &&
		unix.Stat(os.DevNull, &null) == nil && null.Rdev == st.Rdev
}
