package match_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/match"
	"check_netstat/plugin/program"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

const (
	connections = "remoteIP,remoteName,remotePort,procName,comment,name,warning,critical,expect,okStates,warningStates,localIP,localPort\n"
	listening   = "ipProtocol,localIP,localPort,procName,comment,name,warning,critical,expect\n"
)

// host stands for what a live host knows.
type host struct {
	names  map[uint32][]string
	v6only map[uint16]bool // by port; a port that is not here is not known
	owners map[uint32][]parse.Owner
	unseen bool // a process does not show its descriptors
}

// answer answers the questions.
func (h host) answer(q facts.Questions) facts.Answers {
	a := facts.Answers{Owners: map[uint32][]facts.Process{}, Processes: map[uint32]facts.Process{}, Unseen: make([]facts.Sight, len(q.Holders))}
	for i, of := range q.Holders {
		if h.unseen {
			a.Unseen[i], a.Sight = facts.Denied, facts.Denied
		}
		for _, inode := range slices.Concat(of.Inodes, of.Near) {
			for _, o := range h.owners[inode] {
				if len(a.Owners[inode]) < len(h.owners[inode]) {
					a.Owners[inode] = append(a.Owners[inode], facts.Process{PID: o.PID, Names: program.Shown(o.Name, o.Cut)})
				}
			}
		}
	}
	for _, pid := range q.PIDs {
		if names := h.names[pid]; len(names) > 0 {
			a.Processes[pid] = facts.Process{PID: pid, Names: program.Names{Whole: names, Lasting: names[0]}}
		}
	}
	if len(h.owners) == 0 && !h.unseen {
		a.Sight = facts.NotAsked
	}
	return a
}

// add lets a collector have a socket, of which the host knows whether it is
// v6-only.
func (h host) add(c *match.Collector) func(*parse.Socket) {
	return func(s *parse.Socket) {
		if only, known := h.v6only[s.Local.Port]; known && s.V6Only == parse.Maybe {
			s.V6Only = parse.No
			if only {
				s.V6Only = parse.Yes
			}
		}
		c.Add(s)
	}
}

// verdicts judges what a collector has gathered.
func (h host) verdicts(c *match.Collector, policy match.Policy) []match.Verdict {
	return c.Judge(h.answer(c.Questions(policy.IgnoreProcess)), policy)
}

// text is all that a verdict says.
func text(v match.Verdict) string {
	if v.Hint == "" {
		return v.Reason
	}
	return v.Reason + ": " + v.Hint
}

func read(t testing.TB, list string, kind watch.Kind) []watch.Item {
	t.Helper()
	items, errs := watch.Read(strings.NewReader(list), "list.csv", kind)
	if len(errs) > 0 {
		t.Fatalf("reading the list: %v", errs)
	}
	return items
}

// collected gives the rows of an output to the items.
func collected(t testing.TB, items []watch.Item, rows string) *match.Collector {
	t.Helper()
	c := match.New(items, match.Options{})
	sum, err := parse.Netstat(strings.NewReader(rows), parse.Hints{}, c.Add)
	if err != nil || sum.Skipped > 0 || sum.Broken > 0 {
		t.Fatalf("parsing the rows: %v, %+v", err, sum)
	}
	return c
}

// judge judges one list against the rows of a netstat or ss output.
func judge(t testing.TB, items []watch.Item, rows string, h host, policy match.Policy) []match.Verdict {
	t.Helper()
	c := match.New(items, match.Options{Keep: 10})
	sum, err := parse.Netstat(strings.NewReader(rows), parse.Hints{}, h.add(c))
	if err != nil || sum.Skipped > 0 {
		t.Fatalf("parsing the rows: %v, skipped %q", err, sum.SkippedLines)
	}
	return h.verdicts(c, policy)
}

