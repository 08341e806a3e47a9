//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A soak runs the check again and again against sockets that stay, among others
// that come and go, and stops at the first answer that is not the one of before:
// what the program does in one run it does every minute for years.

const (
	soakSockets = 50_000
	atOnce      = 50 // runs beside each other, at the end
)

// soaked is what one run did.
type soaked struct {
	took time.Duration
	cpu  time.Duration
	kib  int64
}

// soak makes the runs and prints how the first and the last of them compare.
func (b *bench) soak() error {
	progress("opening %d sockets", soakSockets)
	size := busy(soakSockets)
	held, err := startLoad(size)
	if err != nil {
		return err
	}
	others, err := startChurn()
	if err != nil {
		return err
	}
	runs, err := b.soakRuns(size)
	if err == nil {
		err = b.soakAtOnce(size)
	}
	if e := others.stop(); err == nil {
		err = e
	}
	if e := held.stop(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	tenth := max(1, len(runs)/10)
	fmt.Printf("%d runs against %d stable sockets among others that come and go: every verdict and count the same\n", len(runs), soakSockets)
	fmt.Printf("first tenth: %s\nlast tenth:  %s\n", describe(runs[:tenth]), describe(runs[len(runs)-tenth:]))
	return nil
}

// soakRuns runs the check one after another, and looks for what they leave.
func (b *bench) soakRuns(size loadSize) ([]soaked, error) {
	before, err := children()
	if err != nil {
		return nil, err
	}
	runs := make([]soaked, 0, b.soakFor)
	for n := range b.soakFor {
		one, err := b.soakStart()
		if err != nil {
			return nil, err
		}
		done, err := one.end(size)
		if err != nil {
			return nil, fmt.Errorf("run %d: %w", n+1, err)
		}
		if runs = append(runs, done); n%1000 == 999 {
			progress("%d runs", n+1)
		}
	}
	after, err := children()
	if err == nil && after != before {
		err = fmt.Errorf("%d processes, %d before the runs", after, before)
	}
	return runs, err
}

// soakAtOnce runs many beside each other. Each has the same answer.
func (b *bench) soakAtOnce(size loadSize) error {
	started := make([]*soakRun, 0, atOnce)
	var failed error
	for range atOnce {
		one, err := b.soakStart()
		if err != nil {
			failed = err
			break
		}
		started = append(started, one)
	}
	var longest time.Duration
	for _, one := range started {
		done, err := one.end(size)
		if err != nil && failed == nil {
			failed = fmt.Errorf("at once: %w", err)
		}
		longest = max(longest, done.took)
	}
	if failed == nil {
		fmt.Printf("%d runs at once: every verdict and count the same, the last after %v\n", atOnce, longest.Round(time.Millisecond))
	}
	return failed
}

// soakRun is a run under way.
type soakRun struct {
	cmd   *exec.Cmd
	out   bytes.Buffer
	start time.Time
}

func (b *bench) soakStart() (*soakRun, error) {
	one := &soakRun{start: time.Now()}
	one.cmd = exec.Command(b.tools.check, "--source", "kernel", "--connections", "programs.csv", "--listening", "listening.csv", "-t", "60") //nolint:gosec,noctx // G204: the program that is measured; it has a time limit of its own
	one.cmd.Dir = b.meter.dir
	one.cmd.Stdout, one.cmd.Stderr = &one.out, &one.out
	one.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return one, one.cmd.Start()
}

// end waits for the run and holds its answer against the load.
func (one *soakRun) end(size loadSize) (soaked, error) {
	if err := one.cmd.Wait(); err != nil {
		return soaked{}, fmt.Errorf("%w: %s", err, firstLine(one.out.Bytes()))
	}
	done := soaked{took: time.Since(one.start), cpu: one.cmd.ProcessState.UserTime() + one.cmd.ProcessState.SystemTime()}
	if usage, ok := one.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		done.kib = usage.Maxrss
	}
	want := fmt.Sprintf("OK: %d items OK (%d connections, %d listening ports) | 'connections'=%d;;;0 'listening_ports'=%d;;;0 ",
		2*loadItems, loadItems, loadItems, size.watched(), loadItems)
	if !strings.HasPrefix(one.out.String(), want) {
		return done, fmt.Errorf("%q; want %q", firstLine(one.out.Bytes()), want)
	}
	return done, nil
}

// describe words the middle and the most of some runs.
func describe(runs []soaked) string {
	by := func(value func(soaked) int64) (middle, most int64) {
		all := make([]int64, len(runs))
		for i, r := range runs {
			all[i] = value(r)
		}
		slices.Sort(all)
		return all[len(all)/2], all[len(all)-1]
	}
	took, longest := by(func(r soaked) int64 { return r.took.Milliseconds() })
	cpu, _ := by(func(r soaked) int64 { return r.cpu.Milliseconds() })
	kib, most := by(func(r soaked) int64 { return r.kib })
	return fmt.Sprintf("%d ms (most %d), CPU %d ms, %.1f MiB (most %.1f)", took, longest, cpu, float64(kib)/1024, float64(most)/1024)
}

// children counts the processes that this one has started, and those that its
// children have left it.
func children() (n int, err error) {
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		return 0, err
	}
	for _, path := range lists {
		text, err := os.ReadFile(path) //nolint:gosec // G304: a file of /proc
		if err != nil {
			continue // the thread has ended
		}
		n += len(strings.Fields(string(text)))
	}
	return n, nil
}
