//go:build integration && linux

package integration

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What all tests use: the plugin, as it is installed beside check_nrpe, and a
// folder that the unprivileged user can read.
var (
	root    string // the project
	work    string // removed at the end
	plugins string // what Icinga calls PluginDir and Nagios $USER1$
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "integration:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if root, err = filepath.Abs("../.."); err != nil {
		return 1, err
	}
	if work, err = os.MkdirTemp("", "check_netstat-integration-"); err != nil {
		return 1, err
	}
	defer func() {
		if e := os.RemoveAll(work); e != nil && err == nil {
			err = e
		}
	}()
	plugins = filepath.Join(work, "plugins")
	if err := errors.Join(os.Chmod(work, 0o755), os.Mkdir(plugins, 0o755)); err != nil {
		return 1, err
	}
	if err := build("linux", filepath.Join(plugins, "check_netstat")); err != nil {
		return 1, err
	}
	if err := os.Symlink("/usr/lib/nagios/plugins/check_nrpe", filepath.Join(plugins, "check_nrpe")); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// build makes the plugin as make build and make cross do.
func build(goos, out string) error {
	c := exec.Command("go", "build", "-tags", "forceposix", "-trimpath", "-o", out, "./cmd/check_netstat")
	c.Dir = root
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH=amd64")
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("building for %s: %w: %s", goos, err, text)
	}
	return nil
}

// contrib returns the path of a file in contrib.
func contrib(name string) string { return filepath.Join(root, "contrib", name) }

// account is who runs the monitoring systems.
func account(t *testing.T) (name string, credential *syscall.Credential) {
	t.Helper()
	if os.Getuid() != 0 {
		u, err := user.Current()
		if err != nil {
			t.Fatal(err)
		}
		return u.Username, nil
	}
	u, err := user.Lookup("nagios")
	if err != nil {
		t.Fatal(err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return u.Username, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// folder makes a directory that the account may write to.
func folder(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(path, 0o750); err != nil {
		t.Fatal(err)
	}
	if _, c := account(t); c != nil {
		if err := os.Chown(path, int(c.Uid), int(c.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// open makes a directory in work that everyone may read.
func open(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.MkdirTemp(work, name+"-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// command is a program that runs as the account, in a process group of its own.
func command(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	_, credential := account(t)
	c := exec.Command(program, args...)
	c.Dir = work
	c.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG=C.UTF-8", "HOME=" + work}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: credential, Setpgid: true}
	return c
}

// output runs a command to its end.
func output(t *testing.T, c *exec.Cmd) (text string, code int) {
	t.Helper()
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatalf("%s: %v", c, err)
	}
	return out.String(), c.ProcessState.ExitCode()
}

// must runs a command that has to succeed.
func must(t *testing.T, c *exec.Cmd) string {
	t.Helper()
	text, code := output(t, c)
	if code != 0 {
		t.Fatalf("%s: exit %d\n%s", c, code, text)
	}
	return text
}

// daemon starts a program and ends it, with all it started, when the test ends.
// What it printed is shown where the test fails.
func daemon(t *testing.T, c *exec.Cmd) {
	t.Helper()
	log, err := os.CreateTemp(work, "log-")
	if err != nil {
		t.Fatal(err)
	}
	c.Stdout, c.Stderr = log, log
	c.SysProcAttr.Pdeathsig = syscall.SIGTERM
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ended := make(chan struct{})
		go func() {
			_ = c.Wait() // with the signal, or as it likes to
			close(ended)
		}()
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM) // the group of a process that has not been waited for
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
		}
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // what of the group is left
		text, err := os.ReadFile(log.Name())
		if t.Failed() || err != nil {
			t.Logf("%s: %v\n%s", c, err, tail(string(text), 3000))
		}
		_ = log.Close() // only written by the daemon
	})
}

func tail(text string, n int) string { return text[max(0, len(text)-n):] }

// eventually asks until there is no error. Daemons have no event to wait for.
func eventually(t *testing.T, limit time.Duration, what string, ask func() error) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	end := time.Now().Add(limit)
	for {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v: %v", what, limit, err)
		}
		<-tick.C
	}
}

// address is a loopback address that nothing else on this machine uses, so that
// no other socket can have a part in a result.
const address = "127.0.77.7"

// listen opens a TCP port on that address; port 0 takes a free one.
func listen(t *testing.T, port int) (l net.Listener, got int) {
	t.Helper()
	l, err := net.Listen("tcp4", fmt.Sprintf("%s:%d", address, port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // twice, where the test has closed it
	return l, l.Addr().(*net.TCPAddr).Port
}

// freePort returns a port that nothing listened on a moment ago.
func freePort(t *testing.T) int {
	t.Helper()
	l, port := listen(t, 0)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

// write writes a file that everyone may read.
func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := errors.Join(os.WriteFile(path, []byte(text), 0o644), os.Chmod(path, 0o644)); err != nil {
		t.Fatal(err)
	}
	return path
}

// plugin runs check_netstat itself, as root where the test is.
func plugin(t *testing.T, args ...string) (text string, code int) {
	t.Helper()
	c := exec.Command(filepath.Join(plugins, "check_netstat"), args...)
	text, code = output(t, c)
	return text, code
}

// discover returns the monitoring objects of a folder of lists.
func discover(t *testing.T, format, dir, host string) string {
	t.Helper()
	text, code := plugin(t, "discover", format, "--dir", dir, "--host", host)
	if code != 0 {
		t.Fatalf("discover: exit %d: %s", code, text)
	}
	return text
}

// timedOut reports whether a check ended itself at its time limit, as it does on
// a machine that has too much to do. The next one counts.
func timedOut(output string) bool { return strings.Contains(output, "within the time limit") }

// split takes the output of a check apart: the first line without perfdata, the
// lines below it, and the values by label, with what follows "=".
func split(t *testing.T, text string) (first string, lines []string, values map[string]string) {
	t.Helper()
	head, rest, _ := strings.Cut(strings.TrimRight(text, "\n"), "\n")
	first, perfdata, ok := strings.Cut(head, " | ")
	if !ok {
		t.Fatalf("no perfdata in %q", head)
	}
	if rest != "" {
		lines = strings.Split(rest, "\n")
	}
	return first, lines, metrics(t, strings.Fields(perfdata))
}

// metrics reads words of perfdata.
func metrics(t *testing.T, words []string) map[string]string {
	t.Helper()
	values := map[string]string{}
	for _, word := range words {
		label, value, ok := strings.Cut(word, "=")
		label = strings.Trim(label, "'")
		if _, twice := values[label]; twice || !ok {
			t.Fatalf("perfdata %q", word)
		}
		values[label] = value
	}
	return values
}
