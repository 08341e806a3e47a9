//go:build root

package plugin_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

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
// made, at the end of the test: after the processes that are started later.
func cgroup(t *testing.T, path string) string {
	t.Helper()
	root := cgroupRoot(t)
	at := root
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		made := filepath.Join(at, part)
		at = made
		switch err := os.Mkdir(made, 0o755); {
		case err == nil:
			t.Cleanup(func() {
				for n := 0; errors.Is(os.Remove(made), unix.EBUSY) && n < 100; n++ {
					time.Sleep(10 * time.Millisecond) // a grandchild is about to end
				}
			})
		case !errors.Is(err, os.ErrExist):
			t.Fatal(err)
		}
	}
	return at
}

// process starts a process of that name in the control group and returns the line
// that its script prints first. It ends with the test.
func process(t *testing.T, group, name, script string) (line string, pid int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.Symlink("/usr/bin/python3", file); err != nil {
		t.Fatal(err)
	}
	// The name of a process is what it sets itself, as servers do.
	begin := fmt.Sprintf("import ctypes,os,socket,sys\n"+
		"def join(group):\n with open(group+'/cgroup.procs','w') as f: f.write('0')\n"+
		"join(%q)\nctypes.CDLL(None).prctl(15,%q.encode(),0,0,0)\n", group, name)
	cmd := exec.Command(file, "-c", begin+script+"\nsys.stdin.read()")
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
	line, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return strings.TrimSpace(line), cmd.Process.Pid
}

const (
	listens = "s=socket.socket()\ns.bind(('127.0.0.1',0))\ns.listen(8)\n"
	tells   = "print(s.getsockname()[1],flush=True)"
)

// server starts a process of that name, in the control group, that listens on a
// port of its own; others are started beside it and hold nothing.
func server(t *testing.T, group, name string, others ...string) (port string, pid int) {
	t.Helper()
	for _, other := range others {
		process(t, group, other, "print('up',flush=True)")
	}
	return process(t, group, name, listens+tells)
}

// nobody are the rights of a monitoring user.
func nobody() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}

