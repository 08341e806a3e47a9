package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// maxSaid bounds what is kept of a program's standard error, in bytes.
const maxSaid = 4 << 10

var errTooMuch = fmt.Errorf("printed more than %d MiB", maxOutput>>20)

// run starts a program without a shell and with a small environment of its own,
// lets read have its output, and returns what it said on standard error. At the
// end of the context, and when the program has ended, it and all that it has
// started are killed. The path must be absolute: else PATH would be searched.
func run(ctx context.Context, prog *program, args []string, read func(io.Reader) error) (said string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var stderr bounded
	cmd := command(ctx, prog, args)
	cmd.Env = environment()
	cmd.Stderr = &stderr
	cmd.WaitDelay = 200 * time.Millisecond // a grandchild may hold the pipes longer
	kill := confine(cmd)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", fmt.Errorf("cannot be run: %w", err)
	}
	leave, err := start(cmd)
	if err != nil {
		return "", cannotRun(prog.path, err)
	}
	defer leave()
	release := kill.started(cmd)
	defer release()
	readErr := read(&limited{r: &patient{stdout}, left: maxOutput})
	if readErr != nil {
		cancel() // it may still be printing
	}
	kill.ended(cmd)
	waitErr := cmd.Wait()
	if cause := context.Cause(ctx); errors.Is(cause, context.DeadlineExceeded) {
		return stderr.String(), errors.New("did not finish within the time limit")
	}
	if errors.Is(readErr, errTooMuch) {
		return stderr.String(), errTooMuch
	}
	var exit *exec.ExitError
	switch {
	case errors.As(waitErr, &exit) && exit.ExitCode() >= 0:
		return stderr.String(), fmt.Errorf("exited with %d", exit.ExitCode())
	case errors.As(waitErr, &exit):
		return stderr.String(), fmt.Errorf("ended by %w", exit)
	case errors.Is(waitErr, exec.ErrWaitDelay):
		return stderr.String(), errors.New("has ended, but a program that it has started holds its output open")
	case waitErr != nil:
		return stderr.String(), fmt.Errorf("failed: %w", waitErr)
	}
	return stderr.String(), readErr
}

// command is the program with its arguments. One that was looked at before is run
// by its descriptor, which is the first that the program gets besides the
// standard ones; a script needs it to stay open.
func command(ctx context.Context, prog *program, args []string) *exec.Cmd {
	path := prog.path
	if prog.file != nil {
		path = "/proc/self/fd/3"
	}
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // G204: the program is the system's netstat or ss, or the one its caller named
	if prog.file != nil {
		cmd.Args[0], cmd.ExtraFiles = prog.path, []*os.File{prog.file}
	}
	return cmd
}

// cannotRun words why a program could not be started, with its own path.
func cannotRun(path string, err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = &os.PathError{Op: "run", Path: path, Err: pe.Err}
	}
	return fmt.Errorf("cannot be run: %w", err)
}

// start starts the program on a thread of its own, which stays until leave is
// called, because the kernel ends the program with the thread that has started
// it. To read on that thread would cost a switch of threads for each piece.
func start(cmd *exec.Cmd) (leave func(), err error) {
	started, over := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		started <- cmd.Start()
		<-over
	}()
	return func() { close(over) }, <-started
}

// patient reads a pipe in large pieces. A program prints 4 KiB at a time, and a
// reader that is woken for each costs as much as the printing.
type patient struct{ r io.Reader }

const (
	piece = 32 << 10         // bytes for which a pipe is not left to fill
	pause = time.Millisecond // in which it fills
)

func (p *patient) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if err == nil && n < piece {
		time.Sleep(pause)
	}
	return n, err
}

// limited is a reader that fails where too much comes.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(b []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooMuch
	}
	n, err := l.r.Read(b[:min(int64(len(b)), l.left)])
	l.left -= int64(n)
	return n, err
}

// bounded keeps the first bytes written to it and drops the rest.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if room := maxSaid - b.Len(); room > 0 {
		b.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}
