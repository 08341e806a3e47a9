package learn

import (
	"net/netip"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// Connections learns the outbound connections of a snapshot.
//
// A connection is inbound where its remote port is a dynamic one, or where a
// socket of this host listens on its local port: clients behind a router come
// from any port.
type Connections struct {
	opts   Options
	listen parse.PortSet
	seen   map[connection]count
	left   Left
}

// connection is what tells services apart, with the local port, which tells
// whether it is inbound once the whole snapshot is known.
type connection struct {
	remote    netip.AddrPort
	localPort uint16
	program   Program
	hidden    bool
}

type count int

// NewConnections returns a Connections that has seen nothing yet.
func NewConnections(opts Options) *Connections {
	return &Connections{opts: opts, seen: map[connection]count{}}
}

// Add takes one socket of the snapshot.
func (c *Connections) Add(s *parse.Socket) {
	switch {
	case s.Proto != parse.TCP:
	case s.State == parse.Listen:
		c.listen.Add([]parse.PortRange{{First: s.Local.Port, Last: s.Local.Port}})
	case s.Remote.IsNone(): // neither listens nor is connected
	case s.State != parse.Established:
		c.left.Other++
	case s.ProtoUnsure || !s.Remote.Addr.IsValid() || s.Remote.Service != "" || s.Remote.Cut:
		c.left.Unclear++
	case c.opts.isDynamic(s.Remote.Port):
		c.left.Inbound++
	default:
		program, hidden := c.opts.programOf(s)
		c.seen[connection{netip.AddrPortFrom(plain(s.Remote.Addr), s.Remote.Port), s.Local.Port, program, hidden}]++
	}
}

// List returns what was learnt.
func (c *Connections) List() List {
	list := List{Kind: watch.Connection, Left: c.left}
	rows := map[Row]bool{}
	for conn, n := range c.seen {
		if c.listen.Has(conn.localPort) {
			list.Inbound += int(n)
			continue
		}
		if conn.hidden {
			list.Hidden += int(n)
		}
		port := conn.remote.Port()
		rows[Row{
			Proto: parse.TCP, Host: conn.remote.Addr().String(),
			Ports: parse.PortRange{First: port, Last: port}, Program: conn.program,
		}] = true
	}
	sorted := make([]Row, 0, len(rows))
	for row := range rows {
		sorted = append(sorted, row)
	}
	slices.SortFunc(sorted, compareRows)
	list.Rows, list.Covered = finish(watch.Connection, sorted)
	return list
}
