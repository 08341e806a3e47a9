// Package match judges items against sockets.
//
// The data goes through once. [New] compiles the items into indexes; [Add]
// takes the sockets one by one, in any order and from any source, and notes for
// each distinct endpoint that an item watches which sockets fit, grouped by
// state and program; [Judge] then makes one [Verdict] of every item, and asks
// the host only for facts that decide one.
//
// The cost of Add does not depend on the number of items: addresses and ports
// are looked up, and items that watch the same endpoint share one selector.
// What a miss needs for its reason, the nearest sockets that are there, is kept
// in tables of bounded size.
//
// [Add]: Collector.Add
// [Judge]: Collector.Judge
package match
