//go:build integration && linux

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// web is Icinga Director without Icinga Web's pages: its command line, with a
// configuration and a database of its own.
type web struct {
	dir string
	db  *database
}

const modules = "/usr/share/icingaweb2/modules"

func newWeb(t *testing.T, master *node) *web {
	t.Helper()
	w := &web{folder(t, filepath.Join(open(t, "director"), "director")), newDatabase(t, "director")}
	for _, dir := range []string{"etc", "etc/enabledModules", "etc/modules", "etc/modules/director"} {
		folder(t, filepath.Join(w.dir, dir))
	}
	for file, text := range map[string]string{
		"config.ini":                     "[global]\nconfig_backend = \"ini\"\n[logging]\nlog = \"none\"\n",
		"modules/director/config.ini":    "[db]\nresource = \"director\"\n",
		"modules/director/kickstart.ini": fmt.Sprintf("[config]\nendpoint = \"master\"\nhost = \"127.0.0.1\"\nport = %d\nusername = \"test\"\npassword = %q\n", master.port, password),
		"resources.ini":                  w.db.resource("director"),
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

// deployment returns what Icinga 2 said of the configuration that it was given.
func deployment(master *node) string {
	logs, err := filepath.Glob(filepath.Join(master.dir, "lib/api/packages/director/*/startup.log"))
	if err != nil {
		return err.Error()
	}
	all := ""
	for _, log := range logs {
		text, err := os.ReadFile(log)
		all += fmt.Sprintf("%s\n%v", tail(string(text), 3000), err)
	}
	return all
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
	eventually(t, 30*time.Second, "the deployed services", func() (err error) {
		services, err = master.services("web01")
		if err == nil && len(services) != len(all) {
			err = fmt.Errorf("%d services, want %d\n%s", len(services), len(all), deployment(master))
		}
		return err
	})
	for _, item := range all {
		got := services[item.Name]
		if got.Vars["netstat_key"] != item.Key || got.Vars["netstat_comment"] != strings.ReplaceAll(item.Comment, "$", "$$") ||
			got.Vars["netstat_program"] != strings.ReplaceAll(item.Program, "$", "$$") || !slices.Equal(got.Groups, []string{"netstat", "netstat-listening"}) {
			t.Errorf("%+v became %+v", item, got)
		}
	}
	plain := services["netstat plain"]
	if plain.Interval != 300 || plain.Retry != 80 || plain.Attempts != 3 || plain.CheckCommand != "netstat" {
		t.Errorf("service %+v", plain)
	}

	item := []string{fmt.Sprintf("OK: listening on %s:%d [plain]", address, port)}
	got := master.check(t, "web01", "netstat plain")
	got.expect(t, 0, "master", item, with(totals(0, 1, 1, 0), "plain", "1;;;0"))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	got = master.check(t, "web01", "netstat plain")
	got.expect(t, 2, "master", []string{"CRITICAL: not listening [plain]"}, with(totals(0, 0, 0, 1), "plain", "0;;;0"))

	directorKeepsWhatTheBasketHas(t, master, w)

	// Lists that change: the same lines as for the first time.
	listen(t, port)
	write(t, filepath.Join(dir, "monitoredListeningPorts.csv"), fmt.Sprintf(
		"ipProtocol,localIP,localPort,procName,comment,name\ntcp,%[1]s,%[2]d,,,plain\ntcp,%[1]s,%[2]d,,,-added\n", address, port))
	w.director(t, discover(t, "director", dir, "web01"), "basket", "restore")
	w.director(t, "", "config", "deploy")
	eventually(t, 60*time.Second, "the services of the new lists", func() error {
		services, err := master.services("web01")
		if err == nil && len(services) != 2 {
			err = fmt.Errorf("%d services, want 2\n%s", len(services), deployment(master))
		}
		return err
	})
	got = master.check(t, "web01", "netstat -added")
	got.expect(t, 0, "master", []string{fmt.Sprintf("OK: listening on %s:%d [-added]", address, port)}, with(totals(0, 1, 1, 0), "-added", "1;;;0"))
}

// directorKeepsWhatTheBasketHas looks for what no service shows: choices for
// options with fixed values, fields for what an item is, -v by its number.
func directorKeepsWhatTheBasketHas(t *testing.T, master *node, w *web) {
	t.Helper()
	for question, want := range map[string]string{
		"select group_concat(list_name order by list_name) from director_datalist":                                                                  "netstat-kinds,netstat-outputs,netstat-scopes,netstat-sources,netstat-states",
		"select count(*) from director_datafield f join director_datafield_setting s on s.datafield_id = f.id where s.setting_name = 'datalist_id'": "8",
		"select datatype from director_datafield where varname = 'netstat_verbose'":                                                                 `Icinga\\Module\\Director\\DataType\\DataTypeNumber`,
		"select group_concat(varname order by varname) from icinga_service_field x join director_datafield f on f.id = x.datafield_id":              "netstat_comment,netstat_endpoint,netstat_key,netstat_kind,netstat_program,netstat_service",
	} {
		if got := strings.TrimSpace(w.db.execute(t, "director", question)); got != want {
			t.Errorf("%s: %s, want %s", question, got, want)
		}
	}
	files, err := filepath.Glob(filepath.Join(master.dir, "lib/api/packages/director/*/zones.d/director-global/commands.conf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("commands %q, %v", files, err)
	}
	text, err := os.ReadFile(files[len(files)-1])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"-vv" = {`, `string(macro("$netstat_verbose$")) == "2"`, "vars.netstat_max_output = 60000"} {
		if strings.Count(string(text), want) != 3 {
			t.Errorf("%d times %s in the commands, want 3", strings.Count(string(text), want), want)
		}
	}
}
