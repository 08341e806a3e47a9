package plugin

import (
	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/cli"
	"check_netstat/plugin/report"
)

// items lists the watch items.
func (r *run) items(q *cli.Items) (write func() error, err error) {
	var list report.Items
	list.Items, list.Problems = r.lists(&q.Watch).items()
	if len(list.Problems) > 0 {
		err = errShown
	}
	return func() error { return q.Show.Form.Items(r.Stdout, &list, r.options()) }, err
}

// keysOf returns the keys of all items, to complete one.
func keysOf(w *cli.Watch) []flags.Completion {
	l := lists{Watch: w, doing: func(string) {}}
	items, _ := l.items()
	all := make([]flags.Completion, len(items))
	for i := range items {
		all[i] = flags.Completion{Item: items[i].Key, Description: report.Clean(items[i].Comment)}
	}
	return all
}
