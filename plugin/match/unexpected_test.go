package match

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/host"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// known are the facts of a host on which [::]:1000 is v6-only.
type known struct{}

func (known) Programs(pid uint32) []string {
	if pid == 7 {
		return []string{"a-name-longer-than-comm"}
	}
	return nil
}
func (known) Owners(_ context.Context, groups []host.Group) host.Found {
	return host.Found{Unseen: make([]bool, len(groups))}
}
func (known) ServesIPv4(_ bool, port uint16) (serves, known bool) { return port != 1000, true }

// strays judges the sockets of a netstat output and lists those that no item
// covers, as "tcp 0.0.0.0:22".
func strays(t *testing.T, items []string, scope Scope, policy Policy, rows ...string) string {
	t.Helper()
	all := make([]watch.Item, len(items))
	for i, item := range items {
		if all[i] = watch.AdHocPort(item); all[i].Err != nil {
			t.Fatal(all[i].Err)
		}
	}
	u := NewUnexpected(all, scope, true)
	sum, err := parse.Netstat(strings.NewReader(strings.Join(rows, "\n")), parse.Hints{}, u.Add)
	if err != nil || sum.Sockets != len(rows) {
		t.Fatalf("%d sockets, %v", sum.Sockets, err)
	}
	stray := u.Judge(context.Background(), known{}, policy, state.Critical)
	var found []string
	for i := range stray.Sockets {
		s := &stray.Sockets[i]
		found = append(found, fmt.Sprintf("%s %s", s.Proto, hostPort(s.Local)))
	}
	if want := len(found) > 0; want != (stray.State == state.Critical) {
		t.Errorf("%d unexpected sockets are %s", len(found), stray.State)
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
			if got := strays(t, tt.items, Scope{}, Policy{}, tt.row); got != tt.want {
				t.Errorf("unexpected: %q, want %q", got, tt.want)
			}
		})
	}
	if got := strays(t, []string{"tcp:22,dropbear"}, Scope{}, Policy{IgnoreProcess: true}, ssh, hidden, pidOf); got != "" {
		t.Errorf("with --ignore-process: unexpected: %q", got)
	}
	if got := strays(t, []string{"tcp:23"}, Scope{UDP: true}, Policy{}, ssh, udp); got != "tcp 0.0.0.0:22, udp 0.0.0.0:22" {
		t.Errorf("with UDP: unexpected: %q", got)
	}
	if got := strays(t, []string{"tcp:23"}, Scope{External: true}, Policy{}, ssh, local); got != "tcp 0.0.0.0:22" {
		t.Errorf("external: unexpected: %q", got)
	}
}

func TestWhatIsUnexpectedIsUnknownWhereSomethingIsMissing(t *testing.T) {
	socket := parse.Socket{Proto: parse.TCP, State: parse.Listen, Local: parse.Endpoint{Host: "*", Port: 22}}
	for _, tt := range []struct {
		name     string
		items    []watch.Item
		complete bool
		policy   Policy
		add      bool
		want     state.State
	}{
		{"all is known", nil, true, Policy{}, true, state.Critical},
		{"nothing listens", nil, true, Policy{}, false, state.OK},
		{"a list is not known", nil, false, Policy{}, true, state.Unknown},
		{"nothing listens that it could cover", nil, false, Policy{}, false, state.OK},
		{"a row is not known", []watch.Item{watch.AdHocPort("tcp:x")}, true, Policy{}, true, state.Unknown},
		{"a broken connection covers nothing", []watch.Item{watch.AdHocConnection("x")}, true, Policy{}, true, state.Critical},
		{"the snapshot is not whole, and nothing is seen", nil, true, Policy{Incomplete: "rows are missing"}, false, state.Unknown},
		{"it is not whole, but something is seen", nil, true, Policy{Incomplete: "rows are missing"}, true, state.Critical},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := NewUnexpected(tt.items, Scope{}, tt.complete)
			if tt.add {
				u.Add(&socket)
			}
			stray := u.Judge(context.Background(), known{}, tt.policy, state.Critical)
			if stray.State != tt.want || (stray.Reason != "") != (tt.want == state.Unknown) {
				t.Errorf("%s, %q; want %s", stray.State, stray.Reason, tt.want)
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
		u := NewUnexpected(items, Scope{}, true)
		s := parse.Socket{Proto: parse.TCP, State: parse.Listen, Local: parse.Endpoint{Host: "*"}}
		for port := uint16(1); port <= 10000; port++ {
			s.Local.Port = port
			u.Add(&s)
		}
		if n := len(u.Judge(context.Background(), known{}, Policy{}, state.Critical).Sockets); n != 1 {
			b.Fatal(n)
		}
	}
}
