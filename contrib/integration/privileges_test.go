//go:build integration && root && linux

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

func TestSudoersShowsProgramsAndAllowsNothingElse(t *testing.T) {
	dir, line := ownList(t)
	name, _ := account(t)
	program := filepath.Join(plugins, "check_netstat")
	rules, err := os.ReadFile(contrib("nrpe/check_netstat.sudoers"))
	if err != nil {
		t.Fatal(err)
	}
	folder := open(t, "sudoers")
	file := write(t, filepath.Join(folder, "check_netstat"), strings.NewReplacer(
		"/usr/lib/nagios/plugins/check_netstat", program, "/etc/check_netstat", dir).Replace(string(rules)))
	if err := os.Chmod(file, 0o440); err != nil {
		t.Fatal(err)
	}
	must(t, exec.Command("visudo", "-cf", file))

	// sudo reads the rules in a mount namespace that ends with the command.
	sudo := func(args ...string) (string, int) {
		script := `mount --bind "$1" /etc/sudoers.d; user=$2; shift 2; exec setpriv --reuid "$user" --regid "$user" --clear-groups sudo -n "$@"`
		return output(t, exec.Command("unshare", append([]string{"-m", "sh", "-ec", script, "sh", folder, name, program}, args...)...))
	}
	if text, code := output(t, command(t, program, "--dir", dir)); code != 3 || !strings.Contains(text, "its program hidden") {
		t.Errorf("without sudo: exit %d\n%s", code, text)
	}
	key := "listening/tcp/*"
	for _, args := range [][]string{{"--dir", dir, "-v"}, {"--dir", dir, "--item", key, "-v"}, {"-v", "--dir", dir, "--max-output", "4000", "--timeout", "5"},
		{"--dir", dir, "--source", "netstat", "--port", "tcp:22,=no-such", "--item", "listening/*7.7*", "-c", "1:", "-w", "@5:9", "--ignore-process"},
	} {
		if text, code := sudo(args...); code != 0 || !strings.Contains(text, line) {
			t.Errorf("%q: exit %d\n%s", args, code, text)
		}
	}
	for _, args := range [][]string{
		{"--netstat", "/bin/sh"}, {"--input", "/etc/shadow"}, {"--connections", "/etc/shadow"}, {"--dir", "/root"}, {"--dir", dir + "/../x"},
		{"--dir", dir, "--netstat", "/bin/sh"}, {"-v --netstat /bin/sh"}, {"-v\n--netstat", "/bin/sh"}, {"--item", "a b"}, {"--item", "--netstat=/bin/sh"}, {"--port", "tcp:22", "--netns", "/proc/1/ns/net"}, {"--item", "x --netstat /bin/sh"}, {"sockets"},
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
