package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/kernel"
	"check_netstat/plugin/privilege"
)

// The names of the sources.
const (
	Auto    = "auto"
	Netstat = "netstat"
	SS      = "ss"
	Kernel  = "kernel"
	File    = "file"
)

// Spec says where the snapshot is to come from.
type Spec struct {
	Name    string    // Auto, Netstat, SS or Kernel
	Netstat string    // path of the netstat program, "" for the system's
	NetNS   string    // another network namespace: its name, a PID in it, or a path; Kernel only
	Input   string    // path of a saved output, "-" for Stdin, "" for a live snapshot
	Stdin   io.Reader // read where Input is "-"
	Waits   func()    // called before a program or a saved output is waited for; may be nil
}

// waits says that something outside is waited for from now on.
func (s *Spec) waits() {
	if s.Waits != nil {
		s.Waits()
	}
}

// Snapshot describes a snapshot that was taken.
type Snapshot struct {
	parse.Summary
	Source   string // Netstat, SS, Kernel or File
	Command  string // the command line that was run, the kernel's interface, or the file
	Filtered bool   // the kernel chose: sockets that the query does not want may be missing
	Live     bool   // of this host, now
	// UDPMayMiss says that UDP sockets may have been passed over (/proc/net/udp).
	UDPMayMiss bool
	// TellsStalled says that the source shows the limits of accept queues and what
	// is sent again unanswered.
	TellsStalled bool
	Took         time.Duration // from start to the last row
}

// maxOutput bounds what a program may print, in bytes.
const maxOutput = 256 << 20

// Read takes a snapshot and calls visit with each socket, which is valid only
// until visit returns. Only the kernel hears what is wanted (nil: all), and may
// leave out the rest; every other source is read whole. On an error the sockets
// already visited mean nothing.
func Read(ctx context.Context, spec Spec, want kernel.Query, visit func(*parse.Socket)) (Snapshot, error) {
	start := time.Now()
	snap, err := read(ctx, spec, want, visit)
	snap.Took = time.Since(start)
	return snap, err
}

func read(ctx context.Context, spec Spec, want kernel.Query, visit func(*parse.Socket)) (Snapshot, error) {
	if spec.Input != "" {
		return readFile(spec, visit)
	}
	prog, err := choose(spec, systemPrograms(runtime.GOOS))
	switch {
	case err != nil:
		return Snapshot{Source: prog.source}, err
	case prog.source == Kernel:
		return readKernel(ctx, spec.NetNS, want, visit)
	}
	if privilege.Elevated() {
		if prog.file, err = privilege.Trusted(prog.path); err != nil {
			return Snapshot{Source: prog.source}, fmt.Errorf("%s is not run with the rights of root: %w", prog.path, err)
		}
		defer func() { _ = prog.file.Close() }() // nil or only run from
	}
	spec.waits()
	return readCompleted(ctx, prog, want, visit)
}

// readKernel asks the kernel for what is wanted. What it gives without an error
// is complete.
func readKernel(ctx context.Context, netns string, want kernel.Query, visit func(*parse.Socket)) (Snapshot, error) {
	snap := Snapshot{Source: Kernel, Live: true, Filtered: want != nil}
	snap.Format, snap.Header = Kernel, true
	info, err := kernel.Read(ctx, want, netns, visit)
	snap.Command, snap.Sockets = info.Via, info.Sockets
	if info.Filtered {
		snap.Command += ", chosen by the kernel"
	}
	if info.Duplicates > 0 {
		snap.Command += fmt.Sprintf(", %d shown twice", info.Duplicates)
	}
	snap.UDPMayMiss = info.UDPMayMiss
	snap.TellsStalled = info.Via == kernel.SockDiag
	if netns != "" {
		snap.Command += " in network namespace " + netns
	}
	return snap, err
}

// readFile reads a saved output. An output without a socket is refused: it may
// have been cut, and nothing of what is missing in it could be believed.
func readFile(spec Spec, visit func(*parse.Socket)) (Snapshot, error) {
	snap := Snapshot{Source: File, Command: spec.Input}
	in := spec.Stdin
	if spec.Input == "-" {
		snap.Command = "standard input"
		spec.waits()
	} else {
		f, err := privilege.Open(spec.Input, spec.Waits)
		if err != nil {
			return snap, fmt.Errorf("reading a saved output: %w", err)
		}
		defer func() { _ = f.Close() }() // only read from
		in = f
	}
	var err error
	snap.Summary, err = parse.Netstat(in, parse.Hints{}, visit)
	switch {
	case err != nil:
		return snap, fmt.Errorf("%s: %w", snap.Command, err)
	case snap.Sockets == 0 && (snap.Broken > 0 || !snap.Header):
		return snap, fmt.Errorf("%s: not recognised as output of netstat or ss%s%s", snap.Command, quoteFirst(snap.Summary), captureHint(snap.Summary))
	}
	return snap, nil
}

