package privilege

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Drop gives up every capability on every thread, for good, and the way to new
// ones (PR_SET_NO_NEW_PRIVS). Root stays root, and owns root's files.
//
// Go stops the program until every thread has taken part, so a thread that the
// kernel does not let go, on a dead file system for example, would stop it for
// ever. If hung says that there may be one, that is looked at first, and if there
// is, the calling goroutine alone gives up its rights. It keeps its thread then.
func Drop(hung bool) error {
	if !Elevated() {
		return nil
	}
	if hung && anyStuck() {
		return dropOnThisThread()
	}
	if _, _, errno := syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0); errno != 0 {
		return fmt.Errorf("setting no_new_privs: %w", errorOf(errno))
	}
	if err := new(capabilities).setOnAllThreads(); err != nil {
		return fmt.Errorf("giving up the capabilities: %w", err)
	}
	if uid := os.Getuid(); uid != 0 && secure() { // the saved user may be root
		if err := syscall.Setresuid(uid, uid, uid); err != nil {
			return fmt.Errorf("giving up the user: %w", err)
		}
	}
	return nil
}

// dropOnThisThread does the same for this thread.
func dropOnThisThread() error {
	runtime.LockOSThread() // and is never unlocked
	err := errors.Join(unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), new(capabilities).set())
	if uid := os.Getuid(); uid != 0 && secure() {
		_, _, errno := syscall.RawSyscall(unix.SYS_SETRESUID, uintptr(uid), uintptr(uid), uintptr(uid))
		err = errors.Join(err, errorOf(errno))
	}
	return err
}

// anyStuck reports whether a thread hangs in the kernel, so that no signal
// reaches it. Some file systems let a first signal end the wait for an answer
// only to begin another that nothing ends (fuse(4)): so every thread gets the
// signal that Go sends its threads anyway.
func anyStuck() bool {
	for _, tid := range threads() {
		_ = unix.Tgkill(unix.Getpid(), tid, unix.SIGURG) // it may have ended
	}
	for range 4 { // a thread may wait for its disk, or for a child to start
		time.Sleep(10 * time.Millisecond)
		stuck := false
		for _, tid := range threads() {
			stuck = stuck || stateOf(tid) == 'D'
		}
		if !stuck {
			return false
		}
	}
	return true
}

// threads lists the threads of this process but this one; where /proc shows
// none, one that does not exist.
func threads() (tids []int) {
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return []int{0}
	}
	own := unix.Gettid()
	for _, e := range entries {
		if tid, err := strconv.Atoi(e.Name()); err == nil && tid != own {
			tids = append(tids, tid)
		}
	}
	return tids
}

// stateOf returns the state of a thread (proc_pid_stat(5)): 'D' for one that no
// signal reaches, and where it cannot be seen; 'X' where it has ended.
func stateOf(tid int) byte {
	text, err := os.ReadFile("/proc/self/task/" + strconv.Itoa(tid) + "/stat")
	if err != nil && tid != 0 {
		return 'X'
	}
	if _, after, ok := strings.Cut(string(text), ") "); ok && after != "" {
		return after[0]
	}
	return 'D'
}
