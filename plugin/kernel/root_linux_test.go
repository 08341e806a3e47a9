//go:build root

package kernel

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// namespace makes a network namespace with loopback up and runs f in it; it
// stays while the test runs. path leads to it.
func namespace(t *testing.T, f func()) (path string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test needs root: make test-root")
	}
	err := onOwnThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("unshare: %w", err)
		}
		file, err := os.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()))
		if err != nil {
			return err
		}
		t.Cleanup(func() { _ = file.Close() })
		path = fmt.Sprintf("/proc/self/fd/%d", file.Fd())
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer func() { _ = unix.Close(fd) }()
		lo, err := unix.NewIfreq("lo")
		if err != nil {
			return err
		}
		lo.SetUint16(unix.IFF_UP)
		if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
			return err
		}
		f()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func readAll(t *testing.T, want Query, netns string) (lines []string) {
	t.Helper()
	info, err := Read(context.Background(), want, netns, func(s *parse.Socket) { lines = append(lines, line(t, s)) })
	if err != nil || info.Sockets != len(lines) {
		t.Errorf("%+v, %v", info, err)
	}
	slices.Sort(lines)
	return lines
}

// TestRootNamespaceIsReadWhole: nothing but the sockets of the namespace, by
// sock_diag and by /proc/net, and this process stays where it was.
func TestRootNamespaceIsReadWhole(t *testing.T) {
	var o *opened
	path := namespace(t, func() { o = open(t) })
	equalLines(t, readAll(t, nil, path), o.want)

	var lines []string
	for _, proto := range []parse.Proto{parse.TCP, parse.UDP} {
		visit := func(s *parse.Socket) { lines = append(lines, line(t, s)) }
		if err := readProc(context.Background(), nil, proto, path, visit, new(Info)); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(lines)
	for i := range o.want {
		o.want[i] = strings.TrimSuffix(o.want[i], " dual")
	}
	equalLines(t, lines, o.want)

	here := open(t)
	for range 5 {
		seen := 0
		if _, err := Read(context.Background(), nil, "", func(s *parse.Socket) {
			if here.has(s) {
				seen++
			}
		}); err != nil || seen != len(here.want) {
			t.Errorf("%d of this namespace's own %d sockets, %v", seen, len(here.want), err)
		}
	}
}

func TestRootNamespaceByNameAndByPID(t *testing.T) {
	var o *opened
	path := namespace(t, func() { o = open(t) })
	name := "check_netstat-" + strconv.Itoa(os.Getpid())
	mount := filepath.Join("/run/netns", name)
	if err := os.MkdirAll("/run/netns", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mount, nil, 0o444); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(mount) })
	if err := unix.Mount(path, mount, "", unix.MS_BIND, ""); err != nil { // as ip-netns(8) does
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Unmount(mount, unix.MNT_DETACH) })
	equalLines(t, readAll(t, nil, name), o.want)

	child := exec.Command("cat")
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	equalLines(t, readAll(t, nil, strconv.Itoa(child.Process.Pid)), nil)
	_ = in.Close()
	if err := child.Wait(); err != nil {
		t.Error(err)
	}
}

// TestRootNamespaceNeedsPrivilege runs TestNamespaceAsked as nobody.
func TestRootNamespaceNeedsPrivilege(t *testing.T) {
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestNamespaceAsked$", "-test.v")
	cmd.Dir = "/"
	cmd.Env = []string{"NETNS=" + strconv.Itoa(os.Getpid())}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("it needs root, or the capabilities CAP_SYS_ADMIN and CAP_SYS_PTRACE")) {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestNamespaceAsked prints what the namespace of another test's process gives.
func TestNamespaceAsked(t *testing.T) {
	netns := os.Getenv("NETNS")
	if netns == "" {
		netns = strconv.Itoa(os.Getpid())
	}
	_, err := Read(context.Background(), nil, netns, func(*parse.Socket) {})
	t.Log(err)
	if privileged := os.Geteuid() == 0; privileged == (err != nil) {
		t.Errorf("entering with privilege %v: %v", privileged, err)
	}
}

// TestRootConnectionsStayCountedUnderChurn: while others come and go, those
// that stay are each shown once.
func TestRootConnectionsStayCountedUnderChurn(t *testing.T) {
	const stay, workers, reads = 300, 4, 40
	var l, churn net.Listener
	stop := make(chan struct{})
	var wg sync.WaitGroup
	path := namespace(t, func() {
		var err error
		if l, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if churn, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		for range stay {
			c, err := net.Dial("tcp4", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			a, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _, _ = c.Close(), a.Close() })
		}
	})
	t.Cleanup(func() { _, _ = l.Close(), churn.Close() })
	go func() {
		for {
			c, err := churn.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	for range workers {
		wg.Go(func() {
			_ = Within(path, func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if c, err := net.Dial("tcp4", churn.Addr().String()); err == nil {
						_, _ = c.Read(make([]byte, 1))
						_ = c.Close()
					}
				}
			})
		})
	}
	port := uint16(l.Addr().(*net.TCPAddr).Port)
	for range reads {
		seen := map[string]int{}
		_, err := Read(context.Background(), nil, path, func(s *parse.Socket) {
			if s.State == parse.Established && (s.Local.Port == port || s.Remote.Port == port) {
				seen[meaning(s)]++
			}
		})
		if err != nil {
			t.Error(err)
		}
		for s, n := range seen {
			if n != 1 {
				t.Errorf("%d times: %s", n, s)
			}
		}
		if len(seen) > 2*stay || len(seen) < 2*stay-2 {
			t.Errorf("%d sockets; want %d", len(seen), 2*stay)
		}
	}
	close(stop)
	wg.Wait()
}
