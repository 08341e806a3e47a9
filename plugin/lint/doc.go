// Package lint finds what is wrong with watch lists, and what may be, before a
// check runs into it.
//
// An error is what a check answers with UNKNOWN, or a row that can never fail.
// A hint is what a check takes as it stands, but its writer may not have meant.
// Every finding has a place and says what to do.
package lint
