// Package learn makes a watch list of what a snapshot holds, one row for each
// service, in NetstatWatcher's columns.
//
// A list is to be true tomorrow as well as now. So what is different at every
// start is left out or widened: the other ends of inbound connections, and
// listening ports that the system has chosen itself.
package learn
