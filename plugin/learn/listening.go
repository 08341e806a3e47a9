package learn

import (
	"cmp"
	"net/netip"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// Listening learns the listening sockets of a snapshot.
type Listening struct {
	opts  Options
	rows  map[Row]bool
	binds map[Row]map[string]bool // of rows with the dynamic range: what their sockets are bound to
	left  Left
}

// NewListening returns a Listening that has seen nothing yet.
func NewListening(opts Options) *Listening {
	return &Listening{opts: opts, rows: map[Row]bool{}, binds: map[Row]map[string]bool{}}
}

// Add takes one socket of the snapshot.
func (l *Listening) Add(s *parse.Socket) {
	if !s.Listening() || s.Local.Port == 0 && s.Local.Service == "" {
		return
	}
	if s.ProtoUnsure || s.Local.Service != "" || s.Local.Cut || !s.Local.Addr.IsValid() && !s.Local.IsWildcard() {
		l.left.Unclear++
		return
	}
	program, hidden := l.opts.programOf(s)
	if hidden {
		l.left.Hidden++
	}
	row := Row{Proto: s.Proto, Ports: parse.PortRange{First: s.Local.Port, Last: s.Local.Port}, Program: program}
	bind := "*" // only a socket bound to a wildcard fits it
	if !s.Local.IsWildcard() {
		bind = plain(s.Local.Addr).String()
	}
	if !l.opts.isDynamic(s.Local.Port) || program.Name == "" && program.Service == "" && !l.opts.IgnoreProcess {
		// A range for a program that is hidden would fit every program's port.
		row.Host = bind
		l.rows[row] = true
		return
	}
	l.left.Dynamic++
	row.Ports = l.opts.Dynamic
	row.Comment = "dynamic port"
	if l.binds[row] == nil {
		l.binds[row] = map[string]bool{}
	}
	l.binds[row][bind] = true
}

// List returns what was learnt.
func (l *Listening) List() List {
	rows := make([]Row, 0, len(l.rows)+len(l.binds))
	for row := range l.rows {
		rows = append(rows, row)
	}
	for row, binds := range l.binds {
		if len(binds) == 1 {
			for bind := range binds {
				row.Host = bind
			}
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, compareRows)
	list := List{Kind: watch.Listening, Left: l.left}
	list.Rows, list.Covered = finish(watch.Listening, rows)
	return list
}

func compareRows(a, b Row) int {
	return cmp.Or(cmp.Compare(a.Proto, b.Proto), cmp.Compare(a.Ports.First, b.Ports.First), cmp.Compare(a.Ports.Last, b.Ports.Last),
		compareHosts(a.Host, b.Host), cmp.Compare(a.Program.Name, b.Program.Name), cmp.Compare(a.Program.Service, b.Program.Service))
}

// compareHosts sorts addresses as addresses, behind "" and "*".
func compareHosts(a, b string) int {
	x, _ := netip.ParseAddr(a) // the zero Addr sorts first
	y, _ := netip.ParseAddr(b)
	return cmp.Or(x.Compare(y), cmp.Compare(a, b))
}

// plain returns an address as a list has it: IPv4-mapped IPv6 as IPv4, without
// a zone, whose number is another after the next start.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
