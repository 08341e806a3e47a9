//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// bench is one run: what is asked for, and what it is measured with.
type bench struct {
	*settings
	tools tools
	meter meter
}

// prepare compiles the C programs and finds the others. One that is missing
// leaves its rows out.
func prepare(s *settings, dir string) (*bench, error) {
	b := &bench{settings: s, meter: meter{dir: dir}}
	dump := ""
	measure, err := compile(dir, "measure", measureSource)
	if err == nil {
		b.meter.measure = measure
		dump, err = compile(dir, "dump", dumpSource)
	}
	if err != nil {
		progress("%v: rows that need it are left out", err)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b.tools, err = findTools(s.check, dump, self)
	return b, err
}

// run measures what is asked for; args are the command line, for the part of
// the program that runs isolated.
func (b *bench) run(args []string) error {
	measures := b.hold == 0 && b.soakFor == 0
	if measures {
		if err := b.captures(); err != nil {
			return err
		}
	}
	if measures && !slices.ContainsFunc(b.loads, func(size loadSize) bool { return len(b.chosen(socketRows(b.tools, size))) > 0 }) {
		return nil
	}
	err := isolated(b.meter.dir, args)
	if errors.Is(err, unix.EPERM) {
		progress("not root: the sockets and processes of this host are measured too")
		return b.sockets()
	}
	return err
}

// captures measures saved outputs.
func (b *bench) captures() error {
	out := table{title: "Saved outputs of " + grouped(b.captureSize) + " rows:"}
	for _, d := range dialects {
		if len(b.chosen(captureRows(b.tools, d, population{}))) == 0 {
			continue
		}
		progress("writing %d rows of %s", b.captureSize, d.command)
		held, err := writeInputs(b.meter.dir, d, b.captureSize)
		if err != nil {
			return err
		}
		out.rows = append(out.rows, b.measure(b.chosen(captureRows(b.tools, d, held)))...)
	}
	return out.write(os.Stdout)
}

// sockets measures real sockets.
func (b *bench) sockets() error {
	for name, text := range map[string]string{
		"connections.csv": watchedList(false),
		"programs.csv":    watchedList(true),
		"missed.csv":      missedList(),
		"listening.csv":   listeningList(false),
		"listeners.csv":   listeningList(true),
	} {
		if err := os.WriteFile(filepath.Join(b.meter.dir, name), []byte(text), 0o600); err != nil { //nolint:gosec // G703: a folder of ours
			return err
		}
	}
	switch {
	case b.hold > 0:
		return b.holdForHand()
	case b.soakFor > 0:
		return b.soak()
	}
	out := table{title: "Real sockets:"}
	for _, size := range b.loads {
		rows := b.chosen(socketRows(b.tools, size))
		if len(rows) == 0 {
			continue
		}
		progress("opening %d sockets", size.established)
		held, err := startLoad(size)
		if err != nil {
			progress("%v: the rows of %d sockets are left out", err, size.established)
			continue
		}
		out.rows = append(out.rows, b.measure(rows)...)
		if err := held.stop(); err != nil {
			return err
		}
	}
	return out.write(os.Stdout)
}

// holdForHand holds a load until Enter is pressed.
func (b *bench) holdForHand() error {
	held, err := startLoad(busy(b.hold))
	if err != nil {
		return err
	}
	progress("%d sockets are open for %v, or until Enter is pressed; lists are in %s", b.hold, loadLife, b.meter.dir)
	enter := make(chan struct{})
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		close(enter)
	}()
	select {
	case <-enter:
	case <-time.After(loadLife):
	}
	return held.stop()
}

// chosen returns the rows that -rows names.
func (b *bench) chosen(rows []row) []row {
	return slices.DeleteFunc(rows, func(r row) bool {
		return !slices.ContainsFunc(strings.Split(b.rows, ","), func(pattern string) bool {
			fits, err := path.Match(pattern, r.name)
			return err == nil && fits
		})
	})
}

func (b *bench) measure(rows []row) []result {
	done := make([]result, len(rows))
	for i, r := range rows {
		done[i] = r.measure(b.meter, b.pairs)
	}
	return done
}

// progress says on standard error what is going on.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
