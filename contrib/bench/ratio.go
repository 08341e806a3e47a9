//go:build linux

package main

import (
	"errors"
	"slices"
	"time"
)

// cost is what one run of a command took, the programs that it started
// included.
type cost struct {
	cpu  time.Duration // user and system
	peak int64         // most memory of one process, in bytes; 0 where it is not known
}

// pair is one run of each of two commands, one right after the other.
type pair struct{ a, b cost }

// ratio returns the median of the pairs' CPU ratios a/b. The machine's speed
// changes from second to second, so only neighbours are compared.
func ratio(pairs []pair) (float64, error) {
	var each []float64
	for _, p := range pairs {
		if p.b.cpu <= 0 {
			return 0, errors.New("the second command took no CPU that could be measured")
		}
		each = append(each, float64(p.a.cpu)/float64(p.b.cpu))
	}
	if len(each) == 0 {
		return 0, errors.New("nothing was measured")
	}
	return median(each), nil
}

// typical returns the median CPU of each command, to show beside their ratio.
func typical(pairs []pair) (a, b time.Duration) {
	var as, bs []float64
	for _, p := range pairs {
		as, bs = append(as, float64(p.a.cpu)), append(bs, float64(p.b.cpu))
	}
	return time.Duration(median(as)), time.Duration(median(bs))
}

// peak returns the most memory that the first command took in any run.
func peak(pairs []pair) (most int64) {
	for _, p := range pairs {
		most = max(most, p.a.peak)
	}
	return most
}

// median returns the middle of the values, of an even number the mean of the
// two middle ones. It sorts them.
func median(values []float64) float64 {
	slices.Sort(values)
	half := len(values) / 2
	if len(values)%2 == 0 {
		return (values[half-1] + values[half]) / 2
	}
	return values[half]
}
