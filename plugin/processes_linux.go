package plugin

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// leastProcesses is the number of threads and processes that a run takes at most,
// netstat among them. Go's runtime ends with exit code 2 if it cannot have one.
const leastProcesses = 10

// enoughProcesses looks whether the user may have as many (RLIMIT_NPROC of
// setrlimit(2), which does not hold for root). All of the host together are as a
// rule far below the limit, and told by one small file; only else the user's own
// are counted.
func enoughProcesses() error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NPROC, &limit); err != nil || limit.Cur == unix.RLIM_INFINITY || os.Getuid() == 0 {
		return nil //nolint:nilerr // without a limit known there is none to be told
	}
	if all, ok := threadsOfAll(); ok && all+leastProcesses <= limit.Cur {
		return nil
	}
	if others := threadsOfUser(); others+leastProcesses > limit.Cur {
		return fmt.Errorf("the user may have %d processes and threads and has %d: check_netstat needs %d more (ulimit -u)", limit.Cur, others, leastProcesses)
	}
	return nil
}

// threadsOfAll reads "0.41 0.36 0.40 2/1034 17401": proc_loadavg(5).
func threadsOfAll() (n uint64, ok bool) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, false
	}
	_, after, _ := strings.Cut(string(text), "/")
	number, _, _ := strings.Cut(after, " ")
	n, err = strconv.ParseUint(number, 10, 64)
	return n, err == nil
}

// threadsOfUser counts those of the real user, without this process's own.
func threadsOfUser() (n uint64) {
	statuses, _ := filepath.Glob("/proc/[0-9]*/status") // the pattern is valid
	for _, path := range statuses {
		if path == fmt.Sprintf("/proc/%d/status", os.Getpid()) {
			continue
		}
		text, err := os.ReadFile(path) //nolint:gosec // G304: a file of /proc
		if err != nil {
			continue // it has ended
		}
		n += threadsOf(string(text), os.Getuid())
	}
	return n
}

// threadsOf reads proc_pid_status(5): the threads of a process, 0 if it is another
// user's.
func threadsOf(status string, uid int) uint64 {
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		fields := strings.Fields(value)
		switch {
		case len(fields) == 0:
		case name == "Uid" && fields[0] != strconv.Itoa(uid):
			return 0
		case name == "Threads": // comes after Uid
			n, _ := strconv.ParseUint(fields[0], 10, 64)
			return n
		}
	}
	return 0
}
