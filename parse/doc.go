// Package parse turns the bytes that netstat or ss printed into sockets.
//
// It is pure: it opens no file, starts no process and asks the system nothing.
// What a row means is decided from the row itself, never from the system this
// program runs on, so that a capture from one system can be read on another.
//
// [Netstat] reads once from front to back and hands each [Socket] to a
// callback; the Socket is used again for the next row, so memory does not grow
// with the input. Each dialect is one file (linux.go, windows.go, ss.go) with
// real sample lines at its top and one entry in the table in netstat.go. A
// dialect is recognised row by row, because captures come without headers,
// with several outputs in one file, or as the fragment that grep left.
//
// Nothing is guessed. A line that is no socket is counted in [Summary.Skipped];
// a line that begins like a socket but cannot be read is counted in
// [Summary.Broken] as well, because a verdict that depends on it is not known.
// An address or port shown by name stays text, and an IPv6 endpoint that may
// have been cut by netstat is marked [Endpoint.Cut].
package parse
