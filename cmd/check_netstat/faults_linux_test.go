package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The fault suite: everything around the check fails, and each time it must
// answer by itself: with the right exit code, one clear first line, nothing on
// standard error, no process left, and within its time limit. make faults runs
// it; the tests of faults that are made inside the process, or as root, are
// named TestFault and TestRootFault too and stand with their packages.

// run is one run of the program, in a session of its own by which its
// processes are known.
type run struct {
	exit   int
	out    string
	took   time.Duration
	memory int64 // most that was resident, kB
}

// slack is what a loaded machine may take to start and end a process. That the
// limit is kept to half a second shows in the program's own timers (guard.go).
const slack = 5 * time.Second

// program is the command to run it, not yet started.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	return cmd
}

// under runs the program below another one, such as a shell that sets a limit.
func under(t *testing.T, outer []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := program(t, args...)
	cmd.Args = append(append([]string{}, outer...), append([]string{cmd.Path}, args...)...)
	path, err := exec.LookPath(outer[0])
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path = path
	return cmd
}

// limited runs the program in a shell that has set a limit.
func limited(t *testing.T, limit string, args ...string) *exec.Cmd {
	t.Helper()
	return under(t, []string{"sh", "-c", limit + ` && exec "$@"`, "sh"}, args...)
}

// restrictedBy runs the program under one of the restrictions.
func restrictedBy(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := program(t, args...)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Args = append([]string{"restricted", name, cmd.Path}, args...)
	cmd.Path = exe
	return cmd
}

// finish runs a command to its end and checks what holds in every case.
func finish(t *testing.T, cmd *exec.Cmd) run {
	t.Helper()
	var out, stderr bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &out
	}
	cmd.Stderr = &stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return await(t, cmd, &out, &stderr, start)
}

func await(t *testing.T, cmd *exec.Cmd, out, stderr *bytes.Buffer, start time.Time) run {
	t.Helper()
	err := cmd.Wait()
	r := run{exit: cmd.ProcessState.ExitCode(), out: out.String(), took: time.Since(start)}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = usage.Maxrss
	}
	if r.exit < 0 {
		t.Errorf("ended by %v", cmd.ProcessState)
	}
	if stderr.Len() > 0 {
		t.Errorf("standard error: %s", stderr)
	}
	noneLeft(t, cmd.Process.Pid)
	return r
}

// noneLeft checks that the session of the run has no living process. init may
// need a moment to take in one that was killed.
func noneLeft(t *testing.T, session int) {
	t.Helper()
	var left []string
	for range 100 {
		if left = living(t, session); len(left) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("left behind: %q", left)
}

// living returns the processes of a session that are not dead: proc_pid_stat(5).
func living(t *testing.T, session int) (names []string) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		name, after, _ := strings.Cut(string(text), ") ")
		f := strings.Fields(after) // state, ppid, pgrp, session
		if len(f) > 3 && f[3] == strconv.Itoa(session) && f[0] != "Z" && f[0] != "X" {
			names = append(names, name)
		}
	}
	return names
}

// says checks exit code and first line, which a pattern describes up to its
// perfdata, and the time limit.
func (r run) says(t *testing.T, exit int, line string, limit time.Duration) {
	t.Helper()
	first, _, _ := strings.Cut(r.out, "\n")
	summary, _, _ := strings.Cut(first, " | ")
	if ok, err := regexp.MatchString("^"+line+"$", summary); r.exit != exit || !ok || err != nil {
		t.Errorf("exit %d: %s\nwant %d: %s", r.exit, first, exit, line)
	}
	if limit += slack; r.took > limit {
		t.Errorf("took %v; want at most %v", r.took, limit)
	}
}

// netstatHeader and netstatRow are what net-tools prints.
const (
	netstatHeader = "Active Internet connections (servers and established)\n" +
		"Proto Recv-Q Send-Q Local Address           Foreign Address         State       User       Inode     \n"
	netstatRow = "tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      0          20691     \n"
)

// script writes a shell script that stands for netstat.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "netstat")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func printing(text string) string { return fmt.Sprintf("cat <<'END'\n%sEND\n", text) }

const good = netstatHeader + netstatRow

