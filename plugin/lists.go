package plugin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"check_netstat/plugin/cli"
	"check_netstat/plugin/privilege"
	"check_netstat/plugin/watch"
)

// NetstatWatcher's names of the two lists.
const (
	connectionsFile = "monitoredTcpConnects.csv"
	listeningFile   = "monitoredListeningPorts.csv"
)

// list is a watch list that was named or found.
type list struct {
	file string
	kind watch.Kind
}

// lists reads what is to be watched.
type lists struct {
	*cli.Watch
	doing func(string) // notes what may hang
	waits func()       // called before something outside is waited for; may be nil

	// unread are the kinds of lists of which one, or a part of it, could not be read.
	unread map[watch.Kind]bool
}

// lists returns the lists of a request.
func (r *run) lists(w *cli.Watch) *lists {
	return &lists{Watch: w, doing: r.doing, waits: r.guard.Wait, unread: map[watch.Kind]bool{}}
}

// files returns the watch lists of the command line, connections first.
func (l *lists) files() (files []list, err error) {
	connections, listening := l.Connections, l.Listening
	dir := l.Dir
	if l.IsZero() {
		dir = cli.DefaultDir()
	}
	if dir != "" {
		var inDir, ports []string
		l.doing("looking into " + dir)
		inDir, ports, err = listsIn(dir)
		l.doing("")
		connections = append(inDir, connections...)
		listening = append(ports, listening...)
	}
	for _, file := range connections {
		files = append(files, list{file, watch.Connection})
	}
	for _, file := range listening {
		files = append(files, list{file, watch.Listening})
	}
	return files, err
}

// all reads all lists and ad-hoc items. Problems are about lists as a whole.
func (l *lists) all() (items []watch.Item, problems []string) {
	files, err := l.files()
	if err != nil {
		problems = append(problems, err.Error())
	}
	for _, kind := range [...]watch.Kind{watch.Connection, watch.Listening, watch.Count} {
		for _, f := range files {
			if f.kind != kind {
				continue
			}
			list, errs := l.readList(f.file, kind)
			items = append(items, list...)
			problems = append(problems, texts(errs)...)
			if len(errs) > 0 && l.unread != nil {
				l.unread[kind] = true
			}
		}
		items = append(items, l.AdHoc(kind)...)
	}
	watch.UniqueKeys(items)
	return items, problems
}

// chosen selects the items that are wanted.
func (l *lists) chosen(items []watch.Item, problems []string) ([]watch.Item, []string) {
	if len(items) == 0 {
		if len(problems) == 0 {
			problems = append(problems, "there are no items to judge")
		}
		return nil, problems
	}
	items, errs := watch.Select(items, l.Select)
	return items, append(problems, texts(errs)...)
}

// items returns the items that are wanted, from all lists.
func (l *lists) items() (items []watch.Item, problems []string) {
	return l.chosen(l.all())
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
	return connections, listening, checkDir(dir, connections == nil && listening == nil)
}

// checkDir finds what is wrong with a folder of lists: neither is there, or one
// whose name differs in case, which would be passed over.
func checkDir(dir string, none bool) error {
	entries, err := os.ReadDir(dir)
	if none && err != nil {
		return fmt.Errorf("looking for the lists: %w: make the folder, or give --port or --connection", err)
	}
	for _, e := range entries {
		for _, name := range [...]string{connectionsFile, listeningFile} {
			if e.Name() != name && strings.EqualFold(e.Name(), name) && runtime.GOOS != "windows" {
				return fmt.Errorf("%s is not read: it is to be called %s", filepath.Join(dir, e.Name()), name)
			}
		}
	}
	if none {
		return fmt.Errorf("%s holds neither %s nor %s: write one with 'check_netstat learn', or give --port or --connection", dir, connectionsFile, listeningFile)
	}
	return nil
}

func (l *lists) readList(file string, kind watch.Kind) ([]watch.Item, []error) {
	l.doing("reading " + file)
	defer l.doing("")
	f, err := privilege.Open(file, l.waits)
	if err != nil {
		return nil, []error{fmt.Errorf("reading a %s list: %w%s", kind, err, noFile(file, err))}
	}
	defer func() { _ = f.Close() }() // only read from
	return watch.Read(f, file, kind)
}

// noFile says what the name of a file that is not there may have been meant as.
func noFile(name string, err error) string {
	if option := cli.AdHocOption(name); option != "" && errors.Is(err, fs.ErrNotExist) {
		return ": did you mean " + option + " " + name + "?"
	}
	return ""
}

func texts(errs []error) []string {
	all := make([]string, len(errs))
	for i, err := range errs {
		all[i] = err.Error()
	}
	return all
}
