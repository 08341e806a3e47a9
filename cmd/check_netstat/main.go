// Command check_netstat is a monitoring plugin that judges network connections
// and listening ports from one snapshot of the host's sockets.
package main

import (
	"os"
	"runtime"

	"check_netstat/plugin"
	"check_netstat/plugin/privilege"
)

// version is set by the Makefile.
var version = "devel"

func main() {
	// The data takes one way, step by step: waking threads for other processors
	// costs a short run more than they do for it.
	runtime.GOMAXPROCS(1)
	os.Exit(plugin.Main(os.Args[1:], plugin.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Version: version, Drop: privilege.Drop,
	}))
}