func TestConnectionVerdicts(t *testing.T) {
	const established = "tcp 0 0 192.0.2.7:41000 198.51.100.4:443 ESTABLISHED 100/app\n"
	row := func(state, program string) string {
		return "tcp 0 0 192.0.2.7:41001 198.51.100.4:443 " + state + " " + program + "\n"
	}
	for _, tt := range []struct {
		name   string
		row    string // of a connections list
		rows   string // of netstat
		want   state.State
		reason string // part of it
	}{
		{"an established connection is OK", "198.51.100.4,,443,app", established, state.OK, "1 ESTABLISHED"},
		{"one established among others decides", "198.51.100.4,,443,app", row("CLOSE_WAIT", "9/app") + established + row("TIME_WAIT", "-"), state.OK, "1 ESTABLISHED, 1 TIME_WAIT, 1 CLOSE_WAIT"},
		{"TIME_WAIT is WARNING", "198.51.100.4,,443,app", row("TIME_WAIT", "-"), state.Warning, "closed a moment ago"},
		{"TIME_WAIT beats a bad state", "198.51.100.4,,443,app", row("CLOSE_WAIT", "9/app") + row("TIME_WAIT", "-"), state.Warning, "TIME_WAIT"},
		{"CLOSE_WAIT is explained rightly", "198.51.100.4,,443,app", row("CLOSE_WAIT", "9/app"), state.Critical, "1 CLOSE_WAIT: the remote end has closed, the local program has not"},
		{"SYN_SENT is explained rightly", "198.51.100.4,,443,app", row("SYN_SENT", "9/app"), state.Critical, "1 SYN_SENT: unanswered"},
		{"SYN_RECV fits any program", "198.51.100.4,,443,app", row("SYN_RECV", "-"), state.Critical, "handshake"},
		{"an orphan in FIN_WAIT2 fits any program", "198.51.100.4,,443,app", row("FIN_WAIT2", "-"), state.Critical, "1 FIN_WAIT2: closed here, the remote end has not closed"},
		{"nothing is CRITICAL", "198.51.100.5,,443,app", "tcp 0 0 192.0.2.7:41000 203.0.113.9:22 ESTABLISHED 5/ssh\n", state.Critical, "no connection"},
		{"port 80 is not 8080", "198.51.100.4,,80", "tcp 0 0 192.0.2.7:41000 198.51.100.4:8080 ESTABLISHED 5/x\n", state.Critical, "connected to 198.51.100.4 only on port 8080"},
		{"port 443 is not the local port", "198.51.100.4,,41000", established, state.Critical, "only on port 443"},
		{"a listening socket is no connection", "*,,*", "tcp 0 0 0.0.0.0:443 0.0.0.0:* LISTEN 1/x\n", state.Critical, "no connection"},
		{"a bound socket is no connection", "*,,*", "  TCP    0.0.0.0:22    0.0.0.0:0    BOUND    44\n", state.Critical, "no connection"},
		{"UDP is no connection", "198.51.100.4,,443", "udp 0 0 192.0.2.7:41000 198.51.100.4:443 ESTABLISHED 5/x\n", state.Critical, "no connection"},
		{"another program is named", "198.51.100.4,,443,agent", established, state.Critical, "connected, but owned by app, not agent"},
		{"the same program elsewhere is named", "198.51.100.9,,443,app", established, state.Critical, "connected to 198.51.100.4:443 instead"},
		{"a network matches", "198.51.100.0/24,,443", established, state.OK, ""},
		{"a network does not match beyond it", "198.51.101.0/24,,443", established, state.Critical, ""},
		{"a port range matches", "198.51.100.4,,440-450", established, state.OK, ""},
		{"a list of ports matches", "198.51.100.4,,80 443", established, state.OK, ""},
		{"an overlap of ports counts once", "198.51.100.4,,443 1-500 *", established, state.OK, "1 ESTABLISHED"},
		{"any address and port match", "*,,*,app", established, state.OK, ""},
		{"an IPv4-mapped socket equals its IPv4 address", "203.0.113.4,,443", "tcp6 0 0 ::ffff:192.0.2.7:1000 ::ffff:203.0.113.4:443 ESTABLISHED 5/x\n", state.OK, ""},
		{"an IPv4-mapped item equals its IPv4 address", "::ffff:198.51.100.4,,443", established, state.OK, ""},
		{"a zone is ignored unless given", "fe80::1,,443", "  TCP    [fe80::2%12]:50000    [fe80::1%12]:443    ESTABLISHED    44\n", state.OK, ""},
		{"a zone that is given must be there", "fe80::1%7,,443", "  TCP    [fe80::2%12]:50000    [fe80::1%12]:443    ESTABLISHED    44\n", state.Critical, ""},
		{"the local end must fit", "198.51.100.4,,443,,,,,,,,,192.0.2.8,", established, state.Critical, "no connection; connected from 192.0.2.7:41000 instead"},
		{"the local port must fit", "*,,*,,,,,,,,,,41000", established, state.OK, ""},
		{"clients on a local port are counted", "198.51.100.0/24,,*,,,,2:,,,,,,1521", "tcp 0 0 192.0.2.7:1521 198.51.100.4:40000 ESTABLISHED 9/db\n", state.Warning, "1 is outside the warning range 2:"},
		{"okStates replace the default", "198.51.100.4,,443,,,,,,,CLOSE_WAIT,,,", row("CLOSE_WAIT", "9/app"), state.OK, "1 CLOSE_WAIT"},
		{"warningStates replace the default", "198.51.100.4,,443,,,,,,,,SYN_SENT,,", row("SYN_SENT", "9/app"), state.Warning, ""},
		{"and TIME_WAIT is then bad", "198.51.100.4,,443,,,,,,,,SYN_SENT,,", row("TIME_WAIT", "-"), state.Critical, ""},
		{"absent is OK where nothing is", "198.51.100.5,,443,,,,,,absent", established, state.OK, "not there, as it should be"},
		{"absent is CRITICAL where something is", "198.51.100.4,,443,,,,,,absent", established, state.Critical, "there, but should not be: 1 ESTABLISHED"},
		{"absent is CRITICAL in every state", "198.51.100.4,,443,,,,,,absent", row("SYN_SENT", "9/app"), state.Critical, ""},
		{"the remains of a connection do not make absent fail", "198.51.100.4,,443,app,,,,,absent", row("TIME_WAIT", "-") + row("FIN_WAIT2", "-"), state.OK, ""},
		{"any is OK without ranges", "198.51.100.5,,443,,,,,,any", established, state.OK, "not there"},
		{"any is judged by its ranges", "198.51.100.5,,443,,,,,1:,any", established, state.Critical, "0 is outside the critical range 1:"},
		{"a range worsens", "198.51.100.4,,443,,,,@1:5,", established, state.Warning, "1 is inside the warning range @1:5"},
		{"a range does not better", "198.51.100.4,,443,,,,@1:5,", row("SYN_SENT", "9/app"), state.Critical, ""},
		{"ranges count OK states only", "198.51.100.4,,443,,,,,1:1,", established + row("TIME_WAIT", "-"), state.OK, ""},
		{"a hidden program is UNKNOWN", "198.51.100.4,,443,app", row("ESTABLISHED", "-"), state.Unknown, "ESTABLISHED, its program hidden: use sudo"},
		{"a PID without a name is hidden", "198.51.100.4,,443,app", "  TCP    192.0.2.7:41000    198.51.100.4:443    ESTABLISHED    44\n", state.Unknown, "hidden"},
		{"a hidden program beside a seen one changes nothing", "198.51.100.4,,443,app", established + row("ESTABLISHED", "-"), state.OK, "1 ESTABLISHED"},
		{"but it can change what a range says", "198.51.100.4,,443,app,,,,1:1,", established + row("ESTABLISHED", "-"), state.Unknown, "hidden"},
		{"a range that holds only in between is not known", "198.51.100.4,,443,app,,,,1:1,any", row("ESTABLISHED", "-") + row("ESTABLISHED", "-"), state.Unknown, "hidden"},
		{"a hidden program in a bad state is CRITICAL either way", "198.51.100.4,,443,app", row("CLOSE_WAIT", "-"), state.Critical, "CLOSE_WAIT: the remote end has closed, the local program has not; its program hidden"},
		{"a hidden program may be the absent one", "198.51.100.4,,443,app,,,,,absent", row("ESTABLISHED", "-"), state.Unknown, "hidden"},
		{"a hidden program does not matter without procName", "198.51.100.4,,443,", row("ESTABLISHED", "-"), state.OK, ""},
		{"a cut name can be the rest", "198.51.100.4,,443,=prometheus-node-exporter", "tcp 0 0 192.0.2.7:41000 198.51.100.4:443 ESTABLISHED 1234/prometheus-nod\n", state.Unknown, "of a program whose name is cut: prometheus-nod"},
		{"a cut name that differs already is another's", "198.51.100.4,,443,=nginx", "tcp 0 0 192.0.2.7:41000 198.51.100.4:443 ESTABLISHED 1234/prometheus-nod\n", state.Critical, "owned by prometheus-nod"},
		{"several owners count once", "198.51.100.4,,443,b", `tcp ESTAB 0 0 192.0.2.7:41000 198.51.100.4:443 users:(("a",pid=1,fd=3),("b",pid=2,fd=3))` + "\n", state.OK, "1 ESTABLISHED"},
		{"a state that is not known is not judged", "198.51.100.4,,443", row("OPGEBOUWD", "9/app"), state.Unknown, `in state "OPGEBOUWD", which is not known`},
		{"a state that is not shown is not judged", "198.51.100.4,,443", "tcp 0 0 192.0.2.7:41000 198.51.100.4:443 9/app\n", state.Unknown, "in a state that is not shown"},
		{"a name instead of the address is not judged", "198.51.100.4,,443", "tcp 0 0 192.0.2.7:41000 gw.example.com:443 ESTABLISHED 9/app\n", state.Unknown, "gw.example.com:443, which the output does not show whole"},
		{"a name on another port does not matter", "198.51.100.4,,443", "tcp 0 0 192.0.2.7:41000 gw.example.com:22 ESTABLISHED 9/app\n", state.Critical, ""},
		{"a service name is not judged", "198.51.100.4,,443", "tcp 0 0 192.0.2.7:41000 198.51.100.4:https ESTABLISHED 9/app\n", state.Unknown, "198.51.100.4:https"},
		{"a row that cannot be judged says where", "198.51.100.4,,8x,app", established, state.Unknown, "list.csv:2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := judge(t, read(t, connections+tt.row, watch.Connection), tt.rows, host{}, match.Policy{UnknownProcess: state.Unknown, Hints: match.Hints{Rights: "use sudo", Output: "use sudo"}})[0]
			if v.State != tt.want || !strings.Contains(text(v), tt.reason) {
				t.Errorf("%s, %q; want %s, %q", v.State, v.Reason, tt.want, tt.reason)
			}
		})
	}
}

