package lint

import (
	"cmp"
	"errors"
	"slices"

	"check_netstat/plugin/watch"
)

// Severity says how bad a finding is.
type Severity uint8

// The severities.
const (
	Hint Severity = iota
	Error
)

// String returns "hint" or "error".
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "hint"
}

// Finding is one problem at one place.
type Finding struct {
	watch.Place
	Severity Severity
	Text     string // what is wrong and what to do, one line, may hold text from outside
}

// List is one watch list as [watch.Read] has read it.
type List struct {
	File  string
	Items []watch.Item
	Errs  []error
}

// Lists returns all findings, in the order of the lists and of their lines.
// The names of the items have been looked up; their keys are still as written.
func Lists(lists []List) []Finding {
	var found []Finding
	var items []*watch.Item
	for i := range lists {
		l := &lists[i]
		here := listFindings(l)
		for j := range l.Items {
			it := &l.Items[j]
			here = append(here, itemFindings(it)...)
			items = append(items, it)
		}
		found = append(found, here...)
	}
	found = append(found, duplicateKeys(items)...)
	found = append(found, covered(items)...)
	order := map[string]int{}
	for i := len(lists) - 1; i >= 0; i-- {
		order[lists[i].File] = i
		for j := range lists[i].Items {
			order[lists[i].Items[j].Place("").File] = i // an ad-hoc item has its own
		}
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return found
}

// listFindings are those about the list as a whole.
func listFindings(l *List) []Finding {
	var found []Finding
	for _, err := range l.Errs {
		f := Finding{Place: watch.Place{File: l.File}, Severity: Error, Text: err.Error()}
		if le := (*watch.ListError)(nil); errors.As(err, &le) {
			f.Place, f.Text = le.Place, le.Err.Error()
		}
		found = append(found, f)
	}
	return found
}

// Errors counts the findings that are errors.
func Errors(found []Finding) int {
	n := 0
	for i := range found {
		if found[i].Severity == Error {
			n++
		}
	}
	return n
}
