package match_test

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// known is a host on which [::]:1000 is v6-only, and whose process 7 has a long
// name.
var known = host{
	names:  map[uint32][]string{7: {"a-name-longer-than-comm"}},
	v6only: map[uint16]bool{1000: true, 22: false},
}

// unexpected returns the item that finds what those do not cover.
func unexpected(items []watch.Item, scope watch.Expected) []watch.Item {
	scope.Items, scope.State = items, state.Critical
	return []watch.Item{watch.Unexpected(watch.UnexpectedListening, &scope)}
}

// found judges the sockets of a netstat output and lists those that no item
// covers, as "tcp 0.0.0.0:22".
func found(t *testing.T, items []string, scope watch.Expected, policy match.Policy, rows ...string) string {
	t.Helper()
	all := make([]watch.Item, len(items))
	for i, item := range items {
		if all[i] = watch.AdHocPort(item); all[i].Err != nil {
			t.Fatal(all[i].Err)
		}
	}
	c := match.New(unexpected(all, scope), match.Options{})
	sum, err := parse.Netstat(strings.NewReader(strings.Join(rows, "\n")), parse.Hints{}, known.add(c))
	if err != nil || sum.Sockets != len(rows) {
		t.Fatalf("%d sockets, %v", sum.Sockets, err)
	}
	v := known.verdicts(c, policy)[0]
	var found []string
	for i := range v.Sockets {
		s := &v.Sockets[i]
		port := s.Local.Service
		if port == "" {
			port = fmt.Sprint(s.Local.Port)
		}
		found = append(found, fmt.Sprintf("%s %s", s.Proto, net.JoinHostPort(s.Local.HostText(), port)))
	}
	if want := len(found) > 0; want != (v.State == state.Critical) || v.Matched != len(found) {
		t.Errorf("%d unexpected sockets are %s, %d matched", len(found), v.State, v.Matched)
	}
	return strings.Join(found, ", ")
}

func TestWhatAnItemCovers(t *testing.T) {
	const (
		ssh    = "tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      812/sshd"
		local  = "tcp        0      0 127.0.0.1:22            0.0.0.0:*               LISTEN      812/sshd"
		hidden = "tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      -"
		long   = "tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      7/a-name-long"
		six    = "tcp6       0      0 :::22                   :::*                    LISTEN      812/sshd"
		v6only = "tcp6       0      0 :::1000                 :::*                    LISTEN      812/sshd"
		peer   = "tcp        0      0 192.0.2.7:22            198.51.100.23:51544     ESTABLISHED 3011/sshd"
		udp    = "udp        0      0 0.0.0.0:22              0.0.0.0:*                           640/chronyd"
		name   = "tcp        0      0 0.0.0.0:ssh             0.0.0.0:*               LISTEN      812/sshd"
		pidOf  = "tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      900/"
	)
	for _, tt := range []struct {
		name  string
		items []string
		row   string
		want  string
	}{
		{"no item", []string{"tcp:23"}, ssh, "tcp 0.0.0.0:22"},
		{"port", []string{"tcp:22"}, ssh, ""},
		{"port in a range", []string{"tcp:1-65535"}, ssh, ""},
		{"another protocol", []string{"udp:22"}, ssh, "tcp 0.0.0.0:22"},
		{"a wildcard bind serves the address", []string{"tcp:192.0.2.7:22"}, ssh, ""},
		{"another address", []string{"tcp:192.0.2.7:22"}, local, "tcp 127.0.0.1:22"},
		{"only a wildcard bind", []string{"tcp,*,22"}, local, "tcp 127.0.0.1:22"},
		{"the other family", []string{"tcp6:22"}, ssh, "tcp 0.0.0.0:22"},
		{"program", []string{"tcp:22,sshd"}, ssh, ""},
		{"another program", []string{"tcp:22,dropbear"}, ssh, "tcp 0.0.0.0:22"},
		{"one of two programs", []string{"tcp:22,dropbear", "tcp:22,sshd"}, ssh, ""},
		{"the whole name of a cut one", []string{"tcp:22,=a-name-longer-than-comm"}, long, ""},
		{"a hidden program may be the item's", []string{"tcp:22,sshd"}, hidden, ""},
		{"hidden, but of no item", []string{"tcp:23,sshd"}, hidden, "tcp 0.0.0.0:22"},
		{"a dual-stack socket serves IPv4", []string{"tcp4:22"}, six, ""},
		{"a v6-only one does not", []string{"tcp4:1000"}, v6only, "tcp [::]:1000"},
		{"but IPv6", []string{"tcp6:1000"}, v6only, ""},
		{"a port by name may be the item's", []string{"tcp:22"}, name, ""},
		{"but not of another program", []string{"tcp:22,httpd"}, name, "tcp 0.0.0.0:ssh"},
		{"a connection is no listener", []string{"tcp:23"}, peer, ""},
		{"UDP is not looked at", []string{"tcp:23"}, udp, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := found(t, tt.items, watch.Expected{}, match.Policy{}, tt.row); got != tt.want {
				t.Errorf("unexpected: %q, want %q", got, tt.want)
			}
		})
	}
	if got := found(t, []string{"tcp:22,dropbear"}, watch.Expected{}, match.Policy{IgnoreProcess: true}, ssh, hidden, pidOf); got != "" {
		t.Errorf("with --ignore-process: unexpected: %q", got)
	}
	if got := found(t, []string{"tcp:23"}, watch.Expected{UDP: true}, match.Policy{}, ssh, udp); got != "tcp 0.0.0.0:22, udp 0.0.0.0:22" {
		t.Errorf("with UDP: unexpected: %q", got)
	}
	if got := found(t, []string{"tcp:23"}, watch.Expected{External: true}, match.Policy{}, ssh, local); got != "tcp 0.0.0.0:22" {
		t.Errorf("external: unexpected: %q", got)
	}
}

