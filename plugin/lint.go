package plugin

import (
	"context"
	"os"

	"check_netstat/plugin/cli"
	"check_netstat/plugin/lint"
	"check_netstat/plugin/report"
	"check_netstat/plugin/resolve"
	"check_netstat/plugin/watch"
)

// lint finds the problems of every list and ad-hoc item. It takes no snapshot,
// but looks names up as a check does.
func (r *run) lint(ctx context.Context, q *cli.Lint) (write func() error, err error) {
	watched := r.lists(&q.Watch)
	files, err := watched.files()
	if err != nil {
		return nil, err
	}
	var lists []lint.List
	for _, f := range files {
		l := lint.List{File: f.file}
		l.Items, l.Errs = watched.readList(f.file, f.kind)
		lists = append(lists, l)
	}
	lists = append(lists,
		lint.List{File: "--connection", Items: q.Watch.AdHoc(watch.Connection)},
		lint.List{File: "--port", Items: q.Watch.AdHoc(watch.Listening)},
		lint.List{File: "--count", Items: q.Watch.AdHoc(watch.Count)})
	names, cancel := context.WithTimeout(ctx, q.Timeout/2)
	defer cancel()
	items := 0
	for i := range lists {
		resolve.Items(names, lists[i].Items, r.Lookup)
		items += len(lists[i].Items)
	}
	result := &report.Lint{Lists: len(files), Items: items, Findings: lint.Lists(lists)}
	if lint.Errors(result.Findings) > 0 {
		err = errShown
	}
	return func() error { return q.Show.Form.Lint(r.Stdout, result, r.options()) }, err
}

// hostname is the name of this host, "" where it has none: a name to show,
// nothing hangs on it.
func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
