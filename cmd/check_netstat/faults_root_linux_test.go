//go:build root

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// These tests need root: make test-root.

const nobody = 65534

// listener opens a port that this test holds, as root.
func listener(t *testing.T) (port string) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// TestRootFaultProcIsHidden: in a /proc that hides processes, or shows nothing
// at all, programs are hidden and sockets are not. A namespace of processes of
// its own keeps older kernels, where hidepid is the namespace's, from changing
// this host's /proc.
func TestRootFaultProcIsHidden(t *testing.T) {
	port := listener(t)
	const hidden = `UNKNOWN: listening on 127\.0\.0\.1:\d+, its program hidden.*`
	for _, tt := range []struct {
		name, mount string
		source      string
		exit        int
		line        string
	}{
		{"hidepid=2, kernel", "mount -t proc -o hidepid=2 proc /proc", "kernel", 3, hidden},
		{"hidepid=2, netstat", "mount -t proc -o hidepid=2 proc /proc", "netstat", 3, hidden},
		{"no processes, kernel", "mount -t tmpfs tmpfs /proc", "kernel", 3, hidden},
		{"no processes, netstat", "mount -t tmpfs tmpfs /proc", "netstat", 3, "UNKNOWN: no snapshot: .*"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			outer := []string{"unshare", "-m", "-p", "-f", "--kill-child", "sh", "-ec",
				tt.mount + `; exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"`, "sh"}
			cmd := under(t, outer, "--source", tt.source, "--port", "tcp:127.0.0.1:"+port+",nginx")
			cmd.Dir = "/"
			finish(t, cmd).says(t, tt.exit, tt.line, 8*time.Second)
			if tt.exit == 3 && tt.line == hidden {
				cmd = under(t, outer, "--source", tt.source, "--port", "tcp:127.0.0.1:"+port)
				cmd.Dir = "/"
				finish(t, cmd).says(t, 0, `OK: listening on 127\.0\.0\.1:\d+.*`, 8*time.Second)
			}
		})
	}
}

// TestRootFaultDNS asks a real resolver that never answers, through
// /etc/resolv.conf of a namespace of its own.
func TestRootFaultDNS(t *testing.T) {
	outer := []string{"unshare", "-m", "-n", "sh", "-ec",
		`ip link set lo up; mount -t tmpfs tmpfs /mnt; echo nameserver 192.0.2.53 > /mnt/r; mount --bind /mnt/r "$(readlink -f /etc/resolv.conf)"; exec "$@"`, "sh"}
	r := finish(t, under(t, outer, "--source", "kernel", "--connection", "db1.example.com:443", "-t", "1"))
	r.says(t, 3, `UNKNOWN: db1.example.com(: no answer from the resolver in time| does not resolve: the resolver 192\.0\.2\.53 cannot be reached) \[.*`, time.Second)
}

// TestRootNetstatOfOthers: root runs no program that others may write.
func TestRootNetstatOfOthers(t *testing.T) {
	base, err := os.MkdirTemp("/var", "check_netstat") // which root alone writes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	if err := os.Chmod(base, 0o755); err != nil {
		t.Fatal(err)
	}
	place := func(dir string, mode os.FileMode) string {
		path := filepath.Join(dir, "netstat")
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+printing(good)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	folder := func(name string, mode os.FileMode) string {
		dir := filepath.Join(base, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	fine := place(folder("fine", 0o755), 0o755)
	sticky := place(folder("sticky", 0o777|os.ModeSticky), 0o755)
	all := place(folder("all", 0o777), 0o755)
	group := folder("group", 0o775)
	if err := os.Chown(group, 0, nobody); err != nil {
		t.Fatal(err)
	}
	theirs := place(folder("theirs", 0o755), 0o755)
	if err := os.Chown(theirs, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	links := folder("links", 0o755)
	good1, bad1 := filepath.Join(links, "good"), filepath.Join(links, "bad")
	if err := os.Symlink("../fine/netstat", good1); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(all, bad1); err != nil {
		t.Fatal(err)
	}
	group0 := folder("group0", 0o775)
	acl := place(folder("acl", 0o755), 0o755)
	writableBy(t, acl, nobody)
	opened, err := os.Open(fine)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	intoProc := filepath.Join(links, "proc")
	if err := os.Symlink(fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), opened.Fd()), intoProc); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		place(group0, 0o755):                 "/group0 can be written by group 0",
		place(folder("file0", 0o755), 0o775): "/file0/netstat can be written by group 0",
		acl:                                  "/acl/netstat can be written by group 0",
		fmt.Sprintf("/proc/%d/root%s", os.Getpid(), fine):       "/proc is in /proc, whose links lead to files of others",
		fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), opened.Fd()): "/proc is in /proc, whose links lead to files of others",
		intoProc: "/proc is in /proc, whose links lead to files of others",
		fine:     "", sticky: "", good1: "",
		filepath.Join(base, "all/../fine/netstat"): "",
		place(folder("writable", 0o755), 0o757):    "can be written by everybody",
		all:                                        "/all can be written by everybody",
		bad1:                                       "/all can be written by everybody",
		place(group, 0o755):                        "/group can be written by group 65534",
		theirs:                                     "belongs to user 65534, not to root",
	} {
		r := finish(t, program(t, "--netstat", path, "--port", "tcp:22"))
		if want == "" {
			r.says(t, 0, "OK: .*", 8*time.Second)
			continue
		}
		r.says(t, 3, "UNKNOWN: no snapshot: .* is not run with the rights of root: .*"+regexp.QuoteMeta(want), 8*time.Second)
	}
	// Who is not root may run what it likes: it runs as itself.
	cmd := program(t, "--netstat", theirs, "--port", "tcp:22")
	cmd.SysProcAttr.Credential, cmd.Dir = &syscall.Credential{Uid: nobody, Gid: nobody}, "/"
	finish(t, cmd).says(t, 0, "OK: .*", 8*time.Second)
}