// TestFaultNetstat: whatever netstat does, it is UNKNOWN unless it ended well
// with an output that is known.
func TestFaultNetstat(t *testing.T) {
	host, err := net.Listen("tcp4", "127.0.0.1:0") // so that the kernel counts a socket
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = host.Close() }()
	const late = "netstat did not finish within the time limit"
	for _, tt := range []struct {
		name, body string
		limit      string
		exit       int
		line       string
	}{
		{"works", printing(good), "8", 0, `OK: listening on 0\.0\.0\.0:22 \[.*`},
		{"hangs", "sleep 60\n", "0.3", 3, late},
		{"hangs after its output is closed", printing(good) + "exec >&-\nsleep 60\n", "0.3", 3, late},
		{"hangs with all that it has started", "sleep 60 & sleep 60 & wait\n", "0.3", 3, late},
		{"ignores signals", "trap '' TERM INT HUP\nsleep 60\n", "0.3", 3, late},
		{"dies by a signal half-way", printing(good) + "kill -SEGV $$\n", "8", 3, "netstat ended by signal: segmentation fault.*"},
		{"exits with 1 after good output", printing(good) + "echo 'netstat: no tables' >&2\nexit 1\n", "8", 3, "netstat exited with 1: netstat: no tables"},
		{"prints 300 MiB", "yes '" + strings.TrimSpace(netstatRow) + "' | head -c 314572800\n", "60", 3, "netstat printed more than 256 MiB"},
		{"prints one endless line", "exec tr '\\0' x < /dev/zero\n", "60", 3, "netstat printed more than 256 MiB"},
		{"complains without end", "while :; do echo complaint >&2; done\n", "0.3", 3, late + ": complaint"},
		{"prints nothing", "", "8", 3, ".*netstat -tuanWe printed nothing"},
		{"prints only a header", printing(netstatHeader), "8", 3, ".*netstat -tuanWe printed no socket, but the kernel counts [0-9]+"},
		{"prints garbage", "echo hello\n", "8", 3, ".*printed no header and no socket that is known: it begins with \"hello\""},
		{"prints random bytes", "head -c 1000000 /dev/urandom\n", "8", 3, ".*printed no header and no socket that is known.*"},
		{"changes its columns", printing(netstatHeader + "tcp zero 0 here there LISTEN\n"), "8", 3, ".*printed no header and no socket that is known.*"},
		{"leaves a grandchild that holds the pipe", printing(good) + "sleep 60 &\n", "0.3", 3, late},
		{"leaves a grandchild of its own session that holds its errors", printing(good) + "ready=$(mktemp -u)\nsetsid sh -c \"mkdir $ready; sleep 2\" >/dev/null &\nuntil rmdir $ready 2>/dev/null; do :; done\n", "8", 3,
			"netstat has ended, but a program that it has started holds its output open"},
		{"leaves a grandchild that does not", printing(good) + "sleep 60 >/dev/null 2>&1 &\n", "8", 0, `OK: listening on 0\.0\.0\.0:22 \[.*`},
		{"refuses its options", "echo 'Usage: netstat' >&2; exit 1\n", "8", 3, "netstat exited with 1: Usage: netstat"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			limit, err := time.ParseDuration(tt.limit + "s")
			if err != nil {
				t.Fatal(err)
			}
			line := tt.line
			if tt.exit == 3 {
				line = "UNKNOWN: no snapshot: " + line
			}
			finish(t, program(t, "--netstat", script(t, tt.body), "--port", "tcp:22", "-t", tt.limit)).says(t, tt.exit, line, limit)
		})
	}
}

func TestFaultNetstatThatCannotBeRun(t *testing.T) {
	plain := script(t, printing(good))
	if err := os.Chmod(plain, 0o600); err != nil {
		t.Fatal(err)
	}
	noProgram := filepath.Join(t.TempDir(), "netstat")
	if err := os.WriteFile(noProgram, []byte("\x7fELF but cut"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ path, line string }{
		"is missing":                   {filepath.Join(t.TempDir(), "netstat"), "looking for netstat: .*: no such file or directory"},
		"is not executable":            {plain, "netstat cannot be run: .*: permission denied"},
		"is a folder":                  {t.TempDir(), ".*: (permission denied|is a directory)"},
		"is no program":                {noProgram, "netstat cannot be run: .*: exec format error"},
		"is a bare name in PATH alone": {"sh", "looking for netstat: .*/sh: no such file or directory"},
	} {
		t.Run(name, func(t *testing.T) {
			finish(t, program(t, "--netstat", tt.path, "--port", "tcp:22")).says(t, 3, "UNKNOWN: no snapshot: "+tt.line, 8*time.Second)
		})
	}
}

// hanging is a netstat that says through a pipe that it is running, and hangs
// with a child.
func hanging(t *testing.T) (path string, running func()) {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "running")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	return script(t, "sleep 60 &\necho yes > '"+pipe+"'\nwait\n"), func() {
		t.Helper()
		if text, err := os.ReadFile(pipe); err != nil || len(text) == 0 {
			t.Fatalf("netstat has not started: %v", err)
		}
	}
}

