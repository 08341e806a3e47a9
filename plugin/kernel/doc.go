// Package kernel reads the socket tables from the system itself, without any
// program: on Linux over NETLINK_SOCK_DIAG, on Windows from the IP Helper API.
//
// It asks only for what is wanted. [QueryFor] makes a [Query] of the items, and
// [Read] turns it into as few walks of the kernel's tables as there are kinds of
// sockets in it (plan), and into a small program that the kernel runs on each
// socket, so that most of them are never copied out (bytecode). The kernel may
// hand over more than is wanted, never less, and a walk that did not come to its
// end is an error.
//
// On Linux a row also has the socket's inode, its control group, its queues and
// what is unanswered. Who owns the socket is left to package host.
//
// /proc/net is read only if netlink is refused, as in some containers: it costs
// several times as much, shows sockets twice under load, and tells neither v6-only
// sockets nor control groups nor the limit of an accept queue.
package kernel
