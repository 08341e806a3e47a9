package host

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// programs looks a PID up in a snapshot of all processes (Toolhelp32, which
// needs no privilege). The snapshot is taken once, at the first question.
// PID 0 is the idle process, which holds no sockets.
func (h *Host) programs(pid uint32) []string {
	if pid == 0 {
		return nil
	}
	if _, taken := h.names[0]; !taken {
		h.names[0] = nil
		for id, name := range processes() {
			if id != 0 {
				h.names[id] = []string{name}
			}
		}
	}
	return h.names[pid]
}

// processes returns the name of every process by its PID. Where the snapshot
// fails there are none, and programs stay hidden.
func processes() map[uint32]string {
	names := map[uint32]string{}
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return names
	}
	defer func() { _ = windows.CloseHandle(snapshot) }()
	var entry windows.ProcessEntry32
	entry.Size = uint32(unsafe.Sizeof(entry))
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		names[entry.ProcessID] = windows.UTF16ToString(entry.ExeFile[:])
	}
	return names
}
