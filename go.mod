module check_netstat

go 1.26.0

require (
	github.com/atc0005/go-nagios v0.20.0
	github.com/gocarina/gocsv v0.0.0-20240520201108-78e41c74b4b1
	github.com/jessevdk/go-flags v1.6.1
	golang.org/x/sys v0.50.0
	golang.org/x/text v0.44.0
)

require pgregory.net/rapid v1.3.0

require (
	github.com/rogpeppe/go-internal v1.16.0
	golang.org/x/tools v0.52.0 // indirect
)
