//go:build integration && linux

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// core is a Nagios Core with its own folder.
type core struct{ dir, config string }

// newCore writes a nagios.cfg with object files. A unit of time is a second, so
// that intervals of minutes pass while the test waits.
func newCore(t *testing.T, objects ...string) *core {
	t.Helper()
	name, _ := account(t)
	dir := folder(t, filepath.Join(open(t, "nagios"), "core"))
	folder(t, filepath.Join(dir, "results"))
	text := fmt.Sprintf(`log_file=%[1]s/nagios.log
resource_file=%[1]s/resource.cfg
object_cache_file=%[1]s/objects.cache
precached_object_file=%[1]s/objects.precache
status_file=%[1]s/status.dat
status_update_interval=1
nagios_user=%[2]s
nagios_group=%[2]s
check_external_commands=0
command_file=%[1]s/nagios.cmd
lock_file=%[1]s/nagios.pid
temp_file=%[1]s/nagios.tmp
temp_path=%[1]s
check_result_path=%[1]s/results
state_retention_file=%[1]s/retention.dat
query_socket=%[1]s/nagios.qh
log_archive_path=%[1]s
illegal_object_name_chars=%[3]s
illegal_macro_output_chars=%[4]s
check_for_updates=0
service_inter_check_delay_method=n
max_concurrent_checks=4
interval_length=1
use_syslog=0
enable_environment_macros=0
`, dir, name, "`~!$%^&*|'\"<>?,()=", "`~$&|'\"<>")
	for _, file := range objects {
		text += "cfg_file=" + file + "\n"
	}
	// What every site has of its own: someone to tell.
	text += "cfg_file=" + write(t, filepath.Join(dir, "site.cfg"), `define command {
    command_name  nobody
    command_line  /bin/true
}
define contact {
    contact_name                   admin
    host_notification_period       netstat-always
    service_notification_period    netstat-always
    host_notification_commands     nobody
    service_notification_commands  nobody
}
`) + "\n"
	write(t, filepath.Join(dir, "resource.cfg"), "$USER1$="+plugins+"\n")
	return &core{dir, write(t, filepath.Join(dir, "nagios.cfg"), text)}
}

// nagiosObjects returns contrib's objects for a NRPE at that port.
func nagiosObjects(t *testing.T, port int) string {
	t.Helper()
	return write(t, filepath.Join(open(t, "objects"), "check_netstat.cfg"),
		strings.ReplaceAll(read(t, "nagios/check_netstat.cfg"), " -t 15:3", fmt.Sprintf(" -p %d -t 15:3", port)))
}

// verify runs nagios4 -v; an error fails the test, and so does a warning that is
// not about contacts, which are the admin's own.
func (c *core) verify(t *testing.T) {
	t.Helper()
	text := must(t, command(t, "nagios4", "-v", c.config))
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "Warning:") && !strings.Contains(line, "contacts") && !strings.Contains(line, "check command") {
			t.Errorf("nagios4 -v: %s", line)
		}
	}
}

// status returns the services of status.dat by name, each with its lines.
func (c *core) status() (map[string]map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(c.dir, "status.dat"))
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]string{}
	for block := range strings.SplitSeq(string(text), "\n\n") {
		body, ok := strings.CutPrefix(strings.TrimLeft(block, "\n"), "servicestatus {\n")
		if !ok {
			continue
		}
		fields := map[string]string{}
		for line := range strings.SplitSeq(body, "\n") {
			name, value, _ := strings.Cut(strings.TrimPrefix(line, "\t"), "=")
			fields[name] = value
		}
		all[fields["host_name"]+" "+fields["service_description"]] = fields
	}
	return all, nil
}

// wait returns a service once it was tested after a moment.
func (c *core) wait(t *testing.T, service string, after time.Time) map[string]string {
	t.Helper()
	var got map[string]string
	eventually(t, 30*time.Second, "a result of "+service, func() error {
		all, err := c.status()
		if err != nil {
			return err
		}
		got = all[service]
		if seconds, err := strconv.ParseInt(got["last_check"], 10, 64); err != nil || seconds <= after.Unix() || timedOut(got["plugin_output"]) {
			return fmt.Errorf("last check %q", got["last_check"])
		}
		return nil
	})
	return got
}

func TestNagiosAcceptsTheExample(t *testing.T) {
	newCore(t, contrib("nagios/check_netstat.cfg"), contrib("nagios/example.cfg")).verify(t)
}

