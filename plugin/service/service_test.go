package service

import (
	"strings"
	"testing"

	"check_netstat/parse"
)

const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestTheUnitOfAControlGroup(t *testing.T) {
	for path, want := range map[string]string{
		"/system.slice/nginx.service":                                           "nginx.service",
		"/system.slice/system-postgresql.slice/postgresql@15-main.service":      "postgresql@15-main.service",
		"/system.slice/nginx.service/worker":                                    "nginx.service",
		"/user.slice/user-1000.slice/user@1000.service/app.slice/nginx.service": "user@1000.service",
		"/user.slice/user-1000.slice/session-3.scope":                           "session-3.scope",
		"/system.slice/_cpu.service":                                            "cpu.service",
		`/system.slice/a\x2db.service`:                                          `a\x2db.service`,
		"/init.scope":                                                           "init.scope",
		"/system.slice":                                                         "",
		"/":                                                                     "",
		"":                                                                      "",
		"/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope":     "cri-containerd-" + id + ".scope",
		"/machine.slice/libpod-" + id + ".scope/container/system.slice/x.service": "libpod-" + id + ".scope",
	} {
		if got := Unit(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestAServiceFitsItsName(t *testing.T) {
	for _, tt := range []struct {
		pattern, path string
		want          parse.Tri
	}{
		{"nginx", "/system.slice/nginx.service", parse.Yes},
		{"NGINX.Service", "/system.slice/nginx.service", parse.Yes},
		{"nginx", "/system.slice/nginx.service/worker", parse.Yes},
		{"nginx", "/system.slice/nginx-other.service", parse.No},
		{"ngin", "/system.slice/nginx.service", parse.No},
		{"ngin*", "/system.slice/nginx.service", parse.Yes},
		{"ngin?", "/system.slice/nginx.service", parse.Yes},
		{"*", "/system.slice/nginx.service", parse.Yes},
		{"nginx", "/user.slice/user-1000.slice/user@1000.service/nginx.service", parse.No},
		{"/user.slice/*/nginx.service", "/user.slice/user-1000.slice/user@1000.service/nginx.service", parse.Yes},
		{"/system.slice/nginx.service", "/system.slice/nginx.service", parse.Yes},
		{"/system.slice/nginx.service", "/system.slice/nginx.service/worker", parse.No},
		{"ssh", "/system.slice/ssh.socket", parse.Yes},
		{"ssh.socket", "/system.slice/ssh.service", parse.No},
		{"ssh.service", "/system.slice/ssh.socket", parse.Yes},
		{"app@7", "/system.slice/app.socket", parse.Yes},
		{"app@7", "/system.slice/app@7.socket", parse.Yes},
		{"app@7", "/system.slice/app@8.service", parse.No},
		{"postgresql", "/system.slice/system-postgresql.slice/postgresql@15-main.service", parse.No},
		{"postgresql@*", "/system.slice/system-postgresql.slice/postgresql@15-main.service", parse.Yes},
		{"session-3.scope", "/user.slice/user-1000.slice/session-3.scope", parse.Yes},
		{"system.slice", "/system.slice", parse.Maybe},
		{"nginx", "/init.scope", parse.Maybe},
		{"init.scope", "/init.scope", parse.Maybe},
		{"nginx", "/", parse.Maybe},
		{"nginx", "", parse.Maybe},
		{`a\x2db`, `/system.slice/a\x2db.service`, parse.Yes},
		{"", "/system.slice/nginx.service", parse.Yes},
	} {
		if got := ParsePattern(tt.pattern).Fits(Service{Path: tt.path}); got != tt.want {
			t.Errorf("%q, %s: %v, want %v", tt.pattern, tt.path, got, tt.want)
		}
	}
}

func TestAWindowsServiceFitsItsShortName(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		names   []string
		want    parse.Tri
	}{
		{"dnscache", []string{"Dnscache"}, parse.Yes},
		{"Dnscache.service", []string{"Dnscache"}, parse.No},
		{"Rpc*", []string{"RpcSs"}, parse.Yes},
		{"W32Time", []string{"TermService"}, parse.No},
		{"RpcSs", []string{"RpcEptMapper", "RpcSs"}, parse.Maybe},
		{"Spooler", []string{"RpcEptMapper", "RpcSs"}, parse.No},
		{"Spooler", nil, parse.Maybe},
	} {
		if got := ParsePattern(tt.pattern).Fits(Service{Names: tt.names}); got != tt.want {
			t.Errorf("%q, %q: %v, want %v", tt.pattern, tt.names, got, tt.want)
		}
	}
}

func TestContainersAreShownByRuntimeAndShortID(t *testing.T) {
	for path, want := range map[string]string{
		"/system.slice/docker-" + id + ".scope": "docker 0123456789ab",
		"/docker/" + id:                         "docker 0123456789ab",
		"/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope": "cri-containerd 0123456789ab",
		"/kubepods/burstable/pod1/" + id:                                      "kubepods 0123456789ab",
		"/machine.slice/libpod-" + id + ".scope/container":                    "libpod 0123456789ab",
		"/system.slice/nginx.service":                                         "nginx.service",
		"/system.slice/docker.service":                                        "docker.service",
	} {
		s := Service{Path: path}
		if got := s.String(); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if s.Lasts() != strings.HasSuffix(path, ".service") {
			t.Errorf("%s: lasts %v", path, s.Lasts())
		}
	}
}

func TestMatchingTakesNoLongerThanItsLengths(t *testing.T) {
	if matches(strings.Repeat("*a", 200)+"b", strings.Repeat("a", 5000)) {
		t.Error("a pattern that does not fit fits")
	}
}
