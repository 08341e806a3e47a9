package report

import (
	"fmt"
	"strconv"
	"strings"

	nagios "github.com/atc0005/go-nagios"

	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// totals returns the perfdata that every result has: what matched, how the
// items stand, and how long the run took.
func (c *Check) totals() []nagios.PerformanceData {
	_, connections := c.ofKind(watch.Connection)
	_, listening := c.ofKind(watch.Listening)
	data := []nagios.PerformanceData{
		{Label: "connections", Value: strconv.Itoa(connections), Min: "0"},
		{Label: "listening_ports", Value: strconv.Itoa(listening), Min: "0"},
	}
	counts := c.counts()
	for _, s := range [...]state.State{state.OK, state.Warning, state.Critical, state.Unknown} {
		data = append(data, nagios.PerformanceData{
			Label: "items_" + strings.ToLower(s.String()), Value: strconv.Itoa(counts[s]), Min: "0",
		})
	}
	if u := c.Unexpected; u != nil && u.Reason == "" {
		data = append(data, nagios.PerformanceData{Label: "unexpected", Value: strconv.Itoa(len(u.Sockets)), Min: "0"})
	}
	return append(data, nagios.PerformanceData{
		Label: "time", Value: fmt.Sprintf("%.3f", c.Elapsed.Seconds()), UnitOfMeasurement: "s", Min: "0",
	})
}

// itemData returns one value per item that has one: the number of sockets its
// ranges judge, with the ranges. Labels are unique even where case is ignored,
// as some graphing back ends do.
func (c *Check) itemData() []nagios.PerformanceData {
	taken := labels{"unexpected": 1} // whether it is asked for or not
	for _, t := range c.totals() {
		taken[t.Label] = 1
	}
	var data []nagios.PerformanceData
	for i := range c.Verdicts {
		v := &c.Verdicts[i]
		// The label is taken even where there is no value, so that it names the
		// same item in every run.
		label := taken.unique(v.Item.Key)
		if v.State == state.Unknown {
			continue
		}
		data = append(data, nagios.PerformanceData{
			Label: label, Value: strconv.Itoa(v.Judged),
			Warn: v.Warning.String(), Crit: v.Critical.String(), Min: "0",
		})
	}
	return data
}

// labels are those that are taken, in lower case, each with the number up to which
// its repetitions are numbered: to count from 2 for each would take as many steps
// as there are pairs of items (BenchmarkLabels).
type labels map[string]int

// unique replaces what a label must not have, and numbers a repetition.
func (taken labels) unique(key string) string {
	label := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, key)
	lower := strings.ToLower(label)
	n, isTaken := taken[lower]
	if !isTaken {
		taken[lower] = 1
		return label
	}
	suffix := ""
	for isTaken {
		n++
		suffix = "_" + strconv.Itoa(n)
		_, isTaken = taken[lower+suffix]
	}
	taken[lower], taken[lower+suffix] = n, 1
	return label + suffix
}

// metric writes one value, without the separators that end in nothing.
func metric(d nagios.PerformanceData) string {
	return strings.TrimRight(d.String(), ";")
}