func TestWhatIsUnexpectedIsUnknownWhereSomethingIsMissing(t *testing.T) {
	socket := parse.Socket{Proto: parse.TCP, State: parse.Listen, Local: parse.Endpoint{Host: "*", Port: 22}}
	for _, tt := range []struct {
		name     string
		items    []watch.Item
		complete bool
		policy   match.Policy
		add      bool
		want     state.State
	}{
		{"all is known", nil, true, match.Policy{}, true, state.Critical},
		{"nothing listens", nil, true, match.Policy{}, false, state.OK},
		{"a list is not known", nil, false, match.Policy{}, true, state.Unknown},
		{"nothing listens that it could cover", nil, false, match.Policy{}, false, state.OK},
		{"a row is not known", []watch.Item{watch.AdHocPort("tcp:x")}, true, match.Policy{}, true, state.Unknown},
		{"a broken connection covers nothing", []watch.Item{watch.AdHocConnection("x")}, true, match.Policy{}, true, state.Critical},
		{"the snapshot is not whole, and nothing is seen", nil, true, match.Policy{Incomplete: "rows are missing"}, false, state.Unknown},
		{"it is not whole, but something is seen", nil, true, match.Policy{Incomplete: "rows are missing"}, true, state.Critical},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := match.New(unexpected(tt.items, watch.Expected{Incomplete: !tt.complete}), match.Options{})
			if tt.add {
				c.Add(&socket)
			}
			v := known.verdicts(c, tt.policy)[0]
			if v.State != tt.want || (v.Reason != "") != (tt.want == state.Unknown) {
				t.Errorf("%s, %q; want %s", v.State, v.Reason, tt.want)
			}
		})
	}
}

// BenchmarkUnexpected: ten thousand listeners, all but one expected.
func BenchmarkUnexpected(b *testing.B) {
	items := make([]watch.Item, 0, 10000)
	for port := 1; port < 10000; port++ {
		items = append(items, watch.AdHocPort(fmt.Sprintf("tcp:%d", port)))
	}
	for b.Loop() {
		c := match.New(unexpected(items, watch.Expected{}), match.Options{})
		s := parse.Socket{Proto: parse.TCP, State: parse.Listen, Local: parse.Endpoint{Host: "*"}}
		for port := uint16(1); port <= 10000; port++ {
			s.Local.Port = port
			c.Add(&s)
		}
		if n := known.verdicts(c, match.Policy{})[0].Matched; n != 1 {
			b.Fatal(n)
		}
	}
}
