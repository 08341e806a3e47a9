package match

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/program"
	"check_netstat/plugin/watch"
)

// owned is a part of a group: the sockets of it that the same processes hold.
type owned struct {
	*group
	socket parse.Socket
	count  int
	more   []parse.Socket
	owners []facts.Process
	stall  stall
}

// parts divides a group by the owners of its sockets.
func (j *judge) parts(g *group) []*owned {
	if len(g.inodes) == 0 {
		return []*owned{{group: g, socket: g.socket, count: g.count, more: g.more, owners: j.ownersOf(&g.socket)}}
	}
	var all []*owned
	byOwners := map[string]*owned{}
	for i, inode := range g.inodes {
		owners := j.answers.Owners[inode]
		key := ownersKey(owners)
		part := byOwners[key]
		if part == nil {
			part = &owned{group: g, socket: g.socket, owners: owners}
			if len(owners) == 0 {
				part.owners = j.ownersOf(&g.socket)
			}
			byOwners[key] = part
			all = append(all, part)
		}
		part.count++
		if i > 0 && i <= len(g.more) {
			if s := g.more[i-1]; part.count == 1 {
				part.socket = s
			} else {
				part.more = append(part.more, s)
			}
		}
	}
	return all
}

// ownersOf returns the processes that hold a socket, by its inode or as the
// source shows them.
func (j *judge) ownersOf(s *parse.Socket) []facts.Process {
	if owners := j.answers.Owners[s.Inode]; s.Inode != 0 && len(owners) > 0 {
		return owners
	}
	owners := make([]facts.Process, 0, len(s.Owners))
	for _, o := range s.Owners {
		p, known := j.answers.Processes[o.PID]
		if !known {
			p = facts.Process{PID: o.PID, Names: program.Shown(o.Name, o.Cut)}
			if services := shownServices(s); len(services) > 0 {
				if o.Name == "" { // the program is hidden, but not its service
					owners = append(owners, facts.Process{PID: o.PID})
				}
				p.Names.Whole = append(p.Names.Whole, services...)
			}
		}
		owners = append(owners, p)
	}
	return owners
}

// shownServices returns the services of Windows that the output names with the
// socket: they are names of its program. Control groups of Linux are not.
func shownServices(s *parse.Socket) []string {
	if len(s.Services) > 0 && strings.HasPrefix(s.Services[0], "/") {
		return nil
	}
	return s.Services
}

func ownersKey(owners []facts.Process) string {
	var b []byte
	for i := range owners {
		b = binary.BigEndian.AppendUint32(b, owners[i].PID)
	}
	return string(b)
}

// program says whether the program of sockets is the item's and, if it only may
// be, why.
func (j *judge) program(it *watch.Item, s *parse.Socket, owners []facts.Process) (is parse.Tri, why doubt) {
	if j.policy.IgnoreProcess || it.Program.IsAny() || len(owners) == 0 && ownerless(s) {
		return parse.Yes, noDoubt
	}
	if waits(s) && len(owners) == 0 {
		return j.unattended(it, s)
	}
	return j.holds(it.Program, s, owners)
}

// holds says whether one of the owners is the program that the pattern means.
func (j *judge) holds(pattern program.Pattern, s *parse.Socket, owners []facts.Process) (is parse.Tri, why doubt) {
	is, why = parse.No, cutName
	for i := range owners {
		of := pattern.FitsAny(owners[i].Names)
		if owners[i].Names.IsZero() {
			of, why = parse.Maybe, hidden
		}
		if is = max(is, of); is == parse.Yes {
			return is, noDoubt
		}
	}
	switch {
	case (len(owners) == 0 || j.answers.ServiceFirst) && j.byService(pattern, s):
		return parse.Yes, noDoubt
	case len(owners) == 0 && s.NoInode:
		return parse.Maybe, kernels
	case len(owners) == 0:
		return parse.Maybe, hidden
	case is == parse.No && (j.answers.OneOwner || s.Inode != 0 && j.unseen(pattern) != facts.Whole):
		return parse.Maybe, mayShare
	}
	return is, why
}

// unseen says why a process of the program may hold a socket unseen.
func (j *judge) unseen(pattern program.Pattern) facts.Sight {
	for i := range j.questions.Holders {
		if i < len(j.answers.Unseen) && j.questions.Holders[i].Pattern.String() == pattern.String() {
			return j.answers.Unseen[i]
		}
	}
	return facts.Whole
}