// move puts a process into another control group.
func move(t *testing.T, pid int, group string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(group, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRootServicesAreKnownToEverybody: by the control group of the socket, which
// the kernel tells to every user.
func TestRootServicesAreKnownToEverybody(t *testing.T) {
	path := build(t)
	away := cgroup(t, "/cn.slice/cn-away.service")
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
		exit, out := runAs(t, nobody(), path, "--port", tt.item)
		if exit != tt.exit || !strings.Contains(out, tt.says) {
			t.Errorf("%s: exit %d, %s\nwant %d, %q", tt.item, exit, out, tt.exit, tt.says)
		}
	}
	for _, item := range []string{"tcp:" + nginx + ",=cn-nginx", "tcp:" + mixed + ",=cn-mixed", "tcp:" + nginx + ",service:cn-nginx"} {
		if exit, out := runAs(t, nil, path, "--port", item); exit != 0 {
			t.Errorf("as root %s: exit %d, %s", item, exit, out)
		}
	}
	for item, want := range map[string]int{"=cn-nginx": 0, "=cn-other": 3} {
		exit, out := runAs(t, nil, "setpriv", "--bounding-set=-all", "--inh-caps=-all", path, "--port", "tcp:"+nginx+","+item)
		if exit != want {
			t.Errorf("as root without capabilities, as in a container, %s: exit %d, %s", item, exit, out)
		}
	}
	exit, out := runAs(t, nil, path, "sockets", "--port", "tcp:"+nginx)
	if exit != 0 || !strings.Contains(out, "cn-nginx.service") {
		t.Errorf("sockets: exit %d, %s", exit, out)
	}

	// A process that has left is of the group that it has gone to; its sockets stay
	// where they were made.
	move(t, mixedPID, away)
	if exit, out := runAs(t, nobody(), path, "--port", "tcp:"+mixed+",service:cn-mixed"); exit != 0 {
		t.Errorf("a process that has left: exit %d, %s", exit, out)
	}
	if exit, out := runAs(t, nobody(), path, "--port", "tcp:"+mixed+",=cn-logger"); exit != 0 && exit != 3 {
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

// TestRootServicesThatNothingTellsAreHidden: never CRITICAL by service, and by
// program neither.
func TestRootServicesThatNothingTellsAreHidden(t *testing.T) {
	path := build(t)
	root, _ := server(t, cgroupRoot(t), "cn-root")
	group := cgroup(t, "/cn.slice/cn-removed.service")
	other := cgroup(t, "/cn.slice/cn-other.service")
	removed, pid := server(t, group, "cn-removed")
	move(t, pid, other)
	if err := os.Remove(group); err != nil {
		t.Fatal(err)
	}
	systemds, _ := server(t, cgroup(t, "/init.scope"), "cn-init")
	for port, why := range map[string]string{
		root:     "it is in the root control group",
		removed:  "its control group is not to be found here",
		systemds: "it is systemd's own",
	} {
		for _, attr := range []*syscall.SysProcAttr{nil, nobody()} {
			exit, out := runAs(t, attr, path, "--port", "tcp:"+port+",service:cn-removed")
			if exit != 3 || !strings.Contains(out, why) {
				t.Errorf("exit %d, %s\nwant UNKNOWN, %q", exit, out, why)
			}
			if exit, out := runAs(t, attr, path, "--unknown-process", "ok", "--port", "tcp:"+port+",service:cn-removed"); exit != 0 {
				t.Errorf("--unknown-process ok: exit %d, %s", exit, out)
			}
		}
		if exit, out := runAs(t, nobody(), path, "--port", "tcp:"+port+",=cn-x"); exit != 3 {
			t.Errorf("by program: exit %d, %s", exit, out)
		}
	}
	// What decides without the service needs none.
	if exit, out := runAs(t, nobody(), path, "--port", "udp:"+root+",service:cn-removed"); exit != 2 {
		t.Errorf("nothing is there: exit %d, %s", exit, out)
	}
}

// TestRootServiceWhoseSocketIsInherited: the owner that can be seen, of another
// program, does not stand for the one that cannot. No process at all is cn-other,
// which everybody can see.
func TestRootServiceWhoseSocketIsInherited(t *testing.T) {
	path := build(t)
	heir := cgroup(t, "/cn.slice/cn-heir.service")
	// The heir is the older process, so that a search meets it first.
	port, _ := process(t, cgroup(t, "/cn.slice/cn-giver.service"), "cn-giver", listens+
		"if os.fork():\n"+
		fmt.Sprintf(" join(%q)\n", heir)+
		" os.setgroups([])\n os.setgid(65534)\n os.setuid(65534)\n s.set_inheritable(True)\n"+
		" os.execv('/bin/sh',['sh','-c','echo %d; read x' % s.getsockname()[1]])")
	mixed, _ := server(t, cgroup(t, "/cn.slice/cn-mixed.service"), "cn-mixed", "cn-logger")
	for item, want := range map[string]int{"=cn-giver": 0, "=sh": 0, "=cn-other": 2} {
		if exit, out := runAs(t, nobody(), path, "--port", "tcp:"+port+","+item); exit != want {
			t.Errorf("%s: exit %d, %s", item, exit, out)
		}
		// Another item, of a hidden program, makes the search go on.
		_, out := runAs(t, nobody(), path, "--port", "tcp:"+port+","+item, "--port", "tcp:"+mixed+",=cn-logger")
		if strings.Contains(out, "+1 OK") != (want == 0) || strings.HasPrefix(out, "CRITICAL") != (want == 2) {
			t.Errorf("%s and one that is hidden: %s", item, out)
		}
	}
}

// TestRootServicesInOtherNamespaces: a network namespace changes nothing; in a
// control group namespace whose cgroup2 is mounted there, only what is below it
// can be found.
func TestRootServicesInOtherNamespaces(t *testing.T) {
	path := build(t)
	group := cgroup(t, "/cn.slice/cn-box.service")
	inside := cgroup(t, "/cn.slice/cn-box.service/cn-inner.service")
	port, _ := server(t, inside, "cn-inner")
	outside, _ := server(t, cgroup(t, "/cn.slice/cn-nginx.service"), "cn-nginx")
	at, pid := process(t, cgroup(t, "/cn.slice/cn-far.service"), "cn-far",
		"if ctypes.CDLL(None).unshare(0x40000000): sys.exit('unshare')\nos.system('ip link set lo up')\n"+listens+tells)
	for item, want := range map[string]int{
		"tcp:" + at + ",service:cn-far": 0, "tcp:" + at + ",service:cn-near": 2, "tcp:" + port + ",service:cn-box": 2,
	} {
		exit, out := runAs(t, nil, path, "--netns", strconv.Itoa(pid), "--port", item)
		if exit != want || want == 2 && item != "tcp:"+port+",service:cn-box" && !strings.Contains(out, "belongs to cn-far.service") {
			t.Errorf("--netns %s: exit %d, %s", item, exit, out)
		}
	}
	for item, want := range map[string]int{
		"tcp:" + port + ",service:cn-inner": 0, "tcp:" + port + ",service:cn-box": 2,
		"tcp:" + outside + ",service:cn-nginx": 3, "tcp:" + outside + ",service:cn-other": 3,
	} {
		script := "echo 0 > " + group + "/cgroup.procs && exec unshare -C -m sh -c '" +
			"mount -t tmpfs none /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && " +
			"exec setpriv --reuid=65534 --regid=65534 --clear-groups " + path + " --port " + item + "'"
		if exit, out := runAs(t, nil, "/bin/sh", "-c", script); exit != want {
			t.Errorf("in a namespace of control groups, %s: exit %d, %s", item, exit, out)
		}
	}
}

// TestRootListLearntByTheMonitoringUserIsGreen: by service if the program is
// hidden and the service lasts. Who sees the programs learns those.
func TestRootListLearntByTheMonitoringUserIsGreen(t *testing.T) {
	path := build(t)
	const low = "s=socket.socket()\n" +
		"for p in range(10000+os.getpid()%20000,32000):\n" +
		" try: s.bind(('127.0.0.1',p)); break\n" +
		" except OSError: pass\n" +
		"s.listen(8)\n"
	ports := map[string]string{}
	for name, group := range map[string]string{
		"cn-nginx": "/cn.slice/cn-nginx.service",
		"cn-ssh":   "/cn.slice/cn-ssh.socket",
		"cn-shell": "/user.slice/user-4711.slice/session-3.scope",
		"cn-user":  "/user.slice/user-4711.slice/user@4711.service/cn-user.service",
		"cn-box":   "/cn.slice/docker-" + strings.Repeat("0123456789abcdef", 4) + ".scope",
	} {
		ports[name], _ = process(t, cgroup(t, group), name, low+tells)
	}
	server(t, cgroup(t, "/cn.slice/cn-dynamic.service"), "cn-dynamic")
	for _, tt := range []struct {
		attr *syscall.SysProcAttr
		want map[string]string // the end of a row's program and service
	}{
		{nobody(), map[string]string{"cn-nginx": "cn-nginx.service", "cn-ssh": "cn-ssh.socket", "cn-shell": "", "cn-user": "", "cn-box": ""}},
		{nil, map[string]string{"cn-nginx": "=cn-nginx", "cn-ssh": "=cn-ssh", "cn-shell": "=cn-shell", "cn-user": "=cn-user", "cn-box": "=cn-box"}},
	} {
		cmd := exec.Command(path, "learn", "listening")
		cmd.SysProcAttr, cmd.Dir = tt.attr, "/"
		out, _ := cmd.Output() // others' sockets on this host do not matter
		title, dynamic := "", false
		rows := map[string]string{}
		for line := range strings.Lines(string(out)) {
			if title == "" && !strings.HasPrefix(line, "#") {
				title = line
			}
			dynamic = dynamic || strings.Contains(line, "cn-dynamic") && strings.Contains(line, "dynamic port")
			for name, port := range ports {
				if strings.HasPrefix(line, "tcp,127.0.0.1,"+port+",") {
					rows[name] = line
				}
			}
		}
		list := title
		for name, want := range tt.want {
			row := rows[name]
			if row == "" || !strings.Contains(row, want) || want == "" && (strings.Contains(row, "=") || strings.Contains(row, ".s") || strings.Contains(row, "docker")) {
				t.Errorf("%s: %q, want %q", name, row, want)
			}
			list += row
		}
		if !dynamic {
			t.Errorf("no row of the dynamic port:\n%s", out)
		}
		file := filepath.Join(filepath.Dir(path), "list.csv")
		if err := os.WriteFile(file, []byte(list), 0o644); err != nil {
			t.Fatal(err)
		}
		if exit, out := runAs(t, tt.attr, path, "--listening", file); exit != 0 || !strings.HasPrefix(out, "OK: 5 items OK") {
			t.Errorf("exit %d, %s\n%s", exit, out, list)
		}
	}
}
