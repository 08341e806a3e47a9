// Bench compares check_netstat with what one would run instead, and prints one
// table. The two commands of a row run in turn on the same machine: the ratio of
// their CPU time is what compares, not the time itself.
//
// It makes what it measures: saved outputs of netstat, and real sockets on the
// loopback interface, for which make bench gives it namespaces of its own. With
// -soak it makes many runs instead, and tells whether all answer the same.
//
// A new row is one line in rows_linux.go.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"
)

// Parts of this program that run as processes of their own, by its first
// argument.
var parts = map[string]func(args []string) error{
	"measure": measured,
	"dump":    dump,
	"hold":    hold,
}

func main() {
	// What this program starts ends with the thread that started it
	// (PR_SET_PDEATHSIG).
	runtime.LockOSThread()
	args, do := os.Args[1:], run
	if len(args) > 0 && parts[args[0]] != nil {
		args, do = args[1:], parts[args[0]]
	}
	if err := do(args); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// part returns the command of a part of this program.
func part(name string, args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", append([]string{name}, args...)...)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

func run(args []string) (err error) {
	f := flag.NewFlagSet("bench", flag.ExitOnError)
	check := f.String("check", "bin/check_netstat", "the `program` that is measured; make build makes it")
	only := f.String("rows", "", "only the rows whose names fit this regular `expression`")
	pairs := f.Int("pairs", 11, "how often each pair of commands runs")
	runs := f.Int("soak", 0, "instead of the table, make that `number` of runs against sockets that come and go")
	_ = f.Parse(args) // ends the program
	chosen, err := regexp.Compile(*only)
	if err != nil || f.NArg() > 0 || *pairs < 1 {
		return errors.Join(err, errors.New("cannot use these arguments; see -help"))
	}
	t := tools{dir: "bin/bench-files"}
	if t.check, err = filepath.Abs(*check); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(t.dir)) }()
	if err := writeLists(t.dir); err != nil {
		return err
	}
	if *runs > 0 {
		return t.soak(*runs)
	}
	return t.table(chosen, *pairs)
}