// writableBy lets a user write the file by an access control list: struct
// posix_acl_xattr_header and _entry of include/uapi/linux/posix_acl_xattr.h.
func writableBy(t *testing.T, path string, user uint32) {
	t.Helper()
	const owner, named, group, mask, other = 0x01, 0x02, 0x04, 0x10, 0x20
	value := binary.LittleEndian.AppendUint32(nil, 2) // version
	for _, e := range []struct {
		tag, permissions uint16
		id               uint32
	}{{owner, 7, ^uint32(0)}, {named, 7, user}, {group, 5, ^uint32(0)}, {mask, 7, ^uint32(0)}, {other, 5, ^uint32(0)}} {
		value = binary.LittleEndian.AppendUint16(value, e.tag)
		value = binary.LittleEndian.AppendUint16(value, e.permissions)
		value = binary.LittleEndian.AppendUint32(value, e.id)
	}
	if err := unix.Setxattr(path, "system.posix_acl_access", value, 0); err != nil {
		t.Fatal(err)
	}
}

// withCapabilities returns a copy of the program whose file has capabilities:
// struct vfs_ns_cap_data of include/uapi/linux/capability.h.
func withCapabilities(t *testing.T, capabilities ...int) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(filepath.Dir(path), "capable")
	if err := os.WriteFile(own, text, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(own) })
	bits := uint32(0)
	for _, c := range capabilities {
		bits |= 1 << c
	}
	if bits == 0 {
		return own
	}
	value := binary.LittleEndian.AppendUint32(nil, 0x02000001) // VFS_CAP_REVISION_2, effective
	value = binary.LittleEndian.AppendUint32(value, bits)
	value = append(value, make([]byte, 12)...)
	if err := unix.Setxattr(own, "security.capability", value, 0); err != nil {
		t.Fatal(err)
	}
	return own
}

