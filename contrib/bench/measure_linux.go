package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
)

// command is a program to measure, and what shows that it has done its work: a
// program that fails at once is fast.
type command struct {
	shown string // in the table
	argv  []string
	exit  int
	says  string // a part of its output
}

// system is the command of one of the system's programs.
func system(argv ...string) command { return command{shown: strings.Join(argv, " "), argv: argv} }

// cost is what one run of a command took, the programs that it started included.
type cost struct {
	ms  float64 // CPU, user and system
	mib float64 // most memory of one process
}

// figures are measured again and again.
type figures []float64

// middle sorts the figures and returns the one in the middle.
func (f figures) middle() float64 {
	slices.Sort(f)
	return f[len(f)/2]
}

func (f figures) String() string {
	return fmt.Sprintf("%.3g (%.3g to %.3g)", f.middle(), f[0], f[len(f)-1])
}

// compare runs a and b in turn and returns the last cells of their row. Only
// neighbours are compared, because the speed of a machine changes from second to
// second.
func (t tools) compare(a, b command, pairs int) string {
	var ratio, first, second, memory figures
	for range pairs {
		x, err1 := t.run(a)
		y, err2 := t.run(b)
		if err := cmp.Or(err1, err2); err != nil {
			return fmt.Sprintf("not measured: %v | | ", err)
		}
		ratio, memory = append(ratio, x.ms/y.ms), append(memory, x.mib)
		first, second = append(first, x.ms), append(second, y.ms)
	}
	return fmt.Sprintf("%v | %.1f ms, %.1f ms | %.1f MiB", ratio, first.middle(), second.middle(), slices.Max(memory))
}

// run runs a command that must do its work.
func (t tools) run(c command) (cost, error) {
	spent, answer, err := t.start(c)()
	if err == nil && !strings.Contains(answer, c.says) {
		err = fmt.Errorf("`%s` does not say %q: %.200q", c.shown, c.says, answer)
	}
	return spent, err
}

// start starts a command below a small parent, see [measured]. What it returns
// waits for the end.
func (t tools) start(c command) func() (spent cost, answer string, err error) {
	cmd := part(c.argv[0]) // measures itself
	if parts[c.argv[0]] == nil {
		cmd = part("measure", c.argv...)
	}
	var out strings.Builder
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = t.dir, append(os.Environ(), "LC_ALL=C"), &out, &out
	err := cmd.Start()
	return func() (spent cost, answer string, _ error) {
		if err == nil {
			err = cmd.Wait()
		}
		answer = out.String()
		last := strings.LastIndex(answer, "\n") + 1
		var exit, micros, kib int
		if err == nil {
			_, err = fmt.Sscan(answer[last:], &exit, &micros, &kib)
			answer = answer[:last]
		}
		if err == nil && exit != c.exit {
			err = fmt.Errorf("exit code %d, not %d", exit, c.exit)
		}
		if err != nil {
			err = fmt.Errorf("`%s`: %w: %.200q", c.shown, err, answer)
		}
		return cost{float64(max(micros, 1)) / 1000, float64(kib) / 1024}, answer, err
	}
}

// measured runs a command and reports what it cost.
//
// It is a process of its own for the memory: ru_maxrss begins, at exec, with the
// peak of the process that forked (setmax_mm_hiwater_rss in exec_mmap,
// fs/exec.c), so that a check below a parent of 40 MiB seems to need as much. This
// one takes 4.7 MiB: of less, it cannot tell.
func measured(argv []string) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stdout
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Run(); cmd.ProcessState == nil {
		return err
	}
	used, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	report(cmd.ProcessState.ExitCode(), used, &syscall.Rusage{})
	return nil
}

// report writes a last line: an exit code (-1 for a signal), the CPU between two
// looks in microseconds, and the peak memory in KiB.
func report(exit int, after, before *syscall.Rusage) {
	nanos := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
	fmt.Printf("\n%d %d %d", exit, nanos/1000, after.Maxrss)
}
