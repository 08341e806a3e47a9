package match_test

import (
	"slices"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/match"
	"check_netstat/plugin/program"
	"check_netstat/plugin/service"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// TestServicesOfAWindowsProcess: the output shows the PID, the service manager
// tells which services it runs.
func TestServicesOfAWindowsProcess(t *testing.T) {
	const rows = `
  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       900
  TCP    0.0.0.0:3389           0.0.0.0:0              LISTENING       1100
  TCP    0.0.0.0:8080           0.0.0.0:0              LISTENING       1200
`
	running := map[uint32][]string{900: {"RpcEptMapper", "RpcSs"}, 1100: {"TermService"}, 1200: nil}
	for _, tt := range []struct {
		item   string
		want   state.State
		reason string
	}{
		{"tcp:3389,service:TermService", state.OK, "listening on"},
		{"tcp:3389,service:term*", state.OK, ""},
		{"tcp:3389,service:Spooler", state.Critical, "belongs to TermService, not Spooler"},
		{"tcp:3389,=TermService", state.OK, ""},
		{"tcp:3389,svchost", state.OK, ""},
		{"tcp:135,service:RpcSs", state.Unknown, "its process runs several, RpcEptMapper, RpcSs"},
		{"tcp:135,service:Spooler", state.Critical, "belongs to RpcEptMapper, RpcSs"},
		{"tcp:8080,service:Spooler", state.Unknown, "which service it belongs to is not known"},
	} {
		c := match.New([]watch.Item{watch.AdHocPort(tt.item)}, match.Options{})
		if _, err := parse.Netstat(strings.NewReader(rows), parse.Hints{}, c.Add); err != nil {
			t.Fatal(err)
		}
		a := facts.Answers{Sight: facts.NotAsked, Processes: map[uint32]facts.Process{}}
		for _, pid := range c.Questions(false).PIDs {
			names := program.Shown("svchost.exe", false)
			names.Services = running[pid]
			a.Processes[pid] = facts.Process{PID: pid, Names: names}
		}
		v := c.Judge(a, match.Policy{UnknownProcess: state.Unknown})[0]
		if v.State != tt.want || !strings.Contains(v.Reason, tt.reason) {
			t.Errorf("%s: %v, %q; want %v, %q", tt.item, v.State, v.Reason, tt.want, tt.reason)
		}
	}
}

// TestAProgramByItsService: only to make an item fit. Whoever may see owners is
// told by those first.
func TestAProgramByItsService(t *testing.T) {
	const row = "tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN -\n"
	httpd := []facts.Process{{PID: 8, Names: program.Shown("httpd", false)}}
	for _, tt := range []struct {
		name   string
		all    bool // processes of the control group fit
		first  bool
		owners []facts.Process
		want   state.State
		reason string
	}{
		{"every process fits", true, false, nil, state.OK, "by its service nginx.service"},
		{"not every process fits", false, true, nil, state.Unknown, "its program hidden, but it belongs to nginx.service"},
		{"an owner is seen by root", true, false, httpd, state.Critical, "owned by httpd of nginx.service, not =nginx"},
		{"its service says no more", false, false, []facts.Process{{PID: 9, Names: program.Shown("old", false)}}, state.Critical, "owned by old, not =nginx"},
		{"one of the owners is seen by another user", true, true, httpd, state.OK, "by its service nginx.service"},
	} {
		c := match.New([]watch.Item{watch.AdHocPort("tcp:80,=nginx")}, match.Options{})
		if _, err := parse.Netstat(strings.NewReader(row), parse.Hints{}, func(s *parse.Socket) {
			s.Inode, s.Cgroup = 1, 77
			c.Add(s)
		}); err != nil {
			t.Fatal(err)
		}
		q := c.Questions(false)
		if q.Groups[1] != 77 || !slices.Contains(q.Holders[0].Inodes, 1) {
			t.Fatalf("%+v", q)
		}
		a := facts.Answers{
			Sight: facts.Denied, Unseen: make([]facts.Sight, len(q.Holders)), ServiceFirst: tt.first,
			Owners: map[uint32][]facts.Process{1: tt.owners}, ByService: []map[uint64]bool{{77: tt.all}},
		}
		a.Services = map[uint64]service.Service{77: {Path: "/system.slice/nginx.service"}}
		if strings.Contains(tt.name, "no more") {
			a.Services[77] = service.Service{Path: "/system.slice/old.service"}
		}
		v := c.Judge(a, match.Policy{UnknownProcess: state.Unknown})[0]
		if v.State != tt.want || !strings.Contains(v.Reason, tt.reason) {
			t.Errorf("%s: %v, %q; want %v, %q", tt.name, v.State, v.Reason, tt.want, tt.reason)
		}
	}
}
