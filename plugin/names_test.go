package plugin_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"check_netstat/plugin"
)

// TestResolveNamesTheOtherEnds: only where it is asked for, each address once,
// and never in a way that changes a line.
func TestResolveNamesTheOtherEnds(t *testing.T) {
	asked := map[string]int{}
	reverse := func(_ context.Context, addr string) ([]string, error) {
		asked[addr]++ // one look-up at a time: there is one address
		if addr != "198.51.100.4" {
			return nil, context.Canceled
		}
		return []string{"evil|\x1b[31mname.example.com.", "second.example.com."}, nil
	}
	check := func(args ...string) string {
		var b bytes.Buffer
		plugin.Main(append(args, "--input", "../testdata/linux-tunap.txt"), plugin.Env{Stdin: strings.NewReader(""), Stdout: &b, Reverse: reverse})
		return b.String()
	}
	item := []string{"--connection", "198.51.100.4:3306"}
	if out := check(append(item, "-vvv")...); len(asked) != 0 || strings.Contains(out, "example") {
		t.Errorf("looked up %v without --resolve: %s", asked, out)
	}
	if out := check(append(item, "--resolve")...); len(asked) != 0 {
		t.Errorf("looked up %v though no socket is shown: %s", asked, out)
	}
	out := check(append(item, "--resolve", "-vv")...)
	if strings.Count(out, " 2210/java [evil/?[31mname.example.com]\n") != 2 || asked["198.51.100.4"] != 1 || len(asked) != 1 {
		t.Errorf("looked up %v: %s", asked, out)
	}
	out = check(append(item, "--resolve", "--output", "json")...)
	if strings.Count(out, `"remote_name":"evil\u007c\u001b[31mname.example.com"`) != 2 {
		t.Errorf("JSON: %s", out)
	}
}

// TestSocketsWithNames lists the names, too, and leaves wildcards alone.
func TestSocketsWithNames(t *testing.T) {
	reverse := func(_ context.Context, addr string) ([]string, error) {
		if addr == "198.51.100.4" {
			return []string{"db.example.com."}, nil
		}
		if addr == "0.0.0.0" || addr == "::" {
			t.Errorf("looked up %s", addr)
		}
		return nil, context.DeadlineExceeded
	}
	var b bytes.Buffer
	exit := plugin.Main([]string{"sockets", "--resolve", "--input", "../testdata/linux-tunap.txt"},
		plugin.Env{Stdin: strings.NewReader(""), Stdout: &b, Reverse: reverse})
	if exit != 0 || strings.Count(b.String(), "[db.example.com]") != 2 || !strings.Contains(b.String(), "13 sockets from file") {
		t.Errorf("exit %d: %s", exit, &b)
	}
}
