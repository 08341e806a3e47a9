package plugin

import (
	"context"
	"fmt"
	"runtime"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/host"
	"check_netstat/plugin/kernel"
	"check_netstat/plugin/match"
	"check_netstat/plugin/source"
)

// snapshots takes snapshots from one source, and asks the host what they leave
// open.
type snapshots struct {
	spec  source.Spec
	doing func(string) // notes what may hang
}

func (r *run) snapshots(spec *source.Spec) snapshots {
	from := snapshots{*spec, r.doing}
	from.spec.Stdin, from.spec.Waits = r.Stdin, r.guard.Wait
	return from
}

// read takes a snapshot. A saved output does not hear the context.
func (f *snapshots) read(ctx context.Context, want kernel.Query, visit func(*parse.Socket)) (source.Snapshot, error) {
	defer f.doing("")
	switch {
	case f.spec.Input != "":
		f.doing("reading " + f.spec.Input)
	case f.spec.NetNS != "":
		f.doing("looking into the network namespace " + f.spec.NetNS)
	case f.spec.Netstat != "":
		f.doing("looking for " + f.spec.Netstat)
	}
	return source.Read(ctx, f.spec, want, visit)
}

// fromKernel reports whether the sockets come from the kernel, which shows none
// twice.
func (f *snapshots) fromKernel() bool {
	return f.spec.Input == "" && f.spec.Netstat == "" && (f.spec.Name == source.Kernel || f.spec.Name == source.Auto && runtime.GOOS == "linux")
}

// answers asks the host what the snapshot leaves open. Of a saved output, whose
// PIDs and inodes are another host's, nothing more can be known.
func (f *snapshots) answers(ctx context.Context, snap *source.Snapshot, collector *match.Collector, ignoreProcess bool) facts.Answers {
	questions := collector.Questions(ignoreProcess)
	if !snap.Live {
		return facts.Answers{Sight: facts.NotAsked}
	}
	return host.Answer(ctx, &questions, f.spec.NetNS)
}

// whole takes a whole snapshot. A live one has the owners of every socket that
// can be seen, by their best names or by those that last.
func (f *snapshots) whole(ctx context.Context, lasting bool) ([]parse.Socket, source.Snapshot, error) {
	var all []parse.Socket
	snap, err := f.read(ctx, nil, func(s *parse.Socket) { all = append(all, s.Clone()) })
	if err != nil {
		return nil, snap, fmt.Errorf("no snapshot: %w", err)
	}
	if snap.Live {
		withOwners(ctx, all, f.spec.NetNS, lasting)
		return all, snap, nil
	}
	for i := range all {
		all[i].Hidden = match.IsHidden(&all[i])
	}
	return all, snap, nil
}

// withOwners gives every socket of this host the processes that hold it.
func withOwners(ctx context.Context, all []parse.Socket, netns string, lasting bool) {
	q := facts.Questions{Holders: []facts.Holders{{All: true}}}
	groups := map[uint64]bool{}
	for i := range all {
		if id := all[i].Cgroup; id != 0 && !groups[id] {
			groups[id] = true
			q.Cgroups = append(q.Cgroups, id)
		}
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
