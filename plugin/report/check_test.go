package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// verdict makes the verdict of a connection with that key.
func verdict(key string, s state.State, n int) match.Verdict {
	it := watch.AdHocConnection("192.0.2.1:80")
	it.Key = key
	v := match.Verdict{Item: &it, State: s, Matched: n, Judged: n, Reason: "reason of " + key}
	v.States[parse.Established] = n
	return v
}

func listening(key string, s state.State, n int) match.Verdict {
	it := watch.AdHocPort("tcp:443")
	it.Key = key
	v := match.Verdict{Item: &it, State: s, Matched: n, Judged: n, Reason: "reason of " + key}
	v.States[parse.Listen] = n
	return v
}

func check(problems []string, verdicts ...match.Verdict) *Check {
	return &Check{
		State: Worst(verdicts, problems), Verdicts: verdicts, Problems: problems,
		Origin: Origin{
			Source: "netstat", Command: "/bin/netstat -tunap", Format: "linux", Sockets: 9, Skipped: 1,
			SkippedLines: []string{"odd | line"}, Took: 12 * time.Millisecond,
		},
		TestedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Elapsed: 34 * time.Millisecond, Host: "host.example.com",
	}
}

func text(t *testing.T, c *Check, verbosity, limit int) string {
	t.Helper()
	var b strings.Builder
	if err := DefaultForm().Check(&b, c, Options{Verbosity: verbosity, Limit: limit}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// many is enough for every list in these tests.
const many = 1 << 20

func TestTheWholeIsAsBadAsItsWorstPart(t *testing.T) {
	ok, warning := verdict("a", state.OK, 1), verdict("b", state.Warning, 1)
	critical, unknown := verdict("c", state.Critical, 0), verdict("d", state.Unknown, 0)
	problem := []string{"list.csv: no such file"}
	for _, tt := range []struct {
		name     string
		verdicts []match.Verdict
		problems []string
		want     state.State
	}{
		{"nothing", nil, nil, state.Unknown},
		{"only a problem", nil, problem, state.Unknown},
		{"all OK", []match.Verdict{ok, ok}, nil, state.OK},
		{"one WARNING", []match.Verdict{ok, warning}, nil, state.Warning},
		{"UNKNOWN over WARNING", []match.Verdict{unknown, warning, ok}, nil, state.Unknown},
		{"CRITICAL over UNKNOWN", []match.Verdict{critical, unknown, ok}, nil, state.Critical},
		{"a problem beside OK", []match.Verdict{ok}, problem, state.Unknown},
		{"a problem beside WARNING", []match.Verdict{warning}, problem, state.Unknown},
		{"a problem beside CRITICAL", []match.Verdict{critical}, problem, state.Critical},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Worst(tt.verdicts, tt.problems); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestPluralCountsNouns(t *testing.T) {
	if got := fmt.Sprintf("%s, %s, %s", Plural(0, "item"), Plural(1, "item"), Plural(2, "item")); got != "0 items, 1 item, 2 items" {
		t.Error(got)
	}
}
