package host

import (
	"context"

	"check_netstat/parse"
)

// Group is one procName with the sockets whose owners decide about it.
type Group struct {
	Fits   func(names []string) bool // whether a process that is known by these names fits
	Inodes []uint32
}

// Found is what Owners found.
type Found struct {
	Owners   map[uint32][]parse.Owner // by inode, as many as were needed
	Unseen   []bool                   // by group: a process that may fit did not show its descriptors
	Complete bool                     // the whole walk was possible and was not ended by the clock
}

// Owners finds the processes that hold sockets.
func (h *Host) Owners(_ context.Context, groups []Group) Found {
	return Found{Unseen: make([]bool, len(groups))}
}
