package match

import (
	"context"
	"encoding/binary"

	"check_netstat/parse"
	"check_netstat/plugin/host"
	"check_netstat/plugin/watch"
)

// A live source on Linux gives the inodes of its sockets and leaves the owners
// to us, since finding them costs far more than the snapshot. Only those of
// sockets that already fit by address, port and protocol are looked up, all
// together, once.

// findOwners asks the host for the processes that hold the sockets of items
// with a procName, and divides the cells by them.
func (j *judge) findOwners(ctx context.Context) {
	g := j.groups()
	if len(g.groups) == 0 {
		return
	}
	found := j.facts.Owners(ctx, g.groups)
	near := j.c.near.anyPort
	for i := range near {
		if len(near[i].Owners) == 0 {
			near[i].Owners = found.Owners[near[i].Inode]
		}
	}
	for name, n := range g.of {
		if found.Err != nil || found.Unseen[n] {
			j.unseen[name] = true
		}
	}
	for i := range j.c.selectors {
		sel := &j.c.selectors[i]
		sel.order = divide(sel.order, found.Owners)
	}
}

// groups collects the inodes that matter, by procName. Where all sockets are to
// be shown, those of items without procName are looked up as well.
func (j *judge) groups() grouping {
	g := grouping{of: map[string]int{}}
	if j.policy.IgnoreProcess && j.c.keep == 1 {
		return g
	}
	for i := range j.c.items {
		it, n := &j.c.items[i], j.c.of[i]
		if n < 0 || !j.c.named(it) {
			continue
		}
		program := it.Program
		if j.policy.IgnoreProcess {
			program = watch.Program{}
		}
		order := j.c.selectors[n].order
		for _, ce := range order {
			if len(ce.inodes) > 0 {
				group := g.at(program)
				group.Inodes = append(group.Inodes, ce.inodes...)
			}
		}
		if len(order) == 0 && it.Kind == watch.Listening && !program.IsAny() {
			j.addNear(g.at(program)) // the program may listen elsewhere
		}
	}
	return g
}

// addNear adds the sockets that listen on any port.
func (j *judge) addNear(group *host.Group) {
	for i := range j.c.near.anyPort {
		if s := &j.c.near.anyPort[i]; s.Inode != 0 && len(s.Owners) == 0 {
			group.Near = append(group.Near, s.Inode)
		}
	}
}

// grouping is groups in the making.
type grouping struct {
	groups []host.Group
	of     map[string]int // by procName
}

// at returns the group of a program.
func (g *grouping) at(program watch.Program) *host.Group {
	n, known := g.of[program.String()]
	if !known {
		n = len(g.groups)
		g.of[program.String()] = n
		g.groups = append(g.groups, host.Group{Fits: func(names []string) bool { return fitsAny(program, names) }})
	}
	return &g.groups[n]
}

// named reports whether the owners of the item's sockets matter.
func (c *Collector) named(it *watch.Item) bool { return c.keep > 1 || !it.Program.IsAny() }

func fitsAny(p watch.Program, names []string) bool {
	for _, name := range names {
		if p.Fits(name, false) == watch.Yes {
			return true
		}
	}
	return false
}

// divide makes of every cell with inodes one for each set of owners.
func divide(order []*cell, owners map[uint32][]parse.Owner) []*cell {
	var divided []*cell
	for _, ce := range order {
		if len(ce.inodes) == 0 {
			divided = append(divided, ce)
			continue
		}
		parts := map[string]*cell{}
		for i, inode := range ce.inodes {
			key := ownersKey(owners[inode])
			part := parts[key]
			if part == nil {
				part = &cell{socket: ce.socket, endpoint: ce.endpoint, dual: ce.dual, looked: true}
				part.socket.Owners = owners[inode]
				parts[key] = part
				divided = append(divided, part)
			}
			part.count++
			if i > 0 && i <= len(ce.more) {
				s := ce.more[i-1]
				s.Owners = owners[inode]
				if part.count == 1 {
					part.socket = s
				} else {
					part.more = append(part.more, s)
				}
			}
		}
	}
	return divided
}

func ownersKey(owners []parse.Owner) string {
	var b []byte
	for _, o := range owners {
		b = binary.BigEndian.AppendUint32(b, o.PID)
	}
	return string(b)
}
