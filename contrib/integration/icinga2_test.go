//go:build integration && linux

package integration

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What the check says of lists() while the port is open: of both items, and of the
// port alone.
const (
	bothOK = "OK: 2 items OK (1 connection, 1 listening port)"
	portOK = "OK: listening on "
)

// lists makes a folder with a listening port and a connection to it.
func lists(t *testing.T, port int) string {
	t.Helper()
	dir := open(t, "lists")
	write(t, filepath.Join(dir, "monitoredListeningPorts.csv"), fmt.Sprintf(
		"ipProtocol,localIP,localPort,procName,comment,name\ntcp,%s,%d,,\"the shop; costs $5\",shop/port\n", address, port))
	write(t, filepath.Join(dir, "monitoredTcpConnects.csv"), fmt.Sprintf(
		"remoteIP,remoteName,remotePort,procName,comment,name,critical\n%s,,%d,,,shop/link,~:1\n", address, port))
	return dir
}

// connected opens a connection to a listener and returns what closes both ends
// without a TIME_WAIT.
func connected(t *testing.T, l net.Listener) (closeBoth func()) {
	t.Helper()
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		for _, end := range []net.Conn{c, peer} {
			_ = end.(*net.TCPConn).SetLinger(0) // a reset leaves nothing behind
			_ = end.Close()
		}
	}
}

