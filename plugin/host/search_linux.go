package host

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/program"
)

// search finds the processes that hold sockets, as far as the questions need
// them. Descriptors are what costs, 2.5 µs each, so they are read
//
//   - first of the processes whose comm fits, which as a rule settles all: a
//     socket is settled when a process that fits is found;
//   - then of those that fit by another of their names;
//   - and only for sockets that have no owner at all by then, or if every owner
//     is wanted, of every other process;
//
// and each time the low ones first, where programs have what they listen on.
// The threads of a process are looked at if its own descriptors leave something
// open: one may have left them (unshare(2) with CLONE_FILES), or the main thread
// may have ended. All ends as soon as nothing is left to find, and at the end of
// the context.
type search struct {
	holders []facts.Holders
	pairs   []pair           // by inode
	first   map[uint32]int32 // an inode's first pair
	open    []int            // unsettled pairs of each question
	fits    []parse.Tri      // whether the process at hand is the one of each question
	answers *facts.Answers
	buf     []byte

	unsettled int  // pairs
	ownerless int  // inodes
	all       bool // every owner is wanted
	denied    bool // a process has not shown its descriptors
}

// pair is a socket of a question. It is settled when an owner that fits is found.
type pair struct {
	inode   uint32
	of      int32
	near    bool // no search for another owner
	settled bool
	wanting bool // of an inode's first pair: it is to have an owner, whoever that is
}

func newSearch(holders []facts.Holders, answers *facts.Answers) *search {
	s := &search{
		holders: holders, open: make([]int, len(holders)), fits: make([]parse.Tri, len(holders)),
		answers: answers, buf: make([]byte, bufferLen),
	}
	for i := range holders {
		for _, inode := range holders[i].Inodes {
			s.pairs = append(s.pairs, pair{inode: inode, of: int32(i)})
		}
		for _, inode := range holders[i].Near {
			s.pairs = append(s.pairs, pair{inode: inode, of: int32(i), near: true})
		}
		s.all = s.all || holders[i].All
	}
	slices.SortFunc(s.pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.inode, b.inode), cmp.Compare(a.of, b.of))
	})
	s.pairs = slices.Compact(s.pairs)
	s.first = make(map[uint32]int32, len(s.pairs))
	for i, p := range s.pairs {
		s.open[p.of]++
		if i == 0 || s.pairs[i-1].inode != p.inode {
			s.first[p.inode] = int32(i)
		}
	}
	s.countOwnerless()
	s.unsettled = len(s.pairs)
	answers.Owners = make(map[uint32][]facts.Process, len(s.first))
	answers.Unseen = make([]facts.Sight, len(holders))
	return s
}

// run searches, and says in the answers how much it has seen.
func (s *search) run(ctx context.Context) {
	if s.unsettled == 0 {
		return
	}
	sight, err := s.rounds(ctx)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		sight = facts.OutOfTime
	default:
		sight, s.answers.Err = facts.Unreadable, err
	}
	if sight != facts.Whole {
		for i := range s.answers.Unseen {
			s.answers.Unseen[i] = sight
		}
	} else if s.denied {
		sight = facts.Denied
	}
	s.answers.Sight = sight
}

// round is how processes are chosen.
type round int

const (
	byComm round = iota
	byNames
	everybody
	rounds
)

// outcome is what was done about a process.
type outcome int

const (
	notChosen outcome = iota // by this round
	looked
	hasMore // descriptors above the low ones
)

// lowDescriptors is the number of descriptors that are read of each process
// before those above of any. Programs listen before they accept, and get the
// lowest number that is free.
const lowDescriptors = 128

// rounds looks at the processes in rounds, in each at the low descriptors of all
// that are chosen first.
func (s *search) rounds(ctx context.Context) (facts.Sight, error) {
	left, err := processIDs(s.buf)
	if err != nil {
		return facts.Unreadable, err
	}
	hidden := !slices.Contains(left, 1)
	for r := range rounds {
		var later, deep []uint32
		for _, pid := range left {
			did, err := s.look(ctx, pid, r, false)
			switch {
			case err != nil:
				return facts.Unreadable, err
			case did == hasMore:
				deep = append(deep, pid)
			case did == notChosen:
				later = append(later, pid)
			}
			if s.over(r) {
				return facts.Whole, nil
			}
		}
		for _, pid := range deep {
			if _, err := s.look(ctx, pid, r, true); err != nil {
				return facts.Unreadable, err
			}
			if s.over(r) {
				return facts.Whole, nil
			}
		}
		left = later
	}
	if hidden {
		return facts.HidePID, nil
	}
	return facts.Whole, nil
}

// over reports whether there is nothing left that the round could find.
func (s *search) over(r round) bool {
	return !s.all && (s.unsettled == 0 || r == everybody && s.ownerless == 0)
}

// choose notes which questions a process of these names answers. It reports
// whether one of them still looks for its sockets.
func (s *search) choose(names program.Names) bool {
	wanted := false
	for i := range s.holders {
		s.fits[i] = s.holders[i].Pattern.FitsAny(names)
		wanted = wanted || s.fits[i] >= parse.Maybe && s.open[i] > 0
	}
	return wanted
}

