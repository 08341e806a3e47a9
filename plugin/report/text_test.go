package report

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	nagios "github.com/atc0005/go-nagios"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// metrics splits the first line's perfdata, which must have the guidelines'
// form: 'label'=value[UOM];[warn];[crit];[min];[max].
var metricForm = regexp.MustCompile(`^'[A-Za-z0-9_-]+'=[0-9.]+s?(;[0-9.:~@-]*){0,4}$`)

func metrics(t *testing.T, out string) []string {
	t.Helper()
	first, _, _ := strings.Cut(out, "\n")
	_, perfdata, found := strings.Cut(first, "|")
	if !found {
		t.Fatalf("no perfdata on line 1: %q", first)
	}
	all := strings.Fields(perfdata)
	for _, m := range all {
		if !metricForm.MatchString(m) {
			t.Errorf("%q is no perfdata", m)
		}
	}
	return all
}

// totals are the metrics of every result.
const totals = 7

func TestTextIsOneResultWithPerfdataOnItsFirstLine(t *testing.T) {
	warning, err := watch.ParseRange("@~:2")
	if err != nil {
		t.Fatal(err)
	}
	critical, err := watch.ParseRange("1:")
	if err != nil {
		t.Fatal(err)
	}
	ranged := verdict("connection/192.0.2.1:80/p", state.Warning, 3)
	ranged.Judged, ranged.Warning, ranged.Critical = 2, warning, critical
	c := check(nil, verdict("a", state.OK, 1), ranged, listening("l", state.Critical, 0), verdict("u", state.Unknown, 0))
	want := "CRITICAL: tcp *:443: reason of l; 192.0.2.1:80: reason of u; 192.0.2.1:80: reason of connection/192.0.2.1:80/p; +1 OK |" +
		" 'connections'=4;;;0 'listening_ports'=0;;;0" +
		" 'items_ok'=1;;;0 'items_warning'=1;;;0 'items_critical'=1;;;0 'items_unknown'=1;;;0" +
		" 'time'=0.034s;;;0" +
		" 'a'=1;;;0 'connection_192_0_2_1_80_p'=2;@~:2;1:;0 'l'=0;;;0\n" +
		"[CRITICAL] l: reason of l\n" +
		"[UNKNOWN] u: reason of u\n" +
		"[WARNING] connection/192.0.2.1:80/p: reason of connection/192.0.2.1:80/p\n"
	if got := text(t, c, 0, many); got != want {
		t.Errorf("text\n%s\nwant\n%s", got, want)
	}
}

func TestPerfdataStandsOnLineOneOnlyAndWhole(t *testing.T) {
	c := manyItems(50)
	for verbosity := range 4 {
		out := text(t, c, verbosity, many)
		if got := strings.Count(out, "|"); got != 1 {
			t.Errorf("-v %d: %d pipes, want 1", verbosity, got)
		}
		if got := len(metrics(t, out)); got != totals+50 {
			t.Errorf("-v %d: %d metrics, want %d", verbosity, got, totals+50)
		}
	}
}

func TestTheWorstItemsComeFirst(t *testing.T) {
	c := check(nil, verdict("o1", state.OK, 1), verdict("w1", state.Warning, 1), verdict("c1", state.Critical, 0),
		verdict("u1", state.Unknown, 0), listening("c2", state.Critical, 0), listening("o2", state.OK, 1), listening("w2", state.Warning, 1))
	var got []string
	for line := range strings.SplitSeq(text(t, c, 1, many), "\n") {
		if _, rest, found := strings.Cut(line, "] "); found {
			key, _, _ := strings.Cut(rest, ":")
			got = append(got, key)
		}
	}
	if want := "c1 c2 u1 w1 w2 o1 o2"; strings.Join(got, " ") != want {
		t.Errorf("order %q, want %s", got, want)
	}
}

