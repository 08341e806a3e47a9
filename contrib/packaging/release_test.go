//go:build dist && linux

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The release that all tests look at, and a second one that was made from a copy
// of the source in another folder, under another umask; the next version of the deb
// comes from there.
var (
	source string // the project
	work   string // removed at the end
	made   string
	again  string
	next   string
)

const (
	oldVersion = "v1.2.3"
	newVersion = "v1.2.4"
	epoch      = "1795559698"
)

func TestMain(m *testing.M) {
	code, err := prepare(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "dist-test:", err)
		code = 1
	}
	os.Exit(code)
}

func prepare(m *testing.M) (code int, err error) {
	if source, err = filepath.Abs("../.."); err != nil {
		return 1, err
	}
	if work, err = os.MkdirTemp("", "check_netstat-dist-"); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	made, again, next = filepath.Join(work, "made"), filepath.Join(work, "again"), filepath.Join(work, "next")
	elsewhere := filepath.Join(work, "elsewhere")
	err = errors.Join(
		os.Chmod(work, 0o755), // the user of the Wine test reads the .exe
		os.Setenv("SOURCE_DATE_EPOCH", epoch),
		copySource(elsewhere),
		release1(source, made, 0),
		release1(elsewhere, again, 0o077),
		makeDeb(elsewhere, again+"-deb", oldVersion),
		changeExample(elsewhere),
		makeDeb(elsewhere, next, newVersion),
	)
	if err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// release1 runs the program as make dist does, under a umask.
func release1(dir, out string, umask int) error {
	defer syscall.Umask(syscall.Umask(umask))
	if err := os.Chdir(dir); err != nil {
		return err
	}
	return run([]string{"-out", out, "-version", oldVersion, "-nfpm", os.Getenv("NFPM"), "-winres", os.Getenv("WINRES")})
}

// makeDeb runs make deb under the strictest umask.
func makeDeb(dir, out, version string) error {
	c := exec.Command("sh", "-c", `umask 077; make deb VERSION="$1" && mkdir "$2" && mv bin/*.deb "$2"`, "sh", version, out)
	c.Dir = dir
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("make deb: %w\n%s", err, text)
	}
	return nil
}

// copySource copies what belongs to the project, without what git knows of it.
func copySource(to string) error {
	c := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	c.Dir = source
	list, err := c.Output()
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(source, name))
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted, and not yet committed
		}
		if err != nil {
			return err
		}
		path := filepath.Join(to, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, data, 0o600)); err != nil {
			return err
		}
	}
	return nil
}

var exampleLists = []string{"monitoredTcpConnects.csv.example", "monitoredListeningPorts.csv.example"}

// changed is what the next version adds to an example list.
const changed = "tcp,,443,,added by the next version\n"

func changeExample(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, "contrib/packaging/lists", exampleLists[1]), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(changed)
	return errors.Join(err, f.Close())
}

// output runs a command that must succeed and returns all that it prints.
func output(t *testing.T, program string, args ...string) string {
	t.Helper()
	c := exec.Command(program, args...)
	c.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// file returns the one file of the release that fits a pattern.
func file(t *testing.T, dir, pattern string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %q, %v", pattern, all, err)
	}
	return all[0]
}

func TestTheReleaseHasEverything(t *testing.T) {
	entries, err := os.ReadDir(made)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	want := []string{
		"SHA256SUMS",
		"check-netstat-1.2.3-1.aarch64.rpm", "check-netstat-1.2.3-1.armv7hl.rpm", "check-netstat-1.2.3-1.i386.rpm", "check-netstat-1.2.3-1.x86_64.rpm",
		"check-netstat_1.2.3-1_amd64.deb", "check-netstat_1.2.3-1_arm64.deb", "check-netstat_1.2.3-1_armhf.deb", "check-netstat_1.2.3-1_i386.deb",
		"check-netstat_1.2.3-r1_aarch64.apk", "check-netstat_1.2.3-r1_armv7.apk", "check-netstat_1.2.3-r1_x86.apk", "check-netstat_1.2.3-r1_x86_64.apk",
		"check_netstat-1.2.3-darwin-amd64.tar.gz", "check_netstat-1.2.3-darwin-arm64.tar.gz", "check_netstat-1.2.3-freebsd-amd64.tar.gz",
		"check_netstat-1.2.3-linux-386.tar.gz", "check_netstat-1.2.3-linux-amd64.tar.gz", "check_netstat-1.2.3-linux-arm64.tar.gz", "check_netstat-1.2.3-linux-armv7.tar.gz",
		"check_netstat-1.2.3-windows-386.zip", "check_netstat-1.2.3-windows-amd64.zip", "check_netstat-1.2.3-windows-arm64.zip",
		"check_netstat-1.2.3.cdx.json",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the release is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheSameSourceGivesTheSameBytes(t *testing.T) {
	entries, err := os.ReadDir(made)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		a, err1 := os.ReadFile(filepath.Join(made, e.Name()))
		b, err2 := os.ReadFile(filepath.Join(again, e.Name()))
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs if it is made in another folder, under another umask", e.Name())
		}
	}
}

func TestMakeDebMakesTheReleasesPackage(t *testing.T) {
	if a, b := sum(t, file(t, made, "*_amd64.deb")), sum(t, file(t, again+"-deb", "*_amd64.deb")); a != b {
		t.Errorf("make dist's package is %s, make deb's %s", a, b)
	}
}

func TestTheChecksumsVerify(t *testing.T) {
	c := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	c.Dir = made
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	entries, err := os.ReadDir(made)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(out), ": OK\n"); n != len(entries)-1 {
		t.Errorf("%d of %d files have a checksum", n, len(entries)-1)
	}
}

func TestTheBillNamesEveryModule(t *testing.T) {
	text, err := os.ReadFile(file(t, made, "*.cdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	var b bill
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range b.Components {
		got[c.Name] = c.Version
	}
	// What go.mod says of the program's own imports.
	list := exec.Command("go", "list", "-deps", "-tags", "forceposix", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./cmd/check_netstat")
	list.Dir, list.Env = source, append(os.Environ(), "GOOS=windows")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
		if name, version, ok := strings.Cut(line, " "); ok {
			modules[name] = version
		}
	}
	if len(modules) < 4 {
		t.Fatalf("modules %v", modules)
	}
	for name, version := range modules {
		if got[name] != version {
			t.Errorf("the bill has %s %q; want %s", name, got[name], version)
		}
	}
	if got["std"] == "" || len(got) != len(modules)+1 {
		t.Errorf("the bill has %v", got)
	}
}

func sum(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
