package learn

import (
	"slices"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/program"
	"check_netstat/plugin/watch"
)

// Options say how to learn.
type Options struct {
	// Dynamic are the ports that the system chooses itself.
	Dynamic parse.PortRange
	// IgnoreProcess leaves procName empty.
	IgnoreProcess bool
	// Saved says that the names are those of an output, with titles and all.
	Saved bool
}

// List is a watch list that was learnt.
type List struct {
	Kind watch.Kind
	Rows []Row // sorted, none covered by another
	Left
}

// Left counts what is not in the list, or only in part.
type Left struct {
	Hidden  int // sockets whose program is hidden: their row fits any program
	Inbound int // inbound connections: left out
	Other   int // connections in another state than ESTABLISHED: left out
	Unclear int // sockets of which the output shows a name or only a part: left out
	Dynamic int // listening sockets whose row has the whole dynamic range
	Covered int // rows left out because another row covers them
}

// Row is one service.
type Row struct {
	Proto   parse.Proto
	Host    string // the remote address, or what a listening socket is bound to: an address, "*", or "" for several
	Ports   parse.PortRange
	Program Program
	Plain   bool // the procName is spelt so that its key is no other row's
	Comment string
}

// Program is the name of a program. The zero value is any program.
type Program struct {
	Name string
	Cut  bool // only the beginning of the name is known
	// Service is the unit that the socket belongs to, if the program is hidden.
	Service string
}

// procName is what stands in the list.
func (r *Row) procName() string { return program.PatternFor(r.Program.Name, r.Program.Cut, r.Plain) }

// programOf returns the program of a socket; hidden is true where none can be
// seen.
func (o *Options) programOf(s *parse.Socket) (p Program, hidden bool) {
	if o.IgnoreProcess {
		return Program{}, false
	}
	for _, owner := range s.Owners {
		if owner.Name == "" {
			continue
		}
		if o.Saved {
			owner.Name, owner.Cut = program.Shown(owner.Name, owner.Cut).Best()
		}
		return Program{Name: owner.Name, Cut: owner.Cut}, false
	}
	if len(s.Services) == 1 && (strings.HasSuffix(s.Services[0], ".service") || strings.HasSuffix(s.Services[0], ".socket")) && !strings.HasPrefix(s.Services[0], "user@") {
		return Program{Service: s.Services[0]}, false // which lasts, and everybody sees it
	}
	return Program{}, true
}

func (o *Options) isDynamic(port uint16) bool {
	return o.Dynamic.First <= port && port <= o.Dynamic.Last
}

// finish sees to it that 'lint' has nothing to say of the list: it takes out the
// rows that another one covers, as a row without program does those of the same
// port, and tells programs apart whose names give the same key.
func finish(kind watch.Kind, rows []Row) (kept []Row, dropped int) {
	items := make([]watch.Item, len(rows))
	keys := map[string]int{}
	for i := range rows {
		items[i] = rows[i].item(kind)
		keys[items[i].Key]++
	}
	byPort := map[uint16][]int{}
	var wide []int
	for i := range rows {
		if rows[i].Plain = keys[items[i].Key] > 1; rows[i].Plain {
			items[i] = rows[i].item(kind)
		}
		if p := rows[i].Ports; p.First == p.Last {
			byPort[p.First] = append(byPort[p.First], i)
		} else {
			wide = append(wide, i)
		}
	}
	gone := make([]bool, len(rows))
	for i := range rows {
		for _, j := range slices.Concat(byPort[rows[i].Ports.First], wide) {
			if i != j && !gone[j] && items[j].Covers(&items[i]) {
				gone[i] = true
				dropped++
				break
			}
		}
	}
	for i := range rows {
		if !gone[i] {
			kept = append(kept, rows[i])
		}
	}
	return kept, dropped
}