func TestVerbosityAddsLines(t *testing.T) {
	bad := verdict("bad", state.Warning, 3)
	bad.Sockets = []parse.Socket{socket}
	bad.Item.Comment = "for the shop"
	c := check(nil, verdict("good", state.OK, 1), bad)
	steps := []struct {
		name string
		line string
		from int // verbosity
	}{
		{"item that is not OK", "\n[WARNING] bad: reason of bad (for the shop)\n", 0},
		{"item that is OK", "\n[OK] good: reason of good\n", 1},
		{"socket", "ESTABLISHED  42/nginx, 43/nginx\n", 2},
		{"sockets not kept", "\n    +2 more\n", 2},
		{"skipped lines", "\nskipped 1 line, no sockets:\n    odd / line\n", 2},
		{"source", "\nsource: netstat, /bin/netstat -tunap\n", 3},
		{"snapshot", "\nsnapshot: format linux, 9 sockets, 1 line skipped, taken in 0.012 s\n", 3},
		{"run", "\nrun: 0.034 s, tested at 2026-01-02T03:04:05Z\n", 3},
	}
	for verbosity := range 4 {
		out := text(t, c, verbosity, many)
		for _, step := range steps {
			if got, want := strings.Contains(out, step.line), verbosity >= step.from; got != want {
				t.Errorf("-v %d: %s shown %v, want %v\n%s", verbosity, step.name, got, want, out)
			}
		}
	}
}

func TestProblemsBesideItemsHaveTheirLines(t *testing.T) {
	out := text(t, check([]string{"a.csv: no such file", "b.csv: empty | bad"}, verdict("a", state.OK, 1)), 0, many)
	for _, want := range []string{"UNKNOWN: a.csv: no such file; b.csv: empty / bad; +1 OK |", "\n[UNKNOWN] a.csv: no such file\n", "\n[UNKNOWN] b.csv: empty / bad\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("text lacks %q:\n%s", want, out)
		}
	}
}

func TestLabelsAreUniqueEvenWhereCaseIsIgnored(t *testing.T) {
	keys := []string{"web", "WEB", "web_2", "Web", "connections", "Listening_Ports", "time", "items_ok", "a.b", "a:b", "a::b", "unexpected"}
	var verdicts []match.Verdict
	for _, k := range keys {
		verdicts = append(verdicts, verdict(k, state.OK, 1))
	}
	all := metrics(t, text(t, check(nil, verdicts...), 0, many))
	if len(all) != totals+len(keys) {
		t.Fatalf("%d metrics, want %d", len(all), totals+len(keys))
	}
	seen := map[string]bool{}
	for _, m := range all {
		label, _, _ := strings.Cut(strings.ToLower(m), "=")
		if seen[label] {
			t.Errorf("label %s twice, where case is ignored", label)
		}
		seen[label] = true
	}
}

func TestALabelDoesNotDependOnTheStates(t *testing.T) {
	// "web" is UNKNOWN and has no value, yet "WEB" is not given its label.
	all := metrics(t, text(t, check(nil, verdict("web", state.Unknown, 0), verdict("WEB", state.OK, 5)), 0, many))
	if got, want := all[len(all)-1], "'WEB_2'=5;;;0"; got != want || len(all) != totals+1 {
		t.Errorf("last of %d metrics %q, want %q", len(all), got, want)
	}
}

func TestHostileTextAddsNoPerfdataAndNoLine(t *testing.T) {
	nasty := "x|'y'=1\ny\r\n\u202e<b>&\x1b[0m\xff"
	v := verdict("a", state.Critical, 1)
	v.Reason, v.Item.Comment = nasty, nasty
	v.Sockets = []parse.Socket{{Proto: parse.TCP, State: parse.OtherState, Word: nasty, Owners: []parse.Owner{{PID: 1, Name: nasty}},
		Local: parse.Endpoint{Host: nasty, Service: nasty}, Remote: parse.Endpoint{Host: nasty, Service: nasty}}}
	c := check([]string{nasty}, v, verdict("b", state.OK, 1))
	c.Origin.Command, c.Origin.Source, c.Origin.SkippedLines, c.Origin.Skipped = nasty, nasty, []string{nasty}, 1
	tame := check([]string{"p"}, v, verdict("b", state.OK, 1))
	for verbosity := range 4 {
		out := text(t, c, verbosity, many)
		if got := strings.Count(out, "|"); got != 1 {
			t.Errorf("-v %d: %d pipes, want 1", verbosity, got)
		}
		if bad := harm(strings.ReplaceAll(out, "\n", " "), "<>&"); bad != "" {
			t.Errorf("-v %d: text has %q", verbosity, bad)
		}
		if got, want := strings.Count(out, "\n"), strings.Count(text(t, tame, verbosity, many), "\n"); got != want {
			t.Errorf("-v %d: %d lines, want %d", verbosity, got, want)
		}
	}
}

