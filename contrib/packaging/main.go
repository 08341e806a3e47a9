// Packaging makes everything that a release consists of, for every system, in
// bin/dist: archives, deb, rpm and apk packages, a bill of materials and the
// checksums of all of them. The same source gives the same bytes, whatever the
// folder, the day and the user: times come from SOURCE_DATE_EPOCH, owners are
// root, and files stand in the order of their names.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// release is one run of this program.
type release struct {
	root    string // of the source
	out     string // where the release goes
	work    string // what is only needed on the way
	version version
	time    time.Time // of everything in it
	nfpm    string    // tools, as go run takes them
	winres  string
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	r, err := newRelease(args)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(r.out), os.RemoveAll(r.work)); err != nil {
		return err
	}
	for _, dir := range []string{r.out, r.work} {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // G301: what is in a release is for all to read
			return err
		}
	}
	for _, t := range targets {
		fmt.Printf("%s/%s\n", t.os, t.arch)
		if err := r.make(t); err != nil {
			return fmt.Errorf("%s/%s: %w", t.os, t.arch, err)
		}
	}
	if err := r.writeBill(); err != nil {
		return err
	}
	return errors.Join(writeSums(r.out), os.RemoveAll(r.work))
}

func newRelease(args []string) (*release, error) {
	f := flag.NewFlagSet("packaging", flag.ContinueOnError)
	r := new(release)
	text := f.String("version", "", "what git describe says")
	f.StringVar(&r.out, "out", "bin/dist", "folder of the release; what is in it goes")
	f.StringVar(&r.nfpm, "nfpm", "", "package of nfpm, with its version")
	f.StringVar(&r.winres, "winres", "", "package of go-winres, with its version")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	epoch, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil || epoch <= 0 {
		return nil, errors.New("SOURCE_DATE_EPOCH is not set to a time in seconds: run make dist")
	}
	r.time = time.Unix(epoch, 0).UTC()
	r.version = parseVersion(*text, r.time)
	if r.root, err = os.Getwd(); err != nil {
		return nil, err
	}
	if _, err := os.Stat("contrib/packaging/nfpm.yaml"); err != nil {
		return nil, fmt.Errorf("this is not the top of the source: %w", err)
	}
	if r.out, err = filepath.Abs(r.out); err != nil {
		return nil, err
	}
	r.work = r.out + ".work"
	return r, nil
}

// make makes all that there is for one target.
func (r *release) make(t target) error {
	program, err := r.build(t)
	if err != nil {
		return err
	}
	if err := r.archive(t, program); err != nil {
		return err
	}
	for _, p := range t.packages() {
		if err := r.pack(t, p, program); err != nil {
			return fmt.Errorf("%s: %w", p.format, err)
		}
	}
	return nil
}
