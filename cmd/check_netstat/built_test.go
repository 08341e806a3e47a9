package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// tidy removes what the tests have built.
type tidy struct{ m *testing.M }

func (t tidy) Run() int {
	dir, err := os.MkdirTemp("", "check_netstat")
	if err != nil {
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	programDir = dir
	return t.m.Run()
}

// programDir is where built puts the program.
var programDir string

// built compiles the program as make build does, once, where every user may run
// it. Limits, signals and privileges are those of a process.
var built = sync.OnceValues(func() (path string, err error) {
	if err := os.Chmod(programDir, 0o755); err != nil {
		return "", err
	}
	path = filepath.Join(programDir, "check_netstat")
	cmd := exec.Command("go", "build", "-tags", "forceposix", "-trimpath", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
})