// manyItems makes a check of n items, two of three not OK, with sockets.
func manyItems(n int) *Check {
	var verdicts []match.Verdict
	for i := range n {
		v := verdict(fmt.Sprintf("connection/192.0.2.%d:80/program", i), state.All[i%len(state.All)], i%3)
		if v.State == state.Unknown {
			v.State = state.Critical
		}
		v.Item.Comment = "Büro"
		v.Sockets = []parse.Socket{socket}
		verdicts = append(verdicts, v)
	}
	return check(nil, verdicts...)
}

func TestEveryLimitIsKeptAndTheVerdictAndTotalsAreNeverCut(t *testing.T) {
	short := check(nil, verdict("a", state.Critical, 0)) // its line is shorter than the one that says what is cut
	short.Verdicts[0].Reason = "r"
	for _, c := range []*Check{manyItems(1), manyItems(5), check([]string{"p.csv: no such file", "q.csv: empty"}, manyItems(3).Verdicts...), allOK(9), short} {
		for _, verbosity := range []int{0, 2} {
			whole := text(t, c, verbosity, many)
			all := metrics(t, whole)
			first, _, _ := strings.Cut(whole, "\n")
			verdict, _, _ := strings.Cut(first, "|")
			head := verdict + "| " + strings.Join(all[:totals], " ")
			for _, limit := range limits(len(head), len(whole)) {
				out := text(t, c, verbosity, limit)
				if len(out) > max(limit, len(head)+1) {
					t.Fatalf("-v %d: %d bytes at a limit of %d, head of %d", verbosity, len(out), limit, len(head))
				}
				if !strings.HasPrefix(out, head) || !strings.HasSuffix(out, "\n") {
					t.Fatalf("-v %d, limit %d: verdict or totals are cut:\n%s", verbosity, limit, out)
				}
				if limit >= len(whole) && out != whole {
					t.Fatalf("-v %d, limit %d: cut, though it has %d bytes:\n%s", verbosity, limit, len(whole), out)
				}
				if limit%7 == 0 {
					metrics(t, out)
				}
			}
		}
	}
}

// limits are those at which something changes: none, those around the head, and
// from there every third, up to those around the whole.
func limits(head, whole int) []int {
	all := []int{0, head - 1, head, head + 1, head + 2, whole - 2, whole - 1, whole, whole + 1, whole + 200}
	for limit := head + 3; limit < whole-2; limit += 3 {
		all = append(all, limit)
	}
	return all
}

func allOK(n int) *Check {
	var verdicts []match.Verdict
	for i := range n {
		verdicts = append(verdicts, listening(fmt.Sprintf("port-%d", i), state.OK, 1))
	}
	return check(nil, verdicts...)
}

func TestCutPerfdataIsCounted(t *testing.T) {
	c := allOK(30)
	out := text(t, c, 0, 400)
	n := totals + 30 - len(metrics(t, out))
	if n == 0 {
		t.Fatal("nothing is cut")
	}
	if want := fmt.Sprintf("perfdata of %d items cut\n", n); !strings.HasSuffix(out, want) {
		t.Errorf("text does not end in %q:\n%s", want, out)
	}
}

func TestTextEndsInOneLineEnd(t *testing.T) {
	for verbosity := range 4 {
		out := text(t, manyItems(3), verbosity, many)
		if !strings.HasSuffix(out, "\n") || strings.Contains(out, "\n\n") {
			t.Errorf("-v %d: blank or open lines in %q", verbosity, out)
		}
	}
}

func TestTheFirstWordIsTheStateOfTheExitCode(t *testing.T) {
	for _, s := range state.All {
		c := check(nil, verdict("a", s, 1))
		label, _, _ := strings.Cut(text(t, c, 0, many), ":")
		if label != nagios.ExitCodeToStateLabel(c.State.ExitCode()) {
			t.Errorf("%v begins with %q", s, label)
		}
	}
}

var errFull = errors.New("no space left on device")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAWriteThatFailsIsAnError(t *testing.T) {
	c := manyItems(1)
	items := []watch.Item{*c.Verdicts[0].Item}
	for _, f := range forms {
		name, form := f.name, f.form
		listing := form.Sockets(full{}, Options{})
		listing.Add(&socket)
		for what, got := range map[string]error{
			"check": form.Check(full{}, c, Options{Limit: many}), "items": form.Items(full{}, &Items{Items: items}, Options{}),
			"lint": form.Lint(full{}, &Lint{}, Options{}), "sockets": listing.Close(Footer{}),
		} {
			if !errors.Is(got, errFull) {
				t.Errorf("%s, %s: error %v, want %v", name, what, got, errFull)
			}
		}
	}
}
