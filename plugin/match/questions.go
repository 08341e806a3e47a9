package match

import (
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/program"
	"check_netstat/plugin/watch"
)

// A live source on Linux gives the inodes of its sockets, and their owners are
// found afterwards, since that costs far more than the snapshot. Only those of
// sockets that already fit by address, port and protocol are asked for, all
// together, once.

// questions are Questions in the making.
type questions struct {
	facts.Questions
	of map[string]int // Holders by procName
}

// Questions returns what must be known beyond the snapshot. ignoreProcess says
// that procNames are not looked at.
func (c *Collector) Questions(ignoreProcess bool) facts.Questions {
	q := questions{of: map[string]int{}}
	if !ignoreProcess || c.keep > 1 {
		c.askOwners(&q, ignoreProcess)
	}
	for _, u := range c.unexpected {
		u.ask(&q)
	}
	for i := range c.selectors {
		q.Devices = q.Devices || slices.ContainsFunc(c.selectors[i].order, func(g *group) bool { return g.fit.needs&needsDevice != 0 })
	}
	c.askServices(&q)
	c.askQueues(&q)
	c.pids(&q)
	return q.Questions
}

// askOwners asks for the owners of the sockets of items with a procName; if all
// sockets are to be shown, also of the others.
func (c *Collector) askOwners(q *questions, ignoreProcess bool) {
	for i := range c.items {
		it, n := &c.items[i], c.of[i]
		if n < 0 || !c.named(it) {
			continue
		}
		pattern := it.Program
		if ignoreProcess {
			pattern = program.Pattern{}
		}
		holders := q.at(pattern)
		holders.All = c.keep > 1
		order := c.selectors[n].order
		for _, g := range order {
			holders.Inodes = append(holders.Inodes, g.inodes...)
			q.group(g.inodes, g.socket.Cgroup)
			if waits(&g.socket) {
				for _, l := range c.listenersOf(&g.socket) {
					holders.Inodes = append(holders.Inodes, l.inode)
					q.group([]uint32{l.inode}, l.socket.Cgroup)
				}
			}
		}
		if len(order) == 0 && !pattern.IsAny() {
			c.askNear(it, holders) // the program may listen, or be connected, elsewhere
		}
	}
	q.Holders = slices.DeleteFunc(q.Holders, func(h facts.Holders) bool { return len(h.Inodes) == 0 && len(h.Near) == 0 })
	q.of = map[string]int{}
	for i := range q.Holders {
		q.of[q.Holders[i].Pattern.String()] = i
	}
}

// group notes the control group of sockets.
func (q *questions) group(inodes []uint32, cgroup uint64) {
	if cgroup == 0 {
		return
	}
	if q.Groups == nil {
		q.Groups = map[uint32]uint64{}
	}
	for _, inode := range inodes {
		q.Groups[inode] = cgroup
	}
}

// askNear asks for the owners of sockets that a reason could name.
func (c *Collector) askNear(it *watch.Item, holders *facts.Holders) {
	near := c.near.anyPort
	if it.Kind == watch.Connection {
		near = nil
		for port := range portsOf(it.RemotePorts) {
			near = append(near, c.near.byPort[port]...)
		}
	}
	for i := range near {
		if s := &near[i]; s.Inode != 0 {
			holders.Near = append(holders.Near, s.Inode)
		}
	}
}

// at returns the question about a program.
func (q *questions) at(pattern program.Pattern) *facts.Holders {
	n, known := q.of[pattern.String()]
	if !known {
		n = len(q.Holders)
		q.of[pattern.String()] = n
		q.Holders = append(q.Holders, facts.Holders{Pattern: pattern})
	}
	return &q.Holders[n]
}

// pids asks for the names of the processes that the source shows.
func (c *Collector) pids(q *questions) {
	seen := map[uint32]bool{}
	for _, owners := range c.shownOwners() {
		for i := range owners {
			if pid := owners[i].PID; pid != 0 && !seen[pid] {
				seen[pid] = true
				q.PIDs = append(q.PIDs, pid)
			}
		}
	}
}

// shownOwners goes through the owners that the source itself shows.
func (c *Collector) shownOwners() (all [][]parse.Owner) {
	for i := range c.selectors {
		for _, g := range c.selectors[i].order {
			all = append(all, g.socket.Owners)
		}
	}
	for i := range c.unclear {
		all = append(all, c.unclear[i].Owners)
	}
	for _, near := range [][]parse.Socket{c.near.anyPort} {
		for i := range near {
			all = append(all, near[i].Owners)
		}
	}
	for _, at := range []map[uint16][]parse.Socket{c.near.byPort, c.near.listening, c.near.bound} {
		for _, near := range at {
			for i := range near {
				all = append(all, near[i].Owners)
			}
		}
	}
	for _, u := range c.unexpected {
		for i := range u.sockets {
			all = append(all, u.sockets[i].Owners)
		}
	}
	return all
}
