// Package source takes a snapshot: it chooses where the sockets come from, asks the
// kernel, runs netstat or ss, or opens a saved output, and hands each socket on as
// it is read. A table has the programs of each system and what they are asked for
// (programs.go).
//
// The choice is made once. A source that fails is an error, never an empty
// snapshot and never a reason to try another source, because a verdict must not
// depend on which of two programs happened to work.
package source
