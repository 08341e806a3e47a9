//go:build root

package plugin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// unit is a service of the host that the test makes up.
type unit struct {
	name    string   // of its group below /cn.slice
	program string   // that listens
	others  []string // run beside it
	madeIn  string   // the group in which its socket is made, if that is another
	leaves  string   // the group that the program goes to at last
	forks   int      // workers
	copied  bool     // it is a user's, with the name of a service of the system
}

// units are thirty: ten with two programs, five that a socket unit has activated,
// two of which systemd has left the process, and so on.
func units() []unit {
	all := []unit{
		{name: "cn-apache", program: "apache2", others: []string{"rotatelogs"}, forks: 3},
		{name: "cn-postfix", program: "master", others: []string{"qmgr", "pickup"}},
		{name: "cn-mysql", program: "mysqld", others: []string{"mysqld_safe"}},
		{name: "cn-docker", program: "docker-proxy", others: []string{"dockerd"}},
		{name: "cn-a1", program: "gunicorn", others: []string{"tee"}},
		{name: "cn-a2", program: "named", others: []string{"rndc"}},
		{name: "cn-a3", program: "sendmail", others: []string{"milter"}},
		{name: "cn-a4", program: "slapd", others: []string{"logger"}},
		{name: "cn-a5", program: "puma", others: []string{"sidekiq"}},
		{name: "cn-a6", program: "haproxy", others: []string{"wrapper"}},
		{name: "cn-sshd", program: "sshd", madeIn: "/cn.slice/cn-sshd.socket"},
		{name: "cn-cups", program: "cupsd", madeIn: "/cn.slice/cn-cups.socket"},
		{name: "cn-web@7", program: "webd", madeIn: "/cn.slice/cn-web.socket"},
		{name: "cn-rpc", program: "rpcbind", madeIn: "/init.scope"},
		{name: "cn-lib", program: "libvirtd", madeIn: "/init.scope"},
		{name: "cn-left1", program: "agent", others: []string{"watchdog"}, leaves: "/cn.slice/cn-elsewhere.service"},
		{name: "cn-left2", program: "runner", others: []string{"helper"}, leaves: "/user.slice/user-4711.slice/session-3.scope"},
		{name: "cn-empty", program: "daemon", leaves: "/cn.slice/cn-elsewhere.service"},
		{name: "cn-nginx", program: "nginx", forks: 2},
		{name: "cn-nginx", program: "nginx", copied: true},
		{name: "cn-billing", program: "java"},
		{name: "cn-shop", program: "java"},
	}
	for i := len(all); i < 30; i++ {
		all = append(all, unit{name: fmt.Sprintf("cn-s%d", i), program: fmt.Sprintf("server%d", i), forks: i % 3})
	}
	return all
}

// run starts the unit and returns its group and its port.
func (u *unit) run(t *testing.T) (group, port string) {
	t.Helper()
	group = cgroup(t, "/cn.slice/"+u.name+".service")
	if u.copied {
		group = cgroup(t, "/user.slice/user-4711.slice/user@4711.service/app.slice/"+u.name+".service")
	}
	for _, other := range u.others {
		process(t, group, other, "print('up',flush=True)")
	}
	in, script := group, listens
	if u.madeIn != "" {
		in = cgroup(t, u.madeIn)
		script += fmt.Sprintf("join(%q)\n", group)
	}
	// A worker ends when its parent closes the other end of the pipe.
	script += fmt.Sprintf("import atexit\nr,w=os.pipe()\nfor i in range(%d):\n if os.fork()==0:\n  os.close(w)\n  os.read(r,1)\n  os._exit(0)\n"+
		" atexit.register(os.wait)\natexit.register(os.close,w)\n", u.forks)
	if u.leaves != "" {
		script += fmt.Sprintf("join(%q)\n", cgroup(t, u.leaves))
	}
	port, _ = process(t, in, u.program, script+tells)
	return group, port
}

