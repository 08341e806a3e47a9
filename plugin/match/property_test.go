package match_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/report"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// What holds for any watch lists and any snapshot. Both are drawn from few
// addresses, ports and programs, so that they meet often.

var (
	addresses = []string{"127.0.0.1", "192.0.2.7", "198.51.100.4", "203.0.113.9", "2001:db8::1", "::1", "::ffff:192.0.2.7"}
	binds     = append([]string{"0.0.0.0", "::", "0.0.0.0", "::"}, addresses...)
	ports     = []uint16{22, 80, 443, 3306, 8080}
	programs  = []string{"nginx", "sshd", "java", "a-program-with-a-long-name"}
)

func connectionRowOf(t *rapid.T) string {
	host := rapid.SampledFrom([]string{"127.0.0.1,", "192.0.2.7,", "198.51.100.4,", "2001:db8::1,", "*,", "192.0.2.0/24,", "::/0,", ",db1.example.com", ",nowhere.example.com"}).Draw(t, "host")
	return strings.Join([]string{
		host, rapid.SampledFrom([]string{"22", "80", "443 3306", "1-8079", "*", "8x"}).Draw(t, "remotePort"),
		rapid.SampledFrom([]string{"", "", "nginx", "=java", "^a-program", "n|s"}).Draw(t, "procName"), "", "",
		rapid.SampledFrom([]string{"", "", "2:", "@1:2"}).Draw(t, "warning"), rapid.SampledFrom([]string{"", "", "1:", "0"}).Draw(t, "critical"),
		rapid.SampledFrom([]string{"", "", "absent", "any"}).Draw(t, "expect"),
		rapid.SampledFrom([]string{"", "", "SYN_SENT"}).Draw(t, "okStates"), rapid.SampledFrom([]string{"", "CLOSE_WAIT"}).Draw(t, "warningStates"),
		rapid.SampledFrom([]string{"", "", "192.0.2.7", "::1"}).Draw(t, "localIP"), rapid.SampledFrom([]string{"", "", "22", "1-443"}).Draw(t, "localPort"),
	}, ",")
}

func listeningRowOf(t *rapid.T) string {
	return strings.Join([]string{
		rapid.SampledFrom([]string{"tcp", "tcp", "udp", "tcp4", "tcp6", "udp6", "sctp"}).Draw(t, "ipProtocol"),
		rapid.SampledFrom([]string{"", "", "*", "0.0.0.0", "::", "127.0.0.1", "192.0.2.7", "2001:db8::1"}).Draw(t, "localIP"),
		rapid.SampledFrom([]string{"22", "80", "443 3306", "1-8079", "*", "0"}).Draw(t, "localPort"),
		rapid.SampledFrom([]string{"", "", "nginx", "=java", "^a-program", "n|s"}).Draw(t, "procName"), "", "",
		rapid.SampledFrom([]string{"", "", "2:"}).Draw(t, "warning"), rapid.SampledFrom([]string{"", "", "1:"}).Draw(t, "critical"),
		rapid.SampledFrom([]string{"", "", "absent", "any"}).Draw(t, "expect"),
	}, ",")
}

// row is one row of either list.
type row struct {
	kind watch.Kind
	text string
}

func rowOf(t *rapid.T) row {
	if rapid.Bool().Draw(t, "isConnection") {
		return row{watch.Connection, connectionRowOf(t)}
	}
	return row{watch.Listening, listeningRowOf(t)}
}

// itemsOf reads each row as a list of its own, so that rows keep their order.
func itemsOf(t *rapid.T, rows []row) []watch.Item {
	var items []watch.Item
	for _, r := range rows {
		header := connections
		if r.kind == watch.Listening {
			header = listening
		}
		one, errs := watch.Read(strings.NewReader(header+r.text+"\n"), "list.csv", r.kind)
		if len(errs) > 0 || len(one) != 1 {
			t.Fatalf("%q: %v, %d items", r.text, errs, len(one))
		}
		switch one[0].RemoteName {
		case "db1.example.com":
			one[0].Resolved = []netip.Addr{netip.MustParseAddr("198.51.100.4"), netip.MustParseAddr("2001:db8::1")}
		case "nowhere.example.com":
			one[0].ResolveErr = fmt.Errorf("nowhere.example.com has no address")
		}
		items = append(items, one...)
	}
	watch.UniqueKeys(items)
	return items
}

// owned is a socket with the processes that hold it, which some sources show
// and some do not.
type owned struct {
	socket parse.Socket
	owners []parse.Owner
}

