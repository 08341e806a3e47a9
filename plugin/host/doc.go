// Package host answers what a snapshot of this host leaves open: which processes
// hold a socket and what their programs are called, which service a control group
// is, which addresses a network device has, and which full accept queues are still
// full a moment later.
//
// It gets all questions of a snapshot at once, as a value, and answers with a
// value, under the run's context. What it could not see is part of the answer.
// It is never asked about a saved output.
package host