func TestNagiosShowsOutputLongOutputAndPerfdata(t *testing.T) {
	l, port := listen(t, 0)
	closeBoth := connected(t, l)
	dir := lists(t, port)
	hosts := write(t, filepath.Join(open(t, "objects"), "hosts.cfg"), fmt.Sprintf(`define host {
    host_name           web01
    address             127.0.0.1
    check_period        netstat-always
    max_check_attempts  3
}
define service {
    use                  netstat
    host_name            web01
    service_description  netstat
    check_command        netstat!--dir %s -v
}
define host {
    host_name           remote
    address             127.0.0.1
    check_period        netstat-always
    max_check_attempts  3
}
define service {
    use                  netstat-nrpe
    host_name            remote
    service_description  netstat
}
`, dir))
	services := write(t, filepath.Join(open(t, "objects"), "discovered.cfg"), discover(t, "nagios", dir, "web01"))
	_, nrpePort := nrpe(t, dir, "")
	c := newCore(t, nagiosObjects(t, nrpePort), hosts, services)
	c.verify(t)
	start := time.Now().Add(-time.Second)
	daemon(t, command(t, "nagios4", c.config))

	for _, tt := range []struct {
		service, state, output, long string
		values                       map[string]string
	}{
		{"web01 netstat", "0", bothOK,
			fmt.Sprintf(`[OK] shop/link: 1 ESTABLISHED\n[OK] shop/port: listening on %s:%d (the shop; costs $5)`, address, port),
			with(with(totals(1, 1, 2, 0), "shop_link", "1;;~:1;0"), "shop_port", "1;;;0")},
		{"remote netstat", "0", bothOK,
			fmt.Sprintf(`[OK] shop/link: 1 ESTABLISHED\n[OK] shop/port: listening on %s:%d (the shop; costs $5)`, address, port),
			with(with(totals(1, 1, 2, 0), "shop_link", "1;;~:1;0"), "shop_port", "1;;;0")},
		{"web01 netstat shop/port", "0", fmt.Sprintf("OK: listening on %s:%d (the shop: costs $5) [shop/port]", address, port), "",
			with(totals(0, 1, 1, 0), "shop_port", "1;;;0")},
		{"web01 netstat shop/link", "0", "OK: 1 ESTABLISHED [shop/link]", "",
			with(totals(1, 0, 1, 0), "shop_link", "1;;~:1;0")},
	} {
		t.Run("open/"+tt.service, func(t *testing.T) {
			expectStatus(t, c.wait(t, tt.service, start), tt.state, tt.output, tt.long, tt.values)
		})
	}
	t.Run("variables", func(t *testing.T) {
		got := c.wait(t, "web01 netstat shop/port", start)
		for name, want := range map[string]string{
			"_NETSTAT_KEY": "0;shop/port", "_NETSTAT_KIND": "0;listening", "_NETSTAT_COMMENT": "0;the shop; costs $5",
			"_NETSTAT_ENDPOINT": fmt.Sprintf("0;tcp %s:%d", address, port), "max_attempts": "3",
		} {
			if got[name] != want {
				t.Errorf("%s is %q, want %q", name, got[name], want)
			}
		}
	})

	closeBoth()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	closed := time.Now()
	for _, tt := range []struct {
		service, state, output, long string
		values                       map[string]string
	}{
		{"web01 netstat", "2", fmt.Sprintf("CRITICAL: shop/link %[1]s:%[2]d: no connection: shop/port tcp %[1]s:%[2]d: not listening (the shop: costs $5)", address, port),
			`[CRITICAL] shop/link: no connection\n[CRITICAL] shop/port: not listening (the shop; costs $5)`,
			with(with(totals(0, 0, 0, 2), "shop_link", "0;;~:1;0"), "shop_port", "0;;;0")},
		{"web01 netstat shop/port", "2", "CRITICAL: not listening (the shop: costs $5) [shop/port]", "",
			with(totals(0, 0, 0, 1), "shop_port", "0;;;0")},
	} {
		t.Run("closed/"+tt.service, func(t *testing.T) {
			expectStatus(t, c.wait(t, tt.service, closed), tt.state, tt.output, tt.long, tt.values)
		})
	}
}

// expectStatus compares a service of status.dat. Nagios makes ":" of each ";" in
// the first line, and keeps perfdata apart.
func expectStatus(t *testing.T, got map[string]string, state, output, long string, values map[string]string) {
	t.Helper()
	if got["current_state"] != state {
		t.Errorf("state %s, want %s", got["current_state"], state)
	}
	if strings.TrimSpace(got["plugin_output"]) != output {
		t.Errorf("output %q, want %q", got["plugin_output"], output)
	}
	if strings.TrimSuffix(got["long_plugin_output"], `\n`) != long {
		t.Errorf("long output %q, want %q", got["long_plugin_output"], long)
	}
	data := metrics(t, strings.Fields(got["performance_data"]))
	if !strings.HasSuffix(data["time"], "s;;;0") {
		t.Errorf("time is %q", data["time"])
	}
	delete(data, "time")
	if len(data) != len(values) {
		t.Errorf("perfdata %q, want %v", got["performance_data"], values)
	}
	for label, value := range values {
		if data[label] != value {
			t.Errorf("perfdata %s=%s, want %s", label, data[label], value)
		}
	}
}
