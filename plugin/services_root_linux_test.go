//go:build root

package plugin_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// cgroupRoot is where cgroup2 is mounted here.
func cgroupRoot(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"} {
		var fs unix.Statfs_t
		if unix.Statfs(path, &fs) == nil && fs.Type == unix.CGROUP2_SUPER_MAGIC {
			return path
		}
	}
	t.Fatal("no cgroup2 is mounted: mount -t cgroup2 none /sys/fs/cgroup/unified")
	return ""
}

// cgroup makes a control group and removes it, with those above it that it has
// made, at the end of the test.
func cgroup(t *testing.T, path string) string {
	t.Helper()
	root := cgroupRoot(t)
	at := root
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		at = filepath.Join(at, part)
		switch err := os.Mkdir(at, 0o755); {
		case err == nil:
			t.Cleanup(func() { _ = os.Remove(at) }) // the processes have ended before
		case !errors.Is(err, os.ErrExist):
			t.Fatal(err)
		}
	}
	return at
}

// server starts a process of that name, in the control group, that listens on a
// port of its own; others are started beside it and hold nothing.
func server(t *testing.T, group, name string, others ...string) (port string, pid int) {
	t.Helper()
	dir := t.TempDir()
	start := func(name, script string) (*exec.Cmd, string) {
		file := filepath.Join(dir, name)
		if err := os.Symlink("/usr/bin/python3", file); err != nil && !errors.Is(err, os.ErrExist) {
			t.Fatal(err)
		}
		// The name of a process is what it sets itself, as servers do.
		set := fmt.Sprintf("import ctypes,sys\nctypes.CDLL(None).prctl(15,%q.encode(),0,0,0)\n", name)
		join := fmt.Sprintf("open(%q,'w').write('0')\n", filepath.Join(group, "cgroup.procs"))
		cmd := exec.Command(file, "-c", join+set+script)
		cmd.Args[0] = name
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
		line := make([]byte, 16)
		n, err := io.ReadAtLeast(out, line, 2)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return cmd, strings.TrimSpace(string(line[:n]))
	}
	for _, other := range others {
		start(other, "print('up',flush=True)\nsys.stdin.read()")
	}
	cmd, port := start(name, "import socket\ns=socket.socket()\ns.bind(('127.0.0.1',0))\ns.listen(8)\nprint(s.getsockname()[1],flush=True)\nsys.stdin.read()")
	return port, cmd.Process.Pid
}

