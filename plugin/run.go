package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"check_netstat/plugin/cli"
	"check_netstat/plugin/guard"
	"check_netstat/plugin/report"
	"check_netstat/plugin/state"
)

// run is what every verb has at hand besides its own request.
type run struct {
	Env
	args  []string // the command line
	start time.Time
	verb  string   // "" for the check
	look  cli.Show // of the answer
	guard guard.Run
}

// do does the work of the verb and returns what writes its result and gives the
// exit code.
func (r *run) do(ctx context.Context, request cli.Request) func() int {
	switch q := request.(type) {
	case *cli.Check:
		return r.check(ctx, q)
	case *cli.Items:
		return r.answer(r.items(q))
	case *cli.Lint:
		return r.answer(r.lint(ctx, q))
	case *cli.Sockets:
		return r.answer(nil, r.sockets(ctx, q))
	case *cli.Learn:
		return r.answer(r.learn(ctx, q))
	case *cli.Discover:
		return r.answer(r.discover(q))
	}
	panic(fmt.Sprintf("no verb for %T", request))
}

// answer is that of a verb which lists something: write, if there is anything to
// write, and an error, which errShown says is in it.
func (r *run) answer(write func() error, err error) func() int {
	return func() int {
		if write != nil {
			if failed := write(); failed != nil {
				return state.Unknown.ExitCode() // there is nowhere to say it
			}
		}
		switch {
		case errors.Is(err, errShown):
			return state.Unknown.ExitCode()
		case err != nil:
			return r.fail(err)
		}
		return state.OK.ExitCode()
	}
}

// errShown ends a verb with exit code 3 if its output says why.
var errShown = errors.New("see the output")

// doing notes what may hang, "" once it has not.
func (r *run) doing(what string) { r.guard.Doing(what) }

// options are how the answer looks where it is written.
func (r *run) options() report.Options {
	return report.Options{Verbosity: r.look.Verbosity, Limit: r.look.Limit, Style: style(r.Stdout)}
}

// tell prints help, version or completions: exit 3 in a check, as the Monitoring
// Plugins guidelines ask. Completions are 3 always: a variable left in an agent's
// environment must not make a check OK.
func (r *run) tell(t *cli.Text) int {
	text := t.Text
	if t.Version {
		text = fmt.Sprintf("check_netstat %s (%s %s/%s)\n", r.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	}
	if _, err := io.WriteString(r.Stdout, text); err != nil || r.verb == "" || t.Completes {
		return state.Unknown.ExitCode()
	}
	return state.OK.ExitCode()
}

// fail reports an error that left nothing to judge or to list.
func (r *run) fail(err error) int {
	switch r.verb {
	case "":
		return r.write(&report.Check{State: state.Unknown, Problems: []string{err.Error()}})
	case "learn": // its standard output becomes a list
		_, _ = fmt.Fprintf(r.Stderr, "UNKNOWN: %s\n", report.Clean(err.Error())) // the exit code says it too
	default:
		_, _ = fmt.Fprintf(r.Stdout, "UNKNOWN: %s\n", report.Clean(err.Error()))
	}
	return state.Unknown.ExitCode()
}

// write writes a check's result in the form that was asked for.
func (r *run) write(c *report.Check) int {
	finish(c, r.start, hostname())
	if err := r.look.Form.Check(r.Stdout, c, r.options()); err != nil {
		return state.Unknown.ExitCode() // there is nowhere to say it
	}
	return c.State.ExitCode()
}
