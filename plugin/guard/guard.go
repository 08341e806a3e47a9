// Package guard runs the work of one command line while it watches the clock
// and signals, so that a list on a dead file system, a reader that does not read or
// a monitoring system that gives up can neither hold the run nor leave anything
// behind. It gives up the rights of the process before the first byte
// is written, and turns a defect of the program into an answer.
//
// It knows nothing of what the work is: it takes a time limit, functions, and
// the exit code that means "not known".
package guard

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// What a run gets beyond its time limit: the work ends itself at the limit and
// can say more about it, so the clock waits a little for it; writing the result
// gets the rest. Both together stay below half a second.
const (
	workGrace  = 300 * time.Millisecond
	writeGrace = 100 * time.Millisecond
)

// Run is one run of the program.
type Run struct {
	Start   time.Time     // with the reading of the monotonic clock, as time.Now returns it
	Limit   time.Duration // of the whole run, from Start
	Unknown int           // exit code if nothing can be said, since nobody reads it
	Rights  *Rights       // told when the work is given up; may be nil
	// Fail writes why there is no result, and returns the exit code. It runs on a
	// goroutine of its own, and only if the work has not answered.
	Fail func(error) (exit int)

	step    atomic.Pointer[string]
	signals signals
}

// Doing notes what may hang from now on, "" once it has not. The note is named
// if the time limit is over: "reading list.csv".
func (r *Run) Doing(what string) { r.step.Store(&what) }

// Wait catches signals from now on: something outside is waited for, which may take
// longer than any other step.
func (r *Run) Wait() { r.signals.arm() }

// Do runs the work, which returns what writes its result and gives the exit code.
// The work should end with its context; it is left behind if it does not.
func (r *Run) Do(work func(context.Context) (answer func() int)) (exit int) {
	cancellable, interrupt := context.WithCancelCause(context.Background())
	defer interrupt(nil)
	ctx, cancel := context.WithDeadline(cancellable, r.Start.Add(r.Limit))
	defer cancel()

	r.signals.caught = make(chan os.Signal, 1)

	// The answer is written only by whoever wins, so that no late answer mixes
	// with that of the watch.
	done := make(chan func() int, 1)
	go func() {
		defer r.recoverPanic(func(answer func() int) { done <- answer })
		done <- work(ctx)
	}()
	defer r.signals.release()
	arm := time.After(armAfter)
	late := time.After(time.Until(r.Start.Add(r.Limit + workGrace)))
	look := time.NewTicker(lookAfter)
	defer look.Stop()
	for {
		select {
		case answer := <-done:
			return r.write(answer)
		case <-arm:
			r.signals.arm()
		case <-look.C:
			takePending()
		case s := <-r.signals.caught:
			interrupt(errInterrupted)
			select {
			case <-done: // what the work has started is gone
			case <-time.After(workGrace):
				r.Rights.giveUpOn()
			}
			return r.write(func() int {
				return r.Fail(fmt.Errorf("ended by a signal (%v) before there was a result", s))
			})
		case <-late:
			r.Rights.giveUpOn()
			return r.write(func() int { return r.Fail(r.late()) })
		}
	}
}

var errInterrupted = errors.New("interrupted")

// write runs the answer, which can fail or take for ever if nobody reads what it
// writes: then only the exit code is left.
func (r *Run) write(answer func() int) int {
	written := make(chan int, 1)
	go func() {
		defer r.recoverPanic(func(answer func() int) { written <- answer() })
		written <- answer()
	}()
	arm := time.After(armAfter)
	limit := time.After(max(writeGrace, time.Until(r.Start.Add(r.Limit+workGrace+writeGrace))))
	for {
		select {
		case exit := <-written:
			return exit
		case <-arm:
			r.signals.arm()
		case <-r.signals.caught:
			limit = time.After(writeGrace)
		case <-limit:
			return r.Unknown
		}
	}
}

// recoverPanic answers for a function that panicked.
func (r *Run) recoverPanic(answer func(func() int)) {
	if p := recover(); p != nil {
		answer(func() int {
			return r.Fail(fmt.Errorf("defect in check_netstat, please report it: %v", p))
		})
	}
}

// late says that the time is over, and over what.
func (r *Run) late() error {
	if what := r.step.Load(); what != nil && *what != "" {
		return fmt.Errorf("no result within the time limit (-t): %s has not ended", *what)
	}
	return errors.New("no result within the time limit (-t)")
}
