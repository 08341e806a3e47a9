package plugin

import (
	"context"
	"os"

	"check_netstat/plugin/lint"
	"check_netstat/plugin/report"
	"check_netstat/plugin/resolve"
	"check_netstat/plugin/watch"
)

// lint finds the problems of every list and ad-hoc item. It takes no snapshot,
// but looks names up as a check does.
func (r *request) lint(ctx context.Context, env Env) (write func() error, err error) {
	files, err := r.files()
	if err != nil {
		return nil, err
	}
	var lists []lint.List
	for _, f := range files {
		l := lint.List{File: f.file}
		l.Items, l.Errs = r.readList(f.file, f.kind)
		lists = append(lists, l)
	}
	lists = append(lists,
		lint.List{File: "--connection", Items: r.adHoc(watch.Connection)},
		lint.List{File: "--port", Items: r.adHoc(watch.Listening)})
	names, cancel := context.WithTimeout(ctx, r.timeout/2)
	defer cancel()
	items := 0
	for i := range lists {
		resolve.Items(names, lists[i].Items, env.Lookup)
		items += len(lists[i].Items)
	}
	result := &report.Lint{Lists: len(files), Items: items, Findings: lint.Lists(lists)}
	if lint.Errors(result.Findings) > 0 {
		err = errShown
	}
	return func() error {
		if r.Output.Output == "json" {
			return report.LintJSON(env.Stdout, result)
		}
		return report.LintText(env.Stdout, result)
	}, err
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
