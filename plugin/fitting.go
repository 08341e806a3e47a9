package plugin

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/cli"
	"check_netstat/plugin/match"
	"check_netstat/plugin/resolve"
	"check_netstat/plugin/source"
	"check_netstat/plugin/watch"
)

// fitting returns the sockets of a snapshot that fit the items of a command line,
// in the snapshot's order. A list that is wrong as a whole is an error: it could
// have shown more. unsure counts the items of which a hidden program decides.
func (r *run) fitting(ctx context.Context, q *cli.Sockets, all []parse.Socket, snap *source.Snapshot) (some []parse.Socket, unsure int, err error) {
	items, problems := r.lists(&q.Watch).items()
	for i := range items {
		if err := items[i].Err; err != nil {
			problems = append(problems, items[i].Where+": "+err.Error())
		}
	}
	if len(problems) > 0 {
		return nil, 0, errors.New(strings.Join(problems, "; "))
	}
	names, cancel := context.WithTimeout(ctx, q.Timeout/2)
	resolve.Items(names, items, r.Lookup)
	cancel()
	for i := range items {
		if err := items[i].ResolveErr; err != nil {
			return nil, 0, err
		}
	}
	from := r.snapshots(&q.Source)
	c := match.New(items, match.Options{Keep: math.MaxInt, Repeats: !from.fromKernel()})
	for i := range all {
		c.Add(&all[i])
	}
	answers := from.answers(ctx, snap, c, q.IgnoreProcess)
	verdicts := c.Judge(answers, match.Policy{IgnoreProcess: q.IgnoreProcess, Hints: hintsFor(snap)})
	for i := range verdicts {
		if verdicts[i].Hint != "" && verdicts[i].Hint == remedyFor(snap) {
			unsure++
		}
	}
	return pick(all, verdicts, items), unsure, nil
}

// pick returns the sockets that a verdict has, or an item counts, in the snapshot's
// order. Rows that look the same are told apart by their number.
func pick(all []parse.Socket, verdicts []match.Verdict, items []watch.Item) []parse.Socket {
	wanted := map[identity]int{}
	for i := range verdicts {
		here := map[identity]int{}
		for k := range verdicts[i].Sockets {
			id := identityOf(&verdicts[i].Sockets[k])
			here[id]++
			wanted[id] = max(wanted[id], here[id])
		}
	}
	var some []parse.Socket
	for i := range all {
		id := identityOf(&all[i])
		if wanted[id] > 0 {
			wanted[id]--
			some = append(some, all[i])
		} else if slices.ContainsFunc(items, func(it watch.Item) bool { return counts(&it, &all[i]) }) {
			some = append(some, all[i])
		}
	}
	return some
}

// counts reports whether an item counts the socket.
func counts(it *watch.Item, s *parse.Socket) bool {
	return it.Kind == watch.Count && it.Proto == s.Proto && (s.Proto == parse.UDP || s.State == it.Counted())
}

// identity tells the sockets of a snapshot apart, in whatever order their owners
// stand.
type identity struct {
	proto         parse.Proto
	local, remote parse.Endpoint
	state         parse.State
	inode, pid    uint32
	device        string
}

func identityOf(s *parse.Socket) identity {
	id := identity{proto: s.Proto, local: s.Local, remote: s.Remote, state: s.State, inode: s.Inode, device: s.Device}
	if s.Inode == 0 { // otherwise that tells, and owners may be found or not
		for _, o := range s.Owners {
			if id.pid == 0 || o.PID < id.pid {
				id.pid = o.PID
			}
		}
	}
	return id
}
