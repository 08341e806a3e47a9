//go:build !linux

package plugin

// enoughProcesses: what a limit would hold against is not told here.
func enoughProcesses() error { return nil }
