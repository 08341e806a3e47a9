//go:build unix && !linux

package guard

// sameDescription: it is not told here, and may be.
func sameDescription(int, int) bool { return true }
