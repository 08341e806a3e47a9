package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// build makes the program of a target and returns its file.
func (r *release) build(t target) (string, error) {
	program := filepath.Join(r.work, t.name(), "check_netstat")
	if t.os == "windows" {
		program += ".exe"
	}
	env := []string{"CGO_ENABLED=0", "GOOS=" + t.os, "GOARCH=" + t.arch, "GOARM=" + t.arm, "GOFLAGS=", "GOAMD64=v1", "GO386=sse2"}
	// What git knows stays out: a copy of the source must give the same bytes.
	err := r.goTool(env, "build", "-trimpath", "-buildvcs=false", "-tags", "forceposix",
		"-ldflags", "-s -w -buildid= -X main.version="+r.version.text, "-o", program, "./cmd/check_netstat")
	if err != nil || t.os != "windows" {
		return program, err
	}
	// The version resource, which Explorer and inventories show, and the manifest.
	err = r.goTool(nil, "run", r.winres, "patch", "--in", "contrib/packaging/winres.json", "--no-backup",
		"--product-version", r.version.number(), "--file-version", r.version.number(), program)
	return program, err
}

// goTool runs the go command at the top of the source.
func (r *release) goTool(env []string, args ...string) error {
	c := exec.Command("go", args...) //nolint:gosec // G204: the arguments are this program's own
	c.Dir, c.Env = r.root, append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}
