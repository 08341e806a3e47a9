//go:build linux

package main

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// command is a program to be measured, what it is expected to answer, and how
// it is shown.
type command struct {
	path string
	argv []string // as one would type it; files are named relative to the meter's folder
	exit int      // the exit code of a run that did its work
	says string   // what its output holds then

	heard   bool  // what it prints is read, not dropped by the kernel
	missing error // why it cannot run, nil where it can
}

// String returns the command as one would type it.
func (c command) String() string {
	shown := make([]string, len(c.argv))
	for i, word := range c.argv {
		if shown[i] = word; strings.Contains(word, " ") {
			shown[i] = "'" + word + "'"
		}
	}
	return strings.Join(shown, " ")
}

// errNoCompiler says why rows that need one of c/ are left out.
var errNoCompiler = errors.New("there is no C compiler (cc)")

// tools are the programs that rows run, by their paths.
type tools struct {
	check string
	dump  string // c/dump.c, "" where there is no C compiler
	self  string // this program, as the yardstick
}

func findTools(check, dump, self string) (tools, error) {
	check, err := exec.LookPath(check)
	if err != nil {
		return tools{}, fmt.Errorf("%w; make build makes it", err)
	}
	check, err = filepath.Abs(check) // commands run in another folder
	return tools{check: check, dump: dump, self: self}, err
}

// judge returns the command of a check that is to end with the exit code and
// to match that many connections and listening ports.
func (t tools) judge(exit, connections, listening int, args ...string) command {
	return command{
		path: t.check,
		argv: append([]string{"check_netstat"}, args...),
		exit: exit,
		says: fmt.Sprintf("'connections'=%d;;;0 'listening_ports'=%d;", connections, listening),
	}
}

// bareDump returns the command of c/dump.c.
func (t tools) bareDump() command {
	c := command{path: t.dump, argv: []string{"dump"}, says: " sockets"}
	if t.dump == "" {
		c.missing = errNoCompiler
	}
	return c
}

// yardstick returns the command that finds the items of a list in a saved
// output as one would first write it.
func (t tools) yardstick(list, file string) command {
	return command{
		path: t.self,
		argv: []string{"bench", yardstickVerb, list, file},
		says: fmt.Sprintf("%d of %d items", presentItems, captureItems),
	}
}

// system returns the command of one of the system's programs.
func system(name string, args ...string) command {
	c := command{argv: append([]string{name}, args...)}
	var err error
	if c.path, err = exec.LookPath(name); err != nil {
		c.missing = fmt.Errorf("%s is not installed", name)
	}
	return c
}
