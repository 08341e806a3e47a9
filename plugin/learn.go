package plugin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/host"
	"check_netstat/plugin/learn"
	"check_netstat/plugin/report"
	"check_netstat/plugin/source"
	"check_netstat/plugin/watch"
)

// learn writes a watch list of what a snapshot holds. The list goes to standard
// output, what is not in it to standard error.
func (r *request) learn(ctx context.Context, env Env, start time.Time) (write func() error, err error) {
	if r.Output.Output != "text" {
		return nil, errors.New("learn writes a list in CSV: leave --output out")
	}
	list, snap, err := r.learnFrom(ctx)
	if err != nil {
		return nil, err
	}
	var csv bytes.Buffer
	where := fmt.Sprintf("learnt by check_netstat %s on %s at %s from %s", env.Version, hostname(), start.Format(time.RFC3339), snap.Command)
	if err := list.Write(&csv, report.Clean(where)); err != nil {
		return nil, err
	}
	if len(list.Rows) == 0 {
		err = fmt.Errorf("there is nothing to learn: the list has no row; %s", strings.Join(notes(&list), "; "))
	}
	return func() error {
		if _, err := env.Stdout.Write(csv.Bytes()); err != nil {
			return fmt.Errorf("writing the list: %w", err)
		}
		for _, note := range notes(&list) {
			if _, err := fmt.Fprintln(env.Stderr, note); err != nil {
				return fmt.Errorf("writing what is not in the list: %w", err)
			}
		}
		return nil
	}, err
}

// learnFrom takes a snapshot and makes the list. The ports that the system
// chooses itself are known for certain only once the source is known, which is
// before the first socket: a saved output tells its system by its rows.
func (r *request) learnFrom(ctx context.Context) (learn.List, source.Snapshot, error) {
	var sockets []parse.Socket // the list is made of all of them, once
	snap, err := source.Read(ctx, r.spec, nil, func(s *parse.Socket) { sockets = append(sockets, s.Clone()) })
	if err != nil {
		return learn.List{}, snap, fmt.Errorf("no snapshot: %w", err)
	}
	opts := learn.Options{Dynamic: dynamicPorts(&snap), IgnoreProcess: r.Verdict.IgnoreProcess, Programs: programs(&snap)}
	if r.argument == learnConnections {
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
func dynamicPorts(snap *source.Snapshot) parse.PortRange {
	if snap.Live {
		if first, last, ok := host.DynamicPorts(); ok {
			return parse.PortRange{First: first, Last: last}
		}
	}
	return learn.DefaultDynamic(snap.Format)
}

// notes says what is not in a list, or only in part.
func notes(l *learn.List) []string {
	what := "listening sockets"
	if l.Kind == watch.Connection {
		what = "connections"
	}
	all := []string{fmt.Sprintf("learnt %d rows", len(l.Rows))}
	for _, n := range []struct {
		count int
		text  string
	}{
		{l.Inbound, "inbound connections left out: their remote port is a dynamic one, or this host listens on their local port"},
		{l.Other, "connections left out that are not ESTABLISHED"},
		{l.Unclear, what + " left out that the output does not show whole: take it with -n, on Linux also -W"},
		{l.Hidden, what + " with a hidden program: their rows take any program"},
		{l.Covered, "rows left out that another row covers"},
	} {
		if n.count > 0 {
			all = append(all, fmt.Sprintf("%d %s", n.count, n.text))
		}
	}
	return all
}
