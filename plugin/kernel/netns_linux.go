package kernel

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"check_netstat/plugin/privilege"
)

// Within runs f in a network namespace: on a thread of its own, which is
// thrown away after it because nothing else must ever run in that namespace.
// "" is the caller's namespace. An error is one of entering it.
func Within(netns string, f func()) error {
	if netns == "" {
		f()
		return nil
	}
	file, err := openNetns(netns)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return onOwnThread(func() error {
		var err error
		privilege.Raised(func() { err = unix.Setns(int(file.Fd()), unix.CLONE_NEWNET) })
		switch {
		case errors.Is(err, unix.EPERM):
			return fmt.Errorf("entering the network namespace %s: %w: it needs root, or the capability CAP_SYS_ADMIN", netns, err)
		case errors.Is(err, unix.EINVAL):
			return fmt.Errorf("%s is not a network namespace", file.Name())
		case err != nil:
			return fmt.Errorf("entering the network namespace %s: %w", netns, err)
		}
		f()
		return nil
	})
}

// onOwnThread runs f on a thread that ends with it: the goroutine stays locked
// to it (runtime.LockOSThread). The main thread cannot end, and is what
// /proc/self shows, so it is only kept busy until f has run elsewhere.
func onOwnThread(f func() error) error {
	result := make(chan error, 1)
	go func() {
		defer close(result)
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			defer runtime.UnlockOSThread()
			result <- onOwnThread(f)
			return
		}
		result <- f()
	}()
	return <-result
}

// openNetns opens the namespace that NAME, PID or PATH stands for: names are
// kept by ip-netns(8), and one that is also the ID of a process is refused. That of
// a process takes the right to look into it; names
// and paths are the caller's, and take the caller's rights.
func openNetns(netns string) (file *os.File, err error) {
	paths := []string{netns}
	if !strings.Contains(netns, "/") {
		paths = []string{filepath.Join("/run/netns", netns), filepath.Join("/var/run/netns", netns)}
	}
	open := openNamespace
	if pid, err := strconv.ParseUint(netns, 10, 32); err == nil {
		process := fmt.Sprintf("/proc/%d/ns/net", pid)
		switch name, isName := firstThere(paths); {
		case !isName:
			paths = []string{process}
			open = func(path string) (file *os.File, err error) {
				privilege.Raised(func() { file, err = openNamespace(path) })
				return file, err
			}
		case isThere(fmt.Sprintf("/proc/%d", pid)):
			return nil, fmt.Errorf("%s is the name of a network namespace and the ID of a process: give %s or %s", netns, name, process)
		}
	}
	for _, path := range paths {
		file, err := open(path)
		switch {
		case err == nil:
			return file, nil
		case errors.Is(err, fs.ErrPermission):
			return nil, fmt.Errorf("opening the network namespace: %w: it needs root, or the capabilities CAP_SYS_ADMIN and CAP_SYS_PTRACE with the ID of a process in it", err)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("opening the network namespace: %w", err)
		}
	}
	return nil, fmt.Errorf("there is no network namespace %s: none of %s exists", netns, strings.Join(paths, ", "))
}

// firstThere returns the first path that exists.
func firstThere(paths []string) (path string, ok bool) {
	for _, path := range paths {
		if isThere(path) {
			return path, true
		}
	}
	return "", false
}

func isThere(path string) bool {
	_, err := os.Lstat(path) //nolint:gosec // G703: the namespace that the caller names
	return err == nil
}

// openNamespace opens a namespace and nothing else: neither a device, which can
// act when it is opened, nor a FIFO, which waits.
func openNamespace(path string) (*os.File, error) {
	found, err := privilege.Find(path)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	switch kind, err := found.Filesystem(); {
	case err != nil:
		return nil, err
	case kind != unix.NSFS_MAGIC:
		return nil, fmt.Errorf("%s is not a network namespace", path)
	}
	return found.Open(0)
}
