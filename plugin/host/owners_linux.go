package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

var errHidden = errors.New("/proc hides the processes of other users (hidepid)")

// Owners finds the processes that hold the sockets, as far as the groups need
// them. Descriptors are what costs, 2.5 µs each, so they are read
//
//   - first of the processes whose comm fits a group, which as a rule settles
//     all: a socket is settled when an owner that fits is found;
//   - then of those that fit by another of their names;
//   - and only for sockets that have no owner at all by then, of every other
//     process, to name the one that is there instead;
//
// and each time the low ones first, where programs have what they listen on.
// All ends as soon as nothing is left to find, and at the end of the context.
// Threads that have left their process's descriptors (unshare(2) with
// CLONE_FILES) are not looked at, nor does any other program show them.
func (h *Host) Owners(ctx context.Context, groups []Group) Found {
	s := newSearch(h, groups)
	if s.unsettled == 0 {
		return s.found
	}
	if s.found.Err = s.run(ctx); s.found.Err != nil {
		s.found.Err = fmt.Errorf("looking for the owners of sockets: %w", s.found.Err)
	}
	return s.found
}

// search is one call of Owners under way.
type search struct {
	host   *Host
	groups []Group
	pairs  []pair           // by inode
	first  map[uint32]int32 // an inode's first pair
	open   []int            // unsettled pairs of each group
	fits   []bool           // the groups that the process at hand fits
	found  Found

	unsettled int // pairs
	ownerless int // inodes
	buf       []byte
}

// pair is a socket of a group. It is settled when an owner that fits is found.
type pair struct {
	inode   uint32
	group   int32
	near    bool // no search for another owner
	settled bool
}

func newSearch(h *Host, groups []Group) *search {
	s := &search{
		host: h, groups: groups, open: make([]int, len(groups)), fits: make([]bool, len(groups)),
		found: Found{Unseen: make([]bool, len(groups))},
		buf:   make([]byte, bufferLen),
	}
	for g := range groups {
		for _, inode := range groups[g].Inodes {
			s.pairs = append(s.pairs, pair{inode: inode, group: int32(g)})
		}
		for _, inode := range groups[g].Near {
			s.pairs = append(s.pairs, pair{inode: inode, group: int32(g), near: true})
		}
	}
	slices.SortFunc(s.pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.inode, b.inode), cmp.Compare(a.group, b.group))
	})
	s.pairs = slices.Compact(s.pairs)
	s.first = make(map[uint32]int32, len(s.pairs))
	for i, p := range s.pairs {
		s.open[p.group]++
		if i == 0 || s.pairs[i-1].inode != p.inode {
			s.first[p.inode] = int32(i)
		}
	}
	for _, first := range s.first {
		if s.needsOwner(first) {
			s.ownerless++
		}
	}
	s.unsettled = len(s.pairs)
	s.found.Owners = make(map[uint32][]parse.Owner, len(s.first))
	return s
}

// round is how processes are chosen.
type round int

const (
	byComm round = iota
	byNames
	byNothing
	rounds
)

// outcome is what was done about a process.
type outcome int

const (
	nothing outcome = iota // the round does not choose it
	looked
	more // it has further descriptors
)

// lowDescriptors is the number of descriptors that are read of each process
// before those above of any. Programs listen before they accept, and get the
// lowest number that is free.
const lowDescriptors = 128

// run looks at the processes in rounds, in each at the low descriptors of all
// that are chosen first.
func (s *search) run(ctx context.Context) error {
	left, err := processIDs(s.buf)
	if err != nil {
		return err
	}
	hidden := !slices.Contains(left, 1)
	for r := range rounds {
		var passed, deep []uint32
		for _, pid := range left {
			did, err := s.look(ctx, pid, r, false)
			switch {
			case err != nil:
				return err
			case did == more:
				deep = append(deep, pid)
			case did == nothing:
				passed = append(passed, pid)
			}
			if s.over(r) {
				return nil
			}
		}
		for _, pid := range deep {
			if _, err := s.look(ctx, pid, r, true); err != nil {
				return err
			}
			if s.over(r) {
				return nil
			}
		}
		left = passed
	}
	if hidden {
		return errHidden
	}
	return nil
}

// over reports whether there is nothing left that the round could find.
func (s *search) over(r round) bool {
	return s.unsettled == 0 || r == byNothing && s.ownerless == 0
}

// fit notes the groups that want a process of these names. It reports whether
// one of them still looks for its sockets.
func (s *search) fit(names []string) bool {
	wanted := false
	for g := range s.groups {
		s.fits[g] = s.groups[g].Fits(names)
		wanted = wanted || s.fits[g] && s.open[g] > 0
	}
	return wanted
}

