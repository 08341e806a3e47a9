package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

var errHidden = errors.New("/proc hides the processes of other users (hidepid)")

// Owners finds the processes that hold the sockets, as far as the groups need
// them. Descriptors are what costs, 3 µs each, so they are read
//
//   - first of the processes whose comm fits a group, which as a rule settles
//     all: a socket is settled when an owner that fits is found;
//   - then of those that fit by another of their names;
//   - and only for sockets that have no owner at all by then, of every other
//     process, to name the one that is there instead.
//
// Each ends as soon as nothing is left to find, and all at the end of the
// context. Threads that have left their process's descriptors (unshare(2) with
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
	s.unsettled, s.ownerless = len(s.pairs), len(s.first)
	s.found.Owners = make(map[uint32][]parse.Owner, s.ownerless)
	return s
}

// run looks at the processes in three rounds.
func (s *search) run(ctx context.Context) error {
	left, err := processIDs(s.buf)
	if err != nil {
		return err
	}
	hidden := !slices.Contains(left, 1)
	for _, look := range []func(context.Context, uint32) (bool, error){s.byComm, s.byNames, s.anyhow} {
		var later []uint32
		for _, pid := range left {
			if s.unsettled == 0 {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			done, err := look(ctx, pid)
			if err != nil {
				return err
			}
			if !done {
				later = append(later, pid)
			}
		}
		left = later
	}
	if hidden {
		return errHidden
	}
	return nil
}

// byComm looks at a process if its comm fits.
func (s *search) byComm(ctx context.Context, pid uint32) (done bool, err error) {
	comm, err := readComm(unix.AT_FDCWD, "/proc/"+strconv.FormatUint(uint64(pid), 10)+"/comm", s.buf)
	if err != nil || !s.fit([]string{comm}) {
		return isGone(err), nil
	}
	return s.look(ctx, pid, false)
}

// byNames looks at a process if one of its names fits, or may fit.
func (s *search) byNames(ctx context.Context, pid uint32) (done bool, err error) {
	return s.look(ctx, pid, false)
}

// anyhow looks at a process while there are sockets without any owner.
func (s *search) anyhow(ctx context.Context, pid uint32) (done bool, err error) {
	if s.ownerless == 0 {
		return true, nil
	}
	return s.look(ctx, pid, true)
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

// look reads the descriptors of a process if its names fit, or may fit as far
// as they are seen, or if all is true. done is false where it did not.
func (s *search) look(ctx context.Context, pid uint32, all bool) (done bool, err error) {
	p, err := openProcess(pid)
	if err != nil {
		return true, s.pass(err, false)
	}
	defer p.close()
	names, whole, err := p.names(s.buf)
	if err != nil && !isDenied(err) {
		return true, s.pass(err, false)
	}
	if wanted := s.fit(names); whole && !wanted && !all {
		return false, nil
	}
	dir, err := open(p.dir, "fd", unix.O_DIRECTORY)
	if err == nil {
		err = s.descriptors(ctx, dir, owner{pid: pid, names: names}, all)
		_ = unix.Close(dir)
	}
	return true, s.pass(err, whole)
}

// pass goes on after a process that has ended or does not show its descriptors.
// Any other error is returned.
func (s *search) pass(err error, whole bool) error {
	switch {
	case isDenied(err):
		for g := range s.groups {
			s.found.Unseen[g] = s.found.Unseen[g] || s.fits[g] || !whole
		}
		return nil
	case isGone(err):
		return nil
	}
	return err
}

// descriptors goes through a process's directory of descriptors.
func (s *search) descriptors(ctx context.Context, dir int, o owner, all bool) error {
	var failed error
	seen := 0
	err := eachName(dir, s.buf, func(name []byte) bool {
		if seen++; seen%1024 == 0 {
			if failed = ctx.Err(); failed != nil {
				return false
			}
		}
		inode, err := socketInode(dir, name)
		switch {
		case errors.Is(err, unix.ENOENT):
			return true // closed meanwhile
		case err != nil:
			failed = err
			return false
		}
		if first, wanted := s.first[inode]; wanted {
			s.own(inode, first, &o)
		}
		return s.unsettled > 0 && (!all || s.ownerless > 0)
	})
	return cmp.Or(failed, err)
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
		s.ownerless--
		s.found.Owners[inode] = o.list
		return
	}
	s.found.Owners[inode] = append(slices.Clip(others), o.list[0])
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
