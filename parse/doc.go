// Package parse turns the bytes that netstat, ss or sockstat printed into sockets.
//
// It is pure: it opens no file, starts no process and asks the system nothing.
// What a row means is decided from the row itself, never from the system this
// program runs on, so that a capture from one system can be read on another.
//
// [Netstat] reads once from front to back and hands each [Socket] to a
// callback; the Socket is used again for the next row, so memory does not grow
// with the input. Each dialect, that is each way of printing sockets, is one
// file with real sample lines at its top and one entry in the table in
// netstat.go:
//
//	linux     net-tools of any age, BusyBox, Android's toybox   linux.go
//	windows   XP to 11, with the owner lines of -b              windows.go
//	ss        iproute2 of any age                               ss.go
//	bsd       FreeBSD, OpenBSD, NetBSD, DragonFly, macOS, AIX,
//	          HP-UX                                             bsd.go, bsdcut.go, macos.go
//	solaris   Solaris and illumos                               solaris.go
//	sockstat  FreeBSD, DragonFly, NetBSD                        sockstat.go
//
// A dialect is recognised row by row, because captures come without headers,
// with several outputs in one file, or as the fragment that grep left. A line is
// offered to the dialect of the line before, then to the others, then without
// what a log or a mail has put before it (prefix.go). No dialect takes the rows
// of another.
//
// Words matter for states only, and are known in the languages and code pages in
// which a tool prints them (words.go). A listening socket is known by its shape
// where its word is not.
//
// Nothing is guessed. A line that is no socket is counted in [Summary.Skipped];
// a line that begins like a socket but cannot be read is counted in
// [Summary.Broken] as well, because a verdict that depends on it is not known.
// An address or port shown by name stays text, an endpoint of which a column may
// have cut address or port off is marked [Endpoint.Cut], a state that is not
// known is kept as it stands, and a state that is not shown is [NoState].
package parse
