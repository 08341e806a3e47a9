package report

import (
	"fmt"
	"strconv"
	"strings"

	nagios "github.com/atc0005/go-nagios"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// totals returns the perfdata that every result has: what matched, how the
// items stand, and how long the run took.
func (c *Check) totals() []nagios.PerformanceData {
	var data []nagios.PerformanceData
	count := func(label string, n int) {
		data = append(data, nagios.PerformanceData{Label: label, Value: strconv.Itoa(n), Min: "0"})
	}
	_, connections := c.ofKind(watch.Connection)
	_, listening := c.ofKind(watch.Listening)
	count("connections", connections)
	count("listening_ports", listening)
	counts := c.counts()
	for _, s := range [...]state.State{state.OK, state.Warning, state.Critical, state.Unknown} {
		count("items_"+strings.ToLower(s.String()), counts[s])
	}
	if c.TellsStalled {
		count("stalled", c.stalled())
	}
	if n, known := c.unexpected(); known {
		count("unexpected", n)
	}
	return append(data, nagios.PerformanceData{
		Label: "time", Value: fmt.Sprintf("%.3f", c.Elapsed.Seconds()), UnitOfMeasurement: "s", Min: "0",
	})
}

// unexpected counts what is unexpected, if that was asked for and is known.
func (c *Check) unexpected() (n int, known bool) {
	for i := range c.Verdicts {
		if v := &c.Verdicts[i]; v.Item.Kind.IsUnexpected() {
			if v.Reason != "" {
				return 0, false
			}
			n, known = n+v.Matched, true
		}
	}
	return n, known
}

// labels returns the label of each verdict's value, "" for what is unexpected.
// They depend on the keys alone, so that each names the same item in every run,
// and are unique even if case is ignored, as some graphing back ends do.
func (c *Check) labels() []string {
	l := labels{}
	for _, name := range [...]string{"connections", "listening_ports", "stalled", "unexpected", "time"} {
		l[name] = 1
	}
	for _, s := range state.All {
		l["items_"+strings.ToLower(s.String())] = 1
	}
	all := make([]string, len(c.Verdicts))
	for i := range c.Verdicts {
		if it := c.Verdicts[i].Item; !it.Kind.IsUnexpected() {
			all[i] = l.unique(it.Key)
		}
	}
	return all
}

// labels are the labels that are taken, in lower case, each with the number of
// times that it was wanted.
type labels map[string]int

// unique replaces what a label must not have, and numbers a repetition.
func (l labels) unique(key string) string {
	label := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, key)
	lower := strings.ToLower(label)
	for {
		n := l[lower] + 1
		l[lower] = n
		if n == 1 {
			return label
		}
		numbered := fmt.Sprintf("%s_%d", lower, n)
		if l[numbered] == 0 {
			l[numbered] = 1
			return fmt.Sprintf("%s_%d", label, n)
		}
	}
}

// itemMetric writes the number of sockets that the item's ranges judge, with
// them; "" for an item of which nothing is known.
func itemMetric(v *match.Verdict, label string) string {
	if v.State == state.Unknown || label == "" {
		return ""
	}
	return metric(nagios.PerformanceData{
		Label: label, Value: strconv.Itoa(v.Judged),
		Warn: shortRange(v.Warning.String()), Crit: shortRange(v.Critical.String()), Min: "0",
	})
}

// shortRange writes "0:N" as "N", which means the same: Icinga 2 drops the long
// form.
func shortRange(text string) string {
	body, inside := strings.CutPrefix(text, "@")
	if end, ok := strings.CutPrefix(body, "0:"); ok && end != "" {
		body = end
	}
	if inside {
		return "@" + body
	}
	return body
}

// metric writes one value, without the separators that end in nothing.
func metric(d nagios.PerformanceData) string {
	return strings.TrimRight(d.String(), ";")
}
