//go:build integration && root && linux

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// nagiosHost is a host object of that name.
func nagiosHost(name string) string {
	return fmt.Sprintf("define host {\n    host_name           %s\n    address             127.0.0.1\n    check_period        netstat-always\n    max_check_attempts  3\n}\n", name)
}

// Every template of contrib has its service here, so that every command is run.
func TestNagiosRunsEachTemplate(t *testing.T) {
	l, port := listen(t, 0)
	t.Cleanup(connected(t, l))
	dir := lists(t, port)
	rules := sudoers(t, dir)
	config, nrpePort := nrpeServer(t, nrpeConfig(t, dir))
	startNRPE(t, withSudoers(t, rules, command(t, "nrpe", "-c", config, "-f")), nrpePort)

	const all, item, refused = bothOK, portOK, "CHECK_NRPE: Receive header underflow"
	objects, want := "", map[string]string{}
	for template, output := range map[string]string{
		"netstat": all, "netstat-sudo": all, "netstat-nrpe": all, "netstat-nrpe-sudo": all, "netstat-nsclient": all,
		"netstat-item": item, "netstat-item-sudo": item,
		// With arguments, which Debian's NRPE does not take.
		"netstat-item-nrpe": refused, "netstat-item-nrpe-sudo": refused, "netstat-item-nsclient": refused,
	} {
		host := "on-" + template
		objects += nagiosHost(host)
		if strings.Contains(template, "item") {
			text, code := plugin(t, "discover", "nagios", "--dir", dir, "--host", host, "--template", template)
			if code != 0 {
				t.Fatal(text)
			}
			objects += text
			want[host+" netstat shop/port"] = output
			continue
		}
		objects += fmt.Sprintf("define service {\n    use  %s\n    host_name  %s\n    service_description  netstat\n", template, host)
		if template == "netstat" || template == "netstat-sudo" {
			objects += fmt.Sprintf("    check_command  %s!--dir %s -v\n", template, dir)
		}
		objects += "}\n"
		want[host+" netstat"] = output
	}
	for _, m := range regexp.MustCompile(`(?m)^ +(?:command_)?name +(netstat\S*)$`).FindAllStringSubmatch(read(t, "nagios/check_netstat.cfg"), -1) {
		if !strings.Contains(objects, m[1]+"\n") && !strings.Contains(objects, m[1]+"!") {
			t.Errorf("nothing uses %s", m[1])
		}
	}

	c := newCore(t, nagiosObjects(t, nrpePort), write(t, filepath.Join(open(t, "objects"), "services.cfg"), objects))
	c.verify(t)
	start := time.Now().Add(-time.Second)
	daemon(t, withSudoers(t, rules, command(t, "nagios4", c.config)))
	for service, output := range want {
		got := c.wait(t, service, start)
		state := "0"
		if output == refused {
			state = "3"
		}
		if got["current_state"] != state || !strings.HasPrefix(got["plugin_output"], output) {
			t.Errorf("%s: state %s, %s, %s", service, got["current_state"], got["plugin_output"], got["long_plugin_output"])
		}
	}
}

func TestNagiosBringsEachExitCode(t *testing.T) {
	dir := codes(t)
	c := newCore(t, contrib("nagios/check_netstat.cfg"), write(t, filepath.Join(open(t, "objects"), "services.cfg"), nagiosHost("web01")+discover(t, "nagios", dir, "web01")))
	c.verify(t)
	start := time.Now().Add(-time.Second)
	daemon(t, command(t, "nagios4", c.config))
	for name, code := range exitCodes {
		got := c.wait(t, "web01 netstat "+name, start)
		if got["current_state"] != fmt.Sprint(code) || !strings.HasPrefix(got["plugin_output"], strings.ToUpper(name)+": ") || !strings.Contains(got["plugin_output"], " ["+name+"]") {
			t.Errorf("%s: state %s, %s", name, got["current_state"], got["plugin_output"])
		}
	}
}

// A row more is a service more, and a row less one less, once netstat-sync has run.
func TestNetstatSyncMakesNagiosEqualTheLists(t *testing.T) {
	_, port := listen(t, 0)
	dir, objects := open(t, "lists"), folder(t, filepath.Join(open(t, "objects"), "conf.d"))
	list := filepath.Join(dir, "monitoredListeningPorts.csv")
	rows := func(names ...string) {
		text := "ipProtocol,localIP,localPort,name\n"
		for _, name := range names {
			text += fmt.Sprintf("tcp,%s,%d,%s\n", address, port, name)
		}
		write(t, list, text)
	}
	host := write(t, filepath.Join(objects, "hosts.cfg"), nagiosHost("web01"))
	c := newCore(t, contrib("nagios/check_netstat.cfg"), host)
	text, err := os.ReadFile(c.config)
	if err != nil {
		t.Fatal(err)
	}
	write(t, c.config, strings.ReplaceAll(string(text), "cfg_file="+host, "cfg_dir="+objects))

	reload := "true" // as long as it does not run
	sync := func(host string, code int, start string) {
		t.Helper()
		s := command(t, contrib("nagios/netstat-sync"), host, "--dir", dir)
		s.Env = append(s.Env, "NETSTAT_PLUGIN="+filepath.Join(plugins, "check_netstat"), "NETSTAT_DIR="+objects,
			"NETSTAT_VERIFY=nagios4 -v "+c.config, "NETSTAT_RELOAD="+reload)
		if got, exit := output(t, s); exit != code || !strings.HasPrefix(got, start) || start == "" && got != "" {
			t.Errorf("netstat-sync: exit %d, %q; want %d, %q", exit, got, code, start)
		}
	}
	rows("a", "b")
	sync("web01", 0, "netstat-sync: web01: 2 services\n")
	start := time.Now().Add(-time.Second)
	running := command(t, "nagios4", c.config)
	daemon(t, running)
	reload = fmt.Sprintf("kill -HUP %d", running.Process.Pid)
	if got := c.wait(t, "web01 netstat a", start); got["current_state"] != "0" {
		t.Errorf("state %s: %s", got["current_state"], got["plugin_output"])
	}
	sync("web01", 0, "")

	rows("b", "c")
	changed := time.Now()
	sync("web01", 0, "netstat-sync: web01: 2 services\n")
	if got := c.wait(t, "web01 netstat c", changed); got["current_state"] != "0" {
		t.Errorf("state %s: %s", got["current_state"], got["plugin_output"])
	}
	gone := func() {
		t.Helper()
		eventually(t, 30*time.Second, "a service that goes", func() error {
			all, err := c.status()
			if err == nil && (all["web01 netstat a"] != nil || all["web01 netstat b"] == nil || len(all) != 2) {
				err = fmt.Errorf("%d services", len(all))
			}
			return err
		})
	}
	gone()

	// What is wrong changes nothing: a bad row, no list, a host that Nagios has not.
	write(t, list, "ipProtocol,localIP,localPort,name\ntcp,,8x,b\n")
	sync("web01", 1, list+":2:6: error: localPort")
	if err := os.Remove(list); err != nil {
		t.Fatal(err)
	}
	sync("web01", 1, "UNKNOWN: ")
	rows("b")
	reload = "false"
	sync("web02", 1, "Error: ")
	gone()
	left, err := filepath.Glob(filepath.Join(objects, "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("%q is left, %v", left, err)
	}
}
