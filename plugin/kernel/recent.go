package kernel

// recent knows the sockets seen lately by their cookies, so that one which the
// kernel hands over twice counts once.
//
// The kernel interrupts a walk when a datagram is full, and goes on at the same
// place of the same hash chain (inet_diag_dump_icsk). A socket that entered
// that chain meanwhile shifts it, and the last ones come again: next to the
// boundary, never anywhere else. A connection keeps its cookie from SYN_RECV to
// TIME_WAIT (inet_csk_clone_lock, inet_twsk_alloc), so a TIME_WAIT that takes
// the place of the socket it is left of counts as that socket.
//
// So a table of the last few thousand is enough, whatever the number of
// sockets. The kernel numbers cookies as they are first asked for, in the order
// of a walk, which spreads them over the table evenly. NLM_F_DUMP_INTR would
// not help: inet_diag never sets it.
type recent [4096]uint64

// saw reports whether the cookie was seen lately, and notes it.
func (r *recent) saw(cookie uint64) bool {
	slot := &r[cookie%uint64(len(r))]
	if *slot == cookie && cookie != 0 {
		return true
	}
	*slot = cookie
	return false
}
