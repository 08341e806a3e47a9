package program

import (
	"slices"
	"testing"

	"check_netstat/parse"
)

func TestTheNamesOfAProgram(t *testing.T) {
	for _, tt := range []struct {
		what    string
		process Process
		whole   []string
		cut     string
		lasting string
	}{
		{"an ordinary server", Process{"/usr/sbin/nginx", "nginx", []string{"nginx: master process /usr/sbin/nginx"}}, []string{"nginx"}, "", "nginx"},
		{"an executable that an upgrade has removed", Process{"/usr/sbin/nginx (deleted)", "nginx", []string{"/usr/sbin/nginx"}}, []string{"nginx"}, "", "nginx"},
		{"a name over 15 letters", Process{"/usr/bin/kube-controller-manager", "kube-controller", []string{"kube-controller-manager"}}, []string{"kube-controller-manager"}, "", "kube-controller-manager"},
		{"a name of 15 letters", Process{"/bin/exactly15chars_", "exactly15chars_", []string{"/bin/exactly15chars_"}}, []string{"exactly15chars_"}, "", "exactly15chars_"},
		{"a script over 15 letters", Process{"/usr/bin/perl", "neutron-openvsw", []string{"/usr/bin/perl", "/usr/bin/neutron-openvswitch-agent"}}, []string{"neutron-openvswitch-agent", "perl"}, "", "neutron-openvswitch-agent"},
		{"a script with options before it", Process{"/usr/bin/python3.11", "collector", []string{"python3", "-u", "-s", "/opt/collector"}}, []string{"collector", "python3.11", "python3"}, "", "collector"},
		{"an executable that cannot be seen", Process{"", "kube-controller", []string{"/usr/bin/kube-controller-manager", "-v"}}, []string{"kube-controller-manager"}, "", "kube-controller-manager"},
		{"text of remote users", Process{"/usr/sbin/ftpd", "ftpd", []string{"ftpd: 192.0.2.1: alice: STOR /home/nginx"}}, []string{"ftpd"}, "", "ftpd"},
		{"text of remote users that ends in the program's name", Process{"/usr/sbin/ftpd", "ftpd", []string{"nginx: alice: STOR /home/ftpd"}}, []string{"ftpd", "nginx"}, "", "ftpd"},
		{"a title with a user's name", Process{"/usr/lib/postgresql/bin/postgres", "postgres", []string{"postgres: 15/main: oracle app 192.0.2.1(4711) idle"}}, []string{"postgres"}, "", "postgres"},
		{"a title alone", Process{"/usr/bin/python3", "gunicorn: maste", []string{"gunicorn: master [shop.wsgi:application]"}}, []string{"python3", "gunicorn"}, "gunicorn: maste", "gunicorn"},
		{"a title in comm", Process{"/usr/bin/celery", "celeryd: worker", []string{"celeryd: worker@host -active- (idle)"}}, []string{"celery", "celeryd"}, "celeryd: worker", "celeryd"},
		{"Wine", Process{"/usr/lib/wine/wine64-preloader", "HealthService.e", []string{`C:\Program Files\SCOM\HealthService.exe`, "-x"}}, []string{"HealthService.exe", "wine64-preloader"}, "", "HealthService.exe"},
		{"a thread's name", Process{"/usr/bin/java", "http-nio-8080-e", []string{"java", "-jar", "app.jar"}}, []string{"java"}, "http-nio-8080-e", "java"},
		{"a blank in the file's name", Process{"/opt/my app", "my app", []string{"/opt/my app"}}, []string{"my app"}, "", "my app"},
		{"a blank in a folder's name", Process{"/opt/my tools/agent", "agent", []string{"/opt/my tools/agent"}}, []string{"agent"}, "", "agent"},
		{"BusyBox", Process{"/bin/busybox", "httpd", []string{"httpd", "-p", "80"}}, []string{"httpd", "busybox"}, "", "httpd"},
		{"a kernel thread", Process{"", "kworker/0:1", nil}, []string{"kworker/0:1"}, "", "kworker/0:1"},
		{"an empty comm", Process{"/bin/empty", "", []string{"/bin/empty"}}, []string{"empty"}, "", "empty"},
		{"nothing", Process{}, nil, "", ""},
	} {
		n := NamesOf(tt.process)
		if !slices.Equal(n.Whole, tt.whole) || n.Cut != tt.cut || n.Lasting != tt.lasting {
			t.Errorf("%s: whole %q, cut %q, lasting %q; want %q, %q, %q", tt.what, n.Whole, n.Cut, n.Lasting, tt.whole, tt.cut, tt.lasting)
		}
	}
}

func TestAProgramFitsByAnyOfItsNames(t *testing.T) {
	thread := NamesOf(Process{"/usr/bin/java", "http-nio-8080-e", []string{"java"}})
	manager := NamesOf(Process{"/usr/bin/kube-controller-manager", "kube-controller", []string{"kube-controller-manager"}})
	for _, tt := range []struct {
		pattern string
		names   Names
		want    parse.Tri
	}{
		{"=java", thread, parse.Yes},
		{"=http-nio-8080-exec-10", thread, parse.Maybe},
		{"=http-nio-8081-exec-10", thread, parse.No},
		{"^http-nio-8080", thread, parse.Yes}, // however it goes on
		{"=kube-controller", manager, parse.No},
		{"^kube-controller$", manager, parse.No},
		{"kube-controller", manager, parse.Yes},
		{"", Names{}, parse.Yes},
		{"nginx", Names{}, parse.No},
		{"=nginx", Shown("nginx: master p", true), parse.Yes},
		{"oracle", Shown("postgres: 15/main: oracle", false), parse.No},
		{"=Dnscache", Names{Whole: []string{"svchost.exe"}, Services: []string{"Dnscache"}}, parse.Yes},
		{"svchost", Names{Whole: []string{"svchost.exe"}, Services: []string{"Dnscache"}}, parse.Yes},
		{"=RpcSs", Names{Whole: []string{"svchost.exe"}, Services: []string{"RpcEptMapper", "RpcSs"}}, parse.Maybe},
		{"=Spooler", Names{Whole: []string{"svchost.exe"}, Services: []string{"RpcEptMapper", "RpcSs"}}, parse.No},
		{"=systemd-resolved", Shown("systemd-resolve", true), parse.Maybe},
	} {
		if got := ParsePattern(tt.pattern).FitsAny(tt.names); got != tt.want {
			t.Errorf("procName %q, names %+v: %v, want %v", tt.pattern, tt.names, got, tt.want)
		}
	}
}