// look reads the low descriptors of a process that the round chooses, or those
// above.
func (s *search) look(ctx context.Context, pid uint32, r round, above bool) (outcome, error) {
	if err := ctx.Err(); err != nil {
		return nothing, err
	}
	if r == byComm && !above {
		comm, err := readComm(unix.AT_FDCWD, "/proc/"+strconv.FormatUint(uint64(pid), 10)+"/comm", s.buf)
		switch {
		case isGone(err):
			return looked, nil
		case err != nil || !s.fit([]string{comm}):
			return nothing, nil
		}
	}
	for g := range s.fits {
		s.fits[g] = true // as long as no name is known (hidepid=1)
	}
	p, err := openProcess(pid)
	if err != nil {
		return looked, s.pass(err)
	}
	defer p.close()
	names, whole, err := p.names(s.buf)
	if err != nil {
		return looked, s.pass(err)
	}
	if wanted := s.fit(names); whole && !wanted && r != byNothing {
		return nothing, nil
	}
	dir, err := open(p.dir, "fd", unix.O_DIRECTORY)
	if err != nil {
		return looked, s.pass(err)
	}
	defer func() { _ = unix.Close(dir) }()
	did, err := s.descriptors(ctx, dir, owner{pid: pid, names: names}, r, above)
	return did, s.pass(err)
}

// pass goes on after a process that has ended or does not show its descriptors.
// Any other error is returned.
func (s *search) pass(err error) error {
	switch {
	case isDenied(err):
		for g := range s.groups {
			s.found.Unseen[g] = s.found.Unseen[g] || s.fits[g]
		}
		return nil
	case isGone(err):
		return nil
	}
	return err
}

// descriptors looks at the low descriptors of a process, or at those above.
func (s *search) descriptors(ctx context.Context, dir int, o owner, r round, above bool) (did outcome, err error) {
	from, to := uint32(0), uint32(lowDescriptors)
	if above {
		from, to = lowDescriptors, math.MaxUint32
	}
	seen := 0
	left, err := eachDescriptor(dir, s.buf, from, to, func(inode uint32) (goOn bool, err error) {
		if first, wanted := s.first[inode]; wanted {
			s.own(inode, first, &o)
		}
		if seen++; seen%1024 == 0 {
			err = ctx.Err()
		}
		return !s.over(r), err
	})
	if left {
		return more, err
	}
	return looked, err
}

// owner is the process at hand.
type owner struct {
	pid   uint32
	names []string
	list  []parse.Owner // it alone, made once for all sockets of which it is the first
}

// own enters the process as an owner of the socket, if that says anything new.
func (s *search) own(inode uint32, first int32, o *owner) {
	settles := false
	for i := int(first); i < len(s.pairs) && s.pairs[i].inode == inode; i++ {
		if p := &s.pairs[i]; !p.settled && s.fits[p.group] {
			p.settled, settles = true, true
			s.open[p.group]--
			s.unsettled--
		}
	}
	others := s.found.Owners[inode]
	if !settles && len(others) > 0 {
		return
	}
	if o.list == nil {
		name := ""
		if len(o.names) > 0 {
			name = o.names[0]
		}
		o.list = []parse.Owner{{PID: o.pid, Name: name}}
		s.host.names[o.pid] = o.names
	}
	if len(others) == 0 {
		if s.needsOwner(first) {
			s.ownerless--
		}
		s.found.Owners[inode] = o.list
		return
	}
	s.found.Owners[inode] = append(slices.Clip(others), o.list[0])
}

// needsOwner reports whether the inode with that first pair is more than near.
func (s *search) needsOwner(first int32) bool {
	inode := s.pairs[first].inode
	for i := int(first); i < len(s.pairs) && s.pairs[i].inode == inode; i++ {
		if !s.pairs[i].near {
			return true
		}
	}
	return false
}

// processIDs lists /proc.
func processIDs(buf []byte) ([]uint32, error) {
	dir, err := open(unix.AT_FDCWD, "/proc", unix.O_DIRECTORY)
	if err != nil {
		return nil, fmt.Errorf("opening /proc: %w", err)
	}
	defer func() { _ = unix.Close(dir) }()
	var pids []uint32
	err = eachName(dir, buf, func(name []byte) bool {
		if pid, err := strconv.ParseUint(string(name[:len(name)-1]), 10, 32); err == nil {
			pids = append(pids, uint32(pid))
		}
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("reading /proc: %w", err)
	}
	return pids, nil
}
