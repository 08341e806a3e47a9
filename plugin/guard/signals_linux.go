package guard

import (
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// fatalHere are those of this system alone.
var fatalHere = []os.Signal{syscall.SIGSTKFLT}

// takePending lets this thread take a signal that the kernel has chosen another
// for, which may hang on a dead file system and never take it: complete_signal of
// kernel/signal.c wakes one, and likes the main thread best. Whoever changes its
// mask looks whether something is pending (recalc_sigpending).
func takePending() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var some, before unix.Sigset_t
	some.Val[0] = 1 << (unix.SIGWINCH - 1) // which means nothing here
	if unix.PthreadSigmask(unix.SIG_BLOCK, &some, &before) == nil {
		_ = unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil)
	}
}
