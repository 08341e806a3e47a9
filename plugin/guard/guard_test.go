package guard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"check_netstat/plugin/guard"
)

const unknown = 3

// run does the work with a short limit, and returns what was written, "rights
// gone" where they went.
func run(work func(ctx context.Context, out *guard.Writer, r *guard.Run) func() int) (exit int, written string) {
	var b bytes.Buffer
	rights := guard.NewRights(func(hung bool) error {
		fmt.Fprintf(&b, "rights gone, hung %v\n", hung)
		return errors.New("not supported")
	})
	out := rights.Writer(&b)
	r := guard.Run{Start: time.Now(), Limit: 50 * time.Millisecond, Unknown: unknown, Rights: rights}
	r.Fail = func(err error) int {
		fmt.Fprintln(out, err)
		return unknown
	}
	exit = r.Do(func(ctx context.Context) func() int { return work(ctx, out, &r) })
	return exit, b.String()
}

func TestTheAnswerIsWrittenWithoutRights(t *testing.T) {
	exit, written := run(func(_ context.Context, out *guard.Writer, _ *guard.Run) func() int {
		return func() int {
			fmt.Fprint(out, "one\n")
			fmt.Fprint(out, "two\n")
			return 2
		}
	})
	if want := "rights gone, hung false\none\ntwo\n"; exit != 2 || written != want {
		t.Errorf("exit %d, %q; want 2, %q", exit, written, want)
	}
}

func TestWhatIsWrittenWhileItIsReadIsWrittenWithoutRights(t *testing.T) {
	_, written := run(func(_ context.Context, out *guard.Writer, _ *guard.Run) func() int {
		fmt.Fprint(out, "row\n")
		return func() int { return 0 }
	})
	if want := "rights gone, hung false\nrow\n"; written != want {
		t.Errorf("%q; want %q", written, want)
	}
}

func TestWorkThatHangsIsNamed(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	for what, want := range map[string]string{
		"reading list.csv": "no result within the time limit (-t): reading list.csv has not ended\n",
		"":                 "no result within the time limit (-t)\n",
	} {
		exit, written := run(func(_ context.Context, _ *guard.Writer, r *guard.Run) func() int {
			r.Doing(what)
			<-over
			return nil
		})
		if want = "rights gone, hung true\n" + want; exit != unknown || written != want {
			t.Errorf("exit %d, %q; want %q", exit, written, want)
		}
	}
}

func TestWorkThatEndsAtTheLimitAnswersItself(t *testing.T) {
	exit, written := run(func(ctx context.Context, out *guard.Writer, _ *guard.Run) func() int {
		<-ctx.Done()
		return func() int { fmt.Fprint(out, "late\n"); return 1 }
	})
	if want := "rights gone, hung false\nlate\n"; exit != 1 || written != want {
		t.Errorf("exit %d, %q; want %q", exit, written, want)
	}
}

func TestADefectIsAnAnswer(t *testing.T) {
	const want = "defect in check_netstat, please report it: here\n"
	for name, work := range map[string]func(context.Context, *guard.Writer, *guard.Run) func() int{
		"in the work":   func(context.Context, *guard.Writer, *guard.Run) func() int { panic("here") },
		"in the answer": func(context.Context, *guard.Writer, *guard.Run) func() int { return func() int { panic("here") } },
	} {
		if exit, written := run(work); exit != unknown || !strings.HasSuffix(written, want) {
			t.Errorf("%s: exit %d, %q; want %q", name, exit, written, want)
		}
	}
}

func TestAnAnswerThatNobodyReadsEnds(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	exit, _ := run(func(context.Context, *guard.Writer, *guard.Run) func() int {
		return func() int { <-over; return 0 }
	})
	if exit != unknown {
		t.Errorf("exit %d", exit)
	}
}

func TestNothingIsWrittenAfterTheEndOfTheContext(t *testing.T) {
	var b bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	w := guard.Until(ctx, &b)
	if _, err := w.Write([]byte("row\n")); err != nil {
		t.Error(err)
	}
	cancel()
	if _, err := w.Write([]byte("late\n")); err == nil || b.String() != "row\n" {
		t.Errorf("%v, %q", err, &b)
	}
}
