package source

import (
	"os"
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"
)

// confined is a program in a job object, which takes its children along.
type confined struct{ job windows.Handle }

// confine makes the end of the context end the program and its job. Where
// Windows refuses a job, the program alone is ended.
func confine(cmd *exec.Cmd) confined {
	c := confined{newJob()}
	cmd.Cancel = func() error {
		if c.job != 0 {
			_ = windows.TerminateJobObject(c.job, 1) // the program itself is killed below
		}
		return cmd.Process.Kill()
	}
	return c
}

// newJob returns a job whose processes end with it, 0 where there can be none.
func newJob() windows.Handle {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err != nil {
		_ = windows.CloseHandle(job)
		return 0
	}
	return job
}

// started puts the program into the job; release closes it.
func (c confined) started(cmd *exec.Cmd) (release func()) {
	if c.job == 0 {
		return func() {}
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(cmd.Process.Pid))
	if err == nil {
		_ = windows.AssignProcessToJobObject(c.job, process) // refused: Kill still ends the program
		_ = windows.CloseHandle(process)
	}
	return func() { _ = windows.CloseHandle(c.job) }
}

// ended: what the program has left ends with its job.
func (confined) ended(*exec.Cmd) {}

// environment is all that a program gets. Windows programs do not start
// without SystemRoot.
func environment() []string {
	return []string{"SystemRoot=" + os.Getenv("SystemRoot"), "PATH=" + systemDirectory()}
}

func systemDirectory() string {
	dir, err := windows.GetSystemDirectory()
	if err != nil {
		return `C:\Windows\System32`
	}
	return dir
}
