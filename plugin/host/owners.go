package host

import "check_netstat/parse"

// Group is one procName with the sockets whose owners decide about it.
type Group struct {
	// Fits reports whether a process known by these names is the program.
	Fits   func(names []string) bool
	Inodes []uint32 // of the sockets, not 0
	// Near are sockets that a reason could name if the program holds one: they
	// are looked for in processes that fit and nowhere else.
	Near []uint32
}

// Found is what is known of the owners of sockets.
type Found struct {
	// Owners are, by inode, as many of the processes that hold the socket as
	// were needed: one that fits for each group of the inode, and where none
	// does, one that does not. An inode that is missing has no owner that can
	// be seen.
	Owners map[uint32][]parse.Owner
	// Unseen says for each group that some process does not show its
	// descriptors, and is the program by one of its names. A socket of the
	// group may then be of that process, too, whoever else holds it. A process
	// that hides its executable's name is not meant: its comm and argv[0] are
	// seen, and every process of another user would be.
	Unseen []bool
	// Err says why not every process was looked at that might have had to be.
	// A socket without an owner may then be anybody's.
	Err error
}
