//go:build root

package plugin_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The environment that makes this test's program play another part, see
// TestMain.
const (
	playHolder  = "CHECK_NETSTAT_TEST_HOLDER"  // holds the sockets it was started with until its input ends
	playRefused = "CHECK_NETSTAT_TEST_REFUSED" // forbids itself netlink, then becomes the program named here
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(playHolder) != "":
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	case os.Getenv(playRefused) != "":
		if err := refuseNetlink(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(syscall.Exec(os.Getenv(playRefused), os.Args, nil))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// refuseNetlink makes opening a netlink socket fail with EPERM, as containers
// do, by a seccomp filter (seccomp(2)) that looks at socket(2)'s first argument.
func refuseNetlink() error {
	const socketNumber = unix.SYS_SOCKET
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // seccomp_data.nr
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 0, Jf: 3, K: socketNumber},
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 16}, // seccomp_data.args[0]
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 0, Jf: 1, K: unix.AF_NETLINK},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0x00050000 | uint32(unix.EPERM)}, // SECCOMP_RET_ERRNO
		{Code: unix.BPF_RET | unix.BPF_K, K: 0x7fff0000},                      // SECCOMP_RET_ALLOW
	}
	runtime.LockOSThread() // what follows is a thread's, and exec keeps it
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	return unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
}

// namespace moves this test to a network namespace of its own with loopback up,
// on a thread that ends with the test.
func namespace(t *testing.T) {
	t.Helper()
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Fatalf("this test needs root: make test-root: %v", err)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	request, err := unix.NewIfreq("lo")
	if err != nil {
		t.Fatal(err)
	}
	request.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request); err != nil {
		t.Fatal(err)
	}
}

