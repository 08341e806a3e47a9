// Package cli turns a command line into one validated value of the verb's own
// type: [Check], [Items], [Lint], [Sockets], [Learn] or [Discover].
//
// Each verb's options are a struct that go-flags fills, built of shared parts:
// what to watch, where from, how to judge, how to show. What a verb does not
// take it does not have, so that it refuses it, and the refusal names the
// nearest option that it does have. A verb is one file and one line of the
// table in verbs.go.
//
// The package looks at nothing but the command line. Lists are read by whoever
// has the value; only to complete a key does a caller lend a function that reads
// them.
package cli
