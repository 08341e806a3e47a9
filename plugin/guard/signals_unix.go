//go:build unix

package guard

import (
	"os"
	"syscall"
)

// fatal are the signals that end a Go program: signal(7), os/signal.
var fatal = [...]os.Signal{
	syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, // without a word
	syscall.SIGABRT, syscall.SIGQUIT, syscall.SIGTRAP, syscall.SIGSYS, syscall.SIGSEGV, // with exit code 2 and a stack trace
	syscall.SIGILL, syscall.SIGBUS, syscall.SIGFPE,
	syscall.SIGXCPU, // not at all, until the kernel kills it (RLIMIT_CPU)
}