// socketOf opens a TCP or UDP socket bound to the address, listening where it is
// TCP.
func socketOf(t *testing.T, kind, domain int, v6only int, at unix.Sockaddr) (fd int, port string) {
	t.Helper()
	fd, err := unix.Socket(domain, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if domain == unix.AF_INET6 {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, v6only)
	}
	if err == nil {
		err = unix.Bind(fd, at)
	}
	if err == nil && kind == unix.SOCK_STREAM {
		err = unix.Listen(fd, 16)
	}
	if err != nil {
		t.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	switch a := name.(type) {
	case *unix.SockaddrInet4:
		port = strconv.Itoa(a.Port)
	case *unix.SockaddrInet6:
		port = strconv.Itoa(a.Port)
	}
	return fd, port
}

// connected connects to a listening socket and returns both ends.
func connected(t *testing.T, listener int, address string) (client net.Conn, server int) {
	t.Helper()
	client, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	server, _, err = unix.Accept4(listener, unix.SOCK_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

// copyOfTest puts this test's program where every user may run it, under a name.
func copyOfTest(t *testing.T, name string) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "check_netstat")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, name)
	program, err := os.ReadFile(exe)
	if err == nil {
		err = os.WriteFile(path, program, 0o700)
	}
	if err == nil {
		err = os.Chmod(path, 0o755)
	}
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// holder starts a process of that name which holds the given sockets, too.
func holder(t *testing.T, name string, uid uint32, fds ...int) {
	t.Helper()
	cmd := exec.Command(copyOfTest(t, name))
	cmd.Env = []string{playHolder + "=1"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	for _, fd := range fds {
		own, err := unix.Dup(fd)
		if err != nil {
			t.Fatal(err)
		}
		file := os.NewFile(uintptr(own), "socket")
		t.Cleanup(func() { _ = file.Close() })
		cmd.ExtraFiles = append(cmd.ExtraFiles, file)
	}
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
}

// settled waits until no socket of the namespace is in a state that its peer's
// acknowledgement, which the kernel may delay, will end.
func settled(t *testing.T) {
	t.Helper()
	passing := regexp.MustCompile(`(?m)^ *\d+: \S+ \S+ (?:04|09|0B) `) // FIN_WAIT1, LAST_ACK, CLOSING
	for end := time.Now().Add(10 * time.Second); ; {
		tables := ""
		for _, name := range []string{"tcp", "tcp6"} {
			text, err := os.ReadFile("/proc/thread-self/net/" + name)
			if err != nil {
				t.Fatal(err)
			}
			tables += string(text)
		}
		if !passing.MatchString(tables) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the sockets do not settle:\n%s", tables)
		}
	}
}

// answer is what a source says of the items.
type answer struct {
	Items []struct {
		Key, State, Reason string
		Matched            int
		States             map[string]int
		Sockets            []struct {
			Proto   string
			IP      string `json:"local_ip"`
			Port    int    `json:"local_port"`
			State   string
			Process string
		}
	}
}

// TestRootSourcesAgree judges the same real sockets through every source. What
// they say must be the same, item by item: state, count, states and programs.
func TestRootSourcesAgree(t *testing.T) {
	path := build(t)
	namespace(t)
	any6, local4 := &unix.SockaddrInet6{}, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	const otherUser = 65534
	web, webPort := socketOf(t, unix.SOCK_STREAM, unix.AF_INET6, 0, any6)
	holder(t, "webserver-with-a-long-name", otherUser, web)
	holder(t, "webserver-worker", otherUser, web)
	db, dbPort := socketOf(t, unix.SOCK_STREAM, unix.AF_INET, 0, local4)
	_, only6Port := socketOf(t, unix.SOCK_STREAM, unix.AF_INET6, 1, any6)
	ntp, ntpPort := socketOf(t, unix.SOCK_DGRAM, unix.AF_INET6, 0, any6)
	holder(t, "timed", 0, ntp)
	_, udpPort := socketOf(t, unix.SOCK_DGRAM, unix.AF_INET, 0, local4)

	// An IPv4-mapped connection to the dual-stack socket, an IPv6 one, an IPv4
	// one of another process, one closed by this end, one by the other.
	_, mapped := connected(t, web, "127.0.0.1:"+webPort)
	_, plain6 := connected(t, web, "[::1]:"+webPort)
	_, server := connected(t, db, "127.0.0.1:"+dbPort)
	holder(t, "database", otherUser, server)
	for _, fd := range []int{mapped, plain6, server} {
		t.Cleanup(func() { _ = unix.Close(fd) })
	}
	first, last := connected(t, db, "127.0.0.1:"+dbPort)
	if err := first.Close(); err != nil { // TIME_WAIT at this end once the other has closed
		t.Fatal(err)
	}
	if _, err := unix.Read(last, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	_ = unix.Close(last)
	waiting, closed := connected(t, db, "127.0.0.1:"+dbPort) // CLOSE_WAIT at this end
	_ = unix.Close(closed)
	if _, err := waiting.Read(make([]byte, 1)); err == nil {
		t.Fatal("the other end has not closed")
	}

	settled(t)

	list := filepath.Join(filepath.Dir(path), "items") // where other users may read
	connections := "remoteIP,remotePort,procName,localPort,expect,okStates\n" + strings.Join([]string{
		"127.0.0.1," + webPort, "::1," + webPort, "127.0.0.0/8," + dbPort, "127.0.0.1," + dbPort + ",plugin.test",
		"127.0.0.1,*,^database$," + dbPort, "127.0.0.1,*,nobody," + dbPort, "*," + dbPort + ",,,,CLOSE_WAIT",
		"192.0.2.1," + webPort, "127.0.0.1,1",
	}, "\n")
	listening := "ipProtocol,localIP,localPort,procName\n" + strings.Join([]string{
		"tcp,," + webPort, "tcp,127.0.0.1," + webPort + ",webserver-with-a-long-name", "tcp4,," + webPort + ",=webserver-worker",
		"tcp6,," + webPort + ",worker", "tcp,," + webPort + ",nobody", "tcp,," + dbPort, "tcp,192.0.2.7," + dbPort,
		"tcp,127.0.0.1," + only6Port, "tcp6,," + only6Port, "udp,," + ntpPort + ",timed", "udp4,," + ntpPort, "udp,127.0.0.1," + udpPort,
		"udp,," + webPort, "tcp,,1,webserver-worker",
	}, "\n")
	if err := os.WriteFile(list+"c", []byte(connections), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(list+"l", []byte(listening), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, user := range []uint32{0, otherUser, 1234} {
		said := map[string]string{}
		sources := append(installed(t), "kernel", "/proc/net")
		for _, source := range sources {
			said[source] = ask(t, path, source, user, list, only6Port)
		}
		for _, source := range sources {
			if said[source] != said["kernel"] {
				t.Errorf("as user %d %s says\n%s\nand the kernel\n%s", user, source, said[source], said["kernel"])
			}
		}
		if user == 0 {
			t.Log(said["kernel"])
		}
	}
}

// ask runs the check and words what matters of its answer.
func ask(t *testing.T, path, source string, user uint32, list, v6only string) string {
	t.Helper()
	program, args := path, []string{"--connections", list + "c", "--listening", list + "l", "--output", "json", "--source", source}
	var env []string
	if source == "/proc/net" {
		program, env = copyOfTest(t, "refused"), []string{playRefused + "=" + path}
		args[len(args)-1] = "kernel"
	}
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Dir = env, "/"
	if user != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	}
	out, err := cmd.CombinedOutput()
	var a answer
	if json.Unmarshal(out, &a) != nil || len(a.Items) == 0 {
		t.Fatalf("%s: %v\n%s", source, err, out)
	}
	var b strings.Builder
	for _, it := range a.Items {
		if it.Key == "listening/tcp/127.0.0.1:"+v6only+"/" && source == "/proc/net" {
			it.State, it.Matched, it.States, it.Sockets = "CRITICAL", 0, nil, nil // /proc/net does not show v6-only
			it.Reason = "not listening over IPv4: bound to [::]:" + v6only + " for IPv6 only"
		}
		it.Reason = strings.TrimSuffix(it.Reason, ", taken as serving IPv4 too: v6-only is not shown")
		fmt.Fprintf(&b, "%s %s %d %v %s", it.State, it.Key, it.Matched, it.States, it.Reason)
		var sockets []string
		for _, s := range it.Sockets {
			if s.IP == "*" { // ss's word for the wildcard of both families
				s.IP = "::"
			}
			sockets = append(sockets, fmt.Sprintf("%s %s:%d %s %s", s.Proto, s.IP, s.Port, s.State, s.Process))
		}
		slices.Sort(sockets)
		fmt.Fprintf(&b, " %v\n", sockets)
	}
	return b.String()
}
