// Package host answers what a snapshot of this host leaves open: the whole
// names of programs, which netstat cuts, the processes that hold a socket, and
// whether an IPv6 wildcard socket serves IPv4 too, which netstat does not show.
//
// It knows nothing of items; whoever judges asks only where a verdict hangs on
// the answer. It is never asked about a saved output.
package host

// Host answers questions about this host, each only once. It is not safe for
// concurrent use.
type Host struct {
	// Netns is the network namespace that ServesIPv4 asks in, as kernel.Read
	// takes it; "" is this process's.
	Netns string

	names  map[uint32][]string
	v6only map[bound]bool
	asked  bool
	err    error
}

// bound is a local port of one protocol, bound to the IPv6 wildcard.
type bound struct {
	udp  bool
	port uint16
}

// New returns a Host that has asked nothing yet.
func New() *Host { return &Host{names: map[uint32][]string{}} }

// Programs returns the names by which the program with that PID is known, the
// best one to show first; none where the process is gone or hidden.
func (h *Host) Programs(pid uint32) []string {
	names, ok := h.names[pid]
	if !ok {
		names = h.programs(pid)
		h.names[pid] = names
	}
	return names
}

// ServesIPv4 reports whether the socket that is bound to [::] and that port
// takes IPv4 peers too. known is false where the system does not tell.
func (h *Host) ServesIPv4(udp bool, port uint16) (serves, known bool) {
	if !h.asked {
		h.asked = true
		h.v6only, h.err = v6onlySockets(h.Netns)
	}
	only, found := h.v6only[bound{udp, port}]
	return !only, found && h.err == nil
}
