//go:build integration && linux

package integration

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// words splits a command line as a POSIX shell does that acts on nothing: blanks
// part words, quotes keep them together. What a shell would act on fails the test.
func words(t *testing.T, line string) (all []string) {
	t.Helper()
	word, inWord := "", false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ':
			if inWord {
				all = append(all, word)
			}
			word, inWord = "", false
		case '\'', '"':
			n := strings.IndexByte(line[i+1:], c)
			if n < 0 || c == '"' && strings.ContainsAny(line[i+1:i+1+n], "$`\\") {
				t.Fatalf("quotes in %s", line)
			}
			word, inWord = word+line[i+1:i+1+n], true
			i += n + 1
		default:
			if strings.IndexByte("$`\\|&;<>()*?[]#~!{}", c) >= 0 {
				t.Fatalf("%c without quotes in %s", c, line)
			}
			word, inWord = word+string(c), true
		}
	}
	if inWord {
		all = append(all, word)
	}
	return all
}

// nrpeCase is a call of one command of contrib's file for NRPE.
type nrpeCase struct {
	name  string
	args  []string // of check_nrpe -a
	code  int
	start string
}

// nrpeCases calls each command with what its comment says, and with no more than
// it needs. The list is that of lists().
func nrpeCases(port int) []nrpeCase {
	open, link := fmt.Sprintf("tcp:%s:%d", address, port), fmt.Sprintf("%s:%d", address, port)
	all := []nrpeCase{
		{"check_netstat", nil, 0, bothOK},
		{"check_netstat_sudo", nil, 0, bothOK},
		{"check_netstat_connections", nil, 0, "OK: 1 ESTABLISHED [shop/link]"},
		{"check_netstat_listening", nil, 0, portOK},
	}
	for _, end := range []string{"", "_sudo"} {
		all = append(all,
			nrpeCase{"check_netstat_item" + end, []string{"shop/port"}, 0, portOK},
			nrpeCase{"check_netstat_item" + end, nil, 3, "UNKNOWN: --item is empty"},
			nrpeCase{"check_netstat_port" + end, []string{open, "1:", "1:"}, 0, "OK: "},
			nrpeCase{"check_netstat_port" + end, []string{open, "", ""}, 0, "OK: "},
			nrpeCase{"check_netstat_port" + end, []string{open}, 0, "OK: "},
			nrpeCase{"check_netstat_port" + end, []string{open, "2:", ""}, 1, "WARNING: "},
			nrpeCase{"check_netstat_port" + end, []string{open, "", "2:"}, 2, "CRITICAL: "},
			nrpeCase{"check_netstat_connection" + end, []string{link}, 0, "OK: "},
			nrpeCase{"check_netstat_connection" + end, []string{link, "", "~:0"}, 2, "CRITICAL: "})
	}
	return all
}

var nrpeCommand = regexp.MustCompile(`(?m)^command\[(\w+)\]=(.*)$`)

// nrpeCommands returns the command lines of contrib by name, with this test's
// program and folder.
func nrpeCommands(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, m := range nrpeCommand.FindAllStringSubmatch(nrpeConfig(t, dir), -1) {
		all[m[1]] = m[2]
	}
	return all
}

// commandLine puts arguments in, as NRPE does: those that are not given are empty.
func (c *nrpeCase) commandLine(commands map[string]string) string {
	line := commands[c.name]
	for i := range 9 {
		value := ""
		if i < len(c.args) {
			value = c.args[i]
		}
		line = strings.ReplaceAll(line, fmt.Sprintf("$ARG%d$", i+1), value)
	}
	return line
}

// Debian's NRPE takes no arguments, so that the command lines are run here without
// it, split but not given to a shell; those with sudo are run through it as well,
// by TestSudoRunsTheCommandsOfNRPE.
func TestEachNRPECommandDoesWhatItSays(t *testing.T) {
	l, port := listen(t, 0)
	t.Cleanup(connected(t, l))
	commands := nrpeCommands(t, lists(t, port))
	called := map[string]bool{}
	for _, c := range nrpeCases(port) {
		called[c.name] = true
		line := strings.TrimPrefix(c.commandLine(commands), "/usr/bin/sudo -n ")
		args := words(t, line)
		if text, code := output(t, command(t, args[0], args[1:]...)); code != c.code || !strings.HasPrefix(text, c.start) {
			t.Errorf("%s %q: exit %d\n%s", c.name, c.args, code, text)
		}
	}
	for name, line := range commands {
		if !called[name] {
			t.Errorf("nothing calls %s", name)
		}
		if strings.HasSuffix(name, "_sudo") != strings.HasPrefix(line, "/usr/bin/sudo -n ") {
			t.Errorf("%s is %s", name, line)
		}
	}
}

func TestNRPERunsEachCommandOrRefusesArguments(t *testing.T) {
	l, port := listen(t, 0)
	t.Cleanup(connected(t, l))
	ask, _ := nrpe(t, lists(t, port), "\ndont_blame_nrpe=1\n")
	refused := 0
	for _, c := range nrpeCases(port) {
		if strings.HasSuffix(c.name, "_sudo") {
			continue
		}
		call := []string{"-c", c.name}
		if c.args != nil {
			call = append(append(call, "-a"), c.args...)
		}
		text, code := ask(t, call...)
		if c.args != nil && code == 3 && strings.Contains(text, "Receive header underflow") {
			refused++
			continue
		}
		if code != c.code || !strings.HasPrefix(text, c.start) {
			t.Errorf("%s %q: exit %d\n%s", c.name, c.args, code, text)
		}
	}
	t.Logf("%d calls with arguments were refused: this NRPE was built without them", refused)
}

func TestNRPEBringsEachExitCode(t *testing.T) {
	dir := codes(t)
	more := ""
	for name := range exitCodes {
		more += fmt.Sprintf("\ncommand[code_%s]=/usr/lib/nagios/plugins/check_netstat --item %[1]s\n", name)
	}
	ask, _ := nrpe(t, dir, more)
	for name, want := range exitCodes {
		for _, version := range [][]string{nil, {"-2"}} {
			text, code := ask(t, append(version, "-c", "code_"+name)...)
			if code != want || !strings.HasPrefix(text, strings.ToUpper(name)+": ") || !strings.Contains(text, " ["+name+"] | ") {
				t.Errorf("%s %v: exit %d\n%s", name, version, code, text)
			}
		}
	}
}

// exitCodes are the items of codes(), each with its exit code.
var exitCodes = map[string]int{"ok": 0, "warning": 1, "critical": 2, "unknown": 3}

// codes makes a folder with an item for each state, which is its name.
func codes(t *testing.T) (dir string) {
	t.Helper()
	_, port := listen(t, 0)
	dir = open(t, "lists")
	write(t, dir+"/monitoredListeningPorts.csv", fmt.Sprintf("ipProtocol,localIP,localPort,name,warning\n"+
		"tcp,%[1]s,%[2]d,ok,\ntcp,%[1]s,%[2]d,warning,2:\ntcp,%[1]s,%[3]d,critical,\ntcp,%[1]s,8x,unknown,\n", address, port, freePort(t)))
	return dir
}
