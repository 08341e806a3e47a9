// Package facts holds what judging must know beyond a snapshot: the questions
// that the sockets raise, and the answers of the host. Both are values. Package
// match asks, package host answers, once for each snapshot.
package facts

import (
	"net/netip"

	"check_netstat/parse"
	"check_netstat/plugin/program"
	"check_netstat/plugin/service"
)

// Questions are what judging must know beyond a snapshot.
type Questions struct {
	Holders []Holders
	PIDs    []uint32 // processes whose names are wanted
	Devices bool     // which addresses the network devices have
	// Cgroups are control groups whose services are wanted (Linux).
	Cgroups []uint64
	// Groups are the control groups of the sockets of Holders, by inode, as far as
	// the source tells them.
	Groups map[uint32]uint64
	// Full are TCP listeners whose accept queue was over its limit, to be looked
	// at again a little later.
	Full []parse.Socket
}

// IsZero reports whether nothing is asked.
func (q *Questions) IsZero() bool {
	return len(q.Holders) == 0 && len(q.PIDs) == 0 && !q.Devices && len(q.Full) == 0 && len(q.Cgroups) == 0
}

// Holders asks for the processes that hold sockets.
type Holders struct {
	// Pattern is the program that is looked for. The answer has a process that
	// fits, and if none does, another one.
	Pattern program.Pattern
	Inodes  []uint32 // of the sockets, not 0
	// Near are sockets that matter only if the program holds them: they are
	// looked for in processes that fit and nowhere else.
	Near []uint32
	All  bool // every process that holds one of them is wanted
}

// Sight says how much of the system's processes could be seen, and so why a
// process that holds a socket may be missing from the answers.
type Sight uint8

// The sights, the better ones first.
const (
	Whole      Sight = iota // every process has shown its descriptors
	Denied                  // processes of other users do not show theirs
	HidePID                 // /proc hides the processes of other users (hidepid)
	OutOfTime               // the search did not end in time
	Unreadable              // /proc cannot be read
	NotAsked                // a saved output, or a system that does not tell
)

// Process is one process that holds a socket.
type Process struct {
	PID   uint32
	Names program.Names
}

// Answers are what the host says to Questions. The zero value knows nothing
// beyond the snapshot.
type Answers struct {
	// Owners are, by inode, processes that hold the socket.
	Owners map[uint32][]Process
	// Processes are, by PID, those whose names were wanted and are known.
	Processes map[uint32]Process
	// Unseen says for each of Questions.Holders why a process of that program
	// may hold its sockets although it is not among the owners. Whole: none may.
	Unseen []Sight
	// Sight is that of the search as a whole: why a socket without an owner may
	// have one.
	Sight Sight
	// Services are the services of control groups, by their ID, as far as they
	// are found. NoServices says why none can be, "" if they can.
	Services   map[uint64]service.Service
	NoServices string
	// ByService says for each of Questions.Holders of which control groups every
	// process is known to be of that program.
	ByService []map[uint64]bool
	// ServiceFirst says that the services were asked before the owners, as for who
	// cannot see those: an owner found besides is not the only one.
	ServiceFirst bool
	// Err says more about an Unreadable /proc.
	Err error
	// Contained says that the processes of this /proc are not all of this system:
	// it is that of a container.
	Contained bool
	// Devices are the network devices by name, nil if they are not known.
	Devices map[string]Device
	// OneOwner says that the source names one owner of a socket and no other.
	OneOwner bool
	// Full says by inode which of Questions.Full were so at the second look, too;
	// it is nil for a saved output, which is one look. Without time for a second
	// look none is.
	Full map[uint32]bool
	// V6Only is what a socket bound to [::] is if the source does not tell: Maybe
	// means that it is taken as dual-stack, and that the reason says so.
	V6Only parse.Tri
}

// Device is a network device.
type Device struct {
	Up    bool
	Addrs []netip.Addr // its addresses, without zones; those of its members, too, if it is a VRF
}