// socketOf draws a socket as the kernel knows it.
func socketOf(t *rapid.T) owned {
	endpoint := func(name string, from []string) parse.Endpoint {
		return parse.Endpoint{
			Addr: netip.MustParseAddr(rapid.SampledFrom(from).Draw(t, name)), Port: rapid.SampledFrom(ports).Draw(t, name+"Port"),
		}
	}
	o := owned{socket: parse.Socket{Proto: parse.TCP}}
	s := &o.socket
	kind := rapid.SampledFrom([]string{"connection", "connection", "listener", "udp"}).Draw(t, "kind")
	s.Local, s.Family = endpoint("local", addresses), parse.IPv4
	if kind != "connection" {
		s.Local = endpoint("bind", binds)
	}
	if s.Local.Addr.Is6() {
		s.Family = parse.IPv6
	}
	switch kind {
	case "connection":
		s.Remote = endpoint("remote", addresses)
		s.State = rapid.SampledFrom([]parse.State{
			parse.Established, parse.Established, parse.TimeWait, parse.CloseWait, parse.SynSent, parse.FinWait2,
		}).Draw(t, "state")
	case "listener":
		s.State = parse.Listen
		s.Remote.Addr = netip.IPv4Unspecified()
	default:
		s.Proto, s.State = parse.UDP, parse.NoState
		s.Remote.Addr = netip.IPv4Unspecified()
	}
	if s.State == parse.TimeWait {
		return o
	}
	s.Inode = rapid.Uint32Range(1, 1<<31).Draw(t, "inode")
	for range rapid.IntRange(1, 2).Draw(t, "owners") {
		n := rapid.IntRange(0, len(programs)-1).Draw(t, "program")
		o.owners = append(o.owners, parse.Owner{PID: uint32(1000 + n), Name: programs[n]})
	}
	if rapid.IntRange(0, 9).Draw(t, "hidden") == 0 {
		o.owners = nil
	}
	return o
}

// oddSocketOf draws a socket as only a program's output has it.
func oddSocketOf(t *rapid.T) owned {
	o := socketOf(t)
	s := &o.socket
	s.Owners = o.owners
	switch rapid.SampledFrom([]string{"service", "cut port", "cut host", "host", "word", "cut name"}).Draw(t, "odd") {
	case "service":
		s.Local.Port, s.Local.Service = 0, "http"
	case "cut port":
		s.Local.Port, s.Local.Cut = 80, true
	case "cut host":
		s.Remote.Addr, s.Remote.Host, s.Remote.Cut = netip.Addr{}, "2001:db8::", true
	case "host":
		s.Remote.Addr, s.Remote.Host = netip.Addr{}, rapid.SampledFrom([]string{"a.example.com", "b.example.com"}).Draw(t, "name")
	case "word":
		if s.Proto == parse.TCP && s.State != parse.Listen {
			s.State, s.Word = parse.OtherState, rapid.SampledFrom([]string{"WIE", "COMMENT"}).Draw(t, "word")
		}
	case "cut name":
		if len(s.Owners) > 0 {
			s.Owners = []parse.Owner{{PID: 77, Name: "a-prog", Cut: true}}
		}
	}
	return o
}

func rowsOf(t *rapid.T) []row {
	return rapid.SliceOfN(rapid.Custom(rowOf), 1, 8).Draw(t, "rows")
}

func socketsOf(t *rapid.T, of func(*rapid.T) owned) []owned {
	return rapid.SliceOfN(rapid.Custom(of), 0, 20).Draw(t, "sockets")
}

// shown returns the sockets as a source shows them that knows their owners.
func shown(all []owned) []parse.Socket {
	sockets := make([]parse.Socket, len(all))
	for i, o := range all {
		sockets[i] = o.socket
		sockets[i].Owners = o.owners
		if o.socket.Owners != nil {
			sockets[i].Owners = o.socket.Owners
		}
	}
	return sockets
}

var strict = match.Policy{UnknownProcess: state.Unknown, DNSFailure: state.Unknown, Hints: match.Hints{Rights: "look elsewhere", Output: "look elsewhere"}}

// verdictsOf makes the verdicts of a snapshot of sockets.
func verdictsOf(items []watch.Item, sockets []parse.Socket) []match.Verdict {
	c := match.New(items, match.Options{Keep: 3})
	for i := range sockets {
		c.Add(&sockets[i])
	}
	return host{}.verdicts(c, strict)
}

// essence is all of a verdict that may not hang on order or source.
func essence(v *match.Verdict) string {
	return fmt.Sprintf("%v %d %d %v %s", v.State, v.Matched, v.Judged, v.States, v.Reason)
}

func same(t *rapid.T, what string, got, want []match.Verdict) {
	if len(got) != len(want) {
		t.Fatalf("%s: %d verdicts, not %d", what, len(got), len(want))
	}
	for i := range got {
		if g, w := essence(&got[i]), essence(&want[i]); g != w {
			t.Fatalf("%s: %s (%s %q)\n%s\nnot\n%s", what, got[i].Item.Key, got[i].Item.Endpoint(), got[i].Item.Program, g, w)
		}
	}
}

func either(t *rapid.T) owned {
	if rapid.IntRange(0, 4).Draw(t, "isOdd") == 0 {
		return oddSocketOf(t)
	}
	return socketOf(t)
}

func TestEveryRowHasAVerdictAndTheyAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rowsOf(t)
		items := itemsOf(t, rows)
		verdicts := verdictsOf(items, shown(socketsOf(t, either)))
		if len(verdicts) != len(rows) {
			t.Fatalf("%d rows, %d verdicts", len(rows), len(verdicts))
		}
		worst := state.OK
		for i := range verdicts {
			v := &verdicts[i]
			worst = max(worst, v.State)
			sum := 0
			for _, n := range v.States {
				sum += n
			}
			if v.Item != &items[i] || sum != v.Matched || v.Judged > v.Matched || len(v.Sockets) != min(3, v.Matched) || v.Reason == "" {
				t.Fatalf("%s: %s, %d in states, %d shown", items[i].Key, essence(v), sum, len(v.Sockets))
			}
			if (v.Item.Err != nil || v.Item.ResolveErr != nil) && (v.State != state.Unknown || v.Matched > 0) {
				t.Fatalf("cannot be judged, but %s", essence(v))
			}
		}
		if got := report.Worst(verdicts, nil); got != worst {
			t.Fatalf("the whole is %v, the worst %v", got, worst)
		}
		if got := report.Worst(verdicts, []string{"a list is missing"}); got != max(worst, state.Unknown) {
			t.Fatalf("with a problem the whole is %v", got)
		}
	})
}

func TestOrderOfRowsAndSocketsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rowsOf(t)
		sockets := shown(socketsOf(t, either))
		want := verdictsOf(itemsOf(t, rows), sockets)
		same(t, "other order of sockets", verdictsOf(itemsOf(t, rows), rapid.Permutation(sockets).Draw(t, "shuffled sockets")), want)

		order := make([]int, len(rows))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "shuffled rows")
		moved, expected := make([]row, len(rows)), make([]match.Verdict, len(rows))
		for to, from := range order {
			moved[to], expected[to] = rows[from], want[from]
		}
		same(t, "other order of rows", verdictsOf(itemsOf(t, moved), sockets), expected)
	})
}

func TestAnUnrelatedSocketChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := slices.DeleteFunc(rowsOf(t), func(r row) bool { return strings.Contains(r.text, "*") || strings.Contains(r.text, "::/0") })
		if len(rows) == 0 {
			t.Skip("every socket is related to an item that watches all ports")
		}
		sockets := shown(socketsOf(t, either))
		want := verdictsOf(itemsOf(t, rows), sockets)
		nobody := []parse.Owner{{PID: 1, Name: "other"}}
		for _, s := range []parse.Socket{
			{Proto: parse.TCP, Family: parse.IPv4, State: parse.Established, Owners: nobody,
				Local: parse.Endpoint{Addr: netip.MustParseAddr("203.0.113.250"), Port: 61000}, Remote: parse.Endpoint{Addr: netip.MustParseAddr("203.0.113.251"), Port: 61001}},
			{Proto: parse.TCP, Family: parse.IPv6, State: parse.Listen, Owners: nobody, Local: parse.Endpoint{Addr: netip.IPv6Unspecified(), Port: 61002}},
			{Proto: parse.UDP, Family: parse.IPv4, Owners: nobody, Local: parse.Endpoint{Addr: netip.IPv4Unspecified(), Port: 61003}},
		} {
			at := rapid.IntRange(0, len(sockets)).Draw(t, "at")
			same(t, "with "+s.Local.Addr.String(), verdictsOf(itemsOf(t, rows), slices.Insert(slices.Clone(sockets), at, s)), want)
		}
	})
}

// TestSourcesAgree: a source that shows the owners and one that shows inodes
// lead to the same verdicts.
func TestSourcesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rowsOf(t)
		all := socketsOf(t, socketOf)
		h := host{names: map[uint32][]string{}, owners: map[uint32][]parse.Owner{}, unseen: true}
		for i := range all {
			if all[i].socket.Inode != 0 {
				all[i].socket.Inode = uint32(i + 1)
			}
			if len(all[i].owners) > 0 {
				h.owners[uint32(i+1)] = all[i].owners
			}
		}
		if slices.ContainsFunc(all, func(o owned) bool { return o.owners == nil && o.socket.Inode != 0 }) {
			t.Skip("whose a hidden socket may be is known to one that shows inodes alone")
		}
		h.unseen = false
		want := verdictsOf(itemsOf(t, rows), shown(all))

		inodes := match.New(itemsOf(t, rows), match.Options{Keep: 3})
		for i := range all {
			inodes.Add(&all[i].socket)
		}
		known := h.verdicts(inodes, strict)
		same(t, "inodes", withoutOthers(known), withoutOthers(want))
	})
}

// withoutOthers leaves out what a reason says of sockets that are not the item's:
// their owners are not looked up.
func withoutOthers(verdicts []match.Verdict) []match.Verdict {
	all := slices.Clone(verdicts)
	for i := range all {
		all[i].Reason, _, _ = strings.Cut(all[i].Reason, ";")
	}
	return all
}
