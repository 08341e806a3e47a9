package plugin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/cli"
	"check_netstat/plugin/host"
	"check_netstat/plugin/learn"
	"check_netstat/plugin/report"
	"check_netstat/plugin/source"
	"check_netstat/plugin/watch"
)

// learn writes a watch list of what a snapshot holds. The list goes to standard
// output, what is not in it to standard error.
func (r *run) learn(ctx context.Context, q *cli.Learn) (write func() error, err error) {
	list, snap, err := r.learnFrom(ctx, q)
	if err != nil {
		return nil, err
	}
	var csv bytes.Buffer
	where := fmt.Sprintf("learnt by check_netstat %s on %s at %s from %s", r.Version, hostname(), r.start.Format(time.RFC3339), snap.Command)
	if err := list.Write(&csv, report.Clean(where)); err != nil {
		return nil, err
	}
	if len(list.Rows) == 0 {
		err = errors.New("there is nothing to learn: the list has no row")
	}
	return func() error {
		if _, err := r.Stdout.Write(csv.Bytes()); err != nil {
			return fmt.Errorf("writing the list: %w", err)
		}
		for _, note := range notes(&list) {
			if _, err := fmt.Fprintln(r.Stderr, note); err != nil {
				return fmt.Errorf("writing what is not in the list: %w", err)
			}
		}
		return nil
	}, err
}

// learnFrom takes a snapshot and makes the list. The ports that the system
// chooses itself are known for certain only once the source is known, which is
// before the first socket: a saved output tells its system by its rows.
func (r *run) learnFrom(ctx context.Context, q *cli.Learn) (learn.List, source.Snapshot, error) {
	from := r.snapshots(&q.Source)
	sockets, snap, err := from.whole(ctx, true)
	if err != nil {
		return learn.List{}, snap, err
	}
	opts := learn.Options{Dynamic: dynamicPorts(&snap, q.Source.NetNS), IgnoreProcess: q.IgnoreProcess, Saved: !snap.Live}
	if q.Kind == watch.Connection {
		c := learn.NewConnections(opts)
		for i := range sockets {
			c.Add(&sockets[i])
		}
		return c.List(), snap, nil
	}
	l := learn.NewListening(opts)
	for i := range sockets {
		l.Add(&sockets[i])
	}
	return l.List(), snap, nil
}

// dynamicPorts are the ports that the system of the snapshot chooses itself: as
// this host is set, or by default for a saved output.
func dynamicPorts(snap *source.Snapshot, netns string) parse.PortRange {
	if snap.Live {
		if first, last, ok := host.DynamicPorts(netns); ok {
			return parse.PortRange{First: first, Last: last}
		}
	}
	return learn.DefaultDynamic(snap.System)
}

// notes says what is not in a list, or only in part.
func notes(l *learn.List) []string {
	socket := "listening socket"
	if l.Kind == watch.Connection {
		socket = "connection"
	}
	var all []string
	for _, n := range []struct {
		count      int
		noun, text string
	}{
		{l.Inbound, "inbound connection", "left out (remote port dynamic, or local port listened on)"},
		{l.Other, "connection", "left out: not ESTABLISHED"},
		{l.Unclear, socket, "left out, not shown whole: take the output with -n, on Linux also -W"},
		{l.Hidden, socket, "with a hidden program: any program fits there"},
		{l.Dynamic, "listening port", "in the system's dynamic range: a row for each program has the whole range; write ports that are fixed by hand"},
		{l.Covered, "row", "left out: covered by another"},
	} {
		if n.count > 0 {
			all = append(all, fmt.Sprintf("%s %s", report.Plural(n.count, n.noun), n.text))
		}
	}
	return append(all, report.Plural(len(l.Rows), "row")+" learnt")
}