// TestFaultSignal: who asks the check to end gets an answer at once, and netstat
// ends with it, whatever the signal. One that was ignored when the program started
// stays so.
func TestFaultSignal(t *testing.T) {
	for name, s := range map[string]syscall.Signal{
		"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT, "SIGHUP": syscall.SIGHUP, "SIGXCPU": syscall.SIGXCPU,
		// Go takes these for faults of the program.
		"SIGQUIT": syscall.SIGQUIT, "SIGABRT": syscall.SIGABRT, "SIGTRAP": syscall.SIGTRAP, "SIGSYS": syscall.SIGSYS,
		"SIGSEGV": syscall.SIGSEGV, "SIGBUS": syscall.SIGBUS, "SIGFPE": syscall.SIGFPE, "SIGILL": syscall.SIGILL,
		"SIGSTKFLT": syscall.SIGSTKFLT,
	} {
		t.Run(name, func(t *testing.T) {
			netstat, running := hanging(t)
			cmd := program(t, "--netstat", netstat, "--port", "tcp:22", "-t", "50")
			signalled(t, cmd, running, s).says(t, 3, `UNKNOWN: ended by a signal \(.+\) before there was a result`, 0)
		})
	}
	t.Run("SIGPIPE", func(t *testing.T) { // nobody has closed anything: it means nothing
		netstat, running := hanging(t)
		cmd := program(t, "--netstat", netstat, "--port", "tcp:22", "-t", "1")
		signalled(t, cmd, running, syscall.SIGPIPE).says(t, 3, "UNKNOWN: no snapshot: netstat did not finish within the time limit", time.Second)
	})
	t.Run("SIGHUP under nohup", func(t *testing.T) {
		netstat, running := hanging(t)
		cmd := limited(t, "trap '' HUP", "--netstat", netstat, "--port", "tcp:22", "-t", "1")
		signalled(t, cmd, running, syscall.SIGHUP).says(t, 3, "UNKNOWN: no snapshot: netstat did not finish within the time limit", time.Second)
	})
	for name, args := range map[string][]string{
		"a list": {"--listening"}, "a saved output": {"--port", "tcp:22", "--input"},
	} {
		t.Run("SIGTERM while "+name+" hangs", func(t *testing.T) {
			pipe := fifo(t)
			cmd := program(t, append(args, pipe, "-t", "50")...)
			opened := func() { // returns when it is being read
				f, err := os.OpenFile(pipe, os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = f.Close() })
			}
			signalled(t, cmd, opened, syscall.SIGTERM).says(t, 3, `UNKNOWN: ended by a signal \(terminated\) before there was a result`, 0)
		})
	}
	t.Run("SIGKILL", func(t *testing.T) { // no answer, but nothing is left
		netstat, running := hanging(t)
		cmd := program(t, "--netstat", netstat, "--port", "tcp:22", "-t", "50")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running()
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		for range 200 { // the kernel kills netstat; its own child is no child of ours
			if all := living(t, cmd.Process.Pid); len(all) == 0 || len(all) == 1 && strings.Contains(all[0], "sleep") {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		all := living(t, cmd.Process.Pid)
		if len(all) > 1 || len(all) == 1 && !strings.Contains(all[0], "sleep") {
			t.Errorf("left behind: %q", all)
		}
		killSession(t, cmd.Process.Pid)
	})
}

// killSession ends what a test has left in a session on purpose.
func killSession(t *testing.T, session int) {
	t.Helper()
	for _, name := range living(t, session) {
		pid, err := strconv.Atoi(strings.Fields(name)[0])
		if err == nil {
			err = syscall.Kill(pid, syscall.SIGKILL)
		}
		if err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Error(err)
		}
	}
}

