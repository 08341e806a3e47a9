package plugin

import (
	"context"
	"fmt"

	"check_netstat/parse"
	"check_netstat/plugin/host"
	"check_netstat/plugin/report"
	"check_netstat/plugin/source"
)

// sockets lists the snapshot that a check would see.
func (r *request) sockets(ctx context.Context, env Env) error {
	// Live rows get their programs' whole names, as in a check. The names of a
	// saved output's PIDs are another host's.
	live := r.spec.Input == ""
	h := host.New()
	list := report.NewSockets(env.Stdout, r.Output.Output == "json", r.style(env.Stdout))
	var kept []parse.Socket // where names are asked for, which can be looked up only when all are known
	snap, err := source.Read(ctx, r.spec, nil, func(s *parse.Socket) {
		if live {
			for i := range s.Owners {
				if names := h.Programs(s.Owners[i].PID); len(names) > 0 {
					s.Owners[i].Name = names[0]
				}
			}
		}
		if r.Output.Resolve {
			kept = append(kept, s.Clone())
			return
		}
		list.Add(s)
	})
	if err != nil {
		return fmt.Errorf("no snapshot: %w", err)
	}
	if r.Output.Resolve {
		list.Names = r.namesOf(ctx, env, remotes(kept))
		for i := range kept {
			list.Add(&kept[i])
		}
	}
	return list.Close(origin(&snap), len(r.Output.Verbose))
}
