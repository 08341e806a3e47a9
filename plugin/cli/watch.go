package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"check_netstat/plugin/watch"
)

// Watch is what to watch.
type Watch struct {
	Dir                    string   // "" if it is not given
	Connections, Listening []string // list files
	Select                 []string // keys of the items that are chosen, none for all

	// AdHocConnections, AdHocPorts and Counts are items of the command line. One
	// that is wrong has its error, as a row of a list has.
	AdHocConnections, AdHocPorts, Counts []watch.Item
}

// IsZero reports whether nothing says what to watch.
func (w *Watch) IsZero() bool {
	return w.Dir == "" && len(w.Connections)+len(w.Listening) == 0 && !w.HasAdHoc()
}

// HasAdHoc reports whether the command line itself has items.
func (w *Watch) HasAdHoc() bool { return len(w.AdHocConnections)+len(w.AdHocPorts)+len(w.Counts) > 0 }

// AdHoc returns the items of one kind.
func (w *Watch) AdHoc(kind watch.Kind) []watch.Item {
	switch kind {
	case watch.Connection:
		return slices.Clone(w.AdHocConnections)
	case watch.Listening:
		return slices.Clone(w.AdHocPorts)
	case watch.Count:
		return slices.Clone(w.Counts)
	}
	return nil
}

// watchOptions say which items there are.
type watchOptions struct {
	Connections []string `long:"connections" value-name:"FILE" description:"connections list, repeatable"`
	Listening   []string `long:"listening" value-name:"FILE" description:"listening list, repeatable"`
	Dir         once     `long:"dir" value-name:"DIR" description:"folder with monitoredTcpConnects.csv and/or monitoredListeningPorts.csv"`
	Connection  []string `long:"connection" value-name:"HOST:PORT[,PROC]" description:"ad-hoc item, also HOST,PORT[,PROC]; PROC =name is exactly that program, service:NAME a service; repeatable"`
	Port        []string `long:"port" value-name:"PROTO:[IP:]PORT[,PROC]" description:"ad-hoc item, also PROTO,IP,PORT[,PROC]; repeatable"`
	Count       []string `long:"count" value-name:"STATE[,WARN[,CRIT]]" description:"an item that counts all TCP sockets in a state, or udp, or all; repeatable"`
}

// chosenOptions say which items there are, and which of them are wanted.
type chosenOptions struct {
	watchOptions
	Item keys `long:"item" value-name:"KEY" description:"only this item; repeatable; * and ? match"`
}

func (o *chosenOptions) watch() Watch {
	w := o.watchOptions.watch()
	w.Select = o.Item.all
	return w
}

func (o *watchOptions) watch() Watch {
	w := Watch{
		Dir: string(o.Dir), Connections: o.Connections, Listening: o.Listening,
		Counts: watch.AdHocCounts(o.Count),
	}
	for _, value := range o.Connection {
		w.AdHocConnections = append(w.AdHocConnections, watch.AdHocConnection(value))
	}
	for _, value := range o.Port {
		w.AdHocPorts = append(w.AdHocPorts, watch.AdHocPort(value))
	}
	return w
}

// DefaultDir is the folder of the lists if nothing says what to watch.
func DefaultDir() string {
	if runtime.GOOS != "windows" {
		return "/etc/check_netstat"
	}
	base := os.Getenv("ProgramData")
	if base == "" {
		base = `C:\ProgramData`
	}
	return filepath.Join(base, "check_netstat")
}