// ownerless reports whether the socket has no process by nature: the kernel
// keeps it after, or before, a program has it. Unlike these, a LISTEN,
// ESTABLISHED, SYN_SENT or CLOSE_WAIT socket without a program hides it.
func ownerless(s *parse.Socket) bool {
	if s.Proto != parse.TCP || len(s.Owners) > 0 || s.Inode != 0 {
		return false
	}
	switch s.State {
	case parse.TimeWait, parse.SynRecv, parse.FinWait1, parse.FinWait2, parse.LastAck, parse.Closing, parse.Closed:
		return true
	}
	return false
}

// waits reports whether the socket is a connection that no program has accepted
// yet: the kernel has it, but no inode stands for it.
func waits(s *parse.Socket) bool { return s.NoInode && unaccepted(s) }

// unaccepted reports whether a connection in this state can wait for a program
// to accept it.
func unaccepted(s *parse.Socket) bool {
	return s.Proto == parse.TCP && (s.State == parse.Established || s.State == parse.CloseWait)
}

// listener is a TCP socket that listens.
type listener struct {
	socket parse.Socket
	inode  uint32
}

func listenerOf(s *parse.Socket) listener { return listener{s.Clone(), s.Inode} }

// listenersOf returns the listeners that a connection can wait at: those bound
// to its local address or, if there are none, to a wildcard.
func (c *Collector) listenersOf(s *parse.Socket) (all []listener) {
	local := canonical(s.Local.Addr)
	for _, wild := range []bool{false, true} {
		for _, l := range c.listeners[s.Local.Port] {
			at := &l.socket.Local
			if wild && at.IsWildcard() && takesFamily(&l.socket, local) || !wild && at.Addr.IsValid() && canonical(at.Addr) == local {
				all = append(all, l)
			}
		}
		if len(all) > 0 {
			break
		}
	}
	return all
}

// takesFamily reports whether a wildcard listener can have accepted at that
// address.
func takesFamily(s *parse.Socket, local netip.Addr) bool {
	return s.Family == 0 || local.Is4() == (s.Family == parse.IPv4) || local.Is4() && s.V6Only != parse.Yes
}

// unattended judges a connection that nobody has accepted by the programs of its
// listeners.
func (j *judge) unattended(it *watch.Item, s *parse.Socket) (is parse.Tri, why doubt) {
	all := j.c.listenersOf(s)
	if len(all) == 0 {
		return parse.Maybe, unattended
	}
	for i := range all {
		of, _ := j.holds(it.Program, &all[i].socket, j.ownersOf(&all[i].socket))
		if i == 0 {
			is = of
		} else if of != is {
			is = parse.Maybe
		}
	}
	if is == parse.Maybe {
		return is, unattended
	}
	return is, noDoubt
}

// named returns the socket as it is to be shown: with its owners by their best
// names, the one that fits the pattern first.
func (j *judge) named(s parse.Socket, pattern program.Pattern) parse.Socket {
	showOwners(&s, slices.Clone(j.ownersOf(&s)), pattern, &j.answers)
	return s
}

// ShowOwners gives a socket its owners as they are known, by their best names or
// by those that last.
func ShowOwners(s *parse.Socket, answers *facts.Answers, lasting bool) {
	j := judge{answers: *answers}
	owners := slices.Clone(j.ownersOf(s))
	showOwners(s, owners, program.Pattern{}, answers)
	for i := range s.Owners {
		if name := owners[i].Names.Lasting; lasting && name != "" {
			s.Owners[i].Name, s.Owners[i].Cut = name, len(owners[i].Names.Whole) == 0
		}
	}
}

func showOwners(s *parse.Socket, owners []facts.Process, pattern program.Pattern, answers *facts.Answers) {
	slices.SortStableFunc(owners, func(a, b facts.Process) int {
		return cmp.Or(cmp.Compare(pattern.FitsAny(b.Names), pattern.FitsAny(a.Names)), cmp.Compare(a.PID, b.PID))
	})
	s.Owners = make([]parse.Owner, len(owners))
	for i, o := range owners {
		s.Owners[i] = shown(o)
	}
	if of := serviceOf(s, owners, answers); !of.IsHidden() {
		s.Services = []string{of.String()}
	}
	s.Hidden = IsHidden(s)
}

// IsHidden reports whether a program holds the socket that is not shown.
func IsHidden(s *parse.Socket) bool { return len(s.Owners) == 0 && !ownerless(s) && !waits(s) }

// shown returns a process as a socket shows its owners.
func shown(p facts.Process) parse.Owner {
	name, cut := p.Names.Best()
	o := parse.Owner{PID: p.PID, Name: name, Cut: cut}
	if e := p.Names.Executable; e != name {
		o.Executable = e
	}
	return o
}
