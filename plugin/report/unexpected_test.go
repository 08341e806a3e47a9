package report

import (
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

func TestWhatIsUnexpectedHasItsLinesAndItsValue(t *testing.T) {
	postgres := java
	postgres.Local.Port, postgres.Owners = 5432, nil
	c := check(nil, verdict("a", state.OK, 1), listening("b", state.Warning, 1), found(state.Critical, "", java, postgres))
	out := text(t, c, 0, many)
	for _, want := range []string{
		"'unexpected'=2;;;0", "'items_critical'=0", "'listening_ports'=1", "\n[CRITICAL] unexpected: tcp *:8080 (2210/java)\n",
		"\n[CRITICAL] unexpected: tcp *:5432 (hidden)\n[WARNING] b: ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	connections := found(state.Warning, "", socket)
	connections.Item = &watch.Item{Kind: watch.UnexpectedConnections, Key: "unexpected"}
	out = text(t, check(nil, verdict("a", state.OK, 1), found(state.OK, ""), connections), 0, many)
	for _, want := range []string{"WARNING: 1 unexpected connection: tcp [2001:db8::1]:443 (42/nginx, 43/nginx); +1 OK |", "'unexpected'=1;;;0"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if out = text(t, check(nil, verdict("a", state.OK, 1), found(state.Unknown, "a list cannot be read")), 0, many); strings.Contains(out, "'unexpected'") {
		t.Errorf("not known, and counted:\n%s", out)
	}
}

func TestAHintStandsOnceAtTheEnd(t *testing.T) {
	one, two := listening("b", state.Unknown, 0), listening("c", state.Unknown, 0)
	one.Hint, two.Hint = "sudo this", "sudo this"
	three := listening("d", state.Unknown, 0)
	three.Hint = "do that"
	c := check(nil, one, two, three, verdict("a", state.OK, 1))
	for _, verbosity := range []int{0, 3} {
		out := text(t, c, verbosity, many)
		if !strings.HasSuffix(out, "\nsudo this\ndo that\n") || strings.Count(out, "sudo this") != 1 {
			t.Errorf("%s", out)
		}
	}
	if rows := strings.Join(table(t, c, Style{}), "\n"); !strings.HasSuffix(rows, "\nsudo this\ndo that") {
		t.Errorf("%s", rows)
	}
	if out := decode[checkJSON](t, checkToJSON(t, c)); len(out.Hints) != 2 {
		t.Errorf("%q", out.Hints)
	}
}

func TestTheSocketsThatAReasonSpeaksOfAreMarked(t *testing.T) {
	v := listening("b", state.Critical, 0)
	v.Others = []parse.Socket{java}
	if out := text(t, check(nil, v), 2, many); !strings.Contains(out, "\n    tcp  *:8080                   *:*                      LISTEN       2210/java  (does not match)\n") {
		t.Errorf("%s", out)
	}
	v.Others[0].Owners, v.Others[0].Hidden = nil, true
	if out := text(t, check(nil, v), 2, many); !strings.Contains(out, " (hidden)  (may match)\n") {
		t.Errorf("%s", out)
	}
}

func TestTheOnlyItemsLineIsNotRepeated(t *testing.T) {
	v := listening("b", state.Critical, 0)
	if out := text(t, check(nil, v), 0, many); strings.Count(out, "reason of b") != 1 || !strings.HasPrefix(out, "CRITICAL: reason of b [b] |") {
		t.Errorf("%s", out)
	}
	v.Reason = strings.Repeat("r", 500)
	if out := text(t, check(nil, v), 0, many); !strings.Contains(out, "\n[CRITICAL] b: "+v.Reason+"\n") {
		t.Errorf("cut, and not said below: %s", out)
	}
}

func TestThereIsNoPerfdataOnATerminal(t *testing.T) {
	var b strings.Builder
	if err := DefaultForm().Check(&b, check(nil, verdict("a", state.OK, 1)), Options{Limit: many, Style: Style{Terminal: true}}); err != nil || b.String() != "OK: reason of a [a]\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestARangeFromZeroIsWrittenShort(t *testing.T) {
	for long, short := range map[string]string{
		"": "", "5": "5", "0:5": "5", "@0:5": "@5", "1:5": "1:5", "0:": "0:", "~:5": "~:5", "@~:2": "@~:2", "10:": "10:", "00:5": "00:5",
	} {
		if got := shortRange(long); got != short {
			t.Errorf("%q is written %q, want %q", long, got, short)
		}
	}
}

func TestStalledSocketsAreCountedIfTheSourceTells(t *testing.T) {
	v := listening("b", state.Warning, 3)
	v.Stalled = 2
	c := check(nil, v, v)
	if out := text(t, c, 0, many); strings.Contains(out, "'stalled'") {
		t.Error(out)
	}
	c.TellsStalled = true
	if out := text(t, c, 0, many); !strings.Contains(out, " 'stalled'=4;;;0 'time'") {
		t.Error(out)
	}
}

func TestFormsHaveNames(t *testing.T) {
	if got := strings.Join(Forms(), "|"); got != "text|table|json" {
		t.Error(got)
	}
	if _, err := ParseForm("xml"); err == nil || err.Error() != `"xml": not text, table or json` {
		t.Error(err)
	}
}
