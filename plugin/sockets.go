package plugin

import (
	"context"
	"fmt"

	"check_netstat/parse"
	"check_netstat/plugin/guard"
	"check_netstat/plugin/host"
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
	all, snap, err := r.whole(ctx)
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
// can be seen, by their whole names.
func (r *request) whole(ctx context.Context) ([]parse.Socket, source.Snapshot, error) {
	var all []parse.Socket
	snap, err := r.read(ctx, nil, func(s *parse.Socket) { all = append(all, s.Clone()) })
	if err != nil {
		return nil, snap, fmt.Errorf("no snapshot: %w", err)
	}
	known := facts(&snap, r.spec.NetNS)
	everybody := host.Group{Fits: func([]string) bool { return true }}
	for i := range all {
		if len(all[i].Owners) == 0 && all[i].Inode != 0 {
			everybody.Inodes = append(everybody.Inodes, all[i].Inode)
		}
	}
	found := known.Owners(ctx, []host.Group{everybody})
	for i := range all {
		s := &all[i]
		if len(s.Owners) == 0 {
			s.Owners = found.Owners[s.Inode]
		}
		for k := range s.Owners {
			if names := known.Programs(s.Owners[k].PID); len(names) > 0 {
				s.Owners[k].Name, s.Owners[k].Cut = names[0], false
			}
		}
	}
	return all, snap, nil
}
