//go:build linux

package main

import (
	"math"
	"testing"
	"time"
)

func cpuPairs(milliseconds ...[2]int) (pairs []pair) {
	for _, ms := range milliseconds {
		pairs = append(pairs, pair{
			a: cost{cpu: time.Duration(ms[0]) * time.Millisecond},
			b: cost{cpu: time.Duration(ms[1]) * time.Millisecond},
		})
	}
	return pairs
}

func TestRatioIsTheMedianOfNeighbours(t *testing.T) {
	for _, tt := range []struct {
		name  string
		pairs []pair
		want  float64
	}{
		{"one pair", cpuPairs([2]int{30, 10}), 3},
		{"a machine that became four times slower on the way", cpuPairs([2]int{20, 10}, [2]int{20, 10}, [2]int{80, 40}), 2},
		{"one pair that was disturbed", cpuPairs([2]int{20, 10}, [2]int{900, 10}, [2]int{22, 10}), 2.2},
		{"an even number of pairs", cpuPairs([2]int{10, 10}, [2]int{20, 10}, [2]int{40, 10}, [2]int{90, 10}), 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ratio(tt.pairs)
			if err != nil || math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("ratio %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestRatioOfNothingIsAnError(t *testing.T) {
	for name, pairs := range map[string][]pair{
		"no pairs":                 nil,
		"no CPU that was measured": cpuPairs([2]int{10, 0}),
	} {
		if got, err := ratio(pairs); err == nil {
			t.Errorf("%s: ratio %v; want an error", name, got)
		}
	}
}

func TestTypicalIsTheMedianOfEach(t *testing.T) {
	a, b := typical(cpuPairs([2]int{30, 1}, [2]int{10, 3}, [2]int{20, 2}))
	if a != 20*time.Millisecond || b != 2*time.Millisecond {
		t.Errorf("typical %v and %v; want 20ms and 2ms", a, b)
	}
}

func TestPeakIsTheMostOfAnyRunOfTheFirst(t *testing.T) {
	if got := peak([]pair{{a: cost{peak: 5}, b: cost{peak: 99}}, {a: cost{peak: 7}}, {a: cost{peak: 6}}}); got != 7 {
		t.Errorf("peak %d; want 7", got)
	}
}
