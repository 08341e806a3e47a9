// Package match judges items against the sockets of one snapshot. It does no
// input or output: the sockets come in, questions go out, and with the answers
// to them every item gets its verdict.
//
//	New        compiles the items into indexes
//	Add        takes the sockets one by one, in any order and from any source
//	Questions  says what else must be known: whose inodes, whose names, which
//	           services, which accept queues are still full
//	Judge      makes one Verdict of every item
//
// Sockets that differ in nothing a verdict can depend on are one group, counted
// for each distinct endpoint that items watch. A socket fits an item, does not,
// or only may (parse.Tri): its end is cut, its program or service hidden, its
// device not shown. Those that may fit are counted apart; if the item has the same
// state whichever of them fit, that is its verdict, and otherwise it is not known.
// The same fit decides what is unexpected.
//
// A socket in a good state that does not work is stalled, and counts as the policy
// says when the best socket is chosen.
//
// The cost of Add does not depend on the number of items: addresses and ports
// are looked up, and items that watch the same endpoint share one selector. What
// a miss needs for its reason, the nearest sockets that are there, is kept in
// tables of bounded size.
package match
