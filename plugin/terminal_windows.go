package plugin

import (
	"os"

	"golang.org/x/sys/windows"
)

// terminalWidth returns the columns of a console's window; isTerminal is false
// for any other file.
func terminalWidth(f *os.File) (columns int, isTerminal bool) {
	var screen windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(windows.Handle(f.Fd()), &screen) != nil {
		return 0, false
	}
	return int(screen.Window.Right-screen.Window.Left) + 1, true
}

// takesEscapes asks the console to take escape sequences, which Windows does
// since version 10 (SetConsoleMode, ENABLE_VIRTUAL_TERMINAL_PROCESSING).
func takesEscapes(f *os.File) bool {
	var mode uint32
	h := windows.Handle(f.Fd())
	return windows.GetConsoleMode(h, &mode) == nil &&
		windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