func TestListeningVerdicts(t *testing.T) {
	const (
		any4  = "tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN 7/nginx\n"
		any6  = "tcp6 0 0 :::80 :::* LISTEN 7/nginx\n"
		local = "tcp 0 0 127.0.0.1:80 0.0.0.0:* LISTEN 7/nginx\n"
		snmp  = "udp 0 0 0.0.0.0:161 0.0.0.0:* 9/snmpd\n"
	)
	dual, only := host{v6only: map[uint16]bool{80: false}}, host{v6only: map[uint16]bool{80: true}}
	for _, tt := range []struct {
		name   string
		row    string
		rows   string
		host   host
		want   state.State
		reason string
	}{
		{"a listening port is OK", "tcp,,80,nginx", any4, host{}, state.OK, "listening on 0.0.0.0:80"},
		{"nothing is CRITICAL", "tcp,,81,nginx", any4, host{}, state.Critical, "not listening"},
		{"port 80 is not 8080", "tcp,,8080", any4, host{}, state.Critical, "not listening"},
		{"a connection does not listen", "tcp,,80", "tcp 0 0 192.0.2.7:80 198.51.100.4:443 ESTABLISHED 7/nginx\n", host{}, state.Critical, "not listening"},
		{"another program is named", "tcp,,80,httpd", any4, host{}, state.Critical, "listening, but owned by nginx, not httpd"},
		{"what the program listens on is named", "tcp,,8443,^nginx$", any4 + any6 + "tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 5/sshd\n", host{}, state.Critical, "not listening; nginx listens on 0.0.0.0:80, [::]:80"},
		{"UDP is not TCP", "tcp,,161", snmp, host{}, state.Critical, "not listening; only udp is, on 0.0.0.0:161"},
		{"a bound UDP socket is OK", "udp,,161,snmp", snmp, host{}, state.OK, ""},
		{"a connected UDP socket does not listen", "udp,,161", "udp 0 0 192.0.2.7:161 198.51.100.4:50 ESTABLISHED 9/snmpd\n", host{}, state.Critical, ""},
		{"the wildcard serves every IPv4 address", "tcp,192.0.2.7,80", any4, host{}, state.OK, ""},
		{"another address does not", "tcp,192.0.2.7,80", local, host{}, state.Critical, "listening, but only on 127.0.0.1:80"},
		{"a wildcard in the list wants a wildcard", "tcp,0.0.0.0,80", local, host{}, state.Critical, "only on 127.0.0.1:80"},
		{"any wildcard will do for *", "tcp,*,80", any6, host{}, state.OK, ""},
		{"but only a wildcard", "tcp,*,80", local, host{}, state.Critical, ""},
		{":: wants the IPv6 wildcard", "tcp,::,80", any4, host{}, state.Critical, "only on 0.0.0.0:80"},
		{":: serves IPv6", "tcp,2001:db8::7,80", any6, host{}, state.OK, ""},
		{"0.0.0.0 does not serve IPv6", "tcp,2001:db8::7,80", any4, host{}, state.Critical, ""},
		{":: serves IPv4 where the kernel says so", "tcp,192.0.2.7,80", any6, dual, state.OK, "listening on [::]:80"},
		{":: does not where it is v6-only", "tcp,192.0.2.7,80", any6, only, state.Critical, "not listening over IPv4: bound to [::]:80 for IPv6 only"},
		{":: is taken as dual-stack where nobody can tell", "tcp,192.0.2.7,80", any6, host{}, state.OK, "taken as serving IPv4 too"},
		{"tcp4 is served by a dual-stack socket", "tcp4,,80", any6, dual, state.OK, ""},
		{"tcp4 is not served by a v6-only one", "tcp4,,80", any6, only, state.Critical, ""},
		{"tcp6 is not served by IPv4", "tcp6,,80", any4, host{}, state.Critical, "only on 0.0.0.0:80"},
		{"tcp6 is served by ::", "tcp6,,80", any6, host{}, state.OK, ""},
		{"absent is OK where nothing is", "tcp,,23,,,,,,absent", any4, host{}, state.OK, ""},
		{"absent is CRITICAL where something is", "tcp,,80,,,,,,absent", any4, host{}, state.Critical, "there, but should not be: listening on 0.0.0.0:80"},
		{"ranges count sockets", "tcp,,80,,,,,2:,", any4, host{}, state.Critical, "1 is outside the critical range 2:"},
		{"a state that is not shown is not judged", "tcp,,80,nginx", "tcp 0 0 0.0.0.0:80 0.0.0.0:* 7/nginx\n", host{}, state.Unknown, "in a state that is not shown"},
		{"a v6-only port that does not show its state hides no IPv4 one", "tcp4,,80", "tcp6 0 0 :::80 :::* 7/nginx\ntcp 0 0 0.0.0.0:80 0.0.0.0:* 7/nginx\n", only, state.Unknown, "in a state that is not shown"},
		{"both families count", "tcp,,80,,,,,2:,", any4 + any6, host{}, state.OK, ""},
		{"a hidden program is UNKNOWN", "tcp,,80,nginx", "tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN -\n", host{}, state.Unknown, "listening on 0.0.0.0:80, its program hidden: use sudo"},
		{"a hidden program elsewhere does not matter", "tcp,192.0.2.7,80,nginx", "tcp 0 0 127.0.0.1:80 0.0.0.0:* LISTEN -\n", host{}, state.Critical, ""},
		{"a live PID has its whole name", "tcp,,80,=prometheus-node-exporter", "tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN 4711/prometheus-nod\n", host{names: map[uint32][]string{4711: {"prometheus-node-exporter"}}}, state.OK, ""},
		{"any of its names fits", "tcp,,80,=java", "tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN 4711/tomcat\n", host{names: map[uint32][]string{4711: {"tomcat", "java"}}}, state.OK, ""},
		{"-exe or not is the same", "tcp,,80,^nginx$", "  TCP    0.0.0.0:80    0.0.0.0:0    LISTENING    7\n [nginx.exe]\n", host{}, state.OK, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := judge(t, read(t, listening+tt.row, watch.Listening), tt.rows, tt.host, match.Policy{UnknownProcess: state.Unknown, Hints: match.Hints{Rights: "use sudo", Output: "use sudo"}})[0]
			if v.State != tt.want || !strings.Contains(text(v), tt.reason) {
				t.Errorf("%s, %q; want %s, %q", v.State, v.Reason, tt.want, tt.reason)
			}
		})
	}
}

