//go:build integration && linux

package integration

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// nrpe starts a server with the commands of contrib, their folder being dir, and
// more of the test's own. It returns what calls check_nrpe, and the port.
func nrpe(t *testing.T, dir, more string) (ask func(t *testing.T, args ...string) (text string, code int), port int) {
	t.Helper()
	config, port := nrpeServer(t, nrpeConfig(t, dir, more))
	startNRPE(t, command(t, "nrpe", "-c", config, "-f"), port)
	return func(t *testing.T, args ...string) (string, int) {
		t.Helper()
		all := append([]string{"-H", "127.0.0.1", "-p", fmt.Sprint(port), "-t", "15:3"}, args...)
		return output(t, command(t, filepath.Join(plugins, "check_nrpe"), all...))
	}, port
}

// nrpeConfig returns the commands of contrib, and more of the test's own, with this
// test's program and folder.
func nrpeConfig(t *testing.T, dir string, more ...string) string {
	t.Helper()
	program, commands := filepath.Join(plugins, "check_netstat"), read(t, "nrpe/check_netstat.cfg")+strings.Join(more, "")
	for _, option := range []string{" --connections ", " --listening "} {
		commands = strings.ReplaceAll(commands, "/usr/lib/nagios/plugins/check_netstat"+option+"/etc/check_netstat/", program+option+dir+"/")
	}
	return strings.ReplaceAll(commands, "/usr/lib/nagios/plugins/check_netstat", program+" --dir "+dir)
}

// nrpeServer writes the configuration of a server.
func nrpeServer(t *testing.T, commands string) (config string, port int) {
	t.Helper()
	name, _ := account(t)
	port = freePort(t)
	home := folder(t, filepath.Join(open(t, "nrpe"), "nrpe"))
	return write(t, filepath.Join(home, "nrpe.cfg"), fmt.Sprintf(
		"pid_file=%s/nrpe.pid\nserver_address=127.0.0.1\nserver_port=%d\nnrpe_user=%s\nnrpe_group=%s\nallowed_hosts=127.0.0.1\n%s",
		home, port, name, name, commands)), port
}

// startNRPE starts a server and waits for it.
func startNRPE(t *testing.T, c *exec.Cmd, port int) {
	t.Helper()
	daemon(t, c)
	answers(t, "NRPE", port)
}

// many makes a folder with a list of n ports that nothing listens on.
func many(t *testing.T, n int) string {
	t.Helper()
	text := "ipProtocol,localIP,localPort,procName,comment\n"
	for i := range n {
		text += fmt.Sprintf("tcp,%s,%d,application-server,part %d of the shop\n", address, 10000+i, i)
	}
	dir := open(t, "lists")
	write(t, filepath.Join(dir, "monitoredListeningPorts.csv"), text)
	return dir
}

var duration = regexp.MustCompile(`'time'=[0-9.]+s`)

// withoutTime makes two outputs comparable.
func withoutTime(text string) string { return duration.ReplaceAllString(text, "'time'=0s") }

func TestNRPEBringsExitCodeLongOutputAndPerfdata(t *testing.T) {
	l, port := listen(t, 0)
	closeBoth := connected(t, l)
	ask, _ := nrpe(t, lists(t, port), "")

	text, code := ask(t, "-c", "check_netstat")
	first, lines, values := split(t, text)
	if code != 0 || first != bothOK || len(lines) != 2 || len(values) != 10 {
		t.Errorf("exit %d\n%s", code, text)
	}
	if values["shop_port"] != "1;;;0" || values["shop_link"] != "1;;~:1;0" || values["listening_ports"] != "1;;;0" {
		t.Errorf("perfdata %v", values)
	}
	closeBoth()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	text, code = ask(t, "-c", "check_netstat")
	first, lines, values = split(t, text)
	if code != 2 || !strings.HasPrefix(first, "CRITICAL: shop/link ") || len(lines) != 2 ||
		lines[1] != "[CRITICAL] shop/port: not listening (the shop; costs $5)" || values["shop_port"] != "0;;;0" {
		t.Errorf("exit %d\n%s", code, text)
	}
	// One command for each kind of item, whatever their keys begin with.
	for name, want := range map[string]string{"listening": "CRITICAL: not listening (the shop; costs $5) [shop/port]", "connections": "CRITICAL: no connection [shop/link]"} {
		text, code = ask(t, "-c", "check_netstat_"+name)
		if code != 2 || !strings.HasPrefix(text, want) {
			t.Errorf("%s: exit %d\n%s", name, code, text)
		}
	}
}

func TestNRPEBrings300ItemsWhole(t *testing.T) {
	dir := many(t, 300)
	ask, _ := nrpe(t, dir, `
command[v4]=/usr/lib/nagios/plugins/check_netstat -v --max-output 65000
command[v2]=/usr/lib/nagios/plugins/check_netstat -v --max-output 1000
`)
	for _, tt := range []struct {
		name  string
		ask   []string
		own   []string
		limit int
	}{
		{"as in contrib", []string{"-c", "check_netstat"}, []string{"-v"}, 8000},
		{"all that a packet of version 4 holds", []string{"-c", "v4"}, []string{"-v", "--max-output", "65000"}, 65000},
		{"a packet of version 2", []string{"-2", "-c", "v2"}, []string{"-v", "--max-output", "1000"}, 1000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want, wantCode := plugin(t, append([]string{"--dir", dir}, tt.own...)...)
			text, code := ask(t, tt.ask...)
			if code != 2 || wantCode != 2 {
				t.Errorf("exit %d, directly %d", code, wantCode)
			}
			if withoutTime(text) != withoutTime(want) {
				t.Errorf("%d bytes arrived of %d: ...%s", len(text), len(want), tail(text, 200))
			}
			if len(text) > tt.limit {
				t.Errorf("%d bytes, limit %d", len(text), tt.limit)
			}
			first, lines, values := split(t, text)
			if !strings.HasSuffix(strings.TrimSpace(first), "; 300 CRITICAL") || values["items_critical"] != "300;;;0" {
				t.Errorf("first line %q, perfdata %v", first, values)
			}
			if tt.limit == 65000 && (len(lines) != 300 || len(values) != 308) {
				t.Errorf("%d lines, %d values", len(lines), len(values))
			}
			if tt.limit < 65000 && !strings.Contains(lines[len(lines)-1], " more") {
				t.Errorf("does not say what is cut: %q", lines[len(lines)-1])
			}
		})
	}
}
