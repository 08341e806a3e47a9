package host

import "check_netstat/parse"

// Group is one procName with the sockets whose owners decide about it.
type Group struct {
	// Fits reports whether a process known by these names is the program.
	Fits   func(names []string) bool
	Inodes []uint32 // of the sockets, not 0
}

// Found is what is known of the owners of sockets.
type Found struct {
	// Owners are, by inode, as many of the processes that hold the socket as
	// were needed: one that fits for each group of the inode, and where none
	// does, one that does not. An inode that is missing has no owner that can
	// be seen.
	Owners map[uint32][]parse.Owner
	// Unseen says for each group that some process does not show its
	// descriptors, and by its names is the program, or does not show all of
	// its names either. A socket of the group for which no owner is known may
	// then be of that process.
	Unseen []bool
	// Err says why not every process was looked at that might have had to be.
	// A socket without an owner may then be anybody's.
	Err error
}
