//go:build !linux

package host

// DynamicPorts does not know how this system is set.
func DynamicPorts(string) (first, last uint16, ok bool) { return 0, 0, false }
