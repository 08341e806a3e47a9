package plugin

import (
	"context"
	"fmt"
	"runtime"

	"check_netstat/parse"
	"check_netstat/plugin/host"
	"check_netstat/plugin/report"
	"check_netstat/plugin/source"
)

// sockets lists the snapshot that a check would see. A saved output of any size
// is written as it is read.
func (r *request) sockets(ctx context.Context, env Env) error {
	list := report.NewSockets(env.Stdout, r.Output.Output == "json")
	var snap source.Snapshot
	var err error
	if r.spec.Input != "" {
		snap, err = source.Read(ctx, r.spec, nil, list.Add)
	} else {
		var all []parse.Socket
		all, snap, err = live(ctx, r.spec)
		for i := range all {
			list.Add(&all[i])
		}
	}
	if err != nil {
		return fmt.Errorf("no snapshot: %w", err)
	}
	return list.Close(origin(&snap), len(r.Output.Verbose))
}

// live takes a whole snapshot of this host, with the owners of every socket
// that can be seen, by their whole names.
func live(ctx context.Context, spec source.Spec) ([]parse.Socket, source.Snapshot, error) {
	var all []parse.Socket
	snap, err := source.Read(ctx, spec, nil, func(s *parse.Socket) { all = append(all, s.Clone()) })
	if err != nil {
		return nil, snap, err
	}
	h := host.New()
	everybody := host.Group{Fits: func([]string) bool { return true }}
	for i := range all {
		if len(all[i].Owners) == 0 && all[i].Inode != 0 && runtime.GOOS == "linux" {
			everybody.Inodes = append(everybody.Inodes, all[i].Inode)
		}
	}
	found := h.Owners(ctx, []host.Group{everybody})
	for i := range all {
		s := &all[i]
		if len(s.Owners) == 0 {
			s.Owners = found.Owners[s.Inode]
		}
		for k := range s.Owners {
			if names := h.Programs(s.Owners[k].PID); len(names) > 0 {
				s.Owners[k].Name, s.Owners[k].Cut = names[0], false
			}
		}
	}
	return all, snap, nil
}
