// Package plugin is the check: it takes a command line and returns an exit
// code. The data goes one way, and each package on it knows nothing of those
// after it:
//
//	cli       a command line becomes one validated value, of the verb's own type
//	watch     lists and ad-hoc items become []watch.Item; a bad row stays, with its error
//	resolve   remoteNames become addresses, once each
//	source    one snapshot: the kernel, netstat, ss or a saved output, read as a stream
//	parse     bytes become parse.Socket values, one at a time
//	match     each socket is looked up in indexes made from the items, and raises
//	          questions; with the answers every item becomes a match.Verdict
//	report    verdicts become text with perfdata, a table or JSON: a report.Form
//
// Between the sockets and the verdicts the host is asked once. match says what
// must be known beyond the snapshot (facts.Questions: whose sockets, which
// services, which names, which listeners are still full), host answers
// (facts.Answers), and match judges without input or output. What a procName fits
// is said by package program, what a service fits by package service. A saved
// output asks nobody.
//
// From source to match is a sample. A check takes one, or as many as it needs to
// decide every item (samples.go). The kernel leaves out what no item asks for. If
// an item is not OK then, one whole snapshot is taken and all items are judged on
// it, so that a verdict and its reason are of the same moment (check.go). What is
// unexpected is an item, too (unexpected.go).
//
// Each verb is a file of this package, and a function that takes its own request.
// The other verbs go a part of the way: items ends at watch; lint at resolve, and
// package lint knows what is wrong with a list; sockets goes from source to
// report, through match if items choose among the sockets (fitting.go); learn from
// source to package learn, which makes of the sockets what watch can read again;
// discover hands the items to package discover, which writes them as a monitoring
// system's configuration.
//
// Main runs all of it in guard, which watches the clock and signals, and gives up
// the rights before anything is written. Package privilege keeps small what a run
// may do, visible knows which characters may be shown, and state has the four
// states.
//
// Nothing on the way ends the run. What goes wrong with one row becomes that
// row's verdict, and what goes wrong outside the rows becomes a problem of the
// report; both are UNKNOWN, never OK and never CRITICAL.
package plugin
