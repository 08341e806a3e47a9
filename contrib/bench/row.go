//go:build linux

package main

import "fmt"

// row is one measurement and what is expected of it.
type row struct {
	name  string // selects the row
	a, b  command
	goal  goal
	pairs int // at most; 0: as many as are asked for
}

// goal is what a row is to reach.
type goal struct {
	kind  goalKind
	limit float64
}

type goalKind uint8

const (
	none    goalKind = iota // for comparison only
	atMost                  // CPU of a as a multiple of b's
	cheaper                 // how many times less CPU a takes than b
	memory                  // peak memory of a in MiB; b does not run
)

// result is a row with what was measured, or why it was not.
type result struct {
	row
	value float64
	err   error
}

// memoryRuns is how often a command runs to find its peak memory.
const memoryRuns = 3

// measure runs the row's commands.
func (r row) measure(m meter, pairs int) result {
	done := result{row: r}
	if r.pairs > 0 {
		pairs = min(pairs, r.pairs)
	}
	if r.goal.kind == memory {
		done.value, done.err = r.measureMemory(m)
		return done
	}
	measured, err := m.pairs(r.a, r.b, pairs)
	if err == nil {
		done.value, err = ratio(measured)
		a, b := typical(measured)
		progress("%s: CPU %v against %v", r.name, a, b)
	}
	if r.goal.kind == cheaper && done.value > 0 {
		done.value = 1 / done.value
	}
	done.err = err
	return done
}

func (r row) measureMemory(m meter) (mib float64, err error) {
	if m.measure == "" {
		return 0, errNoCompiler
	}
	if err := m.prove(r.a); err != nil {
		return 0, err
	}
	var runs []pair
	for range memoryRuns {
		c, err := m.run(r.a, nil)
		if err != nil {
			return 0, err
		}
		runs = append(runs, pair{a: c})
	}
	return float64(peak(runs)) / (1 << 20), nil
}

// reached reports whether the result is within its goal.
func (r result) reached() bool {
	switch r.goal.kind {
	case none:
		return true
	case cheaper:
		return r.err == nil && r.value >= r.goal.limit
	}
	return r.err == nil && r.value <= r.goal.limit
}

func (g goal) String() string {
	switch g.kind {
	case atMost:
		return fmt.Sprintf("at most %v", g.limit)
	case cheaper:
		return fmt.Sprintf("%v times cheaper", g.limit)
	case memory:
		return fmt.Sprintf("at most %v MiB", g.limit)
	}
	return ""
}

// measured returns what the result's cell says.
func (r result) measured() string {
	if r.err != nil {
		return "left out: " + r.err.Error()
	}
	text := figure(r.value)
	switch r.goal.kind {
	case cheaper:
		text += " times cheaper"
	case memory:
		text += " MiB"
	}
	if !r.reached() {
		text += ", missed"
	}
	return text
}

// figure writes a number with two digits that mean something.
func figure(v float64) string {
	switch {
	case v >= 10:
		return fmt.Sprintf("%.0f", v)
	case v >= 1:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2g", v)
}
