// Package kernel reads the socket tables from the system itself, without any
// program: on Linux over NETLINK_SOCK_DIAG, on Windows from the IP Helper API.
//
// It asks only for what is wanted: [Read] turns a parse.Filter into as few
// walks of the kernel's tables as there are kinds of sockets in it (plan), and
// into a small program that the kernel runs on each socket, so that most of
// them are never copied out (bytecode). The kernel may hand over more than is
// wanted, never less, and a walk that did not come to its end is an error.
//
// /proc/net is read only where netlink is refused, as by some containers: it
// costs several times as much, shows sockets twice under load, and does not
// tell v6-only sockets.
package kernel