// signalled starts the command, waits until it is where the signal is to meet
// it, and sends the signal.
func signalled(t *testing.T, cmd *exec.Cmd, reached func(), s syscall.Signal) run {
	t.Helper()
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	reached()
	start := time.Now()
	if err := cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	return await(t, cmd, &out, &stderr, start)
}

// TestFaultOutput: where the result cannot be written the exit code is all that
// is left, and it is not OK.
func TestFaultOutput(t *testing.T) {
	for _, args := range [][]string{
		{"--port", "tcp:22"}, {"--port", "tcp:22", "--output", "json"}, {"--port", "tcp:22", "--output", "table"},
		{"sockets"}, {"sockets", "--output", "json"}, {"items", "--port", "tcp:22"}, {"lint", "--port", "tcp:22"},
		{"discover", "icinga2", "--port", "tcp:22"}, {"learn", "listening"}, {"--help"}, {"--no-such-option"},
	} {
		if args[0] != "items" && args[0] != "lint" && args[0] != "discover" {
			args = append(args, "--netstat", script(t, printing(good)))
		}
		t.Run("disk full "+strings.Join(args[:2-len(args)%2], " "), func(t *testing.T) {
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = full.Close() }()
			cmd := program(t, args...)
			cmd.Stdout = full
			if r := finish(t, cmd); r.exit != 3 {
				t.Errorf("%q: exit %d", args, r.exit)
			}
		})
		if args[0] == "--help" || args[0] == "--no-such-option" {
			continue
		}
		t.Run("closed pipe "+strings.Join(args[:1], " "), func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = writer.Close() }()
			if err := reader.Close(); err != nil {
				t.Fatal(err)
			}
			cmd := program(t, args...)
			cmd.Stdout = writer
			if r := finish(t, cmd); r.exit != 3 {
				t.Errorf("%q: exit %d", args, r.exit)
			}
		})
	}
	for name, args := range map[string][]string{
		"a check":          {"--netstat", script(t, printing(good)), "--port", "tcp:22", "-t", "0.3"},
		"a listing":        {"sockets", "--netstat", script(t, printing(good)), "-t", "0.3"},
		"one that is late": {"--netstat", script(t, "sleep 60\n"), "--port", "tcp:22", "-t", "0.3"},
		"a saved output":   {"sockets", "--input", fifo(t), "-t", "0.3"},
		"items":            {"items", "--port", "tcp:22", "-t", "0.3"},
	} {
		t.Run("pipe that nobody reads, "+name, func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _, _ = reader.Close(), writer.Close() }()
			fill(t, int(writer.Fd()))
			cmd := program(t, args...)
			cmd.Stdout = writer
			r := finish(t, cmd)
			if r.exit != 3 || r.took > 300*time.Millisecond+slack {
				t.Errorf("exit %d after %v", r.exit, r.took)
			}
		})
	}
	t.Run("standard output that is closed", func(t *testing.T) {
		for _, closed := range []string{"exec >&-", "exec <&- >&-", "exec <&- >&- 2>&-"} {
			cmd := limited(t, closed, "--netstat", script(t, printing(good)), "--port", "tcp:22")
			if r := finish(t, cmd); r.exit != 3 {
				t.Errorf("%s: exit %d", closed, r.exit)
			}
		}
	})
	t.Run("standard output that nobody wants", func(t *testing.T) {
		for _, away := range []string{"exec >/dev/null", "exec <>/dev/null >&0", "exec <>/dev/null >&0 2>&0"} {
			cmd := limited(t, away, "--netstat", script(t, printing(good)), "--port", "tcp:22")
			if r := finish(t, cmd); r.exit != 0 {
				t.Errorf("%s: exit %d; want that of the verdict", away, r.exit)
			}
		}
	})
}

// fifo makes a FIFO that nobody writes to.
func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// fill writes to a pipe until it is full.
func fill(t *testing.T, fd int) {
	t.Helper()
	err := syscall.SetNonblock(fd, true)
	for _, size := range []int{4096, 1} {
		for err == nil {
			_, err = syscall.Write(fd, make([]byte, size))
		}
		if !errors.Is(err, syscall.EAGAIN) {
			t.Fatal(err)
		}
		err = nil
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		t.Fatal(err)
	}
}

