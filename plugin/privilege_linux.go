package plugin

import (
	"os"

	"golang.org/x/sys/unix"
)

// isPrivileged reports whether this process may see the programs of others:
// as root, or by the two capabilities that opening and reading another user's
// /proc/PID/fd takes (proc_pid_fd(5)).
func isPrivileged() bool {
	if os.Geteuid() == 0 {
		return true
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false
	}
	const need = 1<<unix.CAP_SYS_PTRACE | 1<<unix.CAP_DAC_READ_SEARCH
	return data[0].Effective&need == need
}
