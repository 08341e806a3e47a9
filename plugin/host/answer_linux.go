package host

import (
	"context"
	"os"
	"time"

	"check_netstat/plugin/facts"
	"check_netstat/plugin/privilege"
)

// initialPIDs is how /proc names the PID namespace that the system starts with
// (PROC_PID_INIT_INO, include/linux/proc_ns.h).
const initialPIDs = "pid:[4026531836]"

// Answer answers the questions. netns is the network namespace of the snapshot,
// as kernel.Read takes it.
func Answer(ctx context.Context, q *facts.Questions, netns string) facts.Answers {
	first := time.Now()
	a := facts.Answers{Full: map[uint32]bool{}}
	if q.Devices {
		a.Devices, _ = devices(netns) // nil: not known
	}
	blind := len(privilege.MissingForProcesses()) > 0
	root := services(q, blind, &a)
	if len(q.Holders) > 0 {
		search := newSearch(q.Holders, &a)
		if blind {
			a.ServiceFirst = true // which saves the search for what it could not see
			search.byService(root, q.Groups)
		}
		privilege.Raised(func() { search.run(ctx) })
		if !blind && search.unsettled > 0 && ctx.Err() == nil {
			search.byService(services(q, true, &a), q.Groups) // root may be denied, too: in a container
		}
		namespace, err := os.Readlink("/proc/self/ns/pid")
		a.Contained = err == nil && namespace != initialPIDs
	}
	privilege.Raised(func() { a.Processes = processes(q.PIDs) })
	if len(q.Full) > 0 {
		a.Full = lookAgain(ctx, q.Full, first, netns)
	}
	return a
}

// processes returns the names of processes.
func processes(pids []uint32) map[uint32]facts.Process {
	if len(pids) == 0 {
		return nil
	}
	buf := make([]byte, bufferLen)
	found := make(map[uint32]facts.Process, len(pids))
	for _, pid := range pids {
		p, err := openProcess(pid)
		if err != nil {
			continue
		}
		if names, _, err := p.names(buf); err == nil {
			found[pid] = facts.Process{PID: pid, Names: names}
		}
		p.close()
	}
	return found
}
