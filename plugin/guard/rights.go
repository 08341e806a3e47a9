package guard

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
)

// Rights are what the process may do beyond others. They are given up, for good,
// before the first byte is written to any of its writers.
type Rights struct {
	drop    func(hung bool) error
	dropped sync.Once
	hung    atomic.Bool
}

// NewRights takes the function that gives the rights up; nil for nothing. It is
// called once. hung says that work was left behind that does not end, so that a
// thread may hang in the kernel.
func NewRights(drop func(hung bool) error) *Rights { return &Rights{drop: drop} }

// giveUpOn notes that the work has not ended.
func (r *Rights) giveUpOn() {
	if r != nil {
		r.hung.Store(true)
	}
}

// giveUp gives up the rights. A system that cannot do it is no reason to say
// nothing.
func (r *Rights) giveUp() {
	r.dropped.Do(func() {
		if r.drop != nil {
			_ = r.drop(r.hung.Load())
		}
	})
}

// Writer returns a writer to w before whose first byte the rights are given up.
// Unlike a file, it returns an error if nobody reads the pipe any more, and the
// program goes on.
func (r *Rights) Writer(w io.Writer) *Writer { return &Writer{w: w, rights: r} }

// Writer is the standard output or the standard error of a run.
type Writer struct {
	w      io.Writer
	rights *Rights
}

// Unwrap returns what is written to, such as a terminal.
func (w *Writer) Unwrap() io.Writer { return w.w }

func (w *Writer) Write(b []byte) (int, error) {
	w.rights.giveUp()
	return write(w.w, b)
}

// Until returns a writer that refuses what comes after the end of the context:
// for a result that is written as it is made, since the watch answers then.
func Until(ctx context.Context, w io.Writer) io.Writer { return &until{ctx, w} }

type until struct {
	ctx context.Context //nolint:containedctx // it is the life of the writer
	w   io.Writer
}

func (u *until) Write(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(b)
}
