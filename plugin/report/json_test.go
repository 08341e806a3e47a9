package report

import (
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

var socket = parse.Socket{
	Proto: parse.TCP, State: parse.Established,
	Local:  parse.Endpoint{Addr: netip.MustParseAddr("198.51.100.7"), Port: 40000},
	Remote: parse.Endpoint{Addr: netip.MustParseAddr("2001:db8::1"), Port: 443},
	Owners: []parse.Owner{{PID: 42, Name: "nginx"}, {PID: 43, Name: "nginx"}},
}

// decode decodes what must be one JSON value on safe lines.
func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, text)
	}
	if bad := harm(strings.ReplaceAll(text, "\n", ""), "|"); bad != "" {
		t.Errorf("JSON has %q:\n%s", bad, text)
	}
	return v
}

func checkToJSON(t *testing.T, c *Check) string {
	t.Helper()
	var b strings.Builder
	if err := (jsonForm{}).Check(&b, c, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestACheckHasItsJSONFields(t *testing.T) {
	v := verdict("a", state.Warning, 3)
	v.States = [parse.NumStates]int{}
	v.States[parse.Established], v.States[parse.TimeWait] = 2, 1
	v.Sockets = []parse.Socket{socket}
	v.Item.Comment = "a|b <c>"
	c := check(nil, v)
	want := `{"state":"WARNING","exit_code":1,"summary":"reason of a (a/b (c)) [a]","source":"netstat",` +
		`"tested_at":"2026-01-02T03:04:05Z","host":"host.example.com","items":[` +
		`{"key":"a","kind":"connection","state":"WARNING","state_code":1,"reason":"reason of a","matched":3,` +
		`"states":{"ESTABLISHED":2,"TIME_WAIT":1},"comment":"a\u007cb \u003cc\u003e","sockets":[` +
		`{"proto":"tcp","local_ip":"198.51.100.7","local_port":40000,"remote_ip":"2001:db8::1","remote_port":443,` +
		`"state":"ESTABLISHED","pid":42,"process":"nginx","owners":[{"pid":42,"process":"nginx"},{"pid":43,"process":"nginx"}]}]}]}` + "\n"
	if got := checkToJSON(t, c); got != want {
		t.Errorf("JSON\n%s\nwant\n%s", got, want)
	}
}

func TestACheckInJSONHasEmptyListsNotNull(t *testing.T) {
	text := checkToJSON(t, check(nil))
	if !strings.Contains(text, `"items":[]`) || !strings.Contains(text, `"state":"UNKNOWN","exit_code":3`) {
		t.Errorf("without items: %s", text)
	}
	v := listening("a", state.Critical, 0)
	text = checkToJSON(t, check(nil, v))
	if !strings.Contains(text, `"states":{}`) || !strings.Contains(text, `"sockets":[]`) || !strings.Contains(text, `"kind":"listening"`) {
		t.Errorf("without sockets: %s", text)
	}
}

func TestACheckInJSONKeepsTheListsOrder(t *testing.T) {
	c := check([]string{"p.csv: no such file"}, verdict("z", state.OK, 1), verdict("a", state.Critical, 0), listening("m", state.Warning, 1))
	out := decode[checkJSON](t, checkToJSON(t, c))
	var keys []string
	for _, it := range out.Items {
		keys = append(keys, it.Key)
	}
	if !slices.Equal(keys, []string{"z", "a", "m"}) {
		t.Errorf("order %q", keys)
	}
	if !slices.Equal(out.Problems, c.Problems) {
		t.Errorf("problems %q, want %q", out.Problems, c.Problems)
	}
}

func TestAUDPMatchIsInNoState(t *testing.T) {
	v := listening("a", state.OK, 2)
	v.States = [parse.NumStates]int{}
	v.States[parse.NoState] = 2
	v.Sockets = []parse.Socket{{Proto: parse.UDP, Local: parse.Endpoint{Host: "*", Port: 161}}}
	out := decode[checkJSON](t, checkToJSON(t, check(nil, v)))
	if it := out.Items[0]; len(it.States) != 0 || it.Sockets[0].State != "" || it.Matched != 2 {
		t.Errorf("item %+v", it)
	}
}

func TestHostileTextIsDataInJSON(t *testing.T) {
	nasty := "x|y\n\u202e\u200b<b>&\x1b\"\\"
	v := verdict("a", state.Critical, 1)
	v.Reason, v.Item.Comment = nasty, nasty
	v.Sockets = []parse.Socket{{Proto: parse.TCP, State: parse.OtherState, Word: nasty, Owners: []parse.Owner{{PID: 1, Name: nasty}}}}
	out := decode[checkJSON](t, checkToJSON(t, check(nil, v)))
	it := out.Items[0]
	for _, got := range []string{it.Reason, it.Comment, it.Sockets[0].State, it.Sockets[0].Process} {
		if got != nasty {
			t.Errorf("%q became %q", nasty, got)
		}
	}
}

func TestItemsInJSONSayWhatTheyWatch(t *testing.T) {
	warning, err := watch.ParseRange("1:")
	if err != nil {
		t.Fatal(err)
	}
	good, bad := watch.AdHocConnection("192.0.2.1:80,=nginx"), watch.AdHocPort("tcp:0")
	good.Warning, good.Comment = warning, "a|b"
	var b strings.Builder
	if err := (jsonForm{}).Items(&b, &Items{[]watch.Item{good, bad}, []string{"p"}}, Options{}); err != nil {
		t.Fatal(err)
	}
	out := decode[struct {
		Items    []watchJSON
		Problems []string
	}](t, b.String())
	want := watchJSON{
		Key: "connection/192.0.2.1:80/_nginx", Kind: "connection", Display: "192.0.2.1:80 nginx", Endpoint: "192.0.2.1:80", Program: "=nginx",
		Expect: "present", Warning: "1:", Comment: "a|b", Where: "--connection 192.0.2.1:80,=nginx",
	}
	if len(out.Items) != 2 || out.Items[0] != want {
		t.Fatalf("items %+v, want first %+v", out.Items, want)
	}
	if got := out.Items[1]; got.Kind != "listening" || !strings.Contains(got.Error, "localPort") {
		t.Errorf("item that cannot be judged: %+v", got)
	}
	if !slices.Equal(out.Problems, []string{"p"}) {
		t.Errorf("problems %q", out.Problems)
	}
}

func TestASocketsListingIsJSONWithAnyNumberOfSockets(t *testing.T) {
	for n := range 4 {
		var b strings.Builder
		listing := (jsonForm{}).Sockets(&b, Options{})
		for range n {
			listing.Add(&socket)
		}
		if err := listing.Close(Footer{Origin: Origin{Source: "netstat", Format: "linux", Skipped: 5}}); err != nil {
			t.Fatal(err)
		}
		out := decode[map[string]json.RawMessage](t, b.String())
		if got := slices.Sorted(maps.Keys(out)); !slices.Equal(got, []string{"format", "skipped_lines", "sockets", "source"}) {
			t.Errorf("%d sockets: fields %q", n, got)
		}
		if got := string(out["source"]) + string(out["format"]) + string(out["skipped_lines"]); got != `"netstat""linux"5` {
			t.Errorf("%d sockets: source, format and skipped lines %s", n, got)
		}
		if got := decode[[]socketJSON](t, string(out["sockets"])); got == nil || len(got) != n {
			t.Errorf("%d sockets: listed %d", n, len(got))
		}
	}
}

func TestASocketInJSONKeepsWhatTheSourceShows(t *testing.T) {
	for _, tt := range []struct {
		name string
		s    parse.Socket
		want string
	}{
		{"numbers", socket, `{"proto":"tcp","local_ip":"198.51.100.7","local_port":40000,"remote_ip":"2001:db8::1","remote_port":443,"state":"ESTABLISHED","pid":42,"process":"nginx","owners":[{"pid":42,"process":"nginx"},{"pid":43,"process":"nginx"}]}`},
		{"names stay text", parse.Socket{Proto: parse.TCP, State: parse.TimeWait,
			Local: parse.Endpoint{Host: "localhost", Service: "ssh"}, Remote: parse.Endpoint{Host: "www.example.com", Service: "https"}},
			`{"proto":"tcp","local_ip":"localhost","local_port":"ssh","remote_ip":"www.example.com","remote_port":"https","state":"TIME_WAIT","pid":0,"process":""}`},
		{"wildcards as shown", parse.Socket{Proto: parse.UDP, Local: parse.Endpoint{Addr: netip.IPv6Unspecified(), Port: 161}, Remote: parse.Endpoint{Addr: netip.IPv4Unspecified()}},
			`{"proto":"udp","local_ip":"::","local_port":161,"remote_ip":"0.0.0.0","remote_port":0,"state":"","pid":0,"process":""}`},
		{"star and no endpoint", parse.Socket{Proto: parse.UDP, Local: parse.Endpoint{Host: "*", Port: 68}},
			`{"proto":"udp","local_ip":"*","local_port":68,"remote_ip":"*","remote_port":0,"state":"","pid":0,"process":""}`},
		{"unknown state word", parse.Socket{Proto: parse.TCP, State: parse.OtherState, Word: "HÖRT", Local: parse.Endpoint{Host: "*", Port: 68}, Owners: []parse.Owner{{PID: 7}}},
			`{"proto":"tcp","local_ip":"*","local_port":68,"remote_ip":"*","remote_port":0,"state":"HÖRT","pid":7,"process":""}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(toJSON(&tt.s, nil))
			if err != nil || string(got) != tt.want {
				t.Errorf("%s (%v), want\n%s", got, err, tt.want)
			}
		})
	}
}

func TestASocketsListingForPeople(t *testing.T) {
	var b strings.Builder
	listing := (tableForm{}).Sockets(&b, Options{Verbosity: 3})
	listing.Add(&socket)
	listing.Add(&parse.Socket{Proto: parse.UDP, Local: parse.Endpoint{Host: "*", Port: 161}, Owners: []parse.Owner{{PID: 7}}})
	listing.Add(&parse.Socket{Proto: parse.TCP, State: parse.Listen, Local: parse.Endpoint{Host: "a|b", Service: "ssh", Cut: true}, Owners: []parse.Owner{{Name: "x\ny"}}})
	listing.Add(&parse.Socket{
		Proto: parse.TCP, State: parse.Listen, Local: parse.Endpoint{Addr: netip.IPv4Unspecified(), Port: 22}, Device: "lo", Hidden: true,
		Services: []string{"/system.slice/ssh.service"}, Queues: parse.Queues{Shown: true, Recv: 129, Limit: 128, HasLimit: true},
	})
	listing.Add(&parse.Socket{
		Proto: parse.TCP, State: parse.Established, Local: parse.Endpoint{Port: 1}, Remote: parse.Endpoint{Port: 2},
		Owners: []parse.Owner{{PID: 8, Name: "python3", Executable: "python3.11"}},
		Queues: parse.Queues{Shown: true, Send: 13, Timer: parse.Retransmit, Retries: 7},
	})
	if err := listing.Close(Footer{check(nil).Origin, 0, "sudo this"}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"     LOCAL               REMOTE             STATE        RECV-Q  SEND-Q  LIMIT  RETRIES  PROGRAM",
		"tcp  198.51.100.7:40000  [2001:db8::1]:443  ESTABLISHED  -       -       -      -        42/nginx, 43/nginx",
		"udp  *:161               *:*                             -       -       -      -        7",
		"tcp  a/b:ssh(cut)        *:*                LISTEN       -       -       -      -        x y",
		"tcp  0.0.0.0%lo:22       *:*                LISTEN       129     0       128    -        (hidden) (ssh.service)",
		"tcp  *:1                 *:2                ESTABLISHED  0       13      -      7        8/python3 {python3.11}",
		"5 sockets from netstat, format linux, 1 line skipped; 1 program hidden",
		"sudo this",
		"skipped: odd / line",
		"source: /bin/netstat -tunap, taken in 0.012 s",
		"",
	}
	if got := strings.Split(b.String(), "\n"); !slices.Equal(got, want) {
		t.Errorf("listing\n%s\nwant\n%s", b.String(), strings.Join(want, "\n"))
	}
}

func TestAnEmptySocketsListingForPeopleSaysSo(t *testing.T) {
	var b strings.Builder
	if err := (tableForm{}).Sockets(&b, Options{}).Close(Footer{Origin: Origin{Source: "kernel", Format: "netlink"}}); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "0 sockets from kernel, format netlink, 0 lines skipped\n"; got != want {
		t.Errorf("listing %q, want %q", got, want)
	}
}

func TestTheTableHasEveryItemWorstFirst(t *testing.T) {
	bad := listening("b", state.Critical, 0)
	bad.Reason, bad.Item.Comment = "owned by x|y\nz", "shop"
	c := check([]string{"p.csv: no\tfile"}, verdict("a", state.OK, 12), bad)
	var b strings.Builder
	if err := (tableForm{}).Check(&b, c, Options{}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"CRITICAL: " + c.summary(),
		"STATE     ITEM          MATCHED  REASON          COMMENT  KEY",
		"UNKNOWN   -             -        p.csv: no file  -        -",
		"CRITICAL  tcp *:443     0        owned by x/y z  shop     b",
		"OK        192.0.2.1:80  12       reason of a     -        a",
		"",
	}
	got := strings.Split(b.String(), "\n")
	for i := range got {
		if i > 0 {
			got[i] = strings.TrimRight(got[i], " ")
		}
	}
	for i := range want {
		want[i] = strings.Join(strings.Fields(want[i]), " ")
	}
	for i := range got {
		got[i] = strings.Join(strings.Fields(got[i]), " ")
	}
	if !slices.Equal(got, want) {
		t.Errorf("table\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheTableAlignsItsColumns(t *testing.T) {
	var b strings.Builder
	if err := (tableForm{}).Check(&b, check(nil, verdict("a", state.OK, 1), match.Verdict{Item: verdict("a-long-key", state.OK, 1).Item}), Options{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")[1:]
	at := strings.Index(lines[0], "MATCHED")
	for _, line := range lines[1:] {
		if line[at-1] != ' ' || line[at] == ' ' {
			t.Errorf("column MATCHED is not aligned:\n%s", b.String())
		}
	}
}

func TestTheItemsTableSaysWhatTheyWatch(t *testing.T) {
	good, bad := watch.AdHocPort("tcp:443,nginx"), watch.AdHocConnection("192.0.2.1:0")
	good.Comment = "a|b\nc"
	var b strings.Builder
	if err := (tableForm{}).Items(&b, &Items{[]watch.Item{good, bad}, []string{"p.csv:\nno file"}}, Options{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if len(lines) != 5 || lines[4] != "" {
		t.Fatalf("%d lines:\n%s", len(lines), b.String())
	}
	for i, want := range []string{
		"UNKNOWN: p.csv: no file",
		"KEY WATCHES PROGRAM EXPECT COMMENT",
		"listening/tcp/any:443/nginx tcp any:443 nginx present a/b c",
		"192.0.2.1:0 - - present cannot be judged: remotePort \"0\": not a port",
	} {
		if got := strings.Join(strings.Fields(lines[i]), " "); !strings.HasPrefix(got, want) {
			t.Errorf("line %d is %q, want %q", i+1, got, want)
		}
	}
	if !strings.Contains(lines[3], "(--connection 192.0.2.1:0)") {
		t.Errorf("%q does not say where the item is", lines[3])
	}
}

func TestASocketInJSONHasWhatIsKnownOfIt(t *testing.T) {
	s := parse.Socket{
		Proto: parse.TCP, State: parse.Listen, Local: parse.Endpoint{Addr: netip.IPv4Unspecified(), Port: 22}, Device: "lo", Hidden: true,
		Services: []string{"/system.slice/system-postgresql.slice/postgresql@15-main.service/x"},
		Queues:   parse.Queues{Shown: true, Recv: 129, Limit: 0, HasLimit: true, Timer: parse.Retransmit},
	}
	want := `{"proto":"tcp","local_ip":"0.0.0.0","local_port":22,"remote_ip":"*","remote_port":0,"state":"LISTEN","pid":0,"process":"",` +
		`"hidden":true,"service":"postgresql@15-main.service","device":"lo","recv_q":129,"send_q":0,"limit":0,"retransmits":0}`
	if got, err := json.Marshal(toJSON(&s, nil)); err != nil || string(got) != want {
		t.Errorf("%s (%v), want\n%s", got, err, want)
	}
}

func TestWhatIsUnexpectedIsNoItemInJSON(t *testing.T) {
	c := check(nil, verdict("a", state.OK, 1), found(state.Critical, "", java), found(state.Unknown, "a list cannot be read"))
	out := decode[checkJSON](t, checkToJSON(t, c))
	if len(out.Items) != 1 || out.Unexpected == nil || len(*out.Unexpected) != 1 || !slices.Equal(out.Problems, []string{"unexpected: a list cannot be read"}) {
		t.Errorf("%+v", out)
	}
	if text := checkToJSON(t, check(nil, verdict("a", state.OK, 1), found(state.OK, ""))); !strings.Contains(text, `"unexpected":[]`) {
		t.Errorf("asked, but none: %s", text)
	}
	if text := checkToJSON(t, check(nil, verdict("a", state.OK, 1))); strings.Contains(text, `"unexpected"`) {
		t.Errorf("not asked: %s", text)
	}
}
