//go:build integration && linux

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// synchroniser runs contrib's netstat-sync for web01.
type synchroniser struct{ config string }

// newSync writes how the API is reached.
func newSync(t *testing.T, n *node, port int, user string) *synchroniser {
	t.Helper()
	text := read(t, "icinga2/netstat-sync.ini")
	for old, now := range map[string]string{
		"https://localhost:5665":        fmt.Sprintf("https://127.0.0.1:%d", port),
		";name = master.example.com":    "name = " + n.name,
		"/var/lib/icinga2/certs/ca.crt": filepath.Join(n.dir, "lib/certs/ca.crt"),
		"user = netstat-sync\n":         "user = " + user + "\n",
		"password = change me":          "password = " + password,
	} {
		if !strings.Contains(text, old) {
			t.Fatalf("netstat-sync.ini has no %s", old)
		}
		text = strings.ReplaceAll(text, old, now)
	}
	return &synchroniser{write(t, filepath.Join(folder(t, filepath.Join(open(t, "sync"), "sync")), "netstat-sync.ini"), text)}
}

// read returns a file of contrib.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(contrib(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (s *synchroniser) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return command(t, contrib("icinga2/netstat-sync"),
		append([]string{"--host", "web01", "--config", s.config, "--plugin", filepath.Join(plugins, "check_netstat")}, args...)...)
}

// run expects an exit code and all lines that are printed, in any order.
func (s *synchroniser) run(t *testing.T, code int, lines []string, args ...string) {
	t.Helper()
	s.expect(t, s.command(t, args...), code, lines)
}

func (*synchroniser) expect(t *testing.T, c *exec.Cmd, code int, lines []string) {
	t.Helper()
	text, got := output(t, c)
	have := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if text == "" {
		have = nil
	}
	fits := func(line string) bool {
		return slices.ContainsFunc(lines, func(want string) bool {
			start, open := strings.CutSuffix(want, "...")
			return line == want || open && strings.HasPrefix(line, start)
		})
	}
	if got != code || len(have) != len(lines) || slices.ContainsFunc(have, func(line string) bool { return !fits(line) }) {
		t.Errorf("exit %d, want %d, with\n%s\nwant\n%s", got, code, text, strings.Join(lines, "\n"))
	}
}

