package learn

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/lint"
	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

var linux = Options{Dynamic: DefaultDynamic(parse.Linux), Saved: true}

// saved are the answers to a saved output.
var saved = facts.Answers{Sight: facts.NotAsked}

func listening(proto parse.Proto, address string, port uint16, owners ...parse.Owner) parse.Socket {
	s := parse.Socket{Proto: proto, Local: endpoint(address, port), Owners: owners}
	if proto == parse.TCP {
		s.State = parse.Listen
	}
	s.Family = parse.IPv4
	if s.Local.Addr.Is6() {
		s.Family = parse.IPv6
	}
	return s
}

func connected(local uint16, address string, port uint16, owners ...parse.Owner) parse.Socket {
	return parse.Socket{Proto: parse.TCP, State: parse.Established, Family: parse.IPv4,
		Local: endpoint("192.0.2.7", local), Remote: endpoint(address, port), Owners: owners}
}

func endpoint(address string, port uint16) parse.Endpoint {
	var e parse.Endpoint
	if err := e.Addr.UnmarshalText([]byte(address)); err != nil {
		e.Host = address
	}
	e.Port = port
	return e
}

func by(name string) parse.Owner { return parse.Owner{PID: 42, Name: name} }

// learnt returns the list of the sockets.
func learnt(kind watch.Kind, opts Options, sockets ...parse.Socket) List {
	if kind == watch.Connection {
		c := NewConnections(opts)
		for i := range sockets {
			c.Add(&sockets[i])
		}
		return c.List()
	}
	l := NewListening(opts)
	for i := range sockets {
		l.Add(&sockets[i])
	}
	return l.List()
}

// written returns the list as it is written, without its comment.
func written(t *testing.T, l List) string {
	t.Helper()
	var b strings.Builder
	if err := l.Write(&b, "a comment"); err != nil {
		t.Fatal(err)
	}
	rows, ok := strings.CutPrefix(b.String(), "# a comment\n")
	if !ok {
		t.Fatalf("list without its comment: %q", b.String())
	}
	return rows
}

// holds shows that a learnt list is what the issue promises: read without an
// error, nothing for lint to say, every item OK, and nothing unexpected.
func holds(t *testing.T, l List, sockets []parse.Socket) {
	t.Helper()
	text := written(t, l)
	if len(l.Rows) == 0 {
		return
	}
	items, errs := watch.Read(strings.NewReader(text), "list.csv", l.Kind)
	if len(errs) > 0 || len(items) != len(l.Rows) {
		t.Fatalf("%d items of %d rows, %v:\n%s", len(items), len(l.Rows), errs, text)
	}
	for _, f := range lint.Lists([]lint.List{{File: "list.csv", Items: items}}) {
		t.Errorf("lint: %s: %s", f.Place, f.Text)
	}
	watch.UniqueKeys(items)
	judged := slices.Clone(items)
	if l.Kind == watch.Listening && l.Unclear == 0 {
		expected := &watch.Expected{Items: items, UDP: true, State: state.Critical}
		judged = append(judged, watch.Unexpected(watch.UnexpectedListening, expected))
	}
	c := match.New(judged, match.Options{})
	for i := range sockets {
		c.Add(&sockets[i])
	}
	for _, v := range c.Judge(saved, match.Policy{UnknownProcess: state.Unknown}) {
		if v.State != state.OK {
			t.Errorf("%s is %s at once: %s %+v\n%s", v.Item.Key, v.State, v.Reason, v.Sockets, text)
		}
	}
}

