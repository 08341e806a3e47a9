package parse

import "net/netip"

// Filter says which sockets a caller wants to see: those that fit one of its
// terms. Who takes a Filter may leave out any other socket, and counts it only;
// what it hands on is therefore still to be matched. A nil Filter wants all.
type Filter struct {
	Terms []Term
	// Near asks for more, which a reason for a miss can name: sockets that
	// have the port of a term, or its remote address.
	Near bool
	// Owners says that the owners of the sockets matter. Otherwise a parser may
	// leave them unread, with the inode.
	Owners bool
}

// Term is one kind of socket that is wanted. What is not given (the zero
// value) fits everything.
type Term struct {
	Proto     Proto
	Listening bool // sockets that wait for peers; else those that have one
	// Remote and Local are addresses: a single one is a prefix of its full
	// length, IPv4-mapped IPv6 stands as IPv4 and fits both, zones are left out.
	Remote, Local netip.Prefix
	// RemotePorts and LocalPorts are sorted and do not overlap.
	RemotePorts, LocalPorts []PortRange
}

// PortRange is a range of port numbers, both ends included.
type PortRange struct{ First, Last uint16 }
