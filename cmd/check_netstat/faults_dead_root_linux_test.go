//go:build root

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// deadFileSystem mounts one that never answers (fuse(4)): whoever looks into it
// hangs in the kernel, where no signal but SIGKILL reaches.
func deadFileSystem(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	server, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	options := fmt.Sprintf("fd=%d,rootmode=40755,user_id=0,group_id=0,allow_other", server.Fd())
	if err := unix.Mount("dead", dir, "fuse.dead", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(server.Close(), unix.Unmount(dir, unix.MNT_DETACH)); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestRootFaultDeadFileSystem: what hangs is named, within the time limit, though
// a thread hangs for good.
func TestRootFaultDeadFileSystem(t *testing.T) {
	dead := deadFileSystem(t)
	file := filepath.Join(dead, "file")
	for _, tt := range []struct {
		args []string
		line string
	}{
		{[]string{"--listening", file}, "reading " + file + " has not ended"},
		{[]string{"lint", "--connections", file}, "reading " + file + " has not ended"},
		{[]string{"--dir", dead}, "looking into " + dead + " has not ended"},
		{[]string{"--input", file, "--port", "tcp:22"}, "reading " + file + " has not ended"},
		{[]string{"sockets", "--input", file}, "reading " + file + " has not ended"},
		{[]string{"--netns", file, "--port", "tcp:22"}, "looking into the network namespace " + file + " has not ended"},
		{[]string{"--netstat", file, "--port", "tcp:22"}, "looking for " + file + " has not ended"},
	} {
		t.Run(strings.Join(tt.args[:1], " "), func(t *testing.T) {
			r := finish(t, program(t, append(tt.args, "-t", "0.3")...))
			r.says(t, 3, `UNKNOWN: no result within the time limit \(-t\): `+regexp.QuoteMeta(tt.line), 300*time.Millisecond)
		})
		t.Run(strings.Join(tt.args[:1], " ")+", and a signal comes", func(t *testing.T) {
			cmd := program(t, append(tt.args, "-t", "30")...)
			stuck := func() { untilStuck(t, cmd.Process.Pid) }
			signalled(t, cmd, stuck, syscall.SIGTERM).says(t, 3, `UNKNOWN: ended by a signal \(terminated\) before there was a result`, 0)
		})
	}
}

// untilStuck waits until a thread of the process waits for the file system, and
// signals are caught.
func untilStuck(t *testing.T, pid int) {
	t.Helper()
	for range 5000 {
		calls, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/wchan")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range calls {
			if text, err := os.ReadFile(path); err == nil && (strings.Contains(string(text), "fuse") || strings.Contains(string(text), "request_wait")) {
				time.Sleep(50 * time.Millisecond)
				return
			}
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("it never looks into the file system")
}

// TestRootFaultTooFewProcesses: Go's runtime ends with exit code 2 if it cannot
// have a thread; what is left of the limit is looked at before. Below 8 the runtime
// may need one before the program begins.
func TestRootFaultTooFewProcesses(t *testing.T) {
	const user = 64321 // who has no process
	for _, source := range []string{"kernel", "netstat"} {
		for limit := 8; limit <= 16; limit++ {
			cmd := under(t, []string{"prlimit", fmt.Sprintf("--nproc=%d", limit),
				"setpriv", "--reuid", strconv.Itoa(user), "--regid", strconv.Itoa(user), "--clear-groups"},
				"--source", source, "--port", "tcp:"+listener(t))
			cmd.Dir = "/"
			if limit < 10 {
				finish(t, cmd).says(t, 3, fmt.Sprintf(`UNKNOWN: the user may have %d processes and threads and has 0: check_netstat needs 10 more \(ulimit -u\)`, limit), 8*time.Second)
			} else {
				finish(t, cmd).says(t, 0, "OK: .*", 8*time.Second)
			}
		}
	}
	t.Run("others of the user count", func(t *testing.T) {
		as := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
		for range 3 {
			other := exec.Command("sleep", "60")
			other.SysProcAttr = as
			if err := other.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
		}
		cmd := under(t, []string{"prlimit", "--nproc=12", "setpriv", "--reuid", strconv.Itoa(user), "--regid", strconv.Itoa(user), "--clear-groups"}, "--port", "tcp:22")
		cmd.Dir = "/"
		finish(t, cmd).says(t, 3, `UNKNOWN: the user may have 12 processes and threads and has 3: .*`, 8*time.Second)
	})
}
