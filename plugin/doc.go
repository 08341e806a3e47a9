// Package plugin is the check: it takes a command line and returns an exit
// code. The data takes one way, and each package on it knows nothing of those
// after it:
//
//	cli       a command line becomes one validated value, of the verb's own type
//	watch     lists and ad-hoc items become []watch.Item; a bad row stays, with its error
//	resolve   remoteNames become addresses, once each
//	source    one snapshot: netstat, ss or a saved output, read as a stream
//	parse     bytes become parse.Socket values, one at a time
//	match     each socket is looked up in indexes made from the items; then
//	          every item becomes a match.Verdict, also the one of what is
//	          unexpected
//	report    verdicts become text with perfdata, a table or JSON: a report.Form
//
// From source to match is a sample. A check takes one, or, where it is to look
// again, as many as it needs to decide every item (samples.go).
//
// Each verb is a file of this package, and a function that takes its own request.
// The other verbs take a part of the way: items ends at watch, lint at resolve and
// hands the items to package lint, which knows what is wrong with a list; sockets
// goes from source to report, through match if items choose among the sockets;
// learn from source to package learn, which makes of the sockets what watch can
// read again. Discover hands the items to package discover, which writes them as a
// monitoring system's configuration.
//
// Package host stands beside the way: match asks it for facts about this host
// (whole program names, v6-only sockets) where a verdict hangs on one.
//
// Beside it, too, stand privilege, which keeps small what a run may do, and
// visible, which knows what characters may be shown. Main runs all of it in
// guard, which watches the clock and signals and gives up the rights before
// anything is written.
//
// Nothing on the way ends the run. What goes wrong with one row becomes that
// row's verdict, and what goes wrong beside the rows becomes a problem of the
// report; both are UNKNOWN, never OK and never CRITICAL.
package plugin
