package host

import (
	"bytes"
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// bufferLen is the size of the buffers for paths and directories.
const bufferLen = 32 << 10

// eachName calls visit with each name of a directory, the NUL byte that ends it
// included, until it returns false. It allocates nothing (BenchmarkOwners).
func eachName(dir int, buf []byte, visit func(name []byte) bool) error {
	return eachEntry(dir, buf, func(name []byte, _ uint64, _ byte) bool { return visit(name) })
}

// eachEntry also gives inode and type (DT_DIR) of each.
//
// struct linux_dirent64, getdents(2): inode u64, offset s64, length u16, type
// u8, name.
func eachEntry(dir int, buf []byte, visit func(name []byte, inode uint64, kind byte) bool) error {
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
			if b[name] != '.' && !visit(b[name:name+end+1], binary.NativeEndian.Uint64(b), b[18]) {
				return nil
			}
			b = b[size:]
		}
	}
}
