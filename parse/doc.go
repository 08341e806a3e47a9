// Package parse turns the bytes that netstat, ss or a tool like them has printed
// into sockets.
//
// It is pure: it opens no file, starts no process and asks the system nothing.
// What a row means is decided from the row itself, never from the system this
// program runs on, so that a capture from one system can be read on another.
//
// [Netstat] reads once from front to back and hands each [Socket] to a
// callback; the Socket is used again for the next row, so memory does not grow
// with the input. Each dialect, that is each way of printing sockets, is a type
// in a file of its own, with real sample lines at its top, and one entry in
// newDialects:
//
//	linux       net-tools of any age, BusyBox, Android's toybox   linux.go
//	windows     XP to 11, with the owner lines of -b              windows.go
//	ss          iproute2 of any age                               ss.go
//	bsd         FreeBSD, OpenBSD, NetBSD, DragonFly, macOS, AIX,
//	            HP-UX                                             bsd.go, bsdcut.go, macos.go
//	solaris     Solaris and illumos                               solaris.go
//	sockstat    FreeBSD, DragonFly, NetBSD, Linux                 sockstat.go
//	lsof        lsof -i of any system                             lsof.go
//	procnet     /proc/net/tcp and its like                        procnet.go
//	powershell  Get-NetTCPConnection, Get-NetUDPEndpoint          powershell.go
//
// A dialect is recognised row by row, because captures come without headers,
// with several outputs in one file, or as the fragment that grep left. A line is
// offered to the dialect of the line before, then to the others, then without
// what a log or a mail has put in front of it (prefix.go). No dialect takes the rows
// of another.
//
// The order of rows changes nothing. What a row means may be told by others: how
// wide the columns are, what a "*" stands for, which word means LISTEN, who else
// holds the socket (merge.go). Such a socket is held back until all rows are
// read, and handed on last. The dialect keeps to itself what it has learnt.
//
// Words matter for states only, and are known in the languages and code pages in
// which a tool prints them (words.go). If its word is not known, a
// listening socket is known by its shape.
//
// Nothing is guessed. A line that is no socket is counted in [Summary.Skipped].
// A line that looks like a socket but cannot be read is also noted in
// [Summary.Unread], with what can be read of it (unread.go): a verdict that
// depends on it is not known. An address or port shown by name stays text, an
// endpoint of which a column may have cut address or port off is marked
// [Endpoint.Cut], a state that is not known is kept as it stands, and a state that
// is not shown is [NoState].
package parse
