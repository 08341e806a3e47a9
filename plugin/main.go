package plugin

import (
	"context"
	"errors"
	"io"
	"time"

	"check_netstat/plugin/cli"
	"check_netstat/plugin/guard"
	"check_netstat/plugin/privilege"
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
	r := &run{Env: env, args: args, start: start}
	request, err := cli.Parse(args, keysOf)
	var wrong *cli.Error
	switch {
	case errors.As(err, &wrong):
		r.verb, r.look = wrong.Verb, wrong.Show
	default:
		r.verb, r.look = request.Verb(), request.Look()
	}
	for _, ready := range [...]func() error{privilege.Lower, enoughFiles, enoughProcesses} {
		if err := ready(); err != nil {
			return r.fail(err)
		}
	}
	if err != nil {
		return r.fail(err)
	}
	if text, ok := request.(*cli.Text); ok {
		return r.tell(text)
	}
	r.guard = guard.Run{Start: start, Limit: request.Limit(), Unknown: state.Unknown.ExitCode(), Rights: rights, Fail: r.fail}
	return r.guard.Do(func(ctx context.Context) func() int { return r.do(ctx, request) })
}
