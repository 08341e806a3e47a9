// Package discover writes monitoring objects for watch items: one service for
// each item, in the syntax of Icinga 2, Nagios or Icinga Director, as JSON, or as a
// diagram of the host for Icinga Web. A format is one file and one line of writers.
//
// The items come from lists that anyone may have filled, so text from them is
// data in every format: it is made one line of valid UTF-8 first, then escaped
// by the format's writer, and never ends a string, an object or a macro. What
// is written depends on the items and the [Setup] alone, in the items' order, so
// that the output can be kept in git.
//
// The services only name what the files in contrib define: a template with the
// intervals and the command, and the service groups.
package discover