func TestCutAddressIsNotJudged(t *testing.T) {
	// What net-tools shows without -W of a longer address and port 443.
	const cut = "tcp6 0 0 ::1:41000 2001:db8:1:2:3:aaa1:443 ESTABLISHED 9/app\n"
	if n := len("2001:db8:1:2:3:aaa1:443"); n != 23 {
		t.Fatalf("the sample is %d characters wide", n)
	}
	for row, want := range map[string]state.State{
		"2001:db8:1:2:3:aaa1:9:7,,443": state.Unknown,  // begins as shown
		"2001:db8:1:2:3:bbb1:9:7,,443": state.Critical, // does not
		"2001:db8:1:2:3:aaa1:9:7,,22":  state.Critical, // another port
		"2001:db8::/32,,443":           state.Unknown,
	} {
		if v := judge(t, read(t, connections+row, watch.Connection), cut, host{}, match.Policy{})[0]; v.State != want {
			t.Errorf("%s: %s, %q; want %s", row, v.State, v.Reason, want)
		}
	}
}

func TestNamesMatchAllTheirAddresses(t *testing.T) {
	items := read(t, connections+",gw.example.com,443,app", watch.Connection)
	items[0].Resolved = []netip.Addr{netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("2001:db8::9"), netip.MustParseAddr("192.0.2.9")}
	for rows, want := range map[string]struct {
		state  state.State
		reason string
	}{
		"tcp 0 0 192.0.2.7:41000 192.0.2.9:443 ESTABLISHED 1/app\n":                {state.OK, "1 ESTABLISHED"},
		"tcp6 0 0 2001:db8::7:41000 2001:db8::9:443 ESTABLISHED 1/app\n":           {state.OK, "1 ESTABLISHED"},
		"tcp6 0 0 ::ffff:192.0.2.7:41000 ::ffff:192.0.2.9:443 ESTABLISHED 1/app\n": {state.OK, "1 ESTABLISHED"},
		"tcp 0 0 192.0.2.7:41000 192.0.2.10:443 ESTABLISHED 1/app\n":               {state.Critical, "gw.example.com resolves to 192.0.2.9, 2001:db8::9; connected to 192.0.2.10:443 instead"},
		"tcp 0 0 192.0.2.7:41000 192.0.2.9:444 ESTABLISHED 1/app\n":                {state.Critical, "connected to 192.0.2.9 only on port 444"},
		"tcp 0 0 192.0.2.7:41000 198.51.100.1:22 ESTABLISHED 1/app\n":              {state.Critical, "no connection; gw.example.com resolves to 192.0.2.9, 2001:db8::9"},
	} {
		if v := judge(t, items, rows, host{}, match.Policy{})[0]; v.State != want.state || !strings.Contains(v.Reason, want.reason) {
			t.Errorf("%s%s, %q; want %s, %q", rows, v.State, v.Reason, want.state, want.reason)
		}
	}
}

