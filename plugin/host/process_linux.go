package host

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// commLen is the longest name the kernel keeps in comm (TASK_COMM_LEN less its
// end, include/linux/sched.h).
const commLen = 15

// process is a process whose directory in /proc is held open: what is read
// through it is that process's or, when it has ended, an error, whoever has its
// ID then.
type process struct {
	pid uint32
	dir int
}

func openProcess(pid uint32) (process, error) {
	dir, err := open(unix.AT_FDCWD, "/proc/"+strconv.FormatUint(uint64(pid), 10), unix.O_PATH|unix.O_DIRECTORY)
	return process{pid, dir}, err
}

func (p process) close() { _ = unix.Close(p.dir) }

// open opens a file for reading, whatever signals come.
func open(dir int, path string, flags int) (fd int, err error) {
	for {
		fd, err = unix.Openat(dir, path, flags|unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if !errors.Is(err, unix.EINTR) {
			return fd, err
		}
	}
}

// readFile reads what one read gives of a file of /proc: all of comm, the
// beginning of cmdline.
func readFile(dir int, path string, buf []byte) ([]byte, error) {
	fd, err := open(dir, path, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unix.Close(fd) }()
	for {
		n, err := unix.Read(fd, buf)
		if !errors.Is(err, unix.EINTR) {
			return buf[:max(n, 0)], err
		}
	}
}

// readComm reads the name of a process; dir and path are those of its comm.
func readComm(dir int, path string, buf []byte) (string, error) {
	raw, err := readFile(dir, path, buf)
	return string(bytes.TrimSuffix(raw, []byte("\n"))), err
}

// names reads all names of the process (proc_pid_comm(5), proc_pid_exe(5),
// proc_pid_cmdline(5)): comm, the base of the executable and the base of
// argv[0]. The first is comm, or the name that comm is the beginning of where
// comm is cut. comm and cmdline can be read by everybody, exe only by the owner
// and root: where it cannot, whole is false.
func (p process) names(buf []byte) (names []string, whole bool, err error) {
	comm, err := readComm(p.dir, "comm", buf)
	if err != nil {
		return nil, false, err
	}
	names = append(names, comm)
	add := func(name string) {
		if name != "" && name != "." && name != "/" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	whole = true
	switch n, err := unix.Readlinkat(p.dir, "exe", buf); {
	case err == nil:
		add(filepath.Base(strings.TrimSuffix(string(buf[:n]), " (deleted)")))
	case isDenied(err):
		whole = false
	}
	if cmdline, err := readFile(p.dir, "cmdline", buf); err == nil {
		argv0, _, _ := bytes.Cut(cmdline, []byte{0})
		add(filepath.Base(string(argv0)))
	}
	if len(comm) == commLen {
		if i := slices.IndexFunc(names[1:], func(n string) bool { return strings.HasPrefix(n, comm) }); i >= 0 {
			names[0], names[i+1] = names[i+1], names[0]
		}
	}
	return names, whole, nil
}

// isDenied reports whether a file of /proc is there, but not for us.
func isDenied(err error) bool { return errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) }

// isGone reports whether the process has ended.
func isGone(err error) bool { return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ESRCH) }
