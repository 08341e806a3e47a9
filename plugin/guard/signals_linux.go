package guard

import (
	"os"
	"syscall"
)

// fatalHere are those of this system alone.
var fatalHere = []os.Signal{syscall.SIGSTKFLT}
