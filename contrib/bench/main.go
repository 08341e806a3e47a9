//go:build linux

// Bench measures what README promises of check_netstat's speed, and prints the
// tables that README quotes. Each row is a pair of commands that run in turn on
// the same machine: only the ratio of their CPU means something elsewhere.
//
// It makes what it measures: outputs of netstat with a million rows, and real
// sockets on the loopback interface, for which root gets namespaces without any
// other socket and process. Nothing of it stays.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// settings are the command line.
type settings struct {
	check       string
	rows        string // patterns of their names
	pairs       int
	hold        int // sockets; 0: measure
	soakFor     int // runs; 0: measure
	captureSize int // rows
	loads       []loadSize
}

func main() {
	// What this program starts ends with the thread that started it
	// (PR_SET_PDEATHSIG).
	runtime.LockOSThread()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == yardstickVerb:
		return naiveCheck(args[1], args[2])
	case len(args) > 0 && args[0] == holdVerb:
		return holdProcess(args[1:])
	case len(args) == 1 && args[0] == churnVerb:
		return churnProcess()
	case len(args) > 1 && args[0] == insideVerb:
		return inside(args[1], args[2:])
	}
	s, err := readFlags(args)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "check_netstat-bench-")
	if err != nil {
		return err
	}
	leaveNothing(dir)
	b, err := prepare(s, dir)
	if err == nil {
		err = b.run(args)
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// inside measures real sockets where there is nothing else.
func inside(dir string, args []string) error {
	s, err := readFlags(args)
	if err != nil {
		return err
	}
	if err := furnish(); err != nil {
		return err
	}
	b, err := prepare(s, dir)
	if err != nil {
		return err
	}
	return b.sockets()
}

// leaveNothing removes the folder where the program is interrupted. What it has
// started ends with it.
func leaveNothing(dir string) {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-interrupted
		_ = os.RemoveAll(dir)
		os.Exit(1)
	}()
}

func readFlags(args []string) (*settings, error) {
	s := new(settings)
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&s.check, "check", "bin/check_netstat", "the `program` that is measured")
	f.StringVar(&s.rows, "rows", "*", "only the rows whose names fit one of these `patterns`, separated by commas")
	f.IntVar(&s.pairs, "pairs", 11, "how often each pair of commands runs")
	quick := f.Bool("quick", false, "100,000 rows, up to 10,000 sockets, 3 pairs: a look, no measurement")
	f.IntVar(&s.hold, "hold", 0, "measure nothing, hold that `number` of sockets until Enter is pressed, for commands of your own")
	f.IntVar(&s.soakFor, "soak", 0, "measure nothing, make that `number` of runs against sockets that come and go")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 || s.pairs < 1 {
		return nil, errors.New("unexpected argument; see -help")
	}
	s.captureSize, s.loads = 1_000_000, []loadSize{quiet, busy(1_000), busy(10_000), busy(100_000)}
	if *quick {
		s.captureSize, s.loads, s.pairs = 100_000, s.loads[:3], min(s.pairs, 3)
	}
	return s, nil
}
