// Package privilege keeps what a run may do small: it tells whether the program
// has rights that its caller has not, reads what the caller named with the
// caller's rights alone, lets nobody else choose what is run with more, and
// gives up the capabilities once they are no longer needed.
//
// What needs them on Linux: the descriptors and programs of other users' processes
// (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH) and another network namespace
// (CAP_SYS_ADMIN). The sockets themselves need none (sock_diag(7)).
package privilege
