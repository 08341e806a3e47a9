// Command check_netstat is a monitoring plugin that judges network connections
// and listening ports from one snapshot of the host's sockets.
package main

import (
	"os"

	"check_netstat/plugin"
	"check_netstat/plugin/privilege"
)

// version is set by the Makefile.
var version = "devel"

func main() {
	os.Exit(plugin.Main(os.Args[1:], plugin.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Version: version, Drop: privilege.Drop,
	}))
}