func TestPolicy(t *testing.T) {
	const rows = "tcp 0 0 192.0.2.7:41000 198.51.100.4:443 ESTABLISHED -\n"
	unresolved := read(t, connections+",gw.example.com,443", watch.Connection)
	unresolved[0].ResolveErr = errors.New("gw.example.com has no address")
	one, err := watch.ParseRange("2:")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		items  []watch.Item
		policy match.Policy
		want   state.State
	}{
		{"--unknown-process is the verdict on hidden programs", read(t, connections+"198.51.100.4,,443,app", watch.Connection), match.Policy{UnknownProcess: state.Warning}, state.Warning},
		{"--ignore-process needs no names", read(t, connections+"198.51.100.4,,443,app", watch.Connection), match.Policy{IgnoreProcess: true, UnknownProcess: state.Unknown}, state.OK},
		{"--dns-failure is the verdict on a name without address", unresolved, match.Policy{DNSFailure: state.Critical}, state.Critical},
		{"-c judges items without a range", read(t, connections+"198.51.100.4,,443", watch.Connection), match.Policy{Critical: one}, state.Critical},
		{"an item's own range comes first", read(t, connections+"198.51.100.4,,443,,,,,1:", watch.Connection), match.Policy{Critical: one}, state.OK},
		{"a minimum for all is not meant for what must be absent", read(t, connections+"198.51.100.9,,443,,,,,,absent", watch.Connection), match.Policy{Critical: one}, state.OK},
		{"a miss in an incomplete snapshot is not known", read(t, connections+"198.51.100.9,,443", watch.Connection), match.Policy{Incomplete: "a row is missing"}, state.Unknown},
		{"nor is an absence", read(t, connections+"198.51.100.9,,443,,,,,,absent", watch.Connection), match.Policy{Incomplete: "a row is missing"}, state.Unknown},
		{"what is there is there all the same", read(t, connections+"198.51.100.4,,443", watch.Connection), match.Policy{Incomplete: "a row is missing"}, state.OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if v := judge(t, tt.items, rows, host{}, tt.policy)[0]; v.State != tt.want {
				t.Errorf("%s, %q; want %s", v.State, v.Reason, tt.want)
			}
		})
	}
}

