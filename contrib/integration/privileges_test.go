//go:build integration && root && linux

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

func TestSudoersShowsProgramsAndAllowsNothingElse(t *testing.T) {
	dir, line := ownList(t)
	program := filepath.Join(plugins, "check_netstat")
	sudo := asAccount(t, dir)
	if text, code := output(t, command(t, program, "--dir", dir)); code != 3 || !strings.Contains(text, "its program hidden") {
		t.Errorf("without sudo: exit %d\n%s", code, text)
	}
	key := "listening/tcp/*"
	for _, args := range [][]string{{"--dir", dir, "-v"}, {"--dir", dir, "--item", key, "-v"}, {"-v", "--dir", dir, "--max-output", "4000", "--timeout", "5"},
		{"--dir", dir, "--item=" + key, "--warning=", "--critical=", "--max-output", "60000"},
		{"--dir", dir, "--source", "netstat", "--port", "tcp:22,=no-such", "--item", "listening/*7.7*", "-c", "1:", "-w", "@5:9", "--ignore-process"},
	} {
		if text, code := sudo(args...); code != 0 || !strings.Contains(text, line) {
			t.Errorf("%q: exit %d\n%s", args, code, text)
		}
	}
	for _, args := range [][]string{
		{"--netstat", "/bin/sh"}, {"--input", "/etc/shadow"}, {"--connections", "/etc/shadow"}, {"--dir", "/root"}, {"--dir", dir + "/../x"},
		{"--dir", dir, "--netstat", "/bin/sh"}, {"-v --netstat /bin/sh"}, {"-v\n--netstat", "/bin/sh"}, {"--item", "a b"}, {"--item", "--netstat=/bin/sh"}, {"--port", "tcp:22", "--netns", "/proc/1/ns/net"}, {"--item", "x --netstat /bin/sh"}, {"sockets"},
		{"--item=", "--netstat", "/bin/sh"}, {"--listening", dir + "/../x.csv"}, {"--listening=/etc/shadow"}, {"--netstat=/bin/sh"}, {"--input=/etc/shadow"}, {"--dir=/root"}, {"--dir", dir + "/x"},
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

// asAccount returns what the account runs the plugin with under the rules of
// contrib, whose folder of lists is dir.
func asAccount(t *testing.T, dir string) func(args ...string) (text string, code int) {
	t.Helper()
	rules := sudoers(t, dir)
	program := filepath.Join(plugins, "check_netstat")
	return func(args ...string) (string, int) {
		return output(t, withSudoers(t, rules, exec.Command("sudo", append([]string{"-n", program}, args...)...)))
	}
}

// refusedBySudo reports whether sudo ran nothing.
func refusedBySudo(text string, code int) bool { return code == 1 && strings.Contains(text, "sudo: ") }

// TestSudoersAllowsWhatDiscoverWrites: each service of odd keys gets its verdict.
func TestSudoersAllowsWhatDiscoverWrites(t *testing.T) {
	dir, _ := ownList(t)
	list := filepath.Join(dir, "monitoredListeningPorts.csv")
	rows := "ipProtocol,localPort,expect,name\n"
	for _, key := range []string{"_begins", ".begins", ":begins", "@begins", "/begins", "1", "a", "a_b", "a-b/c:d@e.f", "^kept^"} {
		rows += "tcp,1,absent," + key + "\n"
	}
	write(t, list, rows+"tcp,1,absent,\nudp,7-9,absent,\n")
	sudo := asAccount(t, dir)
	for _, from := range [][]string{{"--dir", dir}, {"--listening", list}, {"--port", "tcp:1", "--port", "udp,::1,7,=x"}} {
		text, code := plugin(t, append([]string{"discover", "json", "--host", "h"}, from...)...)
		var found struct {
			Services []struct {
				Key       string
				Arguments []string
			}
		}
		if err := json.Unmarshal([]byte(text), &found); err != nil || code != 0 || len(found.Services) == 0 {
			t.Fatalf("%q: exit %d, %v\n%s", from, code, err, text)
		}
		for _, s := range found.Services {
			if text, code := sudo(s.Arguments...); refusedBySudo(text, code) || strings.Contains(text, "unexpected argument") || !strings.Contains(text, s.Key) {
				t.Errorf("%q: exit %d\n%s", s.Arguments, code, text)
			}
		}
	}
}

// TestSudoersAllowsTheOptionsOfContrib: every option that Icinga's check command
// knows, with "=" and with a blank, but for those that name what root would open,
// enter or run.
func TestSudoersAllowsTheOptionsOfContrib(t *testing.T) {
	dir, _ := ownList(t)
	sudo := asAccount(t, dir)
	values := map[string]string{
		"--connections": dir + "/monitoredTcpConnects.csv", "--listening": dir + "/monitoredListeningPorts.csv", "--dir": dir,
		"--item": "_x", "--connection": "192.0.2.1:443,^nginx", "--port": "tcp:[::1]:22,=sshd", "--source": "kernel", "--warning": "@1:5", "--critical": "~:9",
		"--unknown-process": "ok", "--dns-failure": "critical", "--unexpected": "warning", "--unexpected-scope": "external", "--allow": "tcp:22",
		"--samples": "60", "--match": "2", "--within": "59.5", "--timeout": "60", "--output": "json", "--max-output": "8000", "--count": "ESTABLISHED,9,~:9",
		"--stalled": "ok", "-t": "8", "-w": "1:", "-c": "1:",
		"--ignore-process": "", "--resolve": "", "--unexpected-udp": "", "--unexpected-connections": "", "-v": "", "-vv": "", "-vvv": "",
	}
	values["--port"] = "tcp,::1,22,=sshd"
	conf := read(t, "icinga2/netstat-commands.conf")
	named := regexp.MustCompile(`(?m)^\s+"(--?[a-z-]+)" = \{`).FindAllStringSubmatch(conf, -1)
	if len(named) < 20 {
		t.Fatalf("%d options in the check command", len(named))
	}
	for _, option := range named {
		switch option[1] {
		case "--netns", "--netstat", "--input":
			if text, code := sudo(option[1], "/etc/shadow"); !refusedBySudo(text, code) {
				t.Errorf("%s is allowed: exit %d\n%s", option[1], code, text)
			}
			continue
		}
		if _, ok := values[option[1]]; !ok {
			t.Errorf("%s of the check command is not known here", option[1])
		}
	}
	for option, value := range values {
		spellings := [][]string{{option}}
		if value != "" {
			spellings = [][]string{{option, value}, {option + "=" + value}}
		}
		for _, args := range spellings {
			if text, code := sudo(append(args, "-v")...); refusedBySudo(text, code) {
				t.Errorf("%q is refused: %s", args, text)
			}
		}
	}
	for _, args := range [][]string{{"-t", "61"}, {"-t", "3600"}, {"--timeout=86400"}, {"--samples", "1000"}, {"--samples=61"}, {"--within", "1e3"}, {"-t", "0x7f"}} {
		if text, code := sudo(args...); !refusedBySudo(text, code) {
			t.Errorf("%q is allowed: exit %d\n%s", args, code, text)
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
