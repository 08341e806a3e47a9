//go:build integration && root && linux

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// ownList makes a folder with this test's own port: the program is root's, so
// that the account cannot see its name by itself.
func ownList(t *testing.T) (dir, line string) {
	t.Helper()
	_, port := listen(t, 0)
	dir = open(t, "lists")
	write(t, filepath.Join(dir, "monitoredListeningPorts.csv"), fmt.Sprintf(
		"ipProtocol,localIP,localPort,procName\ntcp,%s,%d,=%s\n", address, port, filepath.Base(os.Args[0])))
	return dir, fmt.Sprintf("listening on %s:%d", address, port)
}

// sudoers makes /etc/sudoers.d of contrib's rules, for this test's program and folder.
func sudoers(t *testing.T, dir string) (folder string) {
	t.Helper()
	folder = open(t, "sudoers")
	file := write(t, filepath.Join(folder, "check_netstat"), strings.NewReplacer(
		"/usr/lib/nagios/plugins/check_netstat", filepath.Join(plugins, "check_netstat"), "/etc/check_netstat", dir).Replace(read(t, "nrpe/check_netstat.sudoers")))
	if err := os.Chmod(file, 0o440); err != nil {
		t.Fatal(err)
	}
	must(t, exec.Command("visudo", "-cf", file))
	return folder
}

// withSudoers has a command run as the account, with rules that sudo reads in a
// mount namespace which ends with the command.
func withSudoers(t *testing.T, rules string, c *exec.Cmd) *exec.Cmd {
	t.Helper()
	name, _ := account(t)
	script := `mount --bind "$1" /etc/sudoers.d; user=$2; shift 2; exec setpriv --reuid "$user" --regid "$user" --clear-groups "$@"`
	wrapped := exec.Command("unshare", append([]string{"-m", "sh", "-ec", script, "sh", rules, name}, c.Args...)...)
	wrapped.Dir, wrapped.Env = c.Dir, c.Env
	wrapped.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return wrapped
}

func TestSudoersShowsProgramsAndAllowsNothingElse(t *testing.T) {
	dir, line := ownList(t)
	program := filepath.Join(plugins, "check_netstat")
	rules := sudoers(t, dir)
	sudo := func(args ...string) (string, int) {
		return output(t, withSudoers(t, rules, exec.Command("sudo", append([]string{"-n", program}, args...)...)))
	}
	if text, code := output(t, command(t, program, "--dir", dir)); code != 3 || !strings.Contains(text, "its program hidden") {
		t.Errorf("without sudo: exit %d\n%s", code, text)
	}
	key := "listening/tcp/*"
	for _, args := range [][]string{{"--dir", dir, "-v"}, {"--dir", dir, "--item", key, "-v"}, {"-v", "--dir", dir, "--max-output", "4000", "--timeout", "5"},
		{"--dir", dir, "--source", "netstat", "--port", "tcp:22,=no-such", "--item", "listening/*7.7*", "-c", "1:", "-w", "@5:9", "--ignore-process"},
		{"--dir", dir, "--item=" + key, "--warning=", "--critical=", "--max-output", "60000"},
	} {
		if text, code := sudo(args...); code != 0 || !strings.Contains(text, line) {
			t.Errorf("%q: exit %d\n%s", args, code, text)
		}
	}
	for _, args := range [][]string{
		{"--netstat", "/bin/sh"}, {"--input", "/etc/shadow"}, {"--connections", "/etc/shadow"}, {"--dir", "/root"}, {"--dir", dir + "/../x"},
		{"--dir", dir, "--netstat", "/bin/sh"}, {"-v --netstat /bin/sh"}, {"-v\n--netstat", "/bin/sh"}, {"--item", "a b"}, {"--item", "--netstat=/bin/sh"}, {"--port", "tcp:22", "--netns", "/proc/1/ns/net"}, {"--item", "x --netstat /bin/sh"}, {"sockets"},
		{"--item=x", "--netstat=/bin/sh"}, {"--warning=", "--netstat", "/bin/sh"}, {"--warning= --netstat /bin/sh"}, {"-w", "", "--netstat", "/bin/sh"}, {"--dir=/root"},
	} {
		// sudo joins the arguments with blanks before it compares them, so that one
		// argument with blanks may pass: to the plugin it is still one.
		text, code := sudo(args...)
		if refused := code == 1 && strings.Contains(text, "sudo: "); !refused && (code != 3 || !strings.HasPrefix(text, "UNKNOWN: ")) {
			t.Errorf("%q: exit %d\n%s", args, code, text)
		}
		if strings.Contains(text, "root:") {
			t.Errorf("%q shows a file of root: %s", args, text)
		}
	}
}

func TestSudoRunsTheCommandsOfNRPE(t *testing.T) {
	l, port := listen(t, 0)
	t.Cleanup(connected(t, l))
	dir := lists(t, port)
	rules, commands := sudoers(t, dir), nrpeCommands(t, dir)
	for _, c := range nrpeCases(port) {
		if !strings.HasSuffix(c.name, "_sudo") {
			continue
		}
		args := words(t, c.commandLine(commands))
		if text, code := output(t, withSudoers(t, rules, exec.Command(args[0], args[1:]...))); code != c.code || !strings.HasPrefix(text, c.start) {
			t.Errorf("%s %q: exit %d\n%s", c.name, c.args, code, text)
		}
	}
	// The one without arguments through NRPE itself.
	config, nrpePort := nrpeServer(t, nrpeConfig(t, dir))
	startNRPE(t, withSudoers(t, rules, command(t, "nrpe", "-c", config, "-f")), nrpePort)
	text, code := output(t, command(t, filepath.Join(plugins, "check_nrpe"), "-H", "127.0.0.1", "-p", fmt.Sprint(nrpePort), "-t", "15:3", "-c", "check_netstat_sudo"))
	if code != 0 || !strings.HasPrefix(text, bothOK) {
		t.Errorf("exit %d\n%s", code, text)
	}
}

func TestAPluginWithCapabilitiesShowsPrograms(t *testing.T) {
	dir, line := ownList(t)
	text, err := os.ReadFile(filepath.Join(plugins, "check_netstat"))
	if err != nil {
		t.Fatal(err)
	}
	able := write(t, filepath.Join(open(t, "able"), "check_netstat"), string(text))
	if err := os.Chmod(able, 0o755); err != nil {
		t.Fatal(err)
	}
	must(t, exec.Command("setcap", "cap_sys_ptrace,cap_dac_read_search=ep", able))
	for _, source := range []string{"auto", "netstat", "ss", "kernel"} {
		if got, code := output(t, command(t, able, "--dir", dir, "--source", source)); code != 0 || !strings.Contains(got, line) {
			t.Errorf("source %s: exit %d\n%s", source, code, got)
		}
	}
}