// TestRootServicesAreKnownToEverybody: by the control group of the socket, which
// the kernel tells to every user.
func TestRootServicesAreKnownToEverybody(t *testing.T) {
	path := build(t)
	nobody := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	nginx, _ := server(t, cgroup(t, "/cn.slice/cn-nginx.service"), "cn-nginx")
	nested, _ := server(t, cgroup(t, "/cn.slice/cn-outer.service/worker"), "cn-worker")
	odd, _ := server(t, cgroup(t, `/cn.slice/cn-a\x2db.service`), "cn-odd")
	users, _ := server(t, cgroup(t, "/user.slice/user-4711.slice/user@4711.service/cn-nginx.service"), "cn-nginx")
	instance, _ := server(t, cgroup(t, "/cn.slice/cn-pg@15-main.service"), "cn-pg")
	id := strings.Repeat("0123456789abcdef", 4)
	box, _ := server(t, cgroup(t, "/cn.slice/docker-"+id+".scope"), "cn-box")
	mixed, mixedPID := server(t, cgroup(t, "/cn.slice/cn-mixed.service"), "cn-mixed", "cn-logger")
	systemds, _ := server(t, cgroup(t, "/init.scope"), "cn-init")
	for _, tt := range []struct {
		item string
		exit int
		says string
	}{
		{"tcp:" + nginx + ",service:cn-nginx", 0, "listening on"},
		{"tcp:" + nginx + ",service:CN-nginx.service", 0, ""},
		{"tcp:" + nginx + ",service:cn-*", 0, ""},
		{"tcp:" + nginx + ",service:cn-other", 2, "listening, but belongs to cn-nginx.service, not cn-other"},
		{"tcp:" + nested + ",service:cn-outer", 0, ""},
		{"tcp:" + nested + ",service:/cn.slice/cn-outer.service/worker", 0, ""},
		{"tcp:" + odd + `,service:cn-a\x2db`, 0, ""},
		{"tcp:" + users + ",service:cn-nginx", 2, "belongs to user@4711.service"},
		{"tcp:" + instance + ",service:cn-pg", 2, "belongs to cn-pg@15-main.service"},
		{"tcp:" + instance + ",service:cn-pg@15-main", 0, ""},
		{"tcp:" + box + ",service:docker-*", 2, "belongs to docker 0123456789ab"},
		{"tcp:" + box + ",service:docker-*.scope", 0, ""},
		{"tcp:" + mixed + ",service:cn-mixed", 0, ""},
		{"tcp:" + systemds + ",service:cn-init", 3, "init.scope"},
		{"tcp:" + nginx + ",=cn-nginx", 0, "by its service cn-nginx.service"},
		{"tcp:" + nginx + ",=cn-other", 3, "its program hidden, but it belongs to cn-nginx.service"},
		{"tcp:" + mixed + ",=cn-mixed", 3, "its program hidden, but it belongs to cn-mixed.service"},
		{"tcp:" + systemds + ",=cn-init", 3, "its program hidden"},
	} {
		exit, out := runAs(t, nobody, path, "--port", tt.item)
		if exit != tt.exit || !strings.Contains(out, tt.says) {
			t.Errorf("%s: exit %d, %s\nwant %d, %q", tt.item, exit, out, tt.exit, tt.says)
		}
	}
	for _, item := range []string{"tcp:" + nginx + ",=cn-nginx", "tcp:" + mixed + ",=cn-mixed", "tcp:" + nginx + ",service:cn-nginx"} {
		if exit, out := runAs(t, nil, path, "--port", item); exit != 0 {
			t.Errorf("as root %s: exit %d, %s", item, exit, out)
		}
	}
	exit, out := runAs(t, nil, path, "sockets", "--port", "tcp:"+nginx)
	if exit != 0 || !strings.Contains(out, "cn-nginx.service") {
		t.Errorf("sockets: exit %d, %s", exit, out)
	}

	// A process that has left is of the group that it has gone to; its sockets stay
	// where they were made.
	away := cgroup(t, "/cn.slice/cn-away.service")
	if err := os.WriteFile(filepath.Join(away, "cgroup.procs"), []byte(strconv.Itoa(mixedPID)), 0o644); err != nil {
		t.Fatal(err)
	}
	if exit, out := runAs(t, nobody, path, "--port", "tcp:"+mixed+",service:cn-mixed"); exit != 0 {
		t.Errorf("a process that has left: exit %d, %s", exit, out)
	}
	if exit, out := runAs(t, nobody, path, "--port", "tcp:"+mixed+",=cn-logger"); exit != 0 && exit != 3 {
		t.Errorf("who has stayed: exit %d, %s", exit, out)
	}
}

// TestRootWithoutCgroup2NoServiceIsKnown, and the reason says so.
func TestRootWithoutCgroup2NoServiceIsKnown(t *testing.T) {
	path := build(t)
	port, _ := server(t, cgroup(t, "/cn.slice/cn-nginx.service"), "cn-nginx")
	exit, out := runAs(t, nil, "unshare", "-m", "sh", "-c",
		"mount -t tmpfs none /sys/fs/cgroup && exec setpriv --reuid=65534 --regid=65534 --clear-groups "+path+" --port tcp:"+port+",service:cn-nginx")
	if exit != 3 || !strings.Contains(out, "no cgroup2 is mounted here") {
		t.Errorf("exit %d, %s", exit, out)
	}
}
