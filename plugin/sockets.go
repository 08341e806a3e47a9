package plugin

import (
	"context"
	"fmt"

	"check_netstat/parse"
	"check_netstat/plugin/cli"
	"check_netstat/plugin/guard"
	"check_netstat/plugin/match"
	"check_netstat/plugin/report"
)

// sockets lists the snapshot that a check would see, or the sockets in it that
// fit the items. A saved output of any size is written as it is read, unless names
// are asked for, which are looked up when all addresses are known.
func (r *run) sockets(ctx context.Context, q *cli.Sockets) error {
	look := r.options()
	out := guard.Until(ctx, r.Stdout)
	from := r.snapshots(&q.Source)
	hasItems := !q.Watch.IsZero() || len(q.Watch.Select) > 0
	if q.Source.Input != "" && !q.Show.Resolve && !hasItems {
		list := q.Show.Form.Sockets(out, look)
		snap, err := from.read(ctx, nil, func(s *parse.Socket) {
			shown := *s
			shown.Hidden = match.IsHidden(s)
			list.Add(&shown)
		})
		if err != nil {
			return fmt.Errorf("no snapshot: %w", err)
		}
		return list.Close(report.Footer{Origin: origin(&snap), Hint: r.showHidden(&snap)})
	}
	all, snap, err := from.whole(ctx, false)
	if err != nil {
		return err
	}
	unsure := 0
	if hasItems {
		if all, unsure, err = r.fitting(ctx, q, all, &snap); err != nil {
			return err
		}
	}
	if q.Show.Resolve {
		look.Names = r.namesOf(ctx, remotes(all))
	}
	list := q.Show.Form.Sockets(out, look)
	for i := range all {
		list.Add(&all[i])
	}
	return list.Close(report.Footer{Origin: origin(&snap), Unsure: unsure, Hint: r.showHidden(&snap)})
}