// TestFaultLimits of the process: what is left of the program still answers.
func TestFaultLimits(t *testing.T) {
	netstat := script(t, printing(good))
	for _, files := range []int{4, 5, 6, 7, 8, 9, 10, 11} {
		t.Run(fmt.Sprintf("%d open files", files), func(t *testing.T) {
			cmd := limited(t, "ulimit -n "+strconv.Itoa(files), "--netstat", netstat, "--port", "tcp:22")
			finish(t, cmd).says(t, 3, `UNKNOWN: (opening a file: too many open files: .*ulimit -n.*|no snapshot: .*too many open files)`, 8*time.Second)
		})
	}
	t.Run("64 open files", func(t *testing.T) {
		cmd := limited(t, "ulimit -n 64", "--netstat", netstat, "--port", "tcp:22")
		finish(t, cmd).says(t, 0, "OK: .*", 8*time.Second)
	})
	t.Run("GOMEMLIMIT", func(t *testing.T) {
		cmd := program(t, "--netstat", netstat, "--port", "tcp:22")
		cmd.Env = append(cmd.Env, "GOMEMLIMIT=1MiB", "GOGC=1")
		finish(t, cmd).says(t, 0, "OK: .*", 8*time.Second)
	})
	t.Run("4 GB of address space", func(t *testing.T) {
		cmd := limited(t, "ulimit -v 4000000", "--netstat", netstat, "--port", "tcp:22")
		finish(t, cmd).says(t, 0, "OK: .*", 8*time.Second)
	})
	t.Run("no file may be written", func(t *testing.T) {
		cmd := limited(t, "ulimit -f 0", "--netstat", netstat, "--port", "tcp:22")
		finish(t, cmd).says(t, 0, "OK: .*", 8*time.Second)
	})
}

// TestFaultNetlink: refused, the sockets come from /proc/net; lost, there is no
// snapshot. The answers themselves are cut in package kernel's tests.
func TestFaultNetlink(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	for _, tt := range []struct {
		name, restriction string
		exit              int
		line              string
	}{
		{"refused", "netlink-refused", 0, "OK: listening on 127.0.0.1:" + port + ".*"},
		{"lost answers (ENOBUFS)", "netlink-lost", 3, "UNKNOWN: no snapshot: reading the kernel's tcp sockets: receiving from sock_diag: no buffer space available"},
		{"out of memory", "netlink-memory", 3, "UNKNOWN: no snapshot: reading the kernel's tcp sockets: asking sock_diag: cannot allocate memory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			finish(t, restrictedBy(t, tt.restriction, "--source", "kernel", "--port", "tcp:"+port)).says(t, tt.exit, tt.line, 8*time.Second)
		})
	}
}

// TestNothingIsChanged: the kernel kills the program where it opens a file for
// writing, makes, renames or removes one, or connects or binds a socket.
func TestNothingIsChanged(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := "tcp:" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	list := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(list, []byte("ipProtocol,localPort\n"+strings.Replace(port, ":", ",", 1)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	netstat := script(t, "exec cat <<'END'\n"+good+"END\n")
	for _, args := range [][]string{
		{"--source", "kernel", "--port", port + ",no-such-program", "--unexpected", "warning"},
		{"--source", "kernel", "--listening", list, "--output", "json", "--samples", "2"},
		{"sockets", "--source", "kernel"}, {"items", "--listening", list}, {"lint", "--listening", list},
		{"learn", "listening", "--source", "kernel"}, {"discover", "nagios", "--listening", list, "--host", "db1"},
		{"--netstat", netstat, "--port", "tcp:22"},
	} {
		cmd := restrictedBy(t, "changes-nothing", args...)
		var out, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &stderr
		if err := cmd.Run(); cmd.ProcessState == nil || !cmd.ProcessState.Exited() || cmd.ProcessState.ExitCode() == 99 || out.Len() == 0 {
			t.Errorf("%q: %v\n%s%s", args, err, &out, &stderr)
		}
	}
	// The restriction itself works.
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Args = []string{"restricted", "changes-nothing", "/bin/sh", "-c", ": > '" + filepath.Join(t.TempDir(), "new") + "'"}
	if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() == 99 {
		t.Errorf("a program that writes is not killed: %v", err)
	}
}
