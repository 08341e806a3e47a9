//go:build integration && linux

package integration

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// web is Icinga Director without Icinga Web's pages: its command line, with a
// configuration and a database of its own.
type web struct{ dir string }

const modules = "/usr/share/icingaweb2/modules"

func newWeb(t *testing.T, master *node) *web {
	t.Helper()
	w := &web{folder(t, filepath.Join(open(t, "director"), "director"))}
	for _, dir := range []string{"db", "etc", "etc/enabledModules", "etc/modules", "etc/modules/director"} {
		folder(t, filepath.Join(w.dir, dir))
	}
	port := w.database(t)
	for file, text := range map[string]string{
		"config.ini":                     "[global]\nconfig_backend = \"ini\"\n[logging]\nlog = \"none\"\n",
		"modules/director/config.ini":    "[db]\nresource = \"director\"\n",
		"modules/director/kickstart.ini": fmt.Sprintf("[config]\nendpoint = \"master\"\nhost = \"127.0.0.1\"\nport = %d\nusername = \"test\"\npassword = %q\n", master.port, password),
		"resources.ini": fmt.Sprintf("[director]\ntype = \"db\"\ndb = \"mysql\"\nhost = \"127.0.0.1\"\nport = %d\n"+
			"dbname = \"director\"\nusername = \"director\"\npassword = %q\ncharset = \"utf8mb4\"\n", port, password),
	} {
		write(t, filepath.Join(w.dir, "etc", file), text)
	}
	for _, module := range []string{"incubator", "reactbundle", "director"} {
		if err := os.Symlink(filepath.Join(modules, module), filepath.Join(w.dir, "etc/enabledModules", module)); err != nil {
			t.Fatal(err)
		}
	}
	w.director(t, "", "migration", "run")
	w.director(t, "", "kickstart", "run") // takes the commands that Icinga has
	return w
}

// database starts a MariaDB and returns its port.
func (w *web) database(t *testing.T) int {
	t.Helper()
	port := freePort(t)
	socket := filepath.Join(w.dir, "db.sock")
	data := "--datadir=" + filepath.Join(w.dir, "db")
	must(t, command(t, "mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", data))
	daemon(t, command(t, "mariadbd", "--no-defaults", data, "--socket="+socket, "--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", port),
		"--pid-file="+filepath.Join(w.dir, "db.pid"), "--innodb-flush-log-at-trx-commit=0"))
	eventually(t, 60*time.Second, "MariaDB", func() error {
		c, err := net.Dial("unix", socket)
		if err != nil {
			return err
		}
		return c.Close()
	})
	must(t, command(t, "mariadb", "--no-defaults", "--user=root", "--socket="+socket, "--execute", fmt.Sprintf(
		"CREATE DATABASE director CHARACTER SET utf8mb4; CREATE USER director@'127.0.0.1' IDENTIFIED BY '%s'; GRANT ALL ON director.* TO director@'127.0.0.1'", password)))
	return port
}

// director runs icingacli director with input.
func (w *web) director(t *testing.T, input string, args ...string) {
	t.Helper()
	c := command(t, "icingacli", append([]string{"director"}, args...)...)
	c.Env = append(c.Env, "ICINGAWEB_CONFIGDIR="+filepath.Join(w.dir, "etc"))
	c.Stdin = strings.NewReader(input)
	text := must(t, c)
	if strings.Contains(text, "ERROR") {
		t.Fatalf("%s: %s", c, text)
	}
}

func TestDirectorDeploysTheBaskets(t *testing.T) {
	l, port := listen(t, 0)
	dir := hostileLists(t, port)
	all := wantedServices(t, dir)
	master := newNode(t, "master", nil)
	master.configure(t, fmt.Sprintf(`object Endpoint "master" {
  host = "127.0.0.1"
  port = %d
}
object Zone "master" { endpoints = [ "master" ] }
object Zone "director-global" { global = true }
`, master.port))
	master.validate(t)
	master.start(t)

	w := newWeb(t, master)
	basket, err := os.ReadFile(contrib("icinga2/director-basket.json"))
	if err != nil {
		t.Fatal(err)
	}
	w.director(t, string(basket), "basket", "restore")
	w.director(t, "", "host", "create", "web01", "--object_type", "object", "--check_command", "dummy", "--address", "127.0.0.1")
	w.director(t, discover(t, "director", dir, "web01"), "basket", "restore")
	w.director(t, "", "config", "deploy")

	var services map[string]service
	eventually(t, 60*time.Second, "the deployed services", func() (err error) {
		services, err = master.services("web01")
		if err == nil && len(services) != len(all) {
			err = fmt.Errorf("%d services, want %d", len(services), len(all))
		}
		return err
	})
	for _, item := range all {
		got := services[item.Name]
		if got.Vars["netstat_key"] != item.Key || got.Vars["netstat_comment"] != strings.ReplaceAll(item.Comment, "$", "$$") ||
			got.Vars["netstat_program"] != strings.ReplaceAll(item.Program, "$", "$$") || len(got.Groups) != 1 || got.Groups[0] != "netstat-listening" {
			t.Errorf("%+v became %+v", item, got)
		}
	}
	plain := services["netstat plain"]
	if plain.Interval != 300 || plain.Retry != 80 || plain.Attempts != 3 || plain.CheckCommand != "netstat" {
		t.Errorf("service %+v", plain)
	}

	item := []string{fmt.Sprintf("OK: plain: listening on %s:%d", address, port)}
	got := master.check(t, "web01", "netstat plain")
	got.expect(t, 0, "master", item, with(totals(0, 1, 1, 0), "plain", "1;;;0"))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	got = master.check(t, "web01", "netstat plain")
	got.expect(t, 2, "master", []string{"CRITICAL: plain: not listening", "[CRITICAL] plain: not listening"}, with(totals(0, 0, 0, 1), "plain", "0;;;0"))
}
