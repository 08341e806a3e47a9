//go:build integration && root && linux

package integration

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command of contrib has its service here.
func TestIcinga2RunsEachCommand(t *testing.T) {
	l, port := listen(t, 0)
	t.Cleanup(connected(t, l))
	dir := lists(t, port)
	rules := sudoers(t, dir)
	_, nrpePort := nrpe(t, dir, "")
	n := newNode(t, "master", nil)

	const all, item, refused = bothOK, portOK, "CHECK_NRPE: Receive header underflow"
	hosts, used := "", map[string]bool{}
	for host, command := range map[string]string{"plain": "", "sudo": "netstat-sudo", "windows": "netstat-windows", "nrpe": "netstat-nrpe", "nsclient": "netstat-nsclient"} {
		hosts += fmt.Sprintf(`
object Host %q {
  check_command = "dummy"
  address = "127.0.0.1"
  vars.netstat = true
  vars.netstat_dir = %q
  vars.netstat_command = %q
  vars.nrpe_port = %d
  vars.netstat_items["shop/port"] = { netstat_kind = "listening" }
}
`, host, dir, command, nrpePort)
	}
	n.configure(t, "", contrib("icinga2/netstat-commands.conf"), contrib("icinga2/netstat-services.conf"),
		write(t, filepath.Join(n.dir, "etc/hosts.conf"), "object Endpoint \"master\" { }\nobject Zone \"master\" { endpoints = [ \"master\" ] }\n"+hosts))
	n.validate(t)
	daemon(t, withSudoers(t, rules, n.icinga(t, "daemon", "--log-level", "warning")))
	n.ready(t)

	for _, tt := range []struct {
		host, service, command string
		state                  float64
		output                 string
	}{
		{"plain", "netstat", "netstat", 0, all},
		{"plain", "netstat shop/port", "netstat", 0, item},
		{"sudo", "netstat", "netstat-sudo", 0, all},
		{"sudo", "netstat shop/port", "netstat-sudo", 0, item},
		{"windows", "netstat", "netstat-windows", 3, ""}, // no Windows here: its command line is looked at below
		{"nrpe", "netstat", "netstat-nrpe", 0, all},
		{"nrpe", "netstat shop/port", "netstat-nrpe-item", 3, refused}, // Debian's NRPE takes no arguments
		{"nsclient", "netstat", "netstat-nsclient", 0, all},
		{"nsclient", "netstat shop/port", "netstat-nsclient-item", 3, refused},
	} {
		got := n.check(t, tt.host, tt.service)
		used[got.CheckCommand] = true
		if got.CheckCommand != tt.command || got.State != tt.state || !strings.HasPrefix(got.Result.Output, tt.output) {
			t.Errorf("%s on %s: %s: state %v: %s\n%v", tt.service, tt.host, got.CheckCommand, got.State, got.Result.Output, got.Result.Command)
		}
		words := fmt.Sprint(got.Result.Command)
		if tt.host == "windows" && words != fmt.Sprintf("[%s/check_netstat.exe --dir %s --max-output 60000 -v]", plugins, dir) {
			t.Errorf("Windows runs %s", words)
		}
		if tt.host == "nsclient" && !strings.Contains(words, " -2 ") {
			t.Errorf("NSClient++ is asked with %s", words)
		}
		if strings.HasSuffix(tt.command, "-item") && !strings.Contains(words, " -a shop/port") {
			t.Errorf("the item is asked for with %s", words)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^object CheckCommand "(.*)"`).FindAllStringSubmatch(read(t, "icinga2/netstat-commands.conf"), -1) {
		if !used[m[1]] {
			t.Errorf("nothing uses %s", m[1])
		}
	}
}