// withSetUserID returns a copy of the program that runs as its owner, root.
func withSetUserID(t *testing.T) string {
	t.Helper()
	path := withCapabilities(t)
	if err := os.Chmod(path, 0o755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	return path
}

// elevated are the ways in which a program file gives nobody the rights to see
// what programs others run.
var elevated = map[string]func(*testing.T) string{
	"capabilities": func(t *testing.T) string {
		return withCapabilities(t, unix.CAP_SYS_PTRACE, unix.CAP_DAC_READ_SEARCH, unix.CAP_SYS_ADMIN)
	},
	"set-user-ID": withSetUserID,
}

// asNobody runs a program file as nobody.
func asNobody(t *testing.T, path string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := program(t, args...)
	cmd.Path, cmd.Dir = path, "/"
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	return cmd
}

// TestRootCapabilitiesAreForProcessesAlone: a program file with more rights
// shows whose sockets they are, and no file that its caller may not read.
func TestRootCapabilitiesAreForProcessesAlone(t *testing.T) {
	for name, make := range elevated {
		t.Run(name, func(t *testing.T) {
			capable := make(t)
			port := listener(t)
			secret := filepath.Join(t.TempDir(), "secret.csv")
			if err := os.WriteFile(secret, []byte("ipProtocol,localPort,comment\ntcp,22,hush\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			open(t, filepath.Dir(secret))
			self := filepath.Base(os.Args[0])
			finish(t, asNobody(t, capable, "--source", "kernel", "--port", "tcp:127.0.0.1:"+port+",="+self)).says(t, 0, "OK: .*", 8*time.Second)
			finish(t, asNobody(t, capable, "--netns", strconv.Itoa(os.Getpid()), "--port", "tcp:127.0.0.1:"+port+",="+self)).says(t, 0, "OK: .*", 8*time.Second)
			for _, args := range [][]string{
				{"items", "--listening", secret}, {"lint", "--listening", secret}, {"--listening", secret}, {"--connections", secret},
				{"--input", secret, "--port", "tcp:22"}, {"sockets", "--input", secret}, {"--dir", filepath.Dir(secret)},
				{"discover", "json", "--listening", secret, "--host", "db1"},
			} {
				r := finish(t, asNobody(t, capable, args...))
				if r.exit != 3 || strings.Contains(r.out, "hush") || !strings.Contains(r.out, "permission denied") && !strings.Contains(r.out, "holds neither") {
					t.Errorf("%q: exit %d\n%s", args, r.exit, r.out)
				}
			}
			// A program of the caller's does not get them, and is not run beside them.
			own := script(t, printing(good))
			open(t, filepath.Dir(own))
			if err := os.Chown(own, nobody, nobody); err != nil {
				t.Fatal(err)
			}
			finish(t, asNobody(t, capable, "--netstat", own, "--port", "tcp:22")).says(t, 3, "UNKNOWN: no snapshot: .*", 8*time.Second)
		})
	}
}

// open lets everybody enter a temporary folder.
func open(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRootCapabilitiesAreNotThereWhenAFileIsRead: the kernel looks at the rights
// of whoever reads /proc/PID/stat, which holds addresses of a process of root.
func TestRootCapabilitiesAreNotThereWhenAFileIsRead(t *testing.T) {
	path := fmt.Sprintf("/proc/%d/stat", os.Getpid())
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), ") ")
	startCode := strings.Fields(after)[26-3] // proc_pid_stat(5) counts from 1, and two are before
	if len(startCode) < 6 {
		t.Fatalf("root does not see its own address: %s", text)
	}
	for name, make := range elevated {
		t.Run(name, func(t *testing.T) {
			for _, args := range [][]string{{"--listening", path}, {"lint", "--listening", path}, {"--input", path, "--port", "tcp:22"}} {
				if r := finish(t, asNobody(t, make(t), args...)); r.exit != 3 || strings.Contains(r.out, startCode) {
					t.Errorf("%q: exit %d\n%s", args, r.exit, r.out)
				}
			}
		})
	}
}

// TestRootCapabilitiesShowNoNameInAFolder that the caller may not enter: what is
// there and what is not are told with the same words.
func TestRootCapabilitiesShowNoNameInAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	open(t, filepath.Dir(dir))
	there, missing := filepath.Join(dir, "there"), filepath.Join(dir, "other")
	if err := errors.Join(os.Mkdir(there, 0o755), os.WriteFile(filepath.Join(there, "monitoredListeningPorts.csv"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	port := "tcp:" + listener(t)
	elapsed := regexp.MustCompile(`'time'=[0-9.]+s`)
	for name, make := range elevated {
		t.Run(name, func(t *testing.T) {
			for _, option := range []string{"--listening", "--connections", "--input", "--netns", "--netstat", "--dir"} {
				var told [2]string
				for i, path := range []string{there, missing} {
					r := finish(t, asNobody(t, make(t), option, path, "--port", port))
					told[i] = elapsed.ReplaceAllString(strings.ReplaceAll(r.out, path, "PATH"), "")
					if r.exit != 3 {
						t.Errorf("%s %s: exit %d\n%s", option, path, r.exit, r.out)
					}
				}
				if told[0] != told[1] {
					t.Errorf("%s: what is there is told:\n%s\n%s", option, told[0], told[1])
				}
			}
		})
	}
}

// TestRootCapabilitiesOpenNoPathOfTheEnvironment: TZ names a file.
func TestRootCapabilitiesOpenNoPathOfTheEnvironment(t *testing.T) {
	pipe := fifo(t) // of root alone: whoever may open it waits for a writer
	open(t, filepath.Dir(pipe))
	for name, make := range elevated {
		t.Run(name, func(t *testing.T) {
			listener(t)
			cmd := asNobody(t, make(t), "learn", "listening", "--source", "kernel", "-t", "2")
			cmd.Env = append(cmd.Env, "TZ=:"+pipe)
			var out bytes.Buffer
			cmd.Stdout = &out
			if err := cmd.Run(); err != nil || !strings.Contains(out.String(), "ipProtocol,") {
				t.Errorf("%v\n%s", err, &out)
			}
		})
	}
}

// TestRootFaultDevicesAreNotOpened: a device that does not exist says so when it is
// opened, and a FIFO waits.
func TestRootFaultDevicesAreNotOpened(t *testing.T) {
	device := filepath.Join(t.TempDir(), "device")
	if err := unix.Mknod(device, unix.S_IFCHR|0o666, int(unix.Mkdev(240, 255))); err != nil {
		t.Fatal(err)
	}
	pipe := fifo(t)
	for _, tt := range []struct{ option, path, line string }{
		{"--netns", device, "no snapshot: .*/device is not a network namespace"},
		{"--netns", pipe, "no snapshot: .*/fifo is not a network namespace"},
		{"--netns", "/proc/self/ns/mnt", "no snapshot: /proc/self/ns/mnt is not a network namespace"},
		{"--listening", device, "reading a listening list: open .*/device: neither a regular file nor a FIFO"},
		{"--connections", device, "reading a connection list: open .*/device: neither a regular file nor a FIFO"},
		{"--input", device, "no snapshot: reading a saved output: open .*/device: neither a regular file nor a FIFO"},
		{"--netstat", device, "no snapshot: .*/device: not a regular file"},
		{"--netstat", pipe, "no snapshot: .*/fifo: not a regular file"},
	} {
		args := []string{tt.option, tt.path, "-t", "2"}
		if tt.option[2] == 'n' || tt.option == "--input" {
			args = append(args, "--port", "tcp:22")
		}
		finish(t, program(t, args...)).says(t, 3, "UNKNOWN: "+tt.line, 8*time.Second)
	}
}

// TestRootCapabilitiesAreGivenUp: when a result is being written, whatever it is
// and however it came about, no thread has a capability any more, and none can be
// had again.
func TestRootCapabilitiesAreGivenUp(t *testing.T) {
	saved := filepath.Join(t.TempDir(), "saved.txt")
	if err := os.WriteFile(saved, []byte(netstatHeader+strings.Repeat(netstatRow, 5000)), 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, filepath.Dir(saved))
	pipe := fifo(t)
	open(t, filepath.Dir(pipe))
	if err := os.Chmod(pipe, 0o666); err != nil {
		t.Fatal(err)
	}
	port := listener(t)
	users := map[string]func(t *testing.T, args ...string) *exec.Cmd{"root": program}
	for name, make := range elevated {
		users[name] = func(t *testing.T, args ...string) *exec.Cmd { return asNobody(t, make(t), args...) }
	}
	for user, command := range users {
		for _, tt := range []struct {
			name   string
			args   []string
			signal bool // comes before there is a result
		}{
			{"a check", []string{"--source", "kernel", "--port", "tcp:" + port + ",nginx", "-t", "30"}, false},
			{"sockets", []string{"sockets", "--source", "kernel", "-t", "30"}, false},
			{"sockets of a saved output", []string{"sockets", "--input", saved, "-t", "30"}, false},
			{"help", []string{"--help"}, false},
			{"a time-out", []string{"--input", pipe, "--port", "tcp:22", "-t", "0.2"}, false},
			{"a signal", []string{"--input", pipe, "--port", "tcp:22", "-t", "30"}, true},
			{"a signal to sockets", []string{"sockets", "--input", pipe, "-t", "30"}, true},
		} {
			t.Run(user+", "+tt.name, func(t *testing.T) {
				reader, writer, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _, _ = reader.Close(), writer.Close() }()
				fill(t, int(writer.Fd()))
				cmd := command(t, tt.args...)
				cmd.Stdout = writer
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				if tt.signal {
					time.Sleep(100 * time.Millisecond) // it is read by then, or the signal comes early
					if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
						t.Fatal(err)
					}
				}
				given := ""
				for range 10000 { // until it waits for somebody to read its result
					if given = threadsWithCapabilities(t, cmd.Process.Pid); given == "" || given == ended {
						break
					}
					time.Sleep(time.Millisecond)
				}
				if given != "" {
					t.Errorf("still there: %s", given)
				}
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			})
		}
	}
}

// threadsWithCapabilities returns the lines of proc_pid_status(5) of threads that
// can still do more than others.
func threadsWithCapabilities(t *testing.T, pid int) (lines string) {
	t.Helper()
	threads, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/status")
	if err != nil {
		t.Fatal(err)
	}
	seen := false
	for _, path := range threads {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		for line := range strings.Lines(string(text)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":\t")
			switch name {
			case "State":
				seen = seen || value[0] != 'Z'
			case "CapPrm", "CapEff", "CapInh", "CapAmb":
				if strings.Trim(value, "0") != "" {
					lines += path + " " + line
				}
			case "NoNewPrivs":
				if value != "1" {
					lines += path + " " + line
				}
			}
		}
	}
	if !seen {
		return ended
	}
	return lines
}

// ended is what is told of a process that has no thread any more.
const ended = "the program has ended"
