//go:build unix

package source

import (
	"os/exec"
	"syscall"
)

// confined is a program in a process group of its own.
type confined struct{}

// confine makes the end of the context kill the whole process group.
func confine(cmd *exec.Cmd) confined {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	endWithUs(cmd.SysProcAttr)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return confined{}
}

func (confined) started(*exec.Cmd) (release func()) { return func() {} }

// ended waits for the program's end and kills what it has left of its group.
// Nobody else can have the number of the group by then: the program has not been
// waited for.
func (confined) ended(cmd *exec.Cmd) {
	if waitForEnd(cmd.Process.Pid) == nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

// environment is all that a program gets: messages and numbers as in C, so that
// states are in English.
func environment() []string {
	return []string{"LC_ALL=C", "LANG=C", "PATH=/usr/bin:/bin:/usr/sbin:/sbin"}
}

func systemDirectory() string { return "" }
