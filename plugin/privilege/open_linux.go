package privilege

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Open opens a file that the caller named for reading: a regular file, or a FIFO,
// for whose writer it waits; waits, which may be nil, is called before. Any other
// is not even opened, since opening a device can act: a watchdog's restarts the
// host.
func Open(path string, waits func()) (*os.File, error) {
	found, err := Find(path)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	mode, flags := fs.ModeIrregular, 0
	switch found.Stat.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		mode = 0
	case unix.S_IFDIR:
		mode = fs.ModeDir
	case unix.S_IFIFO:
		mode, flags = fs.ModeNamedPipe, unix.O_NONBLOCK
	}
	if err := readable(path, mode); err != nil {
		return nil, err
	}
	if mode == fs.ModeNamedPipe && waits != nil {
		waits()
	}
	file, err := found.Open(flags)
	if err == nil && mode == fs.ModeNamedPipe {
		err = waitForWriter(file)
	}
	return file, err
}

// Found is a file that was found and not opened (O_PATH of open(2)).
type Found struct {
	Stat unix.Stat_t
	FD   int
	path string
}

// Find finds a file that the caller named.
func Find(path string) (*Found, error) {
	return find(unix.AT_FDCWD, path, path, 0)
}

// find finds name in a directory; path is what an error calls it.
func find(dir int, name, path string, flags int) (*Found, error) {
	fd, err := retry(func() (int, error) {
		return unix.Openat(dir, name, unix.O_PATH|unix.O_CLOEXEC|flags, 0)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	f := &Found{FD: fd, path: path}
	if err := unix.Fstat(fd, &f.Stat); err != nil {
		f.Close()
		return nil, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return f, nil
}

// Close lets go of the file.
func (f *Found) Close() { _ = unix.Close(f.FD) }

// Open opens for reading what was found, and not what may have taken its place
// at the path since.
func (f *Found) Open(flags int) (*os.File, error) {
	fd, err := retry(func() (int, error) {
		return unix.Open("/proc/self/fd/"+strconv.Itoa(f.FD), unix.O_RDONLY|unix.O_NOCTTY|unix.O_CLOEXEC|flags, 0)
	})
	if errors.Is(err, unix.ENOENT) {
		return nil, fmt.Errorf("open %s: /proc shows no descriptors: is it mounted?", f.path)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: f.path, Err: err}
	}
	return os.NewFile(uintptr(fd), f.path), nil
}

// Filesystem returns the type of the file system that the file is on, such as
// unix.PROC_SUPER_MAGIC.
func (f *Found) Filesystem() (int64, error) {
	var st unix.Statfs_t
	_, err := retry(func() (int, error) { return 0, unix.Fstatfs(f.FD, &st) })
	if err != nil {
		return 0, &fs.PathError{Op: "statfs", Path: f.path, Err: err}
	}
	return int64(st.Type), nil //nolint:unconvert // 32 bits on some systems
}

// waitForWriter waits until somebody has opened the FIFO to write and has written,
// or closed it: until then it looks as if it were at its end.
func waitForWriter(fifo *os.File) error {
	_, err := retry(func() (int, error) {
		return unix.Poll([]unix.PollFd{{Fd: int32(fifo.Fd()), Events: unix.POLLIN}}, -1)
	})
	return err
}

// retry calls f again as long as a signal interrupts it.
func retry(f func() (int, error)) (n int, err error) {
	for {
		if n, err = f(); !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}