// twoNodes makes a master with contrib's files where its page puts them, and an
// agent, which gets the commands from the global zone.
func twoNodes(t *testing.T) (master, agent *node) {
	t.Helper()
	master = newNode(t, "master", nil)
	agent = newNode(t, "agent", master)
	zones := func(agentAddress string) string {
		return fmt.Sprintf(`object Endpoint "master" { }
object Endpoint "agent" {
%s
}
object Zone "master" { endpoints = [ "master" ] }
object Zone "agent" {
  endpoints = [ "agent" ]
  parent = "master"
}
object Zone "global-templates" { global = true }
`, agentAddress)
	}
	agent.configure(t, zones(""))
	master.configure(t, zones(fmt.Sprintf("  host = \"127.0.0.1\"\n  port = %d", agent.port)))
	for file, to := range map[string]string{
		"netstat-commands.conf":      "zones.d/global-templates",
		"netstat-services.conf":      "zones.d/master",
		"netstat-notifications.conf": "zones.d/master",
		"netstat-notification.sh":    "scripts",
	} {
		write(t, filepath.Join(folder(t, filepath.Join(master.dir, "etc", to)), file), read(t, "icinga2/"+file))
	}
	if err := os.Chmod(filepath.Join(master.dir, "etc/scripts/netstat-notification.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	return master, agent
}

func TestIcinga2(t *testing.T) {
	l, port := listen(t, 0)
	closeBoth := connected(t, l)
	dir := lists(t, port)
	mails := filepath.Join(folder(t, filepath.Join(open(t, "mail"), "box")), "mails")
	write(t, filepath.Join(work, "mailer.sh"), fmt.Sprintf("#!/bin/sh\n{ echo \"To: $3\"; echo \"Subject: $2\"; cat; echo .; } >> %s\n", mails))
	if err := os.Chmod(filepath.Join(work, "mailer.sh"), 0o755); err != nil {
		t.Fatal(err)
	}

	_, nrpePort := nrpe(t, dir, "")
	master, agent := twoNodes(t)
	write(t, filepath.Join(master.dir, "etc/zones.d/master/hosts.conf"), fmt.Sprintf(`
object User "admin" { email = "admin@example.com" }
template Host "any" {
  check_command = "dummy"
  address = "127.0.0.1"
  vars.netstat = true
  vars.netstat_dir = %q
}
object Host "local" {
  import "any"
  vars.notification.mail = { users = [ "admin" ] }
  vars.netstat_items["shop/port"] = { netstat_kind = "listening" }
  vars.netstat_items["shop/link"] = { netstat_kind = "connection", netstat_critical = "~:9" }
}
object Host "behind-agent" {
  import "any"
  vars.agent_endpoint = "agent"
}
object Host "behind-nrpe" {
  import "any"
  vars.netstat_command = "netstat-nrpe"
  vars.nrpe_port = %d
}
object Host "discovered" {
  import "any"
  vars.agent_endpoint = "agent"
}
object Host "codes-local" { check_command = "dummy" }
object Host "codes-agent" {
  check_command = "dummy"
  vars.agent_endpoint = "agent"
}
`, dir, nrpePort))
	ofCodes := codes(t)
	for _, host := range []string{"codes-local", "codes-agent"} {
		write(t, filepath.Join(master.dir, "etc/zones.d/master", host+".conf"), discover(t, "icinga2", ofCodes, host))
	}
	write(t, filepath.Join(master.dir, "etc/zones.d/master/discovered.conf"), discover(t, "icinga2", dir, "discovered"))

	master.validate(t)
	agent.validate(t)
	agent.start(t)
	master.start(t)

	all := func(ok, critical int) map[string]string {
		return with(with(totals(ok/2, (ok+1)/2, ok, critical), "shop_link", strconv.Itoa(ok/2)+";;~:1;0"), "shop_port", strconv.Itoa((ok+1)/2)+";;;0")
	}
	up := []string{
		bothOK,
		"[OK] shop/link: 1 ESTABLISHED",
		fmt.Sprintf("[OK] shop/port: listening on %s:%d (the shop; costs $5)", address, port),
	}
	down := []string{
		fmt.Sprintf("CRITICAL: shop/link %[1]s:%[2]d: no connection; shop/port tcp %[1]s:%[2]d: not listening (the shop; costs $5)", address, port),
		"[CRITICAL] shop/link: no connection",
		"[CRITICAL] shop/port: not listening (the shop; costs $5)",
	}
	item := []string{fmt.Sprintf("OK: listening on %s:%d (the shop; costs $5) [shop/port]", address, port)}
	itemDown := []string{"CRITICAL: not listening (the shop; costs $5) [shop/port]"}
	portUp, portDown := with(totals(0, 1, 1, 0), "shop_port", "1;;;0"), with(totals(0, 0, 0, 1), "shop_port", "0;;;0")

	// While both ends are open: this node, the agent, the services of contrib
	// and those that were discovered.
	for _, tt := range []struct {
		host, service, source string
		lines                 []string
		values                map[string]string
	}{
		{"local", "netstat", "master", up, all(2, 0)},
		{"local", "netstat shop/port", "master", item, portUp},
		{"behind-agent", "netstat", "agent", up, all(2, 0)},
		{"behind-nrpe", "netstat", "master", up, all(2, 0)},
		{"discovered", "netstat shop/port", "agent", item, portUp},
		{"discovered", "netstat shop/link", "agent", []string{"OK: 1 ESTABLISHED [shop/link]"}, with(totals(1, 0, 1, 0), "shop_link", "1;;~:1;0")},
	} {
		t.Run("open/"+tt.host+"/"+tt.service, func(t *testing.T) {
			got := master.check(t, tt.host, tt.service)
			got.expect(t, 0, tt.source, tt.lines, tt.values)
		})
	}

	for host, source := range map[string]string{"codes-local": "master", "codes-agent": "agent"} {
		t.Run(host, func(t *testing.T) { eachExitCode(t, master, host, source) })
	}
	t.Run("objects", func(t *testing.T) { objectsAreWhole(t, master, dir, port) })

	// Closed: each turns CRITICAL with its next test.
	closeBoth()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		host, service, source string
		lines                 []string
		values                map[string]string
	}{
		{"local", "netstat", "master", down, all(0, 2)},
		{"behind-agent", "netstat", "agent", down, all(0, 2)},
		{"behind-nrpe", "netstat", "master", down, all(0, 2)},
		{"discovered", "netstat shop/port", "agent", itemDown, portDown},
	} {
		t.Run("closed/"+tt.host+"/"+tt.service, func(t *testing.T) {
			got := master.check(t, tt.host, tt.service)
			got.expect(t, 2, tt.source, tt.lines, tt.values)
		})
	}

	t.Run("notification", func(t *testing.T) { changesAreMailed(t, master, mails, port) })
}

// eachExitCode tests the items of codes().
func eachExitCode(t *testing.T, n *node, host, source string) {
	for name, code := range exitCodes {
		got := n.check(t, host, "netstat "+name)
		if got.State != float64(code) || got.Result.ExitStatus != float64(code) || got.Result.Source != source ||
			!strings.HasPrefix(got.Result.Output, strings.ToUpper(name)+": ") || !strings.Contains(got.Result.Output, " ["+name+"]") {
			t.Errorf("%s: state %v, exit %v by %s: %s", name, got.State, got.Result.ExitStatus, got.Result.Source, got.Result.Output)
		}
	}
}

func objectsAreWhole(t *testing.T, master *node, dir string, port int) {
	services, err := master.services("discovered")
	if err != nil {
		t.Fatal(err)
	}
	got := services["netstat shop/port"]
	if got.Interval != 300 || got.Retry != 80 || got.Attempts != 3 || got.CheckCommand != "netstat" || got.Endpoint != "agent" {
		t.Errorf("service %+v", got)
	}
	if !slices.Equal(got.Groups, []string{"netstat", "netstat-listening"}) {
		t.Errorf("groups %q", got.Groups)
	}
	if got.Display != fmt.Sprintf("shop/port tcp %s:%d", address, port) || got.Notes != "the shop; costs &#36;5" || got.Icon != "globe" {
		t.Errorf("shown as %q with notes %q and icon %q", got.Display, got.Notes, got.Icon)
	}
	for name, value := range map[string]string{
		"netstat_key": "shop/port", "netstat_kind": "listening", "netstat_comment": "the shop; costs $$5",
		"netstat_endpoint": fmt.Sprintf("tcp %s:%d", address, port), "netstat_program": "", "netstat_dir": dir,
	} {
		if got.Vars[name] != value {
			t.Errorf("%s is %q, want %q", name, got.Vars[name], value)
		}
	}
	local, err := master.services("local")
	if err != nil {
		t.Fatal(err)
	}
	if g := local["netstat"].Groups; !slices.Equal(g, []string{"netstat"}) {
		t.Errorf("groups of the service for all items: %q", g)
	}
	if g := local["netstat shop/link"].Groups; !slices.Equal(g, []string{"netstat", "netstat-connections"}) {
		t.Errorf("groups of an item in host.vars.netstat_items: %q", g)
	}
}

// At the third attempt someone is told; so is the recovery.
func changesAreMailed(t *testing.T, master *node, mails string, port int) {
	for range 3 {
		master.check(t, "local", "netstat shop/port")
	}
	mail := func(want ...string) {
		t.Helper()
		eventually(t, 20*time.Second, "a mail", func() error {
			text, err := os.ReadFile(mails)
			if err != nil {
				return err
			}
			for _, w := range want {
				if !strings.Contains(string(text), w) {
					return fmt.Errorf("no %q in\n%s", w, text)
				}
			}
			return nil
		})
	}
	mail("To: admin@example.com\nSubject: PROBLEM: local netstat shop/port is CRITICAL\nCRITICAL: not listening (the shop; costs $5) [shop/port]",
		"\nHost:     local\nKey:      shop/port\nTested:   "+time.Now().Format("2006-01-02 "))
	listen(t, port)
	master.check(t, "local", "netstat shop/port")
	mail("Subject: RECOVERY: local netstat shop/port is OK\n")
}
