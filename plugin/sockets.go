package plugin

import (
	"context"
	"fmt"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/guard"
	"check_netstat/plugin/host"
	"check_netstat/plugin/match"
	"check_netstat/plugin/report"
	"check_netstat/plugin/source"
)

// sockets lists the snapshot that a check would see. A saved output of any size
// is written as it is read, unless names are asked for, which are looked up when
// all addresses are known.
func (r *request) sockets(ctx context.Context, env Env) error {
	list := report.NewSockets(guard.Until(ctx, env.Stdout), r.Output.Output == "json", r.style(env.Stdout))
	if r.spec.Input != "" && !r.Output.Resolve {
		snap, err := r.read(ctx, nil, list.Add)
		if err != nil {
			return fmt.Errorf("no snapshot: %w", err)
		}
		return list.Close(origin(&snap), len(r.Output.Verbose))
	}
	all, snap, err := r.whole(ctx, false)
	if err != nil {
		return err
	}
	if r.Output.Resolve {
		list.Names = r.namesOf(ctx, env, remotes(all))
	}
	for i := range all {
		list.Add(&all[i])
	}
	return list.Close(origin(&snap), len(r.Output.Verbose))
}

// whole takes a whole snapshot. A live one has the owners of every socket that
// can be seen, by their best names or by those that last.
func (r *request) whole(ctx context.Context, lasting bool) ([]parse.Socket, source.Snapshot, error) {
	var all []parse.Socket
	snap, err := r.read(ctx, nil, func(s *parse.Socket) { all = append(all, s.Clone()) })
	if err != nil {
		return nil, snap, fmt.Errorf("no snapshot: %w", err)
	}
	if snap.Live {
		withOwners(ctx, all, r.spec.NetNS, lasting)
	}
	return all, snap, nil
}

// withOwners gives every socket of this host the processes that hold it.
func withOwners(ctx context.Context, all []parse.Socket, netns string, lasting bool) {
	q := facts.Questions{Holders: []facts.Holders{{All: true}}}
	for i := range all {
		if all[i].Inode != 0 {
			q.Holders[0].Inodes = append(q.Holders[0].Inodes, all[i].Inode)
		}
		for _, o := range all[i].Owners {
			q.PIDs = append(q.PIDs, o.PID)
		}
	}
	answers := host.Answer(ctx, &q, netns)
	for i := range all {
		match.ShowOwners(&all[i], &answers, lasting)
	}
}
