package host

import (
	"bytes"
	"encoding/binary"
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bufferLen is the size of the buffers for paths and directories.
const bufferLen = 32 << 10

// eachName calls visit with each name of a directory, the NUL byte that ends it
// included, until it returns false. It allocates nothing (BenchmarkOwners).
//
// struct linux_dirent64, getdents(2): inode u64, offset s64, length u16, type
// u8, name.
func eachName(dir int, buf []byte, visit func(name []byte) bool) error {
	const name = 19
	for {
		n, err := unix.Getdents(dir, buf)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil || n == 0:
			return err
		}
		for b := buf[:n]; len(b) > 0; {
			size := 0
			if len(b) > name {
				size = int(binary.NativeEndian.Uint16(b[16:]))
			}
			if size <= name || size > len(b) {
				return errors.New("directory entry cut short")
			}
			end := bytes.IndexByte(b[name:size], 0)
			if end < 0 {
				return errors.New("directory entry without an end")
			}
			if b[name] != '.' && !visit(b[name:name+end+1]) {
				return nil
			}
			b = b[size:]
		}
	}
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
	n, _, errno := unix.Syscall6(unix.SYS_READLINKAT, uintptr(dir), uintptr(unsafe.Pointer(&name[0])),
		uintptr(unsafe.Pointer(&link[0])), uintptr(len(link)), 0, 0) // unix.Readlinkat would copy each name
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