// helpers start processes that end at once in the control groups, one after the
// other, until stop is called.
func helpers(t *testing.T, groups []string) (stop func()) {
	t.Helper()
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for i := 0; ; i++ {
			select {
			case <-end:
				return
			default:
			}
			dir, err := os.Open(groups[i%len(groups)])
			if err != nil {
				t.Error(err)
				return
			}
			cmd := exec.Command("/bin/true")
			cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: int(dir.Fd())}
			if err := cmd.Run(); err != nil {
				t.Error(err)
			}
			_ = dir.Close()
		}
	}()
	return func() { close(end); <-ended }
}

// itemStates runs the check and returns the state of each item and its reason.
func itemStates(t *testing.T, attr *syscall.SysProcAttr, path, list string) (state, reason map[string]string) {
	t.Helper()
	cmd := exec.Command(path, "--output", "json", "--listening", list)
	cmd.SysProcAttr, cmd.Dir = attr, "/"
	out, err := cmd.Output()
	var ee *exec.ExitError
	if err != nil && !errors.As(err, &ee) {
		t.Fatal(err)
	}
	var answer struct {
		Items []struct{ Key, State, Reason string }
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	state, reason = map[string]string{}, map[string]string{}
	for _, it := range answer.Items {
		state[it.Key], reason[it.Key] = it.State, it.Reason
	}
	return state, reason
}

// TestRootHostOfThirtyServices: no item by service is ever wrong, and none by
// program is for the monitoring user, while helpers come and go.
func TestRootHostOfThirtyServices(t *testing.T) {
	path := build(t)
	all := units()
	var list bytes.Buffer
	list.WriteString("ipProtocol,localPort,procName,service,name\n")
	want := map[string]string{}
	var groups []string
	for i := range all {
		u := &all[i]
		group, port := u.run(t)
		groups = append(groups, group)
		add := func(kind, program, service, state string) {
			key := fmt.Sprintf("%s-%d", kind, i)
			fmt.Fprintf(&list, "tcp,%s,%s,%s,%s\n", port, program, service, key)
			want[key] = state
		}
		service, other := "OK", "CRITICAL"
		switch {
		case u.madeIn == "/init.scope":
			service, other = "UNKNOWN", "UNKNOWN"
		case u.copied:
			service = "CRITICAL"
		}
		add("service", "", u.name, service)
		add("other", "", "cn-another", other)
		add("program", "="+u.program, "", "OK")
		add("wrong", "=cn-another", "", "CRITICAL")
	}
	file := filepath.Join(filepath.Dir(path), "list.csv")
	if err := os.WriteFile(file, list.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	judge := func(attr *syscall.SysProcAttr, when string) (decided int) {
		state, reason := itemStates(t, attr, path, file)
		if len(state) != len(want) {
			t.Fatalf("%d items, want %d", len(state), len(want))
		}
		for key, want := range want {
			got, kind := state[key], strings.TrimRight(key, "-0123456789")
			if kind == "program" && got == "OK" {
				decided++
			}
			switch {
			case attr != nil && kind == "program" && got == "UNKNOWN":
				continue // the kernel does not tell it
			case attr != nil && kind == "wrong":
				want = "UNKNOWN" // a group without the program proves nothing
			}
			if got != want {
				t.Errorf("%s: %s is %s, want %s: %s", when, key, got, want, reason[key])
			}
		}
		return decided
	}
	if n := judge(nil, "root"); n != len(all) {
		t.Errorf("root decides %d of %d items by program", n, len(all))
	}
	if n, want := judge(nobody(), "nobody"), byGroup(all); n != want {
		t.Errorf("nobody decides %d of %d items by program, want %d", n, len(all), want)
	}
	stop := helpers(t, groups)
	defer stop()
	for n := 0; n < 50 && !t.Failed(); n++ {
		judge(nobody(), fmt.Sprintf("run %d", n))
	}
}

// byGroup counts the units whose program is the only one of its group, in which it
// has made its socket.
func byGroup(all []unit) (n int) {
	for i := range all {
		if u := &all[i]; len(u.others) == 0 && u.madeIn == "" && u.leaves == "" {
			n++
		}
	}
	return n
}