// names returns the services of web01, sorted.
func names(t *testing.T, n *node) string {
	t.Helper()
	all, err := n.services("web01")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func TestNetstatSyncMakesServicesEqualTheLists(t *testing.T) {
	_, port := listen(t, 0)
	dir := open(t, "lists")
	list := filepath.Join(dir, "monitoredListeningPorts.csv")
	const header = "ipProtocol,localIP,localPort,comment,name\n"
	row := func(name, comment string) string {
		return fmt.Sprintf("tcp,%s,%d,%s,%s\n", address, port, comment, name)
	}
	write(t, list, header+row("a", "first; costs $5")+row("b", ""))

	n := newNode(t, "master", nil)
	hosts := write(t, filepath.Join(n.dir, "etc/hosts.conf"), `
object Endpoint "master" { }
object Zone "master" { endpoints = [ "master" ] }
object Host "web01" {
  check_command = "dummy"
  vars.notification.mail = { users = [ "admin" ] }
}
object User "admin" { email = "admin@example.com" }
object Service "netstat mine" {
  host_name = "web01"
  check_command = "dummy"
}
object ApiUser "reader" {
  password = "`+password+`"
  permissions = [ "objects/query/*", "objects/modify/Service", "objects/delete/Service" ]
}
`)
	user := write(t, filepath.Join(n.dir, "etc/sync.conf"), strings.ReplaceAll(read(t, "icinga2/netstat-sync.conf"), "change me", password))
	n.configure(t, "", contrib("icinga2/netstat-commands.conf"), contrib("icinga2/netstat-services.conf"), contrib("icinga2/netstat-notifications.conf"), hosts, user)
	n.start(t)
	s := newSync(t, n, n.port, "netstat-sync")
	lists := []string{"--", "--dir", dir}

	// A dry run says what the next one does, and does nothing.
	s.run(t, 0, []string{"web01: would be created: netstat a", "web01: would be created: netstat b", "web01: dry run: 2 created, 0 changed, 0 removed; 2 services in the lists"},
		append([]string{"--dry-run"}, lists...)...)
	if got := names(t, n); got != "netstat mine" {
		t.Errorf("after a dry run there are %s", got)
	}
	s.run(t, 0, []string{"web01: created: netstat a", "web01: created: netstat b", "web01: 2 created, 0 changed, 0 removed; 2 services in the lists"}, lists...)
	got := n.check(t, "web01", "netstat a")
	got.expect(t, 0, "master", []string{fmt.Sprintf("OK: listening on %s:%d (first; costs $5) [a]", address, port)}, with(totals(0, 1, 1, 0), "a", "1;;;0"))
	if got.Display != fmt.Sprintf("a tcp %s:%d", address, port) || got.Notes != "first; costs &#36;5" || got.Icon != "globe" ||
		!slices.Equal(got.Groups, []string{"netstat", "netstat-listening"}) || got.Interval != 300 || got.Attempts != 3 || got.CheckCommand != "netstat" ||
		got.Vars["netstat_comment"] != "first; costs $$5" || got.Vars["netstat_dir"] != dir || got.Vars["netstat_key"] != "a" {
		t.Errorf("made %+v", got)
	}

	// The same lists again: nothing is done, and nothing said.
	s.run(t, 0, nil, lists...)

	// A row more is a service more; a comment is changed in place, and what else
	// the service has stays; what was turned by hand is turned back.
	write(t, list, header+row("a", "second")+row("b", "")+row("-c", "dash"))
	n.act(t, "/v1/objects/services/web01!netstat%20b", `{"attrs":{"vars.netstat_program":"nginx"}}`)
	tested := got.LastCheck
	s.run(t, 0, []string{"web01: changed: netstat a", "web01: changed: netstat b", "web01: created: netstat -c", "web01: 1 created, 2 changed, 0 removed; 3 services in the lists"}, lists...)
	all, err := n.services("web01")
	if err != nil {
		t.Fatal(err)
	}
	if a := all["netstat a"]; a.Notes != "second" || a.LastCheck != tested || all["netstat b"].Vars["netstat_program"] != "" {
		t.Errorf("changed %+v and %+v", a, all["netstat b"])
	}
	got = n.check(t, "web01", "netstat -c")
	got.expect(t, 0, "master", []string{fmt.Sprintf("OK: listening on %s:%d (dash) [-c]", address, port)}, with(totals(0, 1, 1, 0), "-c", "1;;;0"))

	nothingIsRemovedWhereAnythingIsWrong(t, n, s, list, header, row, lists)

	// A row less is a service less; what is not its own stays.
	write(t, list, header+row("b", ""))
	s.run(t, 0, []string{"web01: removed: netstat a", "web01: removed: netstat -c", "web01: 0 created, 0 changed, 2 removed; 1 service in the lists"}, lists...)
	if got := names(t, n); got != "netstat b, netstat mine" {
		t.Errorf("there are %s", got)
	}
	// Options that a service has no more are a new service; so is another template.
	s.run(t, 0, []string{"web01: changed: netstat b", "web01: 0 created, 1 changed, 0 removed; 1 service in the lists"}, "--", "--listening", list)
	s.run(t, 0, nil, "--", "--listening", list)

	// An agent, and another command, are what the host says.
	n.act(t, "/v1/objects/hosts/web01", `{"attrs":{"vars.agent_endpoint":"master","vars.netstat_command":"netstat-nrpe"}}`)
	s.run(t, 0, []string{"web01: changed: netstat b", "web01: 0 created, 1 changed, 0 removed; 1 service in the lists"}, "--", "--listening", list)
	if all, err = n.services("web01"); err != nil {
		t.Fatal(err)
	}
	if b := all["netstat b"]; b.Endpoint != "master" || b.CheckCommand != "netstat-nrpe-item" {
		t.Errorf("made %+v", b)
	}
}

func nothingIsRemovedWhereAnythingIsWrong(t *testing.T, n *node, s *synchroniser, list, header string, row func(name, comment string) string, lists []string) {
	t.Helper()
	const there = "netstat -c, netstat a, netstat b, netstat mine"
	stays := func(what string) {
		t.Helper()
		if got := names(t, n); got != there {
			t.Errorf("%s: there are %s", what, got)
		}
	}
	const say = "netstat-sync: web01: "
	write(t, list, header+row("b", ""))
	for what, c := range map[string]*synchroniser{
		say + "the API at 127.0.0.1:1: ...":                        newSync(t, n, 1, "netstat-sync"),
		say + "the API: 401: ...":                                  newSync(t, n, n.port, "nobody"),
		say + s.config + ".none: [Errno 2] No such file or dir...": {s.config + ".none"},
	} {
		c.run(t, 1, []string{what}, lists...)
		stays(what)
	}
	s.run(t, 1, []string{say + "UNKNOWN: reading a listening list: ..."}, "--", "--listening", list+".none")
	stays("a list that is missing")
	s.run(t, 1, []string{say + "/none/check_netstat: [Errno 2] ..."}, "--plugin", "/none/check_netstat")
	stays("no plugin")

	// Half a run: what can be made is made, the rest said, and nothing removed.
	write(t, list, header+row("b", "")+row("mine", ""))
	s.run(t, 1, []string{say + "netstat mine is there and was not made by netstat-sync: it is left alone", say + "2 services of items that are gone: not removed until this is mended"}, lists...)
	stays("another's service")
	write(t, list, header+row("b", "")+row("d", ""))
	newSync(t, n, n.port, "reader").run(t, 1, []string{say + "netstat d is not created: the API: 404: ...", say + "2 services of items that are gone: not removed until this is mended"}, lists...)
	stays("no right to create")
	write(t, list, header+row("b", "")+"tcp,,8x,,a\n")
	s.run(t, 1, []string{say + "a: localPort \"8x\": not a port: ...", say + "1 service of items that are gone: not removed until this is mended", "web01: changed: netstat a", "web01: 0 created, 1 changed, 0 removed; 2 services in the lists"}, lists...)
	stays("a bad row")
	if got := n.check(t, "web01", "netstat a"); got.State != 3 {
		t.Errorf("the service of a bad row: %+v", got)
	}

	// What another machine sends is data: no program is named by it.
	text, code := plugin(t, "discover", "json", "--listening", list)
	if code != 0 {
		t.Fatal(text)
	}
	c := s.command(t, "--input", "-")
	c.Stdin = strings.NewReader(strings.ReplaceAll(text, `"--listening"`, `"--netstat"`))
	s.expect(t, c, 1, []string{say + "--netstat cannot be written into a service"})
	c = s.command(t, "--input", "-")
	c.Stdin = strings.NewReader(strings.ReplaceAll(text, `"netstat b"`, `"netstat b!c"`))
	s.expect(t, c, 1, []string{say + "not the output of check_netstat discover json: { ..."})
	c = s.command(t, "--input", "-")
	c.Stdin = strings.NewReader("Permission denied (publickey).\n")
	s.expect(t, c, 1, []string{say + "not the output of check_netstat discover json: Permission denied (publickey)."})
	stays("input that is none")
}

// What stands beside netstat-sync is read by what reads it: cron and systemd are
// not run here, so that their grammar is.
func TestNetstatSyncIsRunHourly(t *testing.T) {
	var jobs [][]string
	for line := range strings.SplitSeq(read(t, "icinga2/netstat-sync.cron"), "\n") {
		if line != "" && line[0] != '#' && !strings.Contains(strings.Fields(line)[0], "=") {
			jobs = append(jobs, strings.Fields(line))
		}
	}
	if len(jobs) != 1 || len(jobs[0]) < 7 || !slices.Equal(jobs[0][1:5], []string{"*", "*", "*", "*"}) || jobs[0][5] != "nagios" || jobs[0][6] != "/usr/local/bin/netstat-sync" {
		t.Errorf("cron jobs %q", jobs)
	}
	for file, keys := range map[string]string{
		"netstat-sync@.service": "Unit/Description Unit/After Unit/Wants Service/Type Service/User Service/ExecStart Service/ProtectSystem Service/ProtectHome Service/PrivateTmp Service/NoNewPrivileges",
		"netstat-sync@.timer":   "Unit/Description Timer/OnCalendar Timer/RandomizedDelaySec Timer/Persistent Install/WantedBy",
	} {
		var got []string
		for _, entry := range ini(t, "icinga2/"+file) {
			got = append(got, entry.section+"/"+entry.key)
			if entry.key == "ExecStart" && entry.value != strings.Join(jobs[0][6:8], " ")+" %I" {
				t.Errorf("%s runs %s, cron %q", file, entry.value, jobs[0])
			}
		}
		if strings.Join(got, " ") != keys {
			t.Errorf("%s has %q", file, got)
		}
	}
}
