// Package integration proves contrib and the output of check_netstat in the
// real monitoring systems: Icinga 2, Icinga Director, Icinga Web in a browser,
// Nagios Core, NRPE, sudo, and Windows' own binary in Wine. Its tests have the build
// tag integration; make integration installs the programs and runs them. What the
// browser has seen is left in bin/integration.
//
// Each command, template and section of contrib is run by the program that reads
// it. Where that cannot be had, it is held to the grammar in the program's manual.
//
// Each system is one file. All of it runs on loopback, in a directory that is
// removed, as the unprivileged user nagios where the tests run as root, and
// every process is ended by its ID.
package integration
