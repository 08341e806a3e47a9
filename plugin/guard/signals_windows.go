package guard

import (
	"os"
	"syscall"
)

// fatal are Ctrl+C, and the end of the console, the session or the system.
var fatal = [...]os.Signal{os.Interrupt, syscall.SIGTERM}
