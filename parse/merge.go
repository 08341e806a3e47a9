package parse

import (
	"cmp"
	"slices"
)

// Some tools print a row for each process, or for each descriptor, that holds a
// socket. merger makes one socket of such rows, with all its owners.
//
// A connection is told by its ends. Several sockets can be bound to one port
// (SO_REUSEPORT), though, and the rows differ in nothing but the descriptor: the
// processes of one program have inherited a socket if they hold it by the same
// number, and have one each if the numbers differ. Another program, or another
// user, may have been given it under any number.
type merger struct{ rows []holder }

// holder is what a row says of who holds the socket.
type holder struct {
	user string
	fd   int32 // -1 if none is shown
}

// note keeps the holder of a socket that is held back.
func (m *merger) note(s *Socket, user string, fd int32) {
	s.doubt |= owners
	m.rows = append(m.rows, holder{user, fd})
}

// identity is what the rows of one socket have in common.
type identity struct {
	proto         Proto
	family        Family
	local, remote Endpoint
	state         State
	v6only        Tri
	id            string // the socket's own, if the tool shows one
}

// merge returns the sockets of which held are the rows, in their order.
func (m *merger) merge(held []Socket) []Socket {
	groups, order := map[identity][]int{}, []identity{}
	for i := range held {
		s := &held[i]
		who := identity{s.Proto, s.Family, s.Local, s.Remote, s.State, s.V6Only, s.id}
		if groups[who] == nil {
			order = append(order, who)
		}
		groups[who] = append(groups[who], i)
	}
	merged := held[:0:0]
	for _, who := range order {
		rows := groups[who]
		first := len(merged)
		if who.id != "" || !who.remote.IsNone() {
			merged = append(merged, held[rows[0]])
			for _, i := range rows[1:] {
				merged[first].addOwners(held[i].Owners)
			}
			continue
		}
		places, n := m.places(held, rows)
		merged = append(merged, make([]Socket, n)...)
		for k, i := range rows {
			s := &merged[first+places[k]]
			if s.Proto == 0 {
				*s = held[i]
				continue
			}
			s.addOwners(held[i].Owners)
		}
	}
	m.rows = m.rows[:0]
	return merged
}

func (s *Socket) addOwners(all []Owner) {
	for _, o := range all {
		s.addOwner(o)
	}
}

// places tells which of n sockets each row is of.
func (m *merger) places(held []Socket, rows []int) (places []int, n int) {
	type program struct{ user, name string }
	numbers := map[program][]int32{} // descriptors
	seen := map[uint32]int32{}       // rows of a process that shows no descriptors
	fds := make([]int32, len(rows))
	of := make([]program, len(rows))
	for k, i := range rows {
		o := held[i].Owners[0]
		of[k], fds[k] = program{m.rows[i].user, o.Name}, m.rows[i].fd
		if fds[k] < 0 {
			fds[k] = seen[o.PID]
			seen[o.PID]++
		}
		if at, found := slices.BinarySearch(numbers[of[k]], fds[k]); !found {
			numbers[of[k]] = slices.Insert(numbers[of[k]], at, fds[k])
		}
	}
	var most []int32
	for _, all := range numbers {
		if len(all) > len(most) || len(all) == len(most) && slices.CompareFunc(all, most, cmp.Compare[int32]) < 0 {
			most = all
		}
	}
	places = make([]int, len(rows))
	for k := range rows {
		at, found := slices.BinarySearch(most, fds[k])
		if !found {
			at, _ = slices.BinarySearch(numbers[of[k]], fds[k])
		}
		places[k] = at
	}
	return places, len(most)
}
