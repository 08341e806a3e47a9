package report

import (
	"fmt"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// of makes the verdict of an ad-hoc item: a port if the value begins with a
// protocol.
func of(value string, s state.State, n int, reason, comment string) match.Verdict {
	it := watch.AdHocConnection(value)
	if strings.HasPrefix(value, "tcp") || strings.HasPrefix(value, "udp") {
		it = watch.AdHocPort(value)
	}
	it.Comment = comment
	return match.Verdict{Item: &it, State: s, Matched: n, Judged: n, Reason: reason}
}

// found makes the verdict of what is unexpected.
func found(s state.State, reason string, sockets ...parse.Socket) match.Verdict {
	return match.Verdict{
		Item: &watch.Item{Kind: watch.UnexpectedListening, Key: "unexpected"}, State: s, Reason: reason,
		Matched: len(sockets), Sockets: sockets,
	}
}

var java = parse.Socket{
	Proto: parse.TCP, State: parse.Listen, Local: parse.Endpoint{Host: "*", Port: 8080}, Owners: []parse.Owner{{PID: 2210, Name: "java"}},
}

func TestTheFirstLineNamesTheWorst(t *testing.T) {
	up := of("10.0.0.6:443", state.OK, 2, "2 ESTABLISHED", "")
	web := of("tcp:443,nginx", state.Critical, 0, "not listening", "")
	db := of("10.0.0.5:5432,billing", state.Critical, 0, "no connection", "ORDERS DATABASE")
	hidden := of("tcp:22,sshd", state.Unknown, 0, "listening on 0.0.0.0:22, its program hidden", "")
	long := func(s state.State) match.Verdict {
		return of("tcp:9", s, 0, strings.Repeat("because ", 20), "a comment")
	}
	for _, tt := range []struct {
		name string
		c    *Check
		want string
	}{
		{"one item starts with its reason", check(nil, of("tcp:443,nginx", state.Critical, 0, "not listening", "SHOP")),
			"not listening (SHOP) [listening/tcp/any:443/nginx]"},
		{"no room for the key", check(nil, of("tcp:443,"+strings.Repeat("n", 250), state.Critical, 0, "not listening", "")), "not listening"},
		{"several", check(nil, up, db, up, web, up, hidden, up),
			"10.0.0.5:5432 billing: no connection (ORDERS DATABASE); tcp *:443 nginx: not listening; tcp *:22 sshd: listening on 0.0.0.0:22, its program hidden; +4 OK"},
		{"more than there is room for", check(nil, up, long(state.Critical), long(state.Critical), hidden, up),
			"tcp *:9: " + strings.Repeat("because ", 20) + " (a comment); 2 CRITICAL, 1 UNKNOWN, 2 OK"},
		{"those that are left out are of another state", check(nil, up, long(state.Critical), long(state.Unknown), up),
			"tcp *:9: " + strings.Repeat("because ", 20) + " (a comment); +1 UNKNOWN, 2 OK"},
		{"all OK: the numbers of the perfdata", check(nil, up, up, of("tcp:22", state.OK, 3, "", "")), "3 items OK (4 connections, 3 listening ports)"},
		{"all OK, of one kind", check(nil, up, up), "2 items OK (4 connections)"},
		{"a problem alone", check([]string{"list.csv: no such file"}), "list.csv: no such file"},
		{"a problem besides OK", check([]string{"list.csv: no such file"}, up), "list.csv: no such file; +1 OK"},
		{"a problem between", check([]string{"list.csv: no such file"}, up, web, hidden),
			"tcp *:443 nginx: not listening; list.csv: no such file; tcp *:22 sshd: listening on 0.0.0.0:22, its program hidden; +1 OK"},
		{"unexpected", check(nil, up, found(state.Critical, "", java)), "1 unexpected listening port: tcp *:8080 (2210/java); +1 OK"},
		{"unexpected, but OK", check(nil, up, found(state.OK, "", java)), "1 item OK (2 connections); 1 unexpected listening port: tcp *:8080 (2210/java)"},
		{"nothing unexpected", check(nil, up, found(state.OK, "")), "1 item OK (2 connections)"},
		{"not known what is unexpected", check(nil, up, found(state.Unknown, "a list cannot be read")),
			"unexpected listening ports: a list cannot be read; +1 OK"},
		{"worse than what is unexpected", check(nil, web, up, found(state.Critical, "", java, java, java)),
			"tcp *:443 nginx: not listening; 3 unexpected listening ports: tcp *:8080 (2210/java); +1 OK"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.c.summary(); got != strings.Join(strings.Fields(tt.want), " ") && got != tt.want {
				t.Errorf("summary\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

func TestTheSummaryIsBounded(t *testing.T) {
	v := verdict(strings.Repeat("k", 5000), state.Critical, 0)
	v.Reason = strings.Repeat("ü", 5000)
	v.Item.Name = strings.Repeat("n", 5000)
	c := check([]string{strings.Repeat("p", 5000)}, v, verdict("b", state.OK, 1), found(state.Critical, strings.Repeat("r", 5000), java))
	for _, c := range []*Check{c, check(nil, v), check(nil, v, v, v), check(c.Problems)} {
		if n := len(c.summary()); n > 450 {
			t.Errorf("summary of %d bytes", n)
		}
	}
}

// A count in words is the value of that name in the perfdata.
func TestWhatTheFirstLineCountsIsWhatThePerfdataCounts(t *testing.T) {
	for n := 1; n < 30; n++ {
		c := manyItems(n)
		c.Verdicts = append(c.Verdicts, found(state.Critical, "", java, java))
		first, _, _ := strings.Cut(text(t, c, 0, many), "\n")
		summary, perfdata, _ := strings.Cut(first, "|")
		counted := summary[strings.LastIndex(summary, ";")+1:]
		for part := range strings.SplitSeq(strings.TrimLeft(counted, " +"), ", ") {
			var number int
			var label string
			if k, err := fmt.Sscan(part, &number, &label); err != nil || k != 2 || label != strings.ToUpper(label) {
				continue // the last part names something
			}
			if want := fmt.Sprintf("'items_%s'=%d;", strings.ToLower(label), number); !strings.Contains(perfdata, want) {
				t.Errorf("%s, but %s", part, perfdata)
			}
		}
	}
}
