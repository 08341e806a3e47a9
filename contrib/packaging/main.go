// Packaging makes all that a release consists of, for every system, in bin/dist:
// archives, deb, rpm and apk packages (package.sh), a bill of materials and the
// checksums of all of them. The same source gives the same bytes, whatever the
// folder, the day, the user and the umask: times come from SOURCE_DATE_EPOCH,
// owners are root, and files stand in the order of their names.
package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// target is a system that a release is made for. Linux has packages, too.
type target struct{ os, arch string }

var targets = [...]target{
	{"linux", "amd64"}, {"linux", "arm64"}, {"linux", "386"}, {"linux", "arm"},
	{"windows", "amd64"}, {"windows", "arm64"}, {"windows", "386"},
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"freebsd", "amd64"},
}

// name is the target in the name of a file.
func (t target) name() string {
	if t.arch == "arm" {
		return t.os + "-armv7"
	}
	return t.os + "-" + t.arch
}

// release is one run of this program, at the top of the source.
type release struct {
	out, work       string // folders of the release, and of what is needed on the way
	version, semver string // what git describe says, and as a semantic version
	nfpm, winres    string // tools, as go run takes them
	time            time.Time
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	f := flag.NewFlagSet("packaging", flag.ContinueOnError)
	var r release
	f.StringVar(&r.out, "out", "bin/dist", "folder of the release; what is in it goes")
	f.StringVar(&r.version, "version", "", "what git describe says")
	f.StringVar(&r.nfpm, "nfpm", "", "package of nfpm, with its version")
	f.StringVar(&r.winres, "winres", "", "package of go-winres, with its version")
	if err := f.Parse(args); err != nil {
		return err
	}
	epoch, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil || epoch <= 0 {
		return errors.New("SOURCE_DATE_EPOCH is not set to a time in seconds: run make dist")
	}
	r.time = time.Unix(epoch, 0).UTC()
	if r.semver, err = command(nil, "sh", "contrib/packaging/version.sh", r.version); err != nil {
		return err
	}
	r.work = r.out + ".work"
	if err := errors.Join(os.RemoveAll(r.out), os.RemoveAll(r.work), os.MkdirAll(r.out, 0o755), os.MkdirAll(r.work, 0o755)); err != nil {
		return err
	}
	for _, t := range targets {
		fmt.Printf("%s/%s\n", t.os, t.arch)
		if err := r.make(t); err != nil {
			return fmt.Errorf("%s/%s: %w", t.os, t.arch, err)
		}
	}
	return errors.Join(r.writeBill(), writeSums(r.out), os.RemoveAll(r.work))
}

// file is the path of a file of the release that is named for the version.
func (r *release) file(ending string) string {
	return filepath.Join(r.out, "check_netstat-"+strings.ReplaceAll(r.semver, "+", "-")+ending)
}

// make makes all that there is for one target.
func (r *release) make(t target) error {
	program, err := r.build(t)
	if err != nil {
		return err
	}
	if err := r.archive(t, program); err != nil || t.os != "linux" {
		return err
	}
	for _, format := range []string{"deb", "rpm", "apk"} {
		if _, err := command([]string{"VERSION=" + r.version, "NFPM=" + r.nfpm}, "sh", "contrib/packaging/package.sh", format, t.arch, program, r.out); err != nil {
			return err
		}
	}
	return nil
}

// build makes the program of a target and returns its file.
func (r *release) build(t target) (string, error) {
	program := filepath.Join(r.work, t.name(), "check_netstat")
	if t.os == "windows" {
		program += ".exe"
	}
	env := []string{"CGO_ENABLED=0", "GOOS=" + t.os, "GOARCH=" + t.arch, "GOARM=7", "GOFLAGS=", "GOAMD64=v1", "GO386=sse2"}
	// What git knows stays out: a copy of the source must give the same bytes.
	_, err := command(env, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "forceposix",
		"-ldflags", "-s -w -buildid= -X main.version="+r.version, "-o", program, "./cmd/check_netstat")
	if err == nil && t.os == "windows" {
		// The version, which Explorer and inventories show, and the manifest.
		base, _, _ := strings.Cut(r.semver, "+")
		base, _, _ = strings.Cut(base, "-")
		_, err = command(nil, "go", "run", r.winres, "patch", "--in", "contrib/packaging/winres.json", "--no-backup",
			"--product-version", base+".0", "--file-version", base+".0", program)
	}
	return program, err
}

// command runs a program and returns the line that it prints.
func command(env []string, argv ...string) (string, error) {
	c := exec.Command(argv[0], argv[1:]...)
	c.Env = append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// writeSums writes SHA256SUMS of a folder's files, as sha256sum -c reads it.
func writeSums(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*")) // sorted by name
	var b strings.Builder
	for _, f := range files {
		data, readErr := os.ReadFile(f)
		err = errors.Join(err, readErr)
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), filepath.Base(f))
	}
	return errors.Join(err, os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(b.String()), 0o644))
}
