//go:build integration && root && linux

package integration

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The host of the pages is 192.0.2.7, what it is connected to 192.0.2.10: both are
// loopback's own in the tests' network namespace.
const (
	near = "192.0.2.7"
	far  = "192.0.2.10"
)

// shop opens the sockets of a shop and writes its lists: each state is in them.
func shop(t *testing.T) (dir string, front net.Listener) {
	t.Helper()
	listenOn := func(address string) net.Listener {
		l, err := net.Listen("tcp4", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() }) // twice, where the test has closed it
		return l
	}
	front = listenOn(near + ":8080")
	listenOn(near + ":8443")
	t.Cleanup(connected(t, listenOn(far+":5432")))
	agent := listenOn(far + ":5723")
	linger := func() { // leaves a TIME_WAIT, which Linux keeps for a minute
		c, err := net.Dial("tcp4", agent.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		peer, err := agent.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		_ = c.Close()
		_ = peer.Close()
	}
	linger()
	tick, done := time.NewTicker(20*time.Second), make(chan struct{})
	t.Cleanup(func() { tick.Stop(); close(done) })
	go func() {
		for {
			select {
			case <-tick.C:
				linger()
			case <-done:
				return
			}
		}
	}()
	dir = listsOf(t, `tcp,192.0.2.7,8080,,shop front,
tcp,192.0.2.7,8443,^tomcat$,behind the proxy,
udp,127.0.0.1,161,^snmpd$,SNMP agent,snmp
`, `192.0.2.10,,5432,,orders
192.0.2.10,,5723,,management server
203.0.113.83,,80,^CcmExec$,software distribution
`)
	return dir, front
}

// listsOf makes a folder with both lists.
func listsOf(t *testing.T, listening, connections string) string {
	t.Helper()
	dir := open(t, "lists")
	write(t, filepath.Join(dir, "monitoredListeningPorts.csv"), "ipProtocol,localIP,localPort,procName,comment,name\n"+listening)
	write(t, filepath.Join(dir, "monitoredTcpConnects.csv"), "remoteIP,remoteName,remotePort,procName,comment\n"+connections)
	return dir
}

// markup is a comment that means something in HTML, in Markdown and to Icinga Web.
const markup = "<b>bold</b> *x* [y](z) $host.name$"

// seen starts Icinga 2 with contrib, Icinga DB and Icinga Web: web01 has a service
// for each item, app01 one for all, and db01 one for each, all of them well.
func seen(t *testing.T, dir string) (*node, *icingaweb) {
	t.Helper()
	redisPort := redis(t)
	n := newNode(t, "master", nil)
	hosts := write(t, filepath.Join(n.dir, "etc/hosts.conf"), fmt.Sprintf(`
object Endpoint "master" { }
object Zone "master" { endpoints = [ "master" ] }
object IcingaDB "icingadb" {
  host = "127.0.0.1"
  port = %d
}
template Host "any" {
  check_command = "dummy"
  address = "192.0.2.7"
  max_check_attempts = 1
  vars.dummy_state = 0
  vars.dummy_text = "reachable"
}
object Host "web01" { import "any" }
object Host "db01" { import "any" }
object Host "app01" {
  import "any"
  vars.netstat = true
  vars.netstat_dir = %q
}
`, redisPort, listsOf(t, "tcp,192.0.2.7,8080,,"+markup+",\ntcp,192.0.2.7,81,,,\n", "192.0.2.10,,5432,,orders\n")))
	include := []string{contrib("icinga2/netstat-commands.conf"), contrib("icinga2/netstat-services.conf"), hosts}
	w := newIcingaweb(t, redisPort)
	well := listsOf(t, "tcp,192.0.2.7,8443,,"+markup+",\n", "192.0.2.10,,5432,,orders\n")
	for host, dir := range map[string]string{"web01": dir, "db01": well} {
		include = append(include, write(t, filepath.Join(n.dir, "etc", host+".conf"), discover(t, "icinga2", dir, host)))
		w.write(t, "modules/businessprocess/processes/netstat-"+host+".conf", discover(t, "businessprocess", dir, host))
	}
	w.contrib(t, "dashboard.ini", "dashboards/icingaadmin/dashboard.ini")
	w.contrib(t, "menu.ini", "navigation/menu.ini")
	n.configure(t, "", include...)
	n.start(t)
	w.start(t)
	return n, w
}

// forced has everything tested now, and waits for the services' results.
func (n *node) forced(t *testing.T, hosts ...string) {
	t.Helper()
	before := float64(time.Now().UnixMicro()) / 1e6
	n.act(t, "/v1/actions/reschedule-check", `{"type":"Host","force":true,"filter":"true"}`)
	n.act(t, "/v1/actions/reschedule-check", `{"type":"Service","force":true,"filter":"true"}`)
	eventually(t, 60*time.Second, "all results", func() error {
		for _, host := range hosts {
			all, err := n.services(host)
			if err != nil {
				return err
			}
			for name, s := range all {
				if s.Result == nil || s.LastCheck < before {
					return fmt.Errorf("%s on %s: last check %f", name, host, s.LastCheck)
				}
			}
		}
		return nil
	})
}

// stored waits until a question to Icinga DB's database has that answer.
func (w *icingaweb) stored(t *testing.T, what, question, want string) {
	t.Helper()
	eventually(t, 60*time.Second, what, func() error {
		if got := strings.TrimSpace(w.db.execute(t, "icingadb", question)); got != want {
			return fmt.Errorf("%s", got)
		}
		return nil
	})
}