// captureHint says what to capture instead of what was saved by mistake. A line
// of text alone is a message of the program, in whatever language: the most
// common is that of netstat -b without the rights of an administrator.
func captureHint(s parse.Summary) string {
	first := ""
	if len(s.SkippedLines) > 0 {
		first = s.SkippedLines[0]
	}
	switch {
	case s.Skipped == 0:
		return ""
	case s.Skipped <= 2 && !strings.ContainsAny(first, "0123456789"):
		return "; a message is no output: netstat -b needs an administrator (run as administrator), netstat -ano does not"
	case slices.ContainsFunc(s.SkippedLines, func(line string) bool { return strings.Contains(line, "NetworkDirect") }):
		return "; netstat -x shows NetworkDirect endpoints, which are no sockets: capture netstat -ano"
	case slices.ContainsFunc(s.SkippedLines, func(line string) bool { return strings.Contains(line, "UNIX") }):
		return "; it holds UNIX sockets only: capture netstat -tunap on Linux, netstat -an elsewhere"
	}
	return "; capture netstat -an (Windows: netstat -ano; Linux: netstat -tunap or ss -tunap)"
}

// readCompleted runs a program and lets the kernel fill in what it does not show.
func readCompleted(ctx context.Context, prog program, want kernel.Query, visit func(*parse.Socket)) (Snapshot, error) {
	c := complete(ctx, prog, want, visit)
	snap, err := readProgram(ctx, prog, c.add)
	if err != nil {
		return snap, err
	}
	c.finish()
	snap.TellsStalled = c.hasDetails
	snap.Sockets += c.added
	if c.hasUDP {
		snap.Command += ", UDP from " + kernel.SockDiag
	}
	snap.UDPMayMiss = prog.source == Netstat && runtime.GOOS == "linux" && !c.hasUDP
	return snap, nil
}

// program is a program that prints sockets.
type program struct {
	source   string
	path     string
	variants [][]string // its options, the best first; the next where they are refused
	file     *os.File   // what is run, if it was looked at before; else nil, and the path is run
}

// readProgram runs the program and reads what it prints.
func readProgram(ctx context.Context, prog program, visit func(*parse.Socket)) (Snapshot, error) {
	var snap Snapshot
	for i, args := range prog.variants {
		snap = Snapshot{Source: prog.source, Live: true, Command: strings.Join(append([]string{prog.path}, args...), " ")}
		wide := strings.Contains(strings.Join(args, ""), "W")
		said, err := run(ctx, &prog, args, func(r io.Reader) error {
			var err error
			snap.Summary, err = parse.Netstat(r, parse.Hints{Wide: wide}, visit)
			return err
		})
		if err != nil && snap.Sockets == 0 && refusesOptions(said) && i+1 < len(prog.variants) {
			continue
		}
		if err != nil {
			return snap, explainRun(prog, err, said)
		}
		break
	}
	return snap, checkComplete(snap)
}

// explainRun words a failed run with what the program said itself.
func explainRun(prog program, err error, said string) error {
	text := fmt.Errorf("%s %w", filepath.Base(prog.path), err)
	if said = firstLine(said); said != "" {
		text = fmt.Errorf("%w: %s", text, said)
	}
	return text
}

// checkComplete refuses an output in which nothing was known, and an empty one
// that the kernel contradicts.
func checkComplete(snap Snapshot) error {
	if snap.Sockets > 0 {
		return nil
	}
	if !snap.Header || snap.Broken > 0 {
		if snap.Skipped == 0 {
			return fmt.Errorf("%s printed nothing", snap.Command)
		}
		return fmt.Errorf("%s printed no header and no socket that is known%s", snap.Command, quoteFirst(snap.Summary))
	}
	n, err := kernel.Count()
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return fmt.Errorf("%s printed a header and no socket, and nothing tells that there is none", snap.Command)
	case err != nil:
		return fmt.Errorf("%s printed no socket, and the kernel's count cannot be read: %w", snap.Command, err)
	case n > 0:
		return fmt.Errorf("%s printed no socket, but the kernel counts %d", snap.Command, n)
	}
	return nil
}

// refusesOptions reports whether a program's complaint is about its options, as
// getopt of the GNU, BSD and musl libraries and BusyBox word it.
func refusesOptions(said string) bool {
	said = strings.ToLower(said)
	for _, words := range []string{"invalid option", "unrecognized option", "illegal option", "unknown option", "usage:"} {
		if strings.Contains(said, words) {
			return true
		}
	}
	return false
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(s)
}

func quoteFirst(s parse.Summary) string {
	if len(s.SkippedLines) == 0 {
		return ""
	}
	return fmt.Sprintf(": it begins with %q", strings.TrimSpace(s.SkippedLines[0]))
}
