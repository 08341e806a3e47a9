package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"check_netstat/plugin"
)

// lookup stands for the resolver of the article's network.
func lookup(_ context.Context, _, host string) ([]netip.Addr, error) {
	if host == "linvmas146" {
		return []netip.Addr{netip.MustParseAddr("198.51.100.46")}, nil
	}
	return nil, nil
}

// run runs one command line and returns what it printed.
func run(t *testing.T, args ...string) (exit int, out string) {
	t.Helper()
	var b bytes.Buffer
	exit = plugin.Main(args, plugin.Env{Stdin: strings.NewReader(""), Stdout: &b, Lookup: lookup})
	return exit, b.String()
}

// states returns the states of the items of a JSON result, in their order.
func states(t *testing.T, out string) string {
	t.Helper()
	var result struct {
		Items []struct{ State string }
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	var all []string
	for _, it := range result.Items {
		all = append(all, it.State)
	}
	return strings.Join(all, " ")
}

func TestListsOfTheArticleAgainstWindows(t *testing.T) {
	for _, tt := range []struct {
		name  string
		args  []string
		exit  int
		items string
	}{
		{"netstat -anob shows the programs", []string{"--input", "../testdata/windows-anob.txt"}, 2,
			"OK WARNING CRITICAL CRITICAL OK OK"},
		{"netstat -ano shows PIDs only", []string{"--input", "../testdata/windows-ano.txt"}, 2,
			"UNKNOWN WARNING CRITICAL CRITICAL UNKNOWN UNKNOWN"},
		{"--ignore-process needs no programs", []string{"--input", "../testdata/windows-ano.txt", "--ignore-process"}, 2,
			"OK WARNING CRITICAL CRITICAL OK OK"},
		{"one item alone has its own state", []string{"--input", "../testdata/windows-anob.txt", "--item", "connection/linvmas146:5723/HealthService"}, 1,
			"WARNING"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			exit, out := run(t, append(tt.args, "--dir", "../testdata/lists", "--output", "json")...)
			if got := states(t, out); got != tt.items || exit != tt.exit {
				t.Errorf("items %s, exit %d; want %s, exit %d", got, exit, tt.items, tt.exit)
			}
		})
	}
}

func TestPerfdataIsOneLineOfCounts(t *testing.T) {
	_, out := run(t, "--dir", "../testdata/lists", "--input", "../testdata/windows-anob.txt", "-vvv")
	line, rest, _ := strings.Cut(out, "\n")
	for _, want := range []string{
		" 'connections'=2;", " 'listening_ports'=2;",
		" 'items_ok'=3;", " 'items_warning'=1;", " 'items_critical'=2;", " 'items_unknown'=0;",
		" 'connection_10_1_11_83_80_CcmExec'=1;", " 'connection_linvmas146_5723_HealthService'=0;",
		" 'listening_tcp_any_10115_endpoint'=1;",
	} {
		if !strings.Contains(line, want) {
			t.Errorf("the first line lacks %q: %s", want, line)
		}
	}
	if strings.Contains(rest, "|") {
		t.Errorf("perfdata below the first line: %s", rest)
	}
}

func TestANameThatDoesNotResolve(t *testing.T) {
	for state, exit := range map[string]int{"ok": 0, "warning": 1, "critical": 2, "unknown": 3} {
		got, out := run(t, "--connection", "nowhere.example.com:443", "--input", "../testdata/linux-tunap.txt", "--dns-failure", state)
		if got != exit || !strings.Contains(out, "nowhere.example.com has no address") {
			t.Errorf("--dns-failure %s: exit %d, %s", state, got, out)
		}
	}
}
