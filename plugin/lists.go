package plugin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"check_netstat/plugin/watch"
)

// NetstatWatcher's names of the two lists.
const (
	connectionsFile = "monitoredTcpConnects.csv"
	listeningFile   = "monitoredListeningPorts.csv"
)

// defaultDir is where the lists are where nothing says otherwise.
func defaultDir() string {
	if runtime.GOOS != "windows" {
		return "/etc/check_netstat"
	}
	base := os.Getenv("ProgramData")
	if base == "" {
		base = `C:\ProgramData`
	}
	return filepath.Join(base, "check_netstat")
}

// items reads all lists and ad-hoc items and selects those that are wanted.
// Problems are about lists and selections as a whole.
func (r *request) items() (items []watch.Item, problems []string) {
	o := &r.Items
	connections, listening := o.Connections, o.Listening
	dir := o.Dir
	if dir == "" && len(connections)+len(listening)+len(o.Connection)+len(o.Port) == 0 {
		dir = defaultDir()
	}
	if dir != "" {
		c, l, err := listsIn(dir)
		if err != nil {
			problems = append(problems, err.Error())
		}
		connections = append(c, connections...)
		listening = append(l, listening...)
	}
	read := func(files []string, kind watch.Kind) {
		for _, file := range files {
			list, errs := readList(file, kind)
			items = append(items, list...)
			problems = append(problems, texts(errs)...)
		}
	}
	read(connections, watch.Connection)
	for _, value := range o.Connection {
		items = append(items, watch.AdHocConnection(value))
	}
	read(listening, watch.Listening)
	for _, value := range o.Port {
		items = append(items, watch.AdHocPort(value))
	}
	watch.UniqueKeys(items)
	if len(items) == 0 {
		if len(problems) == 0 {
			problems = append(problems, "there are no items to judge")
		}
		return nil, problems
	}
	items, errs := watch.Select(items, o.Item)
	return items, append(problems, texts(errs)...)
}

// listsIn returns the lists of a folder. One of the two is enough.
func listsIn(dir string) (connections, listening []string, err error) {
	have := func(name string) []string {
		path := filepath.Join(dir, name)
		if _, statErr := os.Stat(path); errors.Is(statErr, fs.ErrNotExist) {
			return nil
		}
		return []string{path} // whatever else is wrong with it shows when it is read
	}
	connections, listening = have(connectionsFile), have(listeningFile)
	if connections == nil && listening == nil {
		return nil, nil, fmt.Errorf("%s holds neither %s nor %s", dir, connectionsFile, listeningFile)
	}
	return connections, listening, nil
}

func readList(file string, kind watch.Kind) ([]watch.Item, []error) {
	f, err := os.Open(file) //nolint:gosec // G304: the list that the caller named
	if err != nil {
		return nil, []error{fmt.Errorf("reading a %s list: %w", kind, err)}
	}
	defer func() { _ = f.Close() }() // only read from
	return watch.Read(f, file, kind)
}

func texts(errs []error) []string {
	all := make([]string, len(errs))
	for i, err := range errs {
		all[i] = err.Error()
	}
	return all
}
