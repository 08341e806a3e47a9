// Package privilege keeps what a run may do small. It tells whether the program
// has rights that its caller has not, puts these aside from the start, raises
// them around what needs them and nothing else, opens what the caller named with
// the rights of the caller, lets nobody else choose what is run with more, and
// gives them up once nothing is left to read.
//
// What needs them on Linux: the descriptors and programs of other users'
// processes (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH), and another network namespace
// (CAP_SYS_ADMIN). The sockets themselves need none (sock_diag(7)).
//
// If the caller is root, by sudo for example, nobody with fewer rights is behind it.
// Then only the program that is to be run is checked, and rights are given up; all
// else does nothing and costs nothing.
package privilege
