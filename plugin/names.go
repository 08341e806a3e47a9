package plugin

import (
	"context"
	"net/netip"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/report"
	"check_netstat/plugin/resolve"
)

// namesIn returns the names of the remote addresses that a result shows.
func (r *run) namesIn(ctx context.Context, c *report.Check) report.Names {
	var addrs []netip.Addr
	for i := range c.Verdicts {
		addrs = append(addrs, remotes(c.Verdicts[i].Sockets)...)
	}
	return r.namesOf(ctx, addrs)
}

// namesOf takes half of the time that is left, so that a name never costs the
// result.
func (r *run) namesOf(ctx context.Context, addrs []netip.Addr) report.Names {
	left := r.guard.Limit / 2
	if end, ok := ctx.Deadline(); ok {
		left = time.Until(end) / 2
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	return resolve.Names(ctx, addrs, r.Reverse)
}

// remotes returns the remote addresses of the sockets that have one.
func remotes(sockets []parse.Socket) []netip.Addr {
	addrs := make([]netip.Addr, 0, len(sockets))
	for i := range sockets {
		if e := &sockets[i].Remote; e.Addr.IsValid() && !e.IsWildcard() {
			addrs = append(addrs, e.Addr)
		}
	}
	return addrs
}
