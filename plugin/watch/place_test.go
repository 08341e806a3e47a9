package watch

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// places lists what is wrong with a list as "line:column text", rows last.
func places(t *testing.T, text string, kind Kind) []string {
	t.Helper()
	items, errs := Read(strings.NewReader(text), "l", kind)
	var all []string
	add := func(p Place, err error) {
		first, _, _ := strings.Cut(err.Error(), ":")
		all = append(all, strings.TrimPrefix(p.String(), "l:")+" "+first)
	}
	for _, err := range errs {
		var le *ListError
		if !errors.As(err, &le) {
			t.Fatalf("%v has no place", err)
		}
		add(le.Place, le.Err)
	}
	for i := range items {
		var row RowError
		if items[i].Err == nil {
			continue
		}
		if !errors.As(items[i].Err, &row) {
			t.Fatalf("%v has no fields", items[i].Err)
		}
		for _, f := range row {
			add(items[i].Place(f.Column), f)
		}
	}
	return all
}

func TestEveryErrorHasItsPlace(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		kind       Kind
		want       []string
	}{
		{"fields", "remoteIP,remotePort\nx,1\n192.0.2.1,y\nx,y\n", Connection,
			[]string{`2:1 remoteIP "x" is no IP address`, `3:11 remotePort "y"`, `4:1 remoteIP "x" is no IP address`, `4:3 remotePort "y"`}},
		{"behind blanks", "remoteIP,remotePort\n192.0.2.1,   y\n", Connection, []string{`2:14 remotePort "y"`}},
		{"below comments, CRLF, and a quoted line break", "# a\r\n\r\nremoteIP,comment,remotePort\r\n192.0.2.1,\"a\r\nb\",y\r\n192.0.2.1,,z\r\n", Connection,
			[]string{`5:4 remotePort "y"`, `6:12 remotePort "z"`}},
		{"tabs", "ipProtocol\tlocalIP\tlocalPort\ntcp\t\tx\n", Listening, []string{`2:6 localPort "x"`}},
		{"a field that is not there stands at its row", "ipProtocol,localPort\ntcp\n", Listening, []string{"2:1 no localPort; * means any port"}},
		{"no CSV", "ipProtocol,localPort\ntcp,\"2\"2\n", Listening, []string{"2:7 no valid CSV"}},
		{"columns", "ipProtocol, localPort, nme,localport\ntcp,22,,22\n", Listening,
			[]string{`1:24 unknown column "nme"; the columns of a listening list are ipProtocol,localIP,localPort,procName,comment,name,warning,critical,expect,service,maxRecvQ,maxSendQ`, `1:28 column "localport" twice`}},
		{"a missing column", "\nlocalPort\n22\n", Listening, []string{"2:1 required column missing"}},
		{"no rows", "ipProtocol,localPort\n", Listening, []string{"l empty"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := places(t, tt.text, tt.kind); !slices.Equal(got, tt.want) {
				t.Errorf("places\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

func TestAnAdHocItemStandsInItsOption(t *testing.T) {
	it := AdHocPort("tcp:x")
	if got := it.Place("localPort").String(); got != "--port tcp:x" {
		t.Errorf("place %q", got)
	}
}

func TestTheMessagesOfTheCheckNameFileAndLine(t *testing.T) {
	_, errs := Read(strings.NewReader("ipProtocol,localPort,x\ntcp,22\n"), "list.csv", Listening)
	if len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), `list.csv:1: unknown column "x"; `) || !errors.Is(errs[0], errColumnUnknown) {
		t.Errorf("errors %v", errs)
	}
	items := read(t, "ipProtocol,localPort\nx,y\n", Listening)
	want := `ipProtocol "x": not tcp, udp, tcp4, tcp6, udp4 or udp6; localPort "y": not a port: a number from 1 to 65535, a range 8000-8099, or *`
	if got := items[0].Err.Error(); got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}
