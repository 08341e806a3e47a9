//go:build linux

package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

//go:embed c/measure.c
var measureSource string

//go:embed c/dump.c
var dumpSource string

// longest is how long one run of a command may take.
const longest = 60 * time.Second

// meter runs commands and says what they cost.
type meter struct {
	dir     string // where the commands run
	measure string // c/measure.c as a program, "" where there is no C compiler
}

// compile makes a static program of a C source; cc must be installed.
func compile(dir, name, source string) (path string, err error) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		return "", errNoCompiler
	}
	path = filepath.Join(dir, name)
	cmd := exec.Command(cc, "-O2", "-static", "-o", path, "-x", "c", "-") //nolint:gosec,noctx // G204: the system's C compiler and a source of ours
	cmd.Stdin = strings.NewReader(source)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compiling %s.c: %w: %s", name, err, firstLine(out))
	}
	return path, nil
}

// pairs runs a and b in turn, n times. One run of each goes before, which
// brings the files into the page cache and shows that both do their work.
func (m meter) pairs(a, b command, n int) ([]pair, error) {
	for _, c := range []command{a, b} {
		if err := m.prove(c); err != nil {
			return nil, err
		}
	}
	done := make([]pair, n)
	for i := range done {
		var err error
		if done[i].a, err = m.run(a, nil); err != nil {
			return nil, err
		}
		if done[i].b, err = m.run(b, nil); err != nil {
			return nil, err
		}
	}
	return done, nil
}

// prove runs the command once and looks at what it says: a program that fails
// at once is fast.
func (m meter) prove(c command) error {
	if c.missing != nil {
		return c.missing
	}
	var out bytes.Buffer
	if _, err := m.run(c, &out); err != nil {
		return fmt.Errorf("%w: %s", err, firstLine(out.Bytes()))
	}
	if !bytes.Contains(out.Bytes(), []byte(c.says)) {
		return fmt.Errorf("`%s` does not say %q but %q", c, c.says, firstLine(out.Bytes()))
	}
	return nil
}

// run runs the command and writes what it prints to out, nil for /dev/null.
func (m meter) run(c command, out io.Writer) (cost, error) {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	argv := append([]string{c.path}, c.argv[1:]...)
	if m.measure != "" {
		argv = append([]string{m.measure}, argv...)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // G204: measuring given programs is what this is for
	if out == nil && c.heard {
		out = io.Discard
	}
	cmd.Dir, cmd.Stdout = m.dir, out
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	said, report, err := os.Pipe()
	if err != nil {
		return cost{}, err
	}
	defer said.Close()
	cmd.ExtraFiles = []*os.File{report}
	err = cmd.Run()
	_ = report.Close()
	if ctx.Err() != nil {
		return cost{}, fmt.Errorf("`%s` took longer than %v", c, longest)
	}
	if cmd.ProcessState == nil {
		return cost{}, err
	}
	spent, status, err := m.spent(cmd.ProcessState, said)
	if err != nil {
		return cost{}, fmt.Errorf("measuring `%s`: %w", c, err)
	}
	if !status.Exited() || status.ExitStatus() != c.exit {
		return cost{}, fmt.Errorf("`%s` ended with %s, not with %d", c, exitText(status), c.exit)
	}
	return spent, nil
}

// spent returns what the command cost: as c/measure.c reports it, or of the
// process itself, whose peak memory is then not known.
func (m meter) spent(ended *os.ProcessState, report io.Reader) (cost, syscall.WaitStatus, error) {
	if m.measure == "" {
		status, _ := ended.Sys().(syscall.WaitStatus)
		return cost{cpu: ended.UserTime() + ended.SystemTime()}, status, nil
	}
	var status, user, system, kib int64
	if _, err := fmt.Fscan(report, &status, &user, &system, &kib); err != nil {
		return cost{}, 0, err
	}
	return cost{cpu: time.Duration(user+system) * time.Microsecond, peak: kib << 10}, syscall.WaitStatus(status), nil
}

func exitText(s syscall.WaitStatus) string {
	if s.Signaled() {
		return "signal " + s.Signal().String()
	}
	return fmt.Sprint(s.ExitStatus())
}

func firstLine(b []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	if len(line) > 200 {
		line = line[:200]
	}
	return line
}