// look reads the low descriptors of a process that the round chooses, or those
// above.
func (s *search) look(ctx context.Context, pid uint32, r round, above bool) (outcome, error) {
	if err := ctx.Err(); err != nil {
		return notChosen, err
	}
	if r == byComm && !above {
		comm, err := readComm(unix.AT_FDCWD, "/proc/"+strconv.FormatUint(uint64(pid), 10)+"/comm", s.buf)
		switch {
		case isGone(err):
			return looked, nil
		case err != nil || !s.choose(program.Shown(comm, len(comm) == program.CommLen)):
			return notChosen, nil
		}
	}
	for i := range s.fits {
		s.fits[i] = parse.Maybe // as long as no name is known (hidepid=1)
	}
	p, err := openProcess(pid)
	if err != nil {
		return looked, s.tolerate(err)
	}
	defer p.close()
	names, whole, err := p.names(s.buf)
	if err != nil {
		return looked, s.tolerate(err)
	}
	if wanted := s.choose(names); whole && !wanted && r != everybody {
		return notChosen, nil
	}
	holder := holder{facts.Process{PID: pid, Names: names}, nil}
	did, err := s.descriptors(ctx, p, "fd", &holder, r, above)
	if err == nil && did == looked && !s.over(r) && p.threads() > 1 {
		err = s.ownFiles(ctx, p, &holder, r)
	}
	return did, s.tolerate(err)
}

// tolerate goes on after a process that has ended or does not show its
// descriptors. Any other error is returned.
func (s *search) tolerate(err error) error {
	switch {
	case isDenied(err):
		s.denied = true
		for i := range s.holders {
			if s.fits[i] >= parse.Maybe {
				s.answers.Unseen[i] = facts.Denied
			}
		}
		return nil
	case isGone(err):
		return nil
	}
	return err
}

// descriptors looks at the low descriptors in a folder of a process, or at those
// above.
func (s *search) descriptors(ctx context.Context, p process, path string, h *holder, r round, above bool) (did outcome, err error) {
	dir, err := open(p.dir, path, unix.O_DIRECTORY)
	if err != nil {
		return looked, err
	}
	defer func() { _ = unix.Close(dir) }()
	from, to := uint32(0), uint32(lowDescriptors)
	if above {
		from, to = lowDescriptors, math.MaxUint32
	}
	seen := 0
	left, err := eachDescriptor(dir, s.buf, from, to, func(inode uint32) (goOn bool, err error) {
		if first, wanted := s.first[inode]; wanted {
			s.own(inode, first, h)
		}
		if seen++; seen%1024 == 0 {
			err = ctx.Err()
		}
		return !s.over(r), err
	})
	if left {
		return hasMore, err
	}
	return looked, err
}

// ownFiles looks at the descriptors of threads that do not share those of their
// process.
func (s *search) ownFiles(ctx context.Context, p process, h *holder, r round) (err error) {
	p.eachThread(func(tid string) bool {
		if err = ctx.Err(); err != nil || !p.hasOwnFiles(tid) {
			return err == nil
		}
		path := "task/" + tid + "/fd"
		did, failed := s.descriptors(ctx, p, path, h, r, false)
		if failed == nil && did == hasMore && !s.over(r) {
			_, failed = s.descriptors(ctx, p, path, h, r, true)
		}
		err = s.tolerate(failed)
		return err == nil && !s.over(r)
	})
	return err
}

// holder is the process at hand.
type holder struct {
	process facts.Process
	alone   []facts.Process // it, made once for all sockets of which it is the first owner
}

// own enters the process as an owner of the socket, if that says anything new.
func (s *search) own(inode uint32, first int32, h *holder) {
	settles := false
	for i := int(first); i < len(s.pairs) && s.pairs[i].inode == inode; i++ {
		if p := &s.pairs[i]; !p.settled && s.fits[p.of] == parse.Yes {
			p.settled, settles = true, true
			s.open[p.of]--
			s.unsettled--
		}
	}
	others := s.answers.Owners[inode]
	switch {
	case len(others) == 0:
		if p := &s.pairs[first]; p.wanting {
			p.wanting = false
			s.ownerless--
		}
		if h.alone == nil {
			h.alone = []facts.Process{h.process}
		}
		s.answers.Owners[inode] = h.alone
	case (settles || s.all || s.mayFit(inode, first)) && !slices.ContainsFunc(others, func(o facts.Process) bool { return o.PID == h.process.PID }):
		s.answers.Owners[inode] = append(slices.Clip(others), h.process)
	}
}

// mayFit reports whether the process may be the one of an unsettled question:
// only the beginning of its name is known.
func (s *search) mayFit(inode uint32, first int32) bool {
	for i := int(first); i < len(s.pairs) && s.pairs[i].inode == inode; i++ {
		if p := &s.pairs[i]; !p.settled && s.fits[p.of] == parse.Maybe {
			return true
		}
	}
	return false
}

// countOwnerless counts the sockets that are to have an owner: those that are more
// than near to a question which is not settled.
func (s *search) countOwnerless() {
	s.ownerless = 0
	for inode, first := range s.first {
		wanting := false
		for i := int(first); i < len(s.pairs) && s.pairs[i].inode == inode; i++ {
			wanting = wanting || !s.pairs[i].near && !s.pairs[i].settled
		}
		s.pairs[first].wanting = wanting
		if wanting {
			s.ownerless++
		}
	}
}

// processIDs lists /proc.
func processIDs(buf []byte) ([]uint32, error) {
	dir, err := open(unix.AT_FDCWD, "/proc", unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unix.Close(dir) }()
	var pids []uint32
	err = eachName(dir, buf, func(name []byte) bool {
		if pid, err := strconv.ParseUint(string(name[:len(name)-1]), 10, 32); err == nil {
			pids = append(pids, uint32(pid))
		}
		return true
	})
	if err == nil && len(pids) == 0 {
		err = errors.New("it shows no process")
	}
	return pids, err
}
