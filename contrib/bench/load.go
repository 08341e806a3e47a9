//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// load is a number of real sockets on the loopback interface, held by processes
// of ours. They end with stop, with this program, or after loadLife.
type load struct {
	size  loadSize
	held  []*exec.Cmd
	stdin []io.Closer
}

// loadSize says how many sockets a load has. All numbers are totals over the
// processes.
type loadSize struct {
	established int // both ends of half as many connections
	listeners   int // beside those that the connections need
	udp         int
	processes   int
	files       int // open files beside the sockets, for each process
}

// busy is a host with that many established sockets, in 20 processes.
func busy(established int) loadSize {
	return loadSize{established: established, listeners: 200, udp: 50, processes: loadItems, files: 40}
}

// quiet is a host on which nothing goes on: the 20 listening items have their
// ports and that is all.
var quiet = loadSize{processes: loadItems}

// watched returns how many established sockets the items of [watchedList]
// match.
func (s loadSize) watched() (n int) {
	for i := range s.processes {
		n += s.share(s.established/2, i) * watchedOf100 / 100
	}
	return n
}

// share returns the part of a total that falls to process i.
func (s loadSize) share(total, i int) int {
	return total*(i+1)/s.processes - total*i/s.processes
}

const (
	loadLife  = 2 * time.Hour
	readyLine = "ready"
	holdVerb  = "-hold-process" // the argument that makes this program a process of a load
)

// args are the command line of process i of the load, as [holdProcess] reads it.
func (s loadSize) args(i int) []string {
	return strings.Fields(fmt.Sprintln(holdVerb, i, s.established, s.listeners, s.udp, s.processes, s.files))
}

// startLoad opens the sockets and returns when all are open.
func startLoad(size loadSize) (*load, error) {
	l := &load{size: size}
	var ready []io.Reader
	for i := range size.processes {
		cmd := exec.Command("/proc/self/exe", size.args(i)...) //nolint:gosec,noctx // G204: this program; its stdin ends it
		cmd.Args[0] = "/opt/bench/" + programName(i)
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
		cmd.Stderr = os.Stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		stdin, err := cmd.StdinPipe()
		if err != nil {
			return nil, errors.Join(err, l.stop())
		}
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			return nil, errors.Join(err, l.stop())
		}
		if err := cmd.Start(); err != nil {
			return nil, errors.Join(err, l.stop())
		}
		l.held, l.stdin, ready = append(l.held, cmd), append(l.stdin, stdin), append(ready, stdout)
	}
	for i, r := range ready {
		if line, err := bufio.NewReader(r).ReadString('\n'); err != nil || strings.TrimSpace(line) != readyLine {
			return nil, errors.Join(fmt.Errorf("process %d of the load could not open its sockets", i), l.stop())
		}
	}
	return l, nil
}

// stop ends the processes and thereby closes the sockets.
func (l *load) stop() (err error) {
	for _, in := range l.stdin {
		err = errors.Join(err, in.Close())
	}
	for _, cmd := range l.held {
		_ = cmd.Wait() // one that could not open its sockets has said so
	}
	return err
}
