package source

import (
	"context"
	"net/netip"

	"check_netstat/parse"
	"check_netstat/plugin/kernel"
)

// completion fills in what netstat and ss do not show of the sockets of this
// host, from the kernel itself, and puts right what they cannot show rightly:
//
//   - netstat shows neither v6-only, zones and devices nor the limit of an accept
//     queue, and BusyBox's no inodes;
//   - netstat reads /proc/net/udp, in which sockets are passed over while others
//     come and go, so that the UDP sockets come from the kernel;
//   - both show the subflows of an MPTCP connection, and not the connection.
//
// If the kernel refuses, the sockets stay as they were shown.
type completion struct {
	visit      func(*parse.Socket)
	want       kernel.Query
	mptcp      kernel.MPTCP
	forNetstat bool
	byInode    map[uint32]detail
	byEnds     map[ends][]detail
	udp        []parse.Socket // all of them, if hasUDP
	hasUDP     bool
	hasDetails bool // the kernel has told them
	added      int  // sockets handed on beyond those that were shown, less those left out
}

// ends are protocol and ends of a socket, without zones.
type ends struct {
	proto         parse.Proto
	local, remote netip.AddrPort
}

func endsOf(s *parse.Socket) ends {
	bare := func(e parse.Endpoint) netip.AddrPort { return netip.AddrPortFrom(e.Addr.WithZone(""), e.Port) }
	return ends{s.Proto, bare(s.Local), bare(s.Remote)}
}

// detail is what the kernel knows of a socket.
type detail struct {
	inode         uint32
	v6only        parse.Tri
	device        string
	local, remote netip.Addr
	queues        parse.Queues
	cgroup        uint64
}

// complete prepares for the output of a program. want are the sockets that
// matter, nil for all.
func complete(ctx context.Context, prog program, want kernel.Query, visit func(*parse.Socket)) *completion {
	c := &completion{visit: visit, want: want, forNetstat: prog.source == Netstat, byInode: map[uint32]detail{}, byEnds: map[ends][]detail{}}
	c.mptcp, _ = kernel.ReadMPTCP(ctx, "") // an error leaves the subflows
	info, err := kernel.Read(ctx, c.details(), "", c.learn)
	c.hasDetails = err == nil && info.Via == kernel.SockDiag
	c.hasUDP = c.forNetstat && c.hasDetails
	return c
}

// details is the query for the sockets of which more is to be known: of those
// that are wanted, and of all that listen.
func (c *completion) details() kernel.Query {
	if c.want == nil {
		return nil
	}
	q := append(kernel.Query{}, c.want...)
	return append(q, kernel.Predicate{Proto: parse.TCP, Listening: true},
		kernel.Predicate{Proto: parse.UDP, Listening: true}, kernel.Predicate{Proto: parse.UDP},
		kernel.Predicate{Proto: parse.TCP, Remote: netip.MustParsePrefix("fe80::/10")})
}

// learn takes a socket of the kernel.
func (c *completion) learn(s *parse.Socket) {
	if s.Proto == parse.UDP && c.forNetstat {
		c.udp = append(c.udp, s.Clone())
		return
	}
	d := detail{inode: s.Inode, v6only: s.V6Only, device: s.Device, local: s.Local.Addr, remote: s.Remote.Addr, queues: s.Queues, cgroup: s.Cgroup}
	if s.Inode != 0 {
		c.byInode[s.Inode] = d
	}
	c.byEnds[endsOf(s)] = append(c.byEnds[endsOf(s)], d)
}

// add takes a socket of the program's output.
func (c *completion) add(s *parse.Socket) {
	if s.Proto == parse.UDP && c.hasUDP {
		c.added--
		return
	}
	whole := *s // the parser uses s again, and clears only what it has set
	if d, known := c.detailOf(s); known {
		d.fill(&whole)
	}
	if c.mptcp.IsSubflow(&whole, 0) {
		c.added--
		return
	}
	c.visit(&whole)
}

// detailOf finds the socket by its inode or, if none is shown, by its ends.
func (c *completion) detailOf(s *parse.Socket) (d detail, known bool) {
	if s.Inode != 0 {
		d, known = c.byInode[s.Inode]
		return d, known
	}
	if !s.Local.Addr.IsValid() || len(c.byEnds) == 0 {
		return d, false
	}
	of := endsOf(s)
	all := c.byEnds[of]
	if len(all) == 0 {
		return d, false
	}
	if len(all) > 1 { // twins: one row each
		c.byEnds[of] = all[1:]
	}
	return all[0], true
}

// fill adds to a socket what its row does not show.
func (d *detail) fill(s *parse.Socket) {
	if s.Inode == 0 {
		s.Inode, s.NoInode = d.inode, d.inode == 0
		s.Owners = s.Owners[:0] // the one that is shown may be one of several
	}
	if s.V6Only == parse.Maybe {
		s.V6Only = d.v6only
	}
	s.Device, s.Cgroup = d.device, d.cgroup
	if s.Local.Addr.WithZone("").IsUnspecified() { // ss puts the device there
		s.Local.Addr = d.local
	}
	if d.local.Zone() != "" {
		s.Local.Addr = d.local
	}
	if d.remote.Zone() != "" {
		s.Remote.Addr = d.remote
	}
	s.Queues = d.queues // limits and timers, too
}

// finish hands on what the output did not hold.
func (c *completion) finish() {
	if c.hasUDP {
		for i := range c.udp {
			c.visit(&c.udp[i])
		}
		c.added += len(c.udp)
	}
	c.added += c.mptcp.Visit(nil, c.visit)
}
