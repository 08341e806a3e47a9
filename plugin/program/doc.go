// Package program tells which program a process runs: it knows the names of a
// program, and whether a procName fits one of them.
//
// A name is the program's own word: comm and argv[0] can be set to anything by
// the process itself, and an executable can be copied under any name. Only what
// the system says of a process (its executable, its service) is more than that.
package program
