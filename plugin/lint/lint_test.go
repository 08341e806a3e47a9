package lint

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"check_netstat/plugin/watch"
)

// findings lints one list and shows "line:column severity text", the text up to
// its first colon.
func findings(t *testing.T, kind watch.Kind, text string) []string {
	t.Helper()
	items, errs := watch.Read(strings.NewReader(text), "l", kind)
	var all []string
	for _, f := range Lists([]List{{File: "l", Items: items, Errs: errs}}) {
		first, _, _ := strings.Cut(f.Text, ": ")
		all = append(all, strings.TrimPrefix(f.String(), "l:")+" "+f.Severity.String()+" "+first)
	}
	return all
}

func TestFindings(t *testing.T) {
	const connections, listening = "remoteIP,remoteName,remotePort,procName,name,expect,warning\n", "ipProtocol,localIP,localPort,procName,name,expect,critical\n"
	for _, tt := range []struct {
		name string
		kind watch.Kind
		text string
		want []string
	}{
		{"nothing", watch.Listening, listening + "tcp,,22,sshd\ntcp,,80,^nginx$\nudp,,161,=snmpd\n", nil},
		{"any with a range judges something", watch.Connection, connections + "192.0.2.1,,80,,,any,5\n", nil},
		{"any without a range does not", watch.Connection, connections + "192.0.2.1,,80,,,any\n", []string{"2:17 error expect any without warning or critical judges nothing"}},
		{"a name beside an address", watch.Connection, connections + "192.0.2.1,db,80\n", []string{`2:11 hint remoteName "db" is not used, because remoteIP is given`}},
		{"no expression", watch.Listening, listening + "tcp,,22,a(b\ntcp,,23,*\n",
			[]string{`2:9 hint procName a(b is no valid expression (missing closing )) and is taken as it stands`, `3:9 hint procName * is no valid expression (missing argument to repetition operator) and is taken as it stands`}},
		{"paths", watch.Listening, listening + `tcp,,1,/usr/sbin/sshd` + "\n" + `tcp,,2,C:\Windows\x.exe` + "\n" + `tcp,,3,^C:/x` + "\n" + `tcp,,4,\\server\x` + "\n" + "tcp,,5,sshd: /usr/sbin\n",
			[]string{`2:8 hint procName /usr/sbin/sshd looks like a file's path`, `3:8 hint procName C:\Windows\x.exe looks like a file's path`, `4:8 hint procName ^C:/x looks like a file's path`, `5:8 hint procName \\server\x looks like a file's path`}},
		{".exe", watch.Listening, listening + "tcp,,1,app.exe\ntcp,,2,^app.EXE$\ntcp,,3,=app.exe\ntcp,,4,^app\\.exe$\n",
			[]string{"2:8 hint procName app.exe ends in .exe, whose dot fits any character", "3:8 hint procName ^app.EXE$ ends in .exe, whose dot fits any character"}},
		{"the same row twice", watch.Listening, listening + "tcp,,22,sshd\ntcp,,22,sshd\n",
			[]string{"3:1 hint key listening/tcp/any:22/sshd is that of l:2, too, so that this one gets a number, which changes where rows are moved", "3:1 hint listening/tcp/any:22/sshd is covered by listening/tcp/any:22/sshd (l:2)"}},
		{"a name twice", watch.Listening, listening + "tcp,,22,sshd,a\ntcp,,23,telnetd,a\n", []string{"3:17 hint key a is that of l:2, too, so that this one gets a number, which changes where rows are moved"}},
		{"covered by one below", watch.Listening, listening + "tcp,,22,sshd\ntcp,,1-1023,\n",
			[]string{"2:1 hint listening/tcp/any:22/sshd is covered by listening/tcp/any:1-1023/ (l:3)"}},
		{"names that are no keys", watch.Listening, listening + "tcp,,22,sshd,-v\ntcp,,80,nginx,web shop\ntcp,,443,nginx,web.shop:443/a@b-c_d\n",
			[]string{`2:14 hint name "-v" begins with -, so that many programs take it for an option`, `3:15 hint name "web shop" has characters that a key drops`}},
		{"errors cover nothing", watch.Listening, listening + "tcp,,22,sshd,,maybe\ntcp,,22,\n", []string{`2:15 error expect "maybe"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := findings(t, tt.kind, tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("findings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestANameThatDoesNotResolveIsAHint(t *testing.T) {
	it := watch.AdHocConnection("db.example.com:443")
	it.ResolveErr = errors.New("db.example.com has no address")
	got := Lists([]List{{File: "--connection", Items: []watch.Item{it}}})
	if len(got) != 1 || got[0].Severity != Hint || !strings.HasPrefix(got[0].Text, "db.example.com has no address: ") || Errors(got) != 0 {
		t.Errorf("findings %+v", got)
	}
}

func TestACountNeedsNoRange(t *testing.T) {
	if got := Lists([]List{{File: "--count", Items: watch.AdHocCounts([]string{"all", "CLOSE_WAIT,5"})}}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestFindingsAreInTheOrderOfTheLists(t *testing.T) {
	var lists []List
	for _, file := range []string{"b", "a"} {
		items, errs := watch.Read(strings.NewReader("ipProtocol,localPort,x\ntcp,22\ntcp,y\n"), file, watch.Listening)
		lists = append(lists, List{file, items, errs})
	}
	var places []string
	for _, f := range Lists(lists) {
		places = append(places, f.String())
	}
	// The rows of a are those of b again: keys twice, and one covered.
	if want := []string{"b:1:22", "b:3:5", "a:1:22", "a:2:1", "a:2:1", "a:3:1", "a:3:5"}; !slices.Equal(places, want) {
		t.Errorf("places %v, want %v", places, want)
	}
}

// TestTenThousandRowsAreLintedInTime: rows are not held each against each.
func TestTenThousandRowsAreLintedInTime(t *testing.T) {
	var b strings.Builder
	b.WriteString("remoteIP,remotePort,procName\n10.0.0.0/8,8000-9000,java\n")
	for i := range 10000 {
		fmt.Fprintf(&b, "192.0.%d.%d,%d,java\n", i/250, i%250+1, 1000+i)
	}
	items, errs := watch.Read(strings.NewReader(b.String()), "l", watch.Connection)
	start := time.Now()
	if got := Lists([]List{{"l", items, errs}}); len(got) != 0 || time.Since(start) > 4*time.Second {
		t.Errorf("%d findings in %v", len(got), time.Since(start))
	}
}