func TestIPv6OnlyRowsOfWindowsDoNotServeIPv4(t *testing.T) {
	items := read(t, listening+"tcp,192.0.2.7,135", watch.Listening)
	v := judge(t, items, "  TCP    [::]:135    [::]:0    LISTENING    948\n", host{v6only: map[uint16]bool{135: true}}, match.Policy{})[0]
	if v.State != state.Critical {
		t.Errorf("%s, %q; want CRITICAL", v.State, v.Reason)
	}
}

func TestEveryRowEndsInAVerdict(t *testing.T) {
	items := read(t, connections+"198.51.100.4,,443,a\n198.51.100.4,,443,b\n,,,\nx,,443\n198.51.100.4,,443,a\n", watch.Connection)
	if len(items) != 4 { // ",,," is a blank row
		t.Fatalf("%d items", len(items))
	}
	verdicts := judge(t, items, "tcp 0 0 192.0.2.7:41000 198.51.100.4:443 ESTABLISHED 1/a\n", host{}, match.Policy{})
	var got []string
	for _, v := range verdicts {
		got = append(got, v.State.String())
	}
	if want := "OK CRITICAL UNKNOWN OK"; strings.Join(got, " ") != want {
		t.Errorf("%s; want %s", strings.Join(got, " "), want)
	}
}

func TestSocketsKeptAreBoundedButAllAreCounted(t *testing.T) {
	rows := strings.Repeat("tcp 0 0 192.0.2.7:41000 198.51.100.4:443 ESTABLISHED 1/a\n", 50)
	v := judge(t, read(t, connections+"198.51.100.4,,443,a", watch.Connection), rows, host{}, match.Policy{})[0]
	if v.Matched != 50 || v.Judged != 50 || len(v.Sockets) != 10 || v.States[parse.Established] != 50 {
		t.Errorf("matched %d, judged %d, kept %d, established %d", v.Matched, v.Judged, len(v.Sockets), v.States[parse.Established])
	}
}
