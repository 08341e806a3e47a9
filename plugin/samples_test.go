package plugin

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"check_netstat/plugin/match"
	"check_netstat/plugin/report"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

var errSource = errors.New("netstat exited with 7")

// letters are the states of an item, one for each sample.
var letters = map[byte]state.State{'o': state.OK, 'w': state.Warning, 'c': state.Critical, 'u': state.Unknown}

// script is a source of samples: for each, the states of the items, or "-" for
// one that fails.
func script(items []watch.Item, samples ...string) func(context.Context) (sample, error) {
	n := 0
	return func(context.Context) (sample, error) {
		states := samples[n]
		n++
		if states == "-" {
			return failed(items, errSource, report.Origin{}), errSource
		}
		one := sample{verdicts: make([]match.Verdict, len(items))}
		for i := range items {
			one.verdicts[i] = match.Verdict{Item: &items[i], State: letters[states[i]], Matched: n}
		}
		return one, nil
	}
}

func TestSamplesDecideEachItem(t *testing.T) {
	fine := make([]watch.Item, 2)
	broken := []watch.Item{{}, {Err: errors.New("no port")}}
	nameless := []watch.Item{{}, {ResolveErr: errors.New("no address")}}
	for _, tt := range []struct {
		name    string
		items   []watch.Item
		n, m    int
		samples []string
		want    string // the states
		of      string // the samples that decided, as digits
		failed  int
	}{
		{"one", fine, 1, 1, []string{"oc"}, "oc", "11", 0},
		{"OK at once, the other later", fine, 3, 1, []string{"oc", "co"}, "oo", "12", 0},
		{"none is OK in time", fine, 3, 1, []string{"cc", "ww", "wc"}, "wc", "33", 0},
		{"two of three", fine, 3, 2, []string{"oo", "cc", "oc"}, "oc", "33", 0},
		{"too few: the last one's state, be it OK", fine, 3, 2, []string{"cc", "cc", "oc"}, "oc", "33", 0},
		{"what cannot change is not waited for", broken, 3, 1, []string{"ou"}, "ou", "11", 0},
		{"nor a name that does not resolve", nameless, 3, 1, []string{"cw", "ow"}, "ow", "21", 0},
		{"nor even where the first fails", broken, 3, 1, []string{"-", "ou"}, "ou", "22", 1},
		{"a sample fails in between", fine, 3, 1, []string{"oc", "-", "cw"}, "ow", "13", 1},
		{"the last one fails", fine, 2, 1, []string{"oc", "-"}, "ou", "10", 1},
		{"the first one fails", fine, 2, 1, []string{"-", "oc"}, "oc", "22", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, count, err := sampling{samples: tt.n, match: tt.m}.run(t.Context(), tt.items, script(tt.items, tt.samples...))
			if err != nil {
				t.Fatal(err)
			}
			states, of := "", ""
			for i := range got.verdicts {
				states += strings.ToLower(got.verdicts[i].State.String()[:1])
				of += string(rune('0' + got.verdicts[i].Matched))
			}
			if states != tt.want || of != tt.of {
				t.Errorf("states %q of samples %s, want %q of %s", states, of, tt.want, tt.of)
			}
			if count.Of != tt.n || count.Taken != len(tt.samples) || count.Failed != tt.failed {
				t.Errorf("%+v, want %d taken, %d failed", count, len(tt.samples), tt.failed)
			}
		})
	}
}

func TestSamplesThatAllFailAreNoVerdict(t *testing.T) {
	items := make([]watch.Item, 1)
	_, count, err := sampling{samples: 3, match: 1}.run(t.Context(), items, script(items, "-", "-", "-"))
	if err == nil || err.Error() != errSource.Error() || count.Taken != 3 {
		t.Errorf("%+v, %v", count, err)
	}
}

// TestSamplesAreSpreadOverTheTime also shows that the run waits for them: the
// first is taken at once, the last not before its time.
func TestSamplesAreSpreadOverTheTime(t *testing.T) {
	items := make([]watch.Item, 1)
	s := sampling{samples: 5, match: 1, within: 80 * time.Millisecond}
	start := time.Now()
	if _, count, err := s.run(t.Context(), items, script(items, "c", "c", "c", "c", "c")); err != nil || count.Taken != 5 || time.Since(start) < s.within {
		t.Errorf("%+v in %v, %v", count, time.Since(start), err)
	}
	due := s.times(t.Context())
	for i := range 4 {
		if gap := due(i + 1).Sub(due(i)); gap != 20*time.Millisecond {
			t.Errorf("samples %d and %d are %v apart", i, i+1, gap)
		}
	}
}

func TestSamplesComeCloserWhereTimeIsShort(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	due := sampling{samples: 3, match: 1, within: time.Minute}.times(ctx)
	if last := time.Until(due(2)); last > 7*time.Second || last < 6*time.Second {
		t.Errorf("the last sample is due in %v, want 7 s of 8 s", last)
	}
}

func TestSamplesEndWithTheTime(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	items := make([]watch.Item, 1)
	take := script(items, "c", "c")
	got, count, err := sampling{samples: 3, match: 1, within: time.Hour}.run(ctx, items, func(ctx context.Context) (sample, error) {
		cancel()
		return take(ctx)
	})
	if err != nil || count.Taken != 1 || got.verdicts[0].State != state.Critical {
		t.Errorf("%+v, %v", count, err)
	}
}