func TestListeningRows(t *testing.T) {
	ignoring := linux
	ignoring.IgnoreProcess = true
	for _, tt := range []struct {
		name    string
		opts    Options
		sockets []parse.Socket
		want    string
		left    Left
	}{
		{"both families are one row", linux, []parse.Socket{listening(parse.TCP, "0.0.0.0", 22, by("sshd")), listening(parse.TCP, "::", 22, by("sshd"))},
			"tcp,*,22,=sshd,,sshd\n", Left{}},
		{"addresses are rows of their own", linux, []parse.Socket{listening(parse.UDP, "127.0.0.1", 53, by("named")), listening(parse.UDP, "::1", 53, by("named")), listening(parse.TCP, "::ffff:127.0.0.1", 53, by("named"))},
			"tcp,127.0.0.1,53,=named,,named-tcp-127.0.0.1-53\nudp,127.0.0.1,53,=named,,named-udp-127.0.0.1-53\nudp,::1,53,=named,,named-udp-::1-53\n", Left{}},
		{"programs of one port", linux, []parse.Socket{listening(parse.UDP, "*", 5353, by("avahi-daemon")), listening(parse.UDP, "*", 5353, by("chrome"))},
			"udp,*,5353,=avahi-daemon,,avahi-daemon\nudp,*,5353,=chrome,,chrome\n", Left{}},
		{"a hidden program", linux, []parse.Socket{listening(parse.TCP, "*", 80), listening(parse.TCP, "*", 80, by("nginx")), listening(parse.TCP, "*", 81, parse.Owner{PID: 7})},
			"tcp,*,80,,,tcp-80\ntcp,*,81,,,tcp-81\n", Left{Hidden: 2, Covered: 1}},
		{"dynamic ports are one range", linux, []parse.Socket{listening(parse.TCP, "127.0.0.1", 40000, by("app.exe")), listening(parse.TCP, "127.0.0.1", 40001, by("app.exe")), listening(parse.TCP, "127.0.0.1", 61000, by("app.exe"))},
			"tcp,127.0.0.1,32768-60999,=app,dynamic port,app-32768-60999\ntcp,127.0.0.1,61000,=app,,app-61000\n", Left{Dynamic: 2}},
		{"of several addresses", linux, []parse.Socket{listening(parse.TCP, "127.0.0.1", 40000, by("app")), listening(parse.TCP, "::", 40001, by("app"))},
			"tcp,,32768-60999,=app,dynamic port,app\n", Left{Dynamic: 2}},
		{"a hidden dynamic port stays one", linux, []parse.Socket{listening(parse.TCP, "*", 40000), listening(parse.TCP, "*", 40001, by("app"))},
			"tcp,*,32768-60999,=app,dynamic port,app\ntcp,*,40000,,,tcp-40000\n", Left{Hidden: 1, Dynamic: 1}},
		{"without programs", ignoring, []parse.Socket{listening(parse.TCP, "*", 40000), listening(parse.TCP, "*", 40001, by("app")), listening(parse.TCP, "*", 22, by("sshd"))},
			"tcp,*,22,,,tcp-22\ntcp,*,32768-60999,,dynamic port,tcp-32768-60999\n", Left{Dynamic: 2}},
		{"names instead of numbers", linux, []parse.Socket{{Proto: parse.TCP, State: parse.Listen, Local: parse.Endpoint{Host: "*", Service: "ssh"}}, listening(parse.TCP, "myhost", 22, by("sshd"))},
			"", Left{Unclear: 2}},
		{"connections", linux, []parse.Socket{connected(40000, "198.51.100.4", 443, by("java"))}, "", Left{}},
		{"two programs with one key", linux, []parse.Socket{listening(parse.TCP, "*", 80, by("a b")), listening(parse.TCP, "*", 80, by("a_b"))},
			"tcp,*,80,^a\\x{20}b$,,a_b-tcp-80-2\ntcp,*,80,=a_b,,a_b-tcp-80-3\n", Left{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := learnt(watch.Listening, tt.opts, tt.sockets...)
			want := "ipProtocol,localIP,localPort,procName,comment,name\n" + tt.want
			if got := written(t, l); got != want {
				t.Errorf("list\n%s, want\n%s", got, want)
			}
			if l.Left != tt.left {
				t.Errorf("left %+v, want %+v", l.Left, tt.left)
			}
			holds(t, l, tt.sockets)
		})
	}
}

func TestConnectionRows(t *testing.T) {
	java := by("java")
	state := func(s parse.Socket, st parse.State) parse.Socket {
		s.State = st
		return s
	}
	for _, tt := range []struct {
		name    string
		sockets []parse.Socket
		want    string
		left    Left
	}{
		{"one endpoint is one row", []parse.Socket{connected(40000, "198.51.100.4", 443, java), connected(40001, "198.51.100.4", 443, java), connected(40002, "198.51.100.4", 443, java)},
			"198.51.100.4,,443,=java,,java-to-443\n", Left{}},
		{"sorted by address and port", []parse.Socket{connected(1, "198.51.100.40", 80, java), connected(2, "198.51.100.5", 443, java), connected(3, "198.51.100.5", 80, java), connected(4, "2001:db8::1", 80, java)},
			"198.51.100.5,,80,=java,,java-to-198.51.100.5-80\n198.51.100.40,,80,=java,,java-to-198.51.100.40-80\n2001:db8::1,,80,=java,,java-to-2001:db8::1-80\n198.51.100.5,,443,=java,,java-to-443\n", Left{}},
		{"mapped addresses are IPv4, zones are left out", []parse.Socket{connected(1, "::ffff:198.51.100.4", 443, java), connected(2, "fe80::1%3", 443, java)},
			"198.51.100.4,,443,=java,,java-to-198.51.100.4-443\nfe80::1,,443,=java,,java-to-fe80::1-443\n", Left{}},
		{"from a dynamic port: inbound", []parse.Socket{connected(22, "198.51.100.9", 51000, by("sshd"))}, "", Left{Inbound: 1}},
		{"to a port that listens: inbound, be the listener below", []parse.Socket{connected(443, "198.51.100.9", 1027, by("nginx")), connected(443, "198.51.100.9", 1028, by("nginx")), listening(parse.TCP, "*", 443, by("nginx"))},
			"", Left{Inbound: 2}},
		{"other states", []parse.Socket{state(connected(1, "198.51.100.4", 443), parse.TimeWait), state(connected(2, "198.51.100.4", 443, java), parse.CloseWait)},
			"", Left{Other: 2}},
		{"a hidden program", []parse.Socket{connected(1, "198.51.100.4", 443), connected(2, "198.51.100.4", 443, java), connected(3, "198.51.100.5", 443, java)},
			"198.51.100.4,,443,,,to-443\n198.51.100.5,,443,=java,,java-to-443\n", Left{Hidden: 1, Covered: 1}},
		{"a name", []parse.Socket{connected(1, "db.example.com", 443, java)}, "", Left{Unclear: 1}},
		{"UDP", []parse.Socket{{Proto: parse.UDP, Local: endpoint("192.0.2.7", 1), Remote: endpoint("192.0.2.1", 53)}}, "", Left{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := learnt(watch.Connection, linux, tt.sockets...)
			if got, want := written(t, l), "remoteIP,remoteName,remotePort,procName,comment,name\n"+tt.want; got != want {
				t.Errorf("list\n%s, want\n%s", got, want)
			}
			if l.Left != tt.left {
				t.Errorf("left %+v, want %+v", l.Left, tt.left)
			}
			holds(t, l, tt.sockets)
		})
	}
}

