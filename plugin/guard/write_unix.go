//go:build unix

package guard

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// write writes to the file itself. os.File would end the program by SIGPIPE if
// nobody reads its standard output (os/signal), unless the signal is caught,
// which costs two threads. The kernel's EPIPE says the same. Nothing can be
// written to standard output if it was closed from the start.
func write(w io.Writer, b []byte) (n int, err error) {
	file, ok := w.(*os.File)
	if !ok {
		return w.Write(b)
	}
	fd := int(file.Fd())
	if fd == 1 && wasClosed(fd) {
		return 0, os.ErrClosed
	}
	for n < len(b) {
		m, err := unix.Write(fd, b[n:])
		switch {
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EAGAIN): // whoever started us has made it so
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, -1)
		case err != nil:
			return n, os.NewSyscallError("write", err)
		default:
			n += m
		}
	}
	return n, nil
}
