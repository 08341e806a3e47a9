package match_test

import (
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// TestWhatCannotBeReadLeavesUnknownOnlyWhatItCouldBe: rows that are cut or
// garbled, and rows of ss that are of TCP or of UDP.
func TestWhatCannotBeReadLeavesUnknownOnlyWhatItCouldBe(t *testing.T) {
	const header = "Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n"
	for _, tt := range []struct {
		name, rows string
		kind       watch.Kind
		row        string
		want       state.State
		reason     string
	}{
		{"a port that is none", header + "tcp        0      0 192.0.2.7:41000         198.51.100.4:99443      ESTABLISHED\n",
			watch.Connection, "198.51.100.4,9443", state.Unknown, "99443"},
		{"a connection is no listener", header + "tcp        0      0 192.0.2.7:41000         198.51.100.4:99443      ESTABLISHED\n",
			watch.Listening, "tcp,,9443", state.Critical, "not listening"},
		{"another local port", header + "tcp        0      0 192.0.2.7:41000         198.51.100.4:44",
			watch.Connection, "198.51.100.4,443", state.Unknown, "could not be read"},
		{"a row cut before its ends", header + "tcp        0      0 192.0",
			watch.Listening, "tcp,,22", state.Unknown, "could not be read"},
		{"a state that nobody knows", "NEW-SYN 0     0         192.0.2.10:443   198.51.100.61:50210\n",
			watch.Connection, "198.51.100.61,50210", state.Unknown, "NEW-SYN"},
		{"and another address", "NEW-SYN 0     0         192.0.2.10:443   198.51.100.61:50210\n",
			watch.Connection, "198.51.100.62,50210", state.Critical, "no connection"},
		{"TCP or UDP", "State  Recv-Q Send-Q Local Address:Port   Peer Address:Port\nESTAB  0      0          192.0.2.10:68      198.51.100.1:67\n",
			watch.Connection, "198.51.100.1,67", state.Unknown, "TCP from UDP"},
		{"UDP or TCP", "State  Recv-Q Send-Q Local Address:Port   Peer Address:Port\nUNCONN 0      0          0.0.0.0:161      0.0.0.0:*\n",
			watch.Listening, "udp,,161", state.Unknown, "TCP from UDP"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			titles := map[watch.Kind]string{watch.Connection: "remoteIP,remotePort\n", watch.Listening: "ipProtocol,localIP,localPort\n"}
			items, errs := watch.Read(strings.NewReader(titles[tt.kind]+tt.row+"\n"), "list.csv", tt.kind)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			c := match.New(items, match.Options{})
			sum, err := parse.Netstat(strings.NewReader(tt.rows), parse.Hints{}, c.Add)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range sum.Unread {
				c.AddUnread(u)
			}
			v := c.Judge(facts.Answers{Sight: facts.NotAsked}, match.Policy{UnknownProcess: state.Unknown})[0]
			if v.State != tt.want || !strings.Contains(v.Reason, tt.reason) {
				t.Errorf("%v, %q; want %v, %q", v.State, v.Reason, tt.want, tt.reason)
			}
		})
	}
}

func TestAServiceOfWindowsIsANameOfItsProgram(t *testing.T) {
	const rows = `
  Proto  Local Address          Foreign Address        State           PID
  UDP    0.0.0.0:5355           *:*                                    2450
  Dnscache
 [svchost.exe]
  UDP    0.0.0.0:500            *:*                                    2460
  IKEEXT
 Can not obtain ownership information
`
	for row, want := range map[string]state.State{
		"udp,,5355,Dnscache":    state.OK,
		"udp,,5355,=dnscache":   state.OK,
		"udp,,5355,svchost":     state.OK,
		"udp,,5355,TermService": state.Critical,
		"udp,,500,IKEEXT":       state.OK,
		"udp,,500,svchost":      state.Unknown,
	} {
		items, _ := watch.Read(strings.NewReader("ipProtocol,localIP,localPort,procName\n"+row+"\n"), "list.csv", watch.Listening)
		c := match.New(items, match.Options{})
		if _, err := parse.Netstat(strings.NewReader(rows), parse.Hints{}, c.Add); err != nil {
			t.Fatal(err)
		}
		v := c.Judge(facts.Answers{Sight: facts.NotAsked}, match.Policy{UnknownProcess: state.Unknown})[0]
		if v.State != want {
			t.Errorf("%s: %v, %q; want %v", row, v.State, v.Reason, want)
		}
	}
}
