// Package watch reads watch lists: CSV in NetstatWatcher's columns, and ad-hoc
// items from the command line. Its product is a slice of [Item], values that
// say what must (or must not) be there and where that was written.
//
// A row never disappears. One that cannot be judged becomes an Item whose Err
// says why, so that it ends in an UNKNOWN verdict; what is wrong with a list as
// a whole is returned besides the items.
package watch
