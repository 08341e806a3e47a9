//go:build integration && linux

package integration

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// hostileTexts stand in the columns that are free text: name, comment, procName.
var hostileTexts = []string{
	"plain/", "a|b=1;2;3 'c'=4", "x::y", `say "hi"`, "it's", "$HOSTNAME$ $host.vars.secret$ 5$", "!", "a;b", `back\slash\`, "line\nbreak | evil=1",
	"}\ndefine host {", "\" + {{ log(1) }} + \"", "*/ object Host \"evil\" { }", "<b>&amp;</b>", "Büro 東京", "\u202egnp.exe", "\x1b[31m", "`id` $(id)",
	strings.Repeat("k", 500), strings.Repeat("k", 499) + "l", strings.Repeat("ü", 500),
}

// hostileLists makes a folder with one plain item and one for each hostile text
// in each column, all of them for the same port.
func hostileLists(t *testing.T, port int) string {
	t.Helper()
	dir := open(t, "lists")
	f, err := os.Create(filepath.Join(dir, "monitoredListeningPorts.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Chmod(0o644); err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	rows := [][]string{{"ipProtocol", "localIP", "localPort", "procName", "comment", "name"}, {"tcp", address, strconv.Itoa(port), "", "", "plain"}}
	for i, text := range hostileTexts {
		rows = append(rows,
			[]string{"tcp", address, strconv.Itoa(port), "", text, fmt.Sprintf("comment%d", i)},
			[]string{"tcp", address, strconv.Itoa(port), "", "", text},
			[]string{"tcp", address, strconv.Itoa(port), "=" + text, "", fmt.Sprintf("program%d", i)})
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// wanted is an item's service as discover json names it, and its metric.
type wanted struct{ Name, Key, Program, Comment, label string }

var notInLabel = regexp.MustCompile(`[^A-Za-z0-9_-]`)

func wantedServices(t *testing.T, dir string) []wanted {
	t.Helper()
	var got struct{ Services []wanted }
	if err := json.Unmarshal([]byte(discover(t, "json", dir, "web01")), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Services) != 1+3*len(hostileTexts) {
		t.Fatalf("%d services", len(got.Services))
	}
	for i := range got.Services {
		got.Services[i].label = notInLabel.ReplaceAllString(got.Services[i].Key, "_")
	}
	return got.Services
}

// expectMetrics compares all labels and values of the service of one item.
func expectMetrics(t *testing.T, w wanted, got map[string]string) {
	t.Helper()
	want := totals(0, 1, 1, 0)
	want[w.label] = "1;;;0"
	delete(got, "time")
	if !maps.Equal(got, want) {
		t.Errorf("%s: perfdata %v, want %v", w.Name, got, want)
	}
}

// expectLabels compares the labels of the service of all items. Items whose
// programs are not the listener's have a value where the account sees it, and
// none where it does not.
func expectLabels(t *testing.T, all []wanted, got map[string]string) {
	t.Helper()
	may := totals(0, 0, 0, 0)
	may["time"] = ""
	for _, w := range all {
		may[w.label] = ""
		if _, ok := got[w.label]; !ok && w.Program == "" {
			t.Errorf("no metric %s", w.label)
		}
	}
	for _, label := range slices.Sorted(maps.Keys(got)) {
		if _, ok := may[label]; !ok {
			t.Errorf("metric %q", label)
		}
	}
}

func TestHostileListsInIcinga2(t *testing.T) {
	_, port := listen(t, 0)
	dir := hostileLists(t, port)
	all := wantedServices(t, dir)
	n := newNode(t, "master", nil)
	hosts := write(t, filepath.Join(n.dir, "etc/hosts.conf"), fmt.Sprintf(`
object Endpoint "master" { }
object Zone "master" { endpoints = [ "master" ] }
object Host "web01" {
  check_command = "dummy"
  vars.netstat = true
  vars.netstat_dir = %q
  vars.netstat_max_output = 60000
  vars.secret = "resolved macro"
}
object Host "web02" {
  check_command = "dummy"
  vars.netstat_items["plain"] = { netstat_kind = "listening", netstat_dir = %q }
}
`, dir, dir))
	discovered := write(t, filepath.Join(n.dir, "etc/discovered.conf"), discover(t, "icinga2", dir, "web01"))
	n.configure(t, "", contrib("icinga2/netstat-commands.conf"), contrib("icinga2/netstat-services.conf"), hosts, discovered)
	n.validate(t)
	n.start(t)

	whole := n.check(t, "web01", "netstat")
	expectLabels(t, all, whole.perfdata(t))
	if strings.Contains(whole.Result.Output, "resolved macro") || strings.Contains(whole.Result.Output, "|") {
		t.Errorf("output %s", whole.Result.Output)
	}
	services, err := n.services("web01")
	if err != nil {
		t.Fatal(err)
	}
	if len(services) != len(all)+1 {
		t.Errorf("%d services, want %d", len(services), len(all)+1)
	}
	for _, w := range all {
		got := n.check(t, "web01", w.Name)
		// The first line ends with the key if there is room for it.
		hasRoom := len(w.Key)+len(w.Comment) < 150
		if strings.Contains(got.Result.Output, "|") || hasRoom && !strings.Contains(got.Result.Output, "["+w.Key+"]") {
			t.Errorf("%s: output %s", w.Name, got.Result.Output)
		}
		switch {
		case w.Program != "" && got.State < 2:
			t.Errorf("%s: state %v", w.Name, got.State)
		case w.Program == "":
			if got.State != 0 {
				t.Errorf("%s: state %v: %s", w.Name, got.State, got.Result.Output)
			}
			expectMetrics(t, w, got.perfdata(t))
		}
	}
}

func TestHostileListsInNagios(t *testing.T) {
	_, port := listen(t, 0)
	dir := hostileLists(t, port)
	all := wantedServices(t, dir)
	objects := open(t, "objects")
	hosts := write(t, filepath.Join(objects, "hosts.cfg"), fmt.Sprintf(`define host {
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
`, dir))
	discovered := write(t, filepath.Join(objects, "discovered.cfg"), discover(t, "nagios", dir, "web01"))
	c := newCore(t, contrib("nagios/check_netstat.cfg"), hosts, discovered)
	c.verify(t)
	start := time.Now().Add(-time.Second)
	daemon(t, command(t, "nagios4", c.config))

	whole := c.wait(t, "web01 netstat", start)
	if size := len(whole["plugin_output"]) + len(whole["long_plugin_output"]) + len(whole["performance_data"]); size > 8192 {
		t.Errorf("%d bytes", size)
	}
	for label := range metrics(t, strings.Fields(whole["performance_data"])) {
		if !slices.ContainsFunc(all, func(w wanted) bool { return w.label == label }) && totals(0, 0, 0, 0)[label] == "" && label != "time" {
			t.Errorf("metric %q", label)
		}
	}
	for _, w := range all {
		got := c.wait(t, "web01 "+w.Name, start)
		if got["_NETSTAT_KEY"] != "0;"+w.Key {
			t.Errorf("%s: key %q", w.Name, got["_NETSTAT_KEY"])
		}
		switch state := got["current_state"]; {
		case w.Program != "" && state < "2":
			t.Errorf("%s: state %s", w.Name, state)
		case w.Program == "":
			if state != "0" {
				t.Errorf("%s: state %s: %s", w.Name, state, got["plugin_output"])
			}
			expectMetrics(t, w, metrics(t, strings.Fields(got["performance_data"])))
		}
	}
	services, err := c.status()
	if err != nil {
		t.Fatal(err)
	}
	if len(services) != len(all)+1 {
		t.Errorf("%d services, want %d", len(services), len(all)+1)
	}
}
