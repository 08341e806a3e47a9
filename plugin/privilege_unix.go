//go:build unix && !linux

package plugin

import "os"

// isPrivileged reports whether this process may see the programs of others.
func isPrivileged() bool { return os.Geteuid() == 0 }
