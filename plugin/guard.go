package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"check_netstat/plugin/state"
)

// What the run gets beyond its time limit (-t): the source ends itself at the
// limit and says more, so that the clock waits a little for it; writing the
// result gets the rest. Both together stay below half a second.
const (
	grace    = 300 * time.Millisecond
	lastWord = 100 * time.Millisecond
)

var errInterrupted = errors.New("interrupted")

// guarded runs the verb beside a watch on the clock and on signals, so that a
// list on a dead file system, a reader that does not read or a monitoring system
// that gives up cannot hold the check or leave anything behind, and turns a
// defect of the program into UNKNOWN. All times are taken from the monotonic
// clock, which time.Now reads beside the wall clock.
func (r *request) guarded(env Env, start time.Time) int {
	signals, release := interruptions()
	defer release()
	cancellable, interrupt := context.WithCancelCause(context.Background())
	defer interrupt(nil)
	ctx, cancel := context.WithDeadline(cancellable, start.Add(r.timeout))
	defer cancel()

	// A result is written only by whoever wins, so that no late write mixes
	// with the answer of the watch. A listing of sockets is written as it is read.
	done := make(chan func() int, 1)
	go func() {
		defer r.onDefect(env, start, func(answer func() int) { done <- answer })
		done <- r.run(ctx, env, start)
	}()
	limit := start.Add(r.timeout + grace)
	select {
	case answer := <-done:
		return r.write(env, start, signals, func() int {
			if env.Drop != nil {
				_ = env.Drop() // a system that cannot do it is no reason to say nothing
			}
			return answer()
		})
	case s := <-signals:
		interrupt(errInterrupted)
		select {
		case <-done: // what the source has started is gone
		case <-time.After(grace):
		}
		return r.write(env, start, signals, func() int {
			return r.fail(env, start, fmt.Errorf("ended by a signal (%v) before there was a result", s))
		})
	case <-time.After(time.Until(limit)):
		return r.write(env, start, signals, func() int { return r.fail(env, start, r.late()) })
	}
}

// write lets the answer be written, which can fail or take for ever where nobody
// reads it: then only the exit code is left.
func (r *request) write(env Env, start time.Time, signals <-chan os.Signal, answer func() int) int {
	written := make(chan int, 1)
	go func() {
		defer r.onDefect(env, start, func(answer func() int) { written <- answer() })
		written <- answer()
	}()
	limit := max(lastWord, time.Until(start.Add(r.timeout+grace+lastWord)))
	select {
	case exit := <-written:
		return exit
	case <-signals:
	case <-time.After(limit):
	}
	return state.Unknown.ExitCode()
}

// onDefect answers for a function that panicked.
func (r *request) onDefect(env Env, start time.Time, answer func(func() int)) {
	if p := recover(); p != nil {
		answer(func() int {
			return r.fail(env, start, fmt.Errorf("defect in check_netstat, please report it: %v", p))
		})
	}
}

// doing notes what may hang, "" when it has not.
func (r *request) doing(what string) { r.step.Store(&what) }

// late says that the time is over, and over what.
func (r *request) late() error {
	if what := r.step.Load(); what != nil && *what != "" {
		return fmt.Errorf("no result within the time limit (-t): %s has not ended", *what)
	}
	return errors.New("no result within the time limit (-t)")
}

// interruptions returns the signals that ask the program to end, unless whoever
// started it wants them ignored (nohup(1)). Left alone they would end it
// without a word, SIGQUIT even as CRITICAL. SIGPIPE is taken and passed over, so
// that writing to a pipe that is closed is an error; ignored, it would be so for
// netstat, too.
func interruptions() (signals chan os.Signal, release func()) {
	signals, pipe := make(chan os.Signal, 1), make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	signal.Notify(pipe, syscall.SIGPIPE)
	return signals, func() {
		signal.Stop(signals)
		signal.Stop(pipe)
	}
}
