//go:build !linux

package guard

import "os"

// fatalHere are those of this system alone.
var fatalHere []os.Signal

// takePending: every signal finds a thread here.
func takePending() {}
