package host

import (
	"errors"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// eachDescriptor calls visit with the inode of each descriptor of a process, 0
// for those that are no socket, from one number to below another, as long as
// it returns true. dir is the process's fd directory. left says that there are
// descriptors from the second number on.
//
// Listing the directory costs a fifth of all. Since Linux 6.2 its size is the
// number of descriptors (proc_fd_getattr, fs/proc/fd.c), and they are dense, so
// the numbers are tried one after another until there are that many or too many
// are missing. The listing that follows goes on at the next number, which is its
// position less 2 (proc_readfd_common): no descriptor that stays open is missed,
// whatever else is opened and closed meanwhile.
func eachDescriptor(dir int, buf []byte, from, to uint32, visit func(inode uint32) (bool, error)) (left bool, err error) {
	const allowance = 16 // numbers may be missing beside as many as are not
	var st unix.Stat_t
	if err := unix.Fstat(dir, &st); err != nil {
		return false, err
	}
	expected, hits, misses := st.Size-int64(from), int64(0), int64(0)
	next := from
	for name := [12]byte{}; next < to && hits < expected && misses < hits+allowance; next++ {
		inode, err := socketInode(dir, append(strconv.AppendUint(name[:0], uint64(next), 10), 0))
		switch {
		case errors.Is(err, unix.ENOENT):
			misses++
			continue
		case err != nil:
			return false, err
		}
		hits++
		if goOn, err := visit(inode); !goOn || err != nil {
			return false, err
		}
	}
	if _, err := unix.Seek(dir, int64(next)+2, unix.SEEK_SET); err != nil {
		return false, err
	}
	if next == to { // only to know whether there is one
		buf = buf[:32]
	}
	var failed error
	err = eachName(dir, buf, func(name []byte) bool {
		number := parseNumber(name[:len(name)-1])
		if number < next {
			return true
		}
		if number >= to {
			left = true
			return false
		}
		inode, err := socketInode(dir, name)
		goOn := true
		if err == nil {
			goOn, failed = visit(inode)
		} else if !errors.Is(err, unix.ENOENT) { // closed meanwhile
			failed = err
		}
		return goOn && failed == nil
	})
	return left, errors.Join(failed, err)
}

// socketInode returns the inode of the socket that a descriptor is, 0 for any
// other. name ends in a NUL byte.
//
// A descriptor's link says what it is, "socket:[20691]", without a look at the
// file behind it, which may be on a file system that hangs. fstatat costs the
// same.
func socketInode(dir int, name []byte) (uint32, error) {
	const prefix = "socket:["
	var link [len(prefix) + 12]byte
	// unix.Readlinkat would copy each name.
	n, _, errno := unix.Syscall6(unix.SYS_READLINKAT, uintptr(dir),
		uintptr(unsafe.Pointer(&name[0])), //nolint:gosec // G103: ends in NUL
		uintptr(unsafe.Pointer(&link[0])), //nolint:gosec // G103: of the length that follows
		uintptr(len(link)), 0, 0)
	switch {
	case errno != 0:
		return 0, errno
	case int(n) < len(prefix)+2 || string(link[:len(prefix)]) != prefix || link[n-1] != ']':
		return 0, nil
	}
	return parseNumber(link[len(prefix) : n-1]), nil
}

// parseNumber reads a number of 32 bits, 0 where it is none.
func parseNumber(b []byte) uint32 {
	n := uint64(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0
		}
		if n = n*10 + uint64(c-'0'); n > 1<<32-1 {
			return 0
		}
	}
	return uint32(n)
}
