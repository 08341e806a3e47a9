//go:build root

package main

import (
	"encoding/binary"
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
	for path, want := range map[string]string{
		fine: "", sticky: "", good1: "",
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
	value := binary.LittleEndian.AppendUint32(nil, 0x02000001) // VFS_CAP_REVISION_2, effective
	value = binary.LittleEndian.AppendUint32(value, bits)
	value = append(value, make([]byte, 12)...)
	if err := unix.Setxattr(own, "security.capability", value, 0); err != nil {
		t.Fatal(err)
	}
	return own
}

// TestRootCapabilitiesAreForProcessesAlone: a program file with capabilities
// shows whose sockets they are, and no file that its caller may not read.
func TestRootCapabilitiesAreForProcessesAlone(t *testing.T) {
	capable := withCapabilities(t, unix.CAP_SYS_PTRACE, unix.CAP_DAC_READ_SEARCH)
	port := listener(t)
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("ipProtocol,localPort,comment\ntcp,22,hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(filepath.Dir(secret)), 0o755); err != nil {
		t.Fatal(err)
	}
	as := func(args ...string) run {
		cmd := program(t, args...)
		cmd.Path, cmd.Dir = capable, "/"
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		return finish(t, cmd)
	}
	name := filepath.Base(os.Args[0])
	as("--source", "kernel", "--port", "tcp:127.0.0.1:"+port+",="+name).says(t, 0, "OK: .*", 8*time.Second)
	for _, args := range [][]string{
		{"items", "--listening", secret}, {"lint", "--listening", secret}, {"--listening", secret}, {"--connections", secret},
		{"--input", secret, "--port", "tcp:22"}, {"sockets", "--input", secret}, {"--dir", filepath.Dir(secret)},
		{"discover", "json", "--listening", secret, "--host", "db1"},
	} {
		r := as(args...)
		if r.exit != 3 || strings.Contains(r.out, "hush") || !strings.Contains(r.out, "permission denied") && !strings.Contains(r.out, "holds neither") {
			t.Errorf("%q: exit %d\n%s", args, r.exit, r.out)
		}
	}
	// A program of the caller's does not get them, and is not run beside them.
	own := script(t, printing(good))
	as("--netstat", own, "--port", "tcp:22").says(t, 3, "UNKNOWN: no snapshot: .*", 8*time.Second)
}

// TestRootCapabilitiesAreGivenUp: when the result is being written, no thread has
// a capability any more, and none can be had again.
func TestRootCapabilitiesAreGivenUp(t *testing.T) {
	capable := withCapabilities(t, unix.CAP_SYS_PTRACE, unix.CAP_DAC_READ_SEARCH)
	for name, setup := range map[string]func(*exec.Cmd){
		"root": func(*exec.Cmd) {},
		"a file with capabilities": func(cmd *exec.Cmd) {
			cmd.Path, cmd.Dir = capable, "/"
			cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		},
	} {
		t.Run(name, func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _, _ = reader.Close(), writer.Close() }()
			fill(t, int(writer.Fd()))
			cmd := program(t, "--source", "kernel", "--port", "tcp:"+listener(t)+",nginx", "-t", "30")
			cmd.Stdout = writer
			setup(cmd)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			given := ""
			for range 500 { // until it waits for somebody to read its result
				if given = threadsWithCapabilities(t, cmd.Process.Pid); given == "" {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if given != "" {
				t.Errorf("still there: %s", given)
			}
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 3 {
				t.Error(err)
			}
		})
	}
}

// threadsWithCapabilities returns the lines of proc_pid_status(5) of threads that
// can still do more than others.
func threadsWithCapabilities(t *testing.T, pid int) (lines string) {
	t.Helper()
	threads, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/status")
	if err != nil || len(threads) == 0 {
		t.Fatalf("no threads: %v", err)
	}
	for _, path := range threads {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		for line := range strings.Lines(string(text)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":\t")
			switch name {
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
	return lines
}
