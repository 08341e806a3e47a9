package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// row is one line of the table: a run of the check, and the command whose CPU
// time it is held against.
type row struct {
	name    string // selects the row
	what    string // what the check does
	sockets int    // that are open meanwhile, in processes that listen; or none
	check   command
	against command
}

const none = -1

// tools are what the rows run, and the folder in which they run.
type tools struct {
	check string
	dir   string
}

// awk is the pipeline that people write for one item; the check has 20.
const awk = `netstat -tunap | awk '$5 == "127.0.0.1:20000" && $6 == "ESTABLISHED" && $7 ~ /bench-00/ { n++ } END { print n + 0; exit !n }'`

// rows returns the table, rows with the same sockets together. linux and windows
// are how many sockets of the saved outputs the items match.
func (t tools) rows(linux, windows int) []row {
	check := func(exit int, says string, args ...string) command {
		return command{shown: "check_netstat", argv: append([]string{t.check}, args...), exit: exit, says: says}
	}
	live := func(exit int, says string, args ...string) command {
		return check(exit, says, append([]string{"--source", "kernel"}, args...)...)
	}
	connections := func(n int) string { return fmt.Sprintf("'connections'=%d;", n) }
	listening := fmt.Sprintf("'listening_ports'=%d;", processes)
	programs := live(0, connections(watched(10_000)), "--connections", "programs.csv")
	hidden := live(0, connections(watched(100_000)), "--connections", "programs.csv")
	// Without capabilities root sees no more than a monitoring user, and may read the
	// lists.
	hidden.argv = append([]string{"setpriv", "--bounding-set", "-all", "--inh-caps", "-all"}, hidden.argv...)
	dump := command{shown: "dump", argv: []string{"dump"}, says: " sockets"}
	netstat, shell := system("netstat", "-tunap"), command{shown: `netstat -tunap \| awk`, argv: []string{"sh", "-c", awk}}
	return []row{
		{"file-linux", "100 connections in a saved netstat -tunap of 1,000,000 rows", none, check(2, connections(linux), "--connections", "linux.csv", "--input", "linux.txt"), system("wc", "-l", "linux.txt")},
		{"file-windows", "100 connections in a saved netstat -ano of 1,000,000 rows", none, check(2, connections(windows), "--connections", "windows.csv", "--input", "windows.txt"), system("wc", "-l", "windows.txt")},
		{"start", "20 listening ports, no connections", 0, live(0, listening, "--listening", "listening.csv"), system("true")},
		{"10000", "20 connections among 10,000 sockets", 10_000, live(0, connections(watched(10_000)), "--connections", "connections.csv"), dump},
		{"10000-netstat", "the same with programs", 10_000, programs, netstat},
		{"10000-ss", "the same with programs", 10_000, programs, system("ss", "-tunap")},
		{"10000-awk", "the same with programs", 10_000, programs, shell},
		{"100000", "20 connections among 100,000 sockets", 100_000, live(0, connections(watched(100_000)), "--connections", "connections.csv"), dump},
		{"100000-missing", "the same and one that is missing", 100_000, live(2, connections(watched(100_000)), "--connections", "missing.csv"), dump},
		{"100000-netstat", "20 connections with programs among 100,000 sockets", 100_000, live(0, connections(watched(100_000)), "--connections", "programs.csv"), netstat},
		{"100000-hidden", "20 connections with programs among 100,000 sockets, without rights, by service", 100_000, hidden, dump},
		{"100000-listening", "20 listening ports with programs among 100,000 sockets", 100_000, live(0, listening, "--listening", "listeners.csv"), dump},
	}
}

const header = `| row | check_netstat judges | against | CPU, × the other's (lowest to highest) | CPU of both | memory |
| --- | --- | --- | --- | --- | --- |
`

// table measures the chosen rows and prints them as Markdown.
func (t tools) table(chosen *regexp.Regexp, pairs int) error {
	linux, err1 := dialects[0].write(t.dir, 1_000_000)
	windows, err2 := dialects[1].write(t.dir, 1_000_000)
	if err := cmp.Or(err1, err2); err != nil {
		return err
	}
	fmt.Print(header)
	var held load
	defer func() { held.stop() }()
	var err error
	open := none
	for _, r := range t.rows(linux, windows) {
		if !chosen.MatchString(r.name) {
			continue
		}
		if r.sockets != open {
			held.stop()
			if held, err = startLoad(r.sockets); err != nil {
				return err
			}
			open = r.sockets
		}
		fmt.Printf("| %s | %s | `%s` | %s |\n", r.name, r.what, r.against.shown, t.compare(r.check, r.against, pairs))
	}
	return nil
}

// writeLists writes watch lists with an item for each process of a load.
func writeLists(dir string) (err error) {
	const connections, listening = "remoteIP,remoteName,remotePort,procName\n", "ipProtocol,localIP,localPort,procName\n"
	err = os.MkdirAll(dir, 0o700)
	for name, text := range map[string][2]string{
		"connections.csv": {connections, "127.0.0.1,,%[1]d,\n"},
		"programs.csv":    {connections, "127.0.0.1,,%[1]d,%[2]s\n"},
		"missing.csv":     {connections + "127.0.0.1,,9,\n", "127.0.0.1,,%[1]d,\n"},
		"listening.csv":   {listening, "tcp,,%[1]d,\n"},
		"listeners.csv":   {listening, "tcp,,%[1]d,%[2]s\n"},
	} {
		list := text[0]
		for i := range processes {
			list += fmt.Sprintf(text[1], watchedPort(i), programName(i))
		}
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), []byte(list), 0o600))
	}
	return err
}
