package watch

import (
	"strings"
	"testing"
)

// rowsOf reads rows of a list with every column that Covers looks at.
func rowsOf(t *testing.T, kind Kind, rows ...string) []Item {
	t.Helper()
	header := "remoteIP,remoteName,remotePort,procName,localIP,localPort,expect,warning,okStates\n"
	if kind == Listening {
		header = "ipProtocol,localIP,localPort,procName,expect,critical,service,maxRecvQ\n"
	}
	items := read(t, header+strings.Join(rows, "\n")+"\n", kind)
	if len(items) != len(rows) {
		t.Fatalf("%d items of %q", len(items), rows)
	}
	for _, it := range items {
		if it.Err != nil {
			t.Fatal(it.Err)
		}
	}
	return items
}

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		name      string
		kind      Kind
		one       string
		other     string
		covers    bool // one covers other
		backwards bool // other covers one
	}{
		{"the same row", Listening, "tcp,,22,sshd", "tcp,,22,sshd", true, true},
		{"any address", Listening, "tcp,,22,", "tcp,192.0.2.7,22,", true, false},
		{"any service", Listening, "tcp,,22,", "tcp,,22,,,,ssh", true, false},
		{"the same service", Listening, "tcp,,22,,,,SSH", "tcp,,22,,,,ssh", true, true},
		{"another limit of the queue", Listening, "tcp,,22,,,,,5", "tcp,,22,", false, false},
		{"another port", Listening, "tcp,,22,", "tcp,,220,", false, false},
		{"another protocol", Listening, "tcp,,53,", "udp,,53,", false, false},
		{"a range", Listening, "tcp,,8000-8099,", "tcp,,8001 8050-8060,", true, false},
		{"ranges that adjoin", Listening, "tcp,,8000-8049 8050-8099,", "tcp,,8040-8060,", true, false},
		{"a range with a hole", Listening, "tcp,,8000-8049 8051-8099,", "tcp,,8040-8060,", false, false},
		{"every port", Listening, "tcp,,*,", "tcp,,1-65535,", true, false},
		{"any program", Listening, "tcp,,22,", "tcp,,22,sshd", true, false},
		{"a part of the name", Listening, "tcp,,22,ssh", "tcp,,22,SSHD", true, false},
		{"an expression that fits the name", Listening, "tcp,,22,^ssh", "tcp,,22,=sshd", true, false},
		{"an expression that does not fit it with .exe", Listening, "tcp,,22,^sshd$", "tcp,,22,=sshd.exe", false, false},
		{"two expressions, of which nothing is known", Listening, "tcp,,22,^ssh", "tcp,,22,^sshd$", false, false},
		{"a family", Listening, "tcp,,22,", "tcp6,,22,", true, false},
		{"the other family", Listening, "tcp4,,22,", "tcp6,,22,", false, false},
		{"an address tells its family", Listening, "tcp4,,22,", "tcp,192.0.2.7,22,", true, false},
		{"an address is served by its wildcard", Listening, "tcp,192.0.2.7,22,", "tcp,0.0.0.0,22,", true, false},
		{"but not only by that of IPv4", Listening, "tcp,192.0.2.7,22,", "tcp,*,22,", false, false},
		{"any wildcard", Listening, "tcp,*,22,", "tcp,::,22,", true, false},
		{"another expectation", Listening, "tcp,,22,", "tcp,,22,,absent", false, false},
		{"another range", Listening, "tcp,,22,", "tcp,,22,,,2:", false, false},

		{"a network", Connection, "10.0.0.0/8,,443", "10.1.0.0/16,,443", true, false},
		{"an address in it", Connection, "10.0.0.0/8,,443", "10.1.2.3,,443", true, false},
		{"an address of another family", Connection, "0.0.0.0/0,,443", "2001:db8::1,,443", false, false},
		{"any address", Connection, "*,,443", ",example.com,443", true, false},
		{"a name in capitals", Connection, ",example.com,443", ",EXAMPLE.com,443", true, true},
		{"a name and an address", Connection, ",example.com,443", "192.0.2.1,,443", false, false},
		{"any local end", Connection, "192.0.2.1,,443", "192.0.2.1,,443,,192.0.2.7,1-1023", true, false},
		{"a local network", Connection, "*,,*,,192.0.2.0/24,1521", "10.1.2.3,,*,,192.0.2.7,1521", true, false},
		{"other states", Connection, "192.0.2.1,,443", "192.0.2.1,,443,,,,,,SYN_SENT", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			items := rowsOf(t, tt.kind, tt.one, tt.other)
			if got := items[0].Covers(&items[1]); got != tt.covers {
				t.Errorf("%q covers %q: %v, want %v", tt.one, tt.other, got, tt.covers)
			}
			if got := items[1].Covers(&items[0]); got != tt.backwards {
				t.Errorf("%q covers %q: %v, want %v", tt.other, tt.one, got, tt.backwards)
			}
		})
	}
}

func TestAConnectionCoversNoListeningItemAndABrokenOneNothing(t *testing.T) {
	connection, listening, broken := AdHocConnection("*,*"), AdHocPort("tcp:*"), AdHocPort("tcp:x")
	for _, it := range []*Item{&listening, &broken} {
		if connection.Covers(it) || it.Covers(&connection) || broken.Covers(it) || it.Covers(&broken) {
			t.Errorf("%s is covered or covers", it.Key)
		}
	}
}
