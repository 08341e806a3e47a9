package watch

import (
	"slices"
	"strings"
	"testing"
)

func TestTheKeyIsMadeOfTheColumns(t *testing.T) {
	for _, tt := range []struct {
		it   Item
		want string
	}{
		{(&connectionRow{RemoteIP: "10.1.11.83", RemotePort: "80", ProcName: "CcmExec"}).item(), "connection/10.1.11.83:80/CcmExec"},
		{(&connectionRow{RemoteName: "example.com", RemotePort: "5723"}).item(), "connection/example.com:5723/"},
		{(&connectionRow{RemoteIP: "10.0.0.0/8", RemotePort: "*"}).item(), "connection/10.0.0.0/8:_/"},
		{(&connectionRow{RemoteIP: "*", RemotePort: "80 443"}).item(), "connection/_:80_443/"},
		{(&connectionRow{RemoteIP: "2001:db8::1", RemotePort: "8000-8099", ProcName: "^ngi.x$"}).item(), "connection/2001:db8::1:8000-8099/_ngi.x_"},
		{(&connectionRow{RemoteIP: "192.0.2.1", RemotePort: "80", Name: "web@shop"}).item(), "web@shop"},
		{(&connectionRow{RemoteIP: "192.0.2.1", RemotePort: "80", Name: "Büro|a b"}).item(), "B_ro_a_b"},
		{(&connectionRow{RemoteIP: "bad one", RemotePort: "x"}).item(), "connection/bad_one:x/"},
		{(&listeningRow{IPProtocol: "udp", LocalIP: "127.0.0.1", LocalPort: "49740", ProcName: "dfsrs"}).item(), "listening/udp/127.0.0.1:49740/dfsrs"},
		{(&listeningRow{IPProtocol: "TCP6", LocalPort: "10115"}).item(), "listening/tcp6/any:10115/"},
		{(&listeningRow{IPProtocol: "tcp", LocalPort: "443", Name: "https"}).item(), "https"},
	} {
		if tt.it.Key != tt.want {
			t.Errorf("key %q, want %q", tt.it.Key, tt.want)
		}
	}
}

func TestARepeatedKeyGetsANumber(t *testing.T) {
	for _, tt := range []struct{ keys, want string }{
		{"a b c", "a b c"},
		{"a a a", "a a-2 a-3"},
		{"a b a b", "a b a-2 b-2"},
		{"x x x-2", "x x-3 x-2"},
		{"x-2 x x", "x-2 x x-3"},
		{"x x x x-3", "x x-2 x-4 x-3"},
		{"x x x-2 x-2", "x x-3 x-2 x-2-2"},
		{"a A", "a A"},
	} {
		items := withKeys(strings.Fields(tt.keys)...)
		UniqueKeys(items)
		if got := strings.Join(keysOf(items), " "); got != tt.want {
			t.Errorf("keys %s became %s, want %s", tt.keys, got, tt.want)
		}
	}
}

func TestSelectTakesTheItemsThatFitAPattern(t *testing.T) {
	items := withKeys("connection/192.0.2.1:80/", "connection/192.0.2.1:443/nginx", "listening/tcp/any:80/", "web", "web.x", "web.x/", "app/")
	for _, tt := range []struct {
		patterns, want string // indices of items
		unknown        int
	}{
		{"", "0 1 2 3 4 5 6", 0},
		{"web", "3", 0},
		{"WEB", "", 1},
		{"we", "", 1},
		{"web?x", "4 5", 0},
		{"web.x", "4", 0}, // a whole key: not web.x/ as well
		{"web.x/", "5", 0},
		{"app", "6", 0},
		{"we.", "", 1}, // no expression
		{"*", "0 1 2 3 4 5 6", 0},
		{"connection/*", "0 1", 0},
		{"*:80/*", "0 2", 0},
		{"connection/192.0.2.1:80/", "0", 0},
		{"connection/192.0.2.1:80", "0", 0}, // the last slash may be left out
		{"connection/192.0.2.1:443", "", 1},
		{"connection/192.0.2.?:*/nginx", "1", 0},
		{"web connection/*:80", "0 3", 0}, // in the items' order
		{"web web", "3", 0},
		{"web nothing listening/*", "2 3", 1},
		{"nothing nobody", "", 2},
		{"\xff", "", 1},
		{"(", "", 1},
	} {
		t.Run(tt.patterns, func(t *testing.T) {
			picked, errs := Select(items, strings.Fields(tt.patterns))
			var want []string
			for i := range strings.FieldsSeq(tt.want) {
				want = append(want, items[i[0]-'0'].Key)
			}
			if got := keysOf(picked); !slices.Equal(got, want) {
				t.Errorf("picked %q, want %q", got, want)
			}
			if len(errs) != tt.unknown {
				t.Errorf("errors %v, want %d", errs, tt.unknown)
			}
		})
	}
}

func TestSelectNamesThePatternThatFitsNothing(t *testing.T) {
	_, errs := Select(withKeys("a"), []string{"b*"})
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), `--item "b*"`) {
		t.Errorf("errors %v, want one that names b*", errs)
	}
}

func withKeys(keys ...string) []Item {
	items := make([]Item, len(keys))
	for i, k := range keys {
		items[i].Key = k
	}
	return items
}

func keysOf(items []Item) []string {
	var keys []string
	for _, it := range items {
		keys = append(keys, it.Key)
	}
	return keys
}
