//go:build unix

package plugin

import (
	"os"

	"golang.org/x/sys/unix"
)

// terminalWidth returns the columns of a terminal, 0 where it does not tell
// (ioctl_tty(2)); isTerminal is false for any other file.
func terminalWidth(f *os.File) (columns int, isTerminal bool) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, false
	}
	return int(size.Col), true
}

// takesEscapes reports whether the terminal knows escape sequences.
func takesEscapes(*os.File) bool { return true }
