// Package report writes what a run found: one monitoring result as text with
// perfdata, as a table or as JSON, and the listings of the other verbs.
//
// It does not know how a verdict was reached. All text that may come from
// outside (program names, comments, names from lists or DNS, a program's error
// message) passes through [Clean], or through JSON's escapes, on its way out.
package report
