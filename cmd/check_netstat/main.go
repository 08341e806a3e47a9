// Command check_netstat is a monitoring plugin that judges network connections
// and listening ports from one snapshot of the host's sockets.
package main

import (
	"os"
	"runtime"
	"runtime/debug"

	"check_netstat/plugin"
	"check_netstat/plugin/privilege"
)

// version is set by the Makefile.
var version = "devel"

// memory is from where on the garbage collector works harder, in bytes: a host
// that is watched has other uses for its memory. It is enough for any list within
// the bounds of package watch.
const memory = 208 << 20

func main() {
	// The data takes one way, step by step: waking threads for other processors
	// costs a short run more than they do for it.
	runtime.GOMAXPROCS(1)
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memory)
	}
	os.Exit(plugin.Main(os.Args[1:], plugin.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Version: version, Drop: privilege.Drop,
	}))
}
