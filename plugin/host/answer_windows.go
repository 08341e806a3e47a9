package host

import (
	"context"
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"

	"check_netstat/plugin/facts"
	"check_netstat/plugin/program"
)

// Answer answers the questions. Every source of Windows shows the PIDs of its
// sockets, so that only the names of their programs are left to ask for.
func Answer(_ context.Context, q *facts.Questions, _ string) facts.Answers {
	a := facts.Answers{Sight: facts.NotAsked, Full: map[uint32]bool{}}
	if len(q.PIDs) > 0 {
		a.Processes = processes(q.PIDs)
	}
	return a
}

// processes looks PIDs up in a snapshot of all processes (Toolhelp32, which
// needs no privilege), with the services that they run. PID 0 is the idle process,
// which holds no sockets. If the snapshot fails, programs stay hidden.
func processes(pids []uint32) map[uint32]facts.Process {
	found := map[uint32]facts.Process{}
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return found
	}
	defer func() { _ = windows.CloseHandle(snapshot) }()
	running := services()
	var entry windows.ProcessEntry32
	entry.Size = uint32(unsafe.Sizeof(entry))
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		if id := entry.ProcessID; id != 0 && slices.Contains(pids, id) {
			names := program.Shown(windows.UTF16ToString(entry.ExeFile[:]), false)
			names.Services = running[id]
			found[id] = facts.Process{PID: id, Names: names}
		}
	}
	return found
}
