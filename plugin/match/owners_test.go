package match_test

import (
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// TestOwnersAreLookedUpByInode: the rows have the inodes 1, 2, 3... in their
// order, and show no program, as those of netstat -tuanWe and of the kernel.
func TestOwnersAreLookedUpByInode(t *testing.T) {
	const (
		listen = "tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN -\n"
		up     = "tcp 0 0 192.0.2.7:41000 198.51.100.4:443 ESTABLISHED -\n"
		tw     = "tcp 0 0 192.0.2.7:41000 198.51.100.4:443 TIME_WAIT -\n"
		fin    = "tcp 0 0 192.0.2.7:41000 198.51.100.4:443 FIN_WAIT2 -\n"
	)
	nginx, httpd, app := parse.Owner{PID: 7, Name: "nginx"}, parse.Owner{PID: 8, Name: "httpd"}, parse.Owner{PID: 9, Name: "app"}
	for _, tt := range []struct {
		name    string
		port    string // a --port item
		conn    string // a --connection item
		rows    string
		host    host
		want    state.State
		matched int
		reason  string
	}{
		{"the owner fits", "tcp:80,nginx", "", listen, host{owners: map[uint32][]parse.Owner{1: {nginx}}}, state.OK, 1, "listening on 0.0.0.0:80"},
		{"another owns it", "tcp:80,nginx", "", listen, host{owners: map[uint32][]parse.Owner{1: {httpd}}}, state.Critical, 0, "listening, but owned by httpd, not nginx"},
		{"one of several owners fits", "tcp:80,nginx", "", listen, host{owners: map[uint32][]parse.Owner{1: {httpd, nginx}}}, state.OK, 1, ""},
		{"nobody is found", "tcp:80,nginx", "", listen, host{}, state.Unknown, 0, "its program hidden: use sudo"},
		{"another owns it, but not all can be seen", "tcp:80,nginx", "", listen, host{owners: map[uint32][]parse.Owner{1: {httpd}}, unseen: true}, state.Unknown, 0, "hidden"},
		{"no procName needs no owner", "tcp:80", "", listen, host{unseen: true}, state.OK, 1, ""},
		{"counts are exact", "", "198.51.100.4:443,app", up + up + up + tw,
			host{owners: map[uint32][]parse.Owner{1: {app}, 2: {httpd}, 3: {app}}}, state.OK, 3, "2 ESTABLISHED, 1 TIME_WAIT"},
		{"a socket with an inode has an owner in every state", "", "198.51.100.4:443,app", fin, host{}, state.Critical, 0, "hidden"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var items []watch.Item
			if tt.port != "" {
				items = append(items, watch.AdHocPort(tt.port))
			} else {
				items = append(items, watch.AdHocConnection(tt.conn))
			}
			for _, keep := range []int{1, 10} {
				c := match.New(items, match.Options{Keep: keep})
				inode := uint32(0)
				_, err := parse.Netstat(strings.NewReader(tt.rows), parse.Hints{}, func(s *parse.Socket) {
					if inode++; s.State != parse.TimeWait {
						s.Inode = inode
					}
					c.Add(s)
				})
				if err != nil {
					t.Fatal(err)
				}
				v := tt.host.verdicts(c, match.Policy{UnknownProcess: state.Unknown, Hints: match.Hints{Rights: "use sudo", Output: "use sudo"}})[0]
				if v.State != tt.want || v.Matched != tt.matched || !strings.Contains(text(v), tt.reason) {
					t.Errorf("keep %d: %s, %d, %q; want %s, %d, %q", keep, v.State, v.Matched, v.Reason, tt.want, tt.matched, tt.reason)
				}
				if keep > 1 && len(v.Sockets) != v.Matched {
					t.Errorf("%d of %d sockets are shown", len(v.Sockets), v.Matched)
				}
			}
		})
	}
}
