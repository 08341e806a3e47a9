//go:build linux

package main

// socketRows returns the rows that judge a load of real sockets.
func socketRows(t tools, size loadSize) []row {
	kernel := func(exit, connections, listening int, args ...string) command {
		return t.judge(exit, connections, listening, append([]string{"--source", "kernel"}, args...)...)
	}
	watched := size.watched()
	var (
		connections = kernel(0, watched, 0, "--connections", "connections.csv")
		programs    = kernel(0, watched, 0, "--connections", "programs.csv")
		missed      = kernel(2, watched, 0, "--connections", "missed.csv")
		listening   = kernel(0, 0, loadItems, "--listening", "listening.csv")
		listeners   = kernel(0, 0, loadItems, "--listening", "listeners.csv")
		byNetstat   = t.judge(0, watched, 0, "--source", "netstat", "--connections", "connections.csv")
		named       = t.judge(0, watched, 0, "--source", "netstat", "--connections", "programs.csv")
		dump        = t.bareDump()
		netstat     = system("netstat", "-tunap")
		ss          = system("ss", "-tunap")
		bare        = system("netstat", "-tuanWe")
	)
	switch size.established {
	case 0:
		return []row{
			{name: "start", a: listening, b: system("true"), goal: goal{atMost, 2.5}},
			{name: "start-programs", a: listeners, b: system("true")},
			{name: "start-memory", a: listening, goal: goal{memory, 8}},
		}
	case 1_000:
		return []row{
			{name: "1000-netstat", a: connections, b: netstat, goal: goal{cheaper, 4}},
			{name: "1000-netstat-programs", a: programs, b: netstat, goal: goal{cheaper, 4}},
			{name: "1000-memory", a: programs, goal: goal{memory, 8}},
		}
	case 10_000:
		return []row{
			{name: "10000-connections", a: connections, b: dump, goal: goal{atMost, 1.2}},
			{name: "10000-missed", a: missed, b: dump},
			{name: "10000-netstat", a: connections, b: netstat, goal: goal{cheaper, 12}},
			{name: "10000-netstat-programs", a: programs, b: netstat, goal: goal{cheaper, 10}},
			{name: "10000-ss", a: connections, b: ss, goal: goal{cheaper, 10}},
			{name: "10000-source-netstat", a: byNetstat, b: bare, goal: goal{atMost, 1.15}},
			{name: "10000-source-netstat-programs", a: named, b: netstat},
			{name: "10000-memory", a: programs, goal: goal{memory, 8}},
		}
	}
	// netstat -tunap takes seconds here.
	const few = 3
	return []row{
		{name: "100000-connections", a: connections, b: dump, goal: goal{atMost, 0.5}},
		{name: "100000-missed", a: missed, b: dump},
		{name: "100000-listeners", a: listeners, b: dump, goal: goal{atMost, 0.2}},
		{name: "100000-programs", a: programs, b: dump, goal: goal{atMost, 5}},
		{name: "100000-netstat", a: connections, b: netstat, goal: goal{cheaper, 100}, pairs: few},
		{name: "100000-netstat-programs", a: programs, b: netstat, goal: goal{cheaper, 10}, pairs: few},
		{name: "100000-memory", a: programs, goal: goal{memory, 8}},
	}
}