func TestDefaultDynamicPorts(t *testing.T) {
	for system, want := range map[parse.System]string{parse.Linux: "32768-60999", parse.Windows: "49152-65535", parse.OtherSystem: "49152-65535"} {
		if got := portText(DefaultDynamic(system)); got != want {
			t.Errorf("%v: %s, want %s", system, got, want)
		}
	}
}

// FuzzProgramNames: whatever a program is called, the list stays a list.
func FuzzProgramNames(f *testing.F) {
	for _, name := range []string{"nginx", "a,b", `"`, "#", "=x", "a\nb", "\r", "\x00", "\xff", "^(", "\u202e", "sshd: /usr/sbin", ".exe", "a.exe", "  ", "|", "日本"} {
		f.Add(name, "a_b", false)
		f.Add(name, name, true)
	}
	f.Fuzz(func(t *testing.T, a, b string, cut bool) {
		if len(a)+len(b) > 200 {
			return
		}
		sockets := []parse.Socket{
			listening(parse.TCP, "0.0.0.0", 80, parse.Owner{PID: 1, Name: a, Cut: cut}),
			listening(parse.TCP, "0.0.0.0", 80, parse.Owner{PID: 2, Name: b}),
			connected(40000, "198.51.100.4", 443, parse.Owner{PID: 1, Name: a, Cut: cut}),
		}
		for _, kind := range []watch.Kind{watch.Connection, watch.Listening} {
			l := learnt(kind, linux, sockets...)
			text := written(t, l)
			rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			if err != nil || len(rows) != len(l.Rows)+1 || strings.Count(text, "\n") != len(rows) || !utf8.ValidString(text) {
				t.Fatalf("%d rows, %v: %q", len(rows), err, text)
			}
			items, errs := watch.Read(strings.NewReader(text), "list.csv", kind)
			if len(errs) > 0 || len(items) != len(l.Rows) {
				t.Fatalf("%d items of %d rows, %v: %q", len(items), len(l.Rows), errs, text)
			}
			c := match.New(items, match.Options{})
			for i := range sockets {
				c.Add(&sockets[i])
			}
			for _, v := range c.Judge(saved, match.Policy{UnknownProcess: state.Unknown}) {
				if v.State != state.OK {
					t.Errorf("%q is %s: %s", text, v.State, v.Reason)
				}
			}
		}
	})
}

func BenchmarkListening(b *testing.B) {
	sockets := make([]parse.Socket, 0, 10000)
	for port := range 10000 {
		sockets = append(sockets, listening(parse.TCP, "0.0.0.0", uint16(port+1), by(fmt.Sprintf("program-%d", port%50))))
	}
	for b.Loop() {
		if l := learnt(watch.Listening, linux, sockets...); len(l.Rows) != 10000 {
			b.Fatal(len(l.Rows))
		}
	}
}

// TestAHiddenProgramIsLearntByItsService: the list is green for the user who has
// learnt it, who may not see the program.
func TestAHiddenProgramIsLearntByItsService(t *testing.T) {
	l := NewListening(linux)
	for _, s := range []parse.Socket{
		{Proto: parse.TCP, State: parse.Listen, Local: endpoint("0.0.0.0", 80), Services: []string{"nginx.service"}},
		{Proto: parse.TCP, State: parse.Listen, Local: endpoint("0.0.0.0", 22), Services: []string{"session-3.scope"}},
		{Proto: parse.TCP, State: parse.Listen, Local: endpoint("0.0.0.0", 443), Services: []string{"docker 0123456789ab"}},
		{Proto: parse.TCP, State: parse.Listen, Local: endpoint("0.0.0.0", 25), Services: []string{"postfix.service"}, Owners: []parse.Owner{{PID: 1, Name: "master"}}},
	} {
		l.Add(&s)
	}
	list := l.List()
	var b strings.Builder
	if err := list.Write(&b, "x"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{",name,service\n", "tcp,*,80,,,", "nginx.service\n", "tcp,*,25,=master,,", "tcp,*,22,,,", "tcp,*,443,,,"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, &b)
		}
	}
	if strings.Contains(b.String(), "session") || strings.Contains(b.String(), "docker") || strings.Contains(b.String(), "postfix") || list.Hidden != 2 {
		t.Errorf("%d hidden:\n%s", list.Hidden, &b)
	}
}
