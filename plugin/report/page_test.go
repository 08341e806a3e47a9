package report

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
)

// For any list and any limit: if any perfdata of an item that is OK is shown, or
// any line of one, each item that is not OK is named before; and the labels stay
// those of the whole text.
func TestEachFailingItemIsNamedBeforeAnythingOfOneThatIsOK(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "items")
		verdicts := make([]match.Verdict, n)
		for i := range verdicts {
			s := state.OK
			if rapid.IntRange(0, 20).Draw(t, "fails") == 0 {
				s = rapid.SampledFrom(state.All[:]).Draw(t, "state")
			}
			verdicts[i] = verdict(fmt.Sprintf("item-%s-%d", s, i), s, 1)
			verdicts[i].Reason = strings.Repeat("r", rapid.IntRange(1, 300).Draw(t, "reason"))
		}
		c := check(nil, verdicts...)
		verbosity := rapid.IntRange(0, 3).Draw(t, "verbosity")
		limit := rapid.IntRange(0, 20000).Draw(t, "limit")
		out, whole := written(t, c, verbosity, limit), written(t, c, verbosity, 1<<24)
		holds(t, c, out, whole)
	})
}

func TestTwoFailingAmongThreeHundredAreNamed(t *testing.T) {
	var verdicts []match.Verdict
	for i := range 302 {
		s := state.OK
		if i == 17 || i == 250 {
			s = state.Critical
		}
		verdicts = append(verdicts, verdict(fmt.Sprintf("item-%s-%d", s, i), s, 1))
	}
	c := check(nil, verdicts...)
	whole := written(t, c, 1, 1<<24)
	for limit := 0; limit < 8000; limit += 37 {
		out := written(t, c, 1, limit)
		holds(t, c, out, whole)
		if limit > 500 && (!strings.Contains(out, "[CRITICAL] item-CRITICAL-17: ") || !strings.Contains(out, "[CRITICAL] item-CRITICAL-250: ")) {
			t.Fatalf("limit %d:\n%s", limit, out)
		}
	}
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func written(t failer, c *Check, verbosity, limit int) string {
	t.Helper()
	var b strings.Builder
	if err := DefaultForm().Check(&b, c, Options{Verbosity: verbosity, Limit: limit}); err != nil {
		t.Fatalf("%v", err)
	}
	return b.String()
}

func holds(t failer, c *Check, out, whole string) {
	t.Helper()
	first, lines, _ := strings.Cut(out, "\n")
	metrics := func(text string) []string {
		line, _, _ := strings.Cut(text, "\n")
		_, perfdata, _ := strings.Cut(line, "|")
		return strings.Fields(perfdata)
	}
	known, shown := metrics(whole), metrics(first)
	at := 0
	for _, m := range shown { // in the same order, each as it was
		for at < len(known) && known[at] != m {
			at++
		}
		if at == len(known) {
			t.Fatalf("%s is not in the whole text", m)
		}
	}
	if !strings.Contains(first, "'item-OK-") && !strings.Contains(lines, "[OK] ") {
		return
	}
	for _, v := range c.Verdicts {
		if v.State != state.OK && !strings.Contains(lines, "] "+v.Item.Key+": ") && !strings.Contains(first, "["+v.Item.Key+"]") {
			t.Fatalf("%s is not named, but something of an item that is OK is shown:\n%s", v.Item.Key, out)
		}
	}
}
