package host

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"check_netstat/plugin/program"
)

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

// names reads the names of the process's program. comm and cmdline can be read
// by everybody, exe only by the owner and root: if it cannot, whole is false.
func (p process) names(buf []byte) (names program.Names, whole bool, err error) {
	comm, err := readComm(p.dir, "comm", buf)
	if err != nil {
		return program.Names{}, false, err
	}
	of := program.Process{Comm: comm}
	whole = true
	of.Executable, err = p.executable("exe", buf)
	switch {
	case isDenied(err):
		whole = false
	case isGone(err) && p.threads() > 1: // its main thread has ended (pthread_exit(3))
		of.Executable, of.Args = p.ofThread(buf)
		return program.NamesOf(of), whole, nil
	}
	of.Args = p.args("cmdline", buf)
	return program.NamesOf(of), whole, nil
}

// executable reads the link that is the executable's path.
func (p process) executable(path string, buf []byte) (string, error) {
	n, err := unix.Readlinkat(p.dir, path, buf)
	return string(buf[:max(n, 0)]), err
}

// args reads the arguments of the process, as far as they fit into buf.
func (p process) args(path string, buf []byte) []string {
	cmdline, err := readFile(p.dir, path, buf)
	if err != nil || len(cmdline) == 0 {
		return nil
	}
	return strings.Split(strings.TrimRight(string(cmdline), "\x00"), "\x00")
}

// ofThread reads executable and arguments from a thread that lives on.
func (p process) ofThread(buf []byte) (executable string, args []string) {
	p.eachThread(func(tid string) bool {
		path, err := p.executable("task/"+tid+"/exe", buf)
		if err == nil {
			executable, args = path, p.args("task/"+tid+"/cmdline", buf)
		}
		return err != nil
	})
	return executable, args
}

// threads returns the number of the process's threads: each has a folder below
// task, beside "." and "..".
func (p process) threads() int {
	var st unix.Stat_t
	if unix.Fstatat(p.dir, "task", &st, 0) != nil {
		return 1
	}
	return int(st.Nlink) - 2
}

// eachThread calls visit with the ID of each thread but the first, until it
// returns false.
func (p process) eachThread(visit func(tid string) bool) {
	dir, err := open(p.dir, "task", unix.O_DIRECTORY)
	if err != nil {
		return
	}
	defer func() { _ = unix.Close(dir) }()
	_ = eachName(dir, make([]byte, threadsLen), func(name []byte) bool { // an error only ends it
		tid := string(name[:len(name)-1])
		return parseNumber(name[:len(name)-1]) == p.pid || visit(tid)
	})
}

// threadsLen is the size of the buffer for the threads of a process.
const threadsLen = 4 << 10

// kcmpFiles is KCMP_FILES of include/uapi/linux/kcmp.h.
const kcmpFiles = 2

// hasOwnFiles reports whether a thread has descriptors of its own, which it may
// have from unshare(2), or because the main thread has ended. If the kernel does
// not tell (kcmp(2)), it may have.
func (p process) hasOwnFiles(tid string) bool {
	same, _, errno := unix.Syscall6(unix.SYS_KCMP, uintptr(p.pid), uintptr(parseNumber([]byte(tid))), kcmpFiles, 0, 0, 0)
	return errno != 0 || same != 0
}

// isDenied reports whether a file of /proc is there, but not for us.
func isDenied(err error) bool { return errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) }

// isGone reports whether the process has ended.
func isGone(err error) bool { return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ESRCH) }
