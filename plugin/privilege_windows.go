package plugin

// isPrivileged: Toolhelp32 names every process to everybody.
func isPrivileged() bool { return true }
