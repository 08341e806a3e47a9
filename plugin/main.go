package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"check_netstat/plugin/guard"
	"check_netstat/plugin/privilege"
	"check_netstat/plugin/report"
	"check_netstat/plugin/resolve"
	"check_netstat/plugin/state"
)

// Env is what a run needs from outside.
type Env struct {
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer // only 'learn' writes to it; nil for nothing
	Version string
	Lookup  resolve.Lookup  // nil for the system's resolver
	Reverse resolve.Reverse // likewise
	// Drop gives up what rights the process has beyond its user's. It is called
	// once, before the first byte is written; nil for nothing. hung says that a
	// thread may hang in the kernel.
	Drop func(hung bool) error
}

// Main runs one command line and returns the exit code. In a check everything,
// errors too, goes to Stdout as a monitoring result.
func Main(args []string, env Env) (exit int) {
	start := time.Now()
	if env.Lookup == nil {
		env.Lookup = resolve.System
	}
	if env.Reverse == nil {
		env.Reverse = resolve.SystemReverse
	}
	if env.Stderr == nil {
		env.Stderr = io.Discard
	}
	rights := guard.NewRights(env.Drop)
	env.Stdout, env.Stderr = rights.Writer(env.Stdout), rights.Writer(env.Stderr)
	r, err := parseArgs(args)
	r.spec.Stdin = env.Stdin
	for _, ready := range [...]func() error{privilege.Lower, enoughFiles, enoughProcesses} {
		if err := ready(); err != nil {
			return r.fail(env, start, err)
		}
	}
	switch {
	case err != nil:
		return r.fail(env, start, err)
	case r.completion.asked:
		return r.tellCompletions(env.Stdout)
	case r.Version:
		return r.tell(env.Stdout, fmt.Sprintf("check_netstat %s (%s %s/%s)\n", env.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH))
	case r.Help:
		return r.tell(env.Stdout, r.usage)
	}
	r.guard = guard.Run{
		Start: start, Limit: r.timeout, Unknown: state.Unknown.ExitCode(), Rights: rights,
		Fail: func(err error) int { return r.fail(env, start, err) },
	}
	return r.guard.Do(func(ctx context.Context) func() int { return r.run(ctx, env, start) })
}

// doing notes what may hang, "" once it has not.
func (r *request) doing(what string) { r.guard.Doing(what) }

// tell prints help or version: exit 3 in a check, as the Monitoring Plugins
// guidelines ask.
func (r *request) tell(w io.Writer, text string) int {
	if _, err := io.WriteString(w, text); err != nil || r.verb == verbCheck {
		return state.Unknown.ExitCode()
	}
	return state.OK.ExitCode()
}

// run does the work of the verb and returns what writes its result.
func (r *request) run(ctx context.Context, env Env, start time.Time) func() int {
	var (
		write func() error
		err   error
	)
	switch r.verb {
	case verbItems:
		write, err = r.showItems(env)
	case verbLint:
		write, err = r.lint(ctx, env)
	case verbLearn:
		write, err = r.learn(ctx, env, start)
	case verbDiscover:
		write, err = r.discoverServices(env)
	case verbSockets:
		err = r.sockets(ctx, env)
	default:
		result := r.check(ctx, env)
		return func() int { return r.show(env.Stdout, result, start) }
	}
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
			return r.fail(env, start, err)
		}
		return state.OK.ExitCode()
	}
}

// errShown ends a verb with exit code 3 where its output says why.
var errShown = errors.New("see the output")

// showItems lists the watch items.
func (r *request) showItems(env Env) (write func() error, err error) {
	items, problems := r.items()
	if len(problems) > 0 {
		err = errShown
	}
	return func() error {
		if r.Output.Output == "json" {
			return report.ItemsJSON(env.Stdout, items, problems)
		}
		return report.Items(env.Stdout, items, problems, r.style(env.Stdout))
	}, err
}

// show writes a result in the form that was asked for.
func (r *request) show(w io.Writer, c *report.Check, start time.Time) int {
	finish(c, start, hostname())
	var err error
	switch r.Output.Output {
	case "json":
		err = report.JSON(w, c)
	case "table":
		err = report.Table(w, c, r.style(w))
	default:
		err = report.Text(w, c, len(r.Output.Verbose), r.Output.MaxOutput)
	}
	if err != nil {
		return state.Unknown.ExitCode() // there is nowhere to say it
	}
	return c.State.ExitCode()
}

// fail reports an error that left nothing to judge.
func (r *request) fail(env Env, start time.Time, err error) int {
	if r.verb != verbCheck {
		w := env.Stdout
		if r.verb == verbLearn {
			w = env.Stderr // its standard output becomes a list
		}
		_, _ = fmt.Fprintf(w, "UNKNOWN: %s\n", report.Clean(err.Error())) // the exit code says it too
		return state.Unknown.ExitCode()
	}
	c := &report.Check{State: state.Unknown, Problems: []string{err.Error()}}
	if r.Output.MaxOutput == 0 {
		r.Output.MaxOutput = 8000
	}
	return r.show(env.Stdout, c, start)
}
