package plugin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"check_netstat/plugin/privilege"
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

// list is a watch list that was named or found.
type list struct {
	file string
	kind watch.Kind
}

// files returns the watch lists of the command line, connections first.
func (r *request) files() (lists []list, err error) {
	o := &r.Items
	connections, listening := o.Connections, o.Listening
	dir := string(o.Dir)
	if dir == "" && len(connections)+len(listening)+len(o.Connection)+len(o.Port) == 0 {
		dir = defaultDir()
	}
	if dir != "" {
		var c, l []string
		r.doing("looking into " + dir)
		c, l, err = listsIn(dir)
		r.doing("")
		connections = append(c, connections...)
		listening = append(l, listening...)
	}
	for _, file := range connections {
		lists = append(lists, list{file, watch.Connection})
	}
	for _, file := range listening {
		lists = append(lists, list{file, watch.Listening})
	}
	return lists, err
}

// adHoc returns the items of one kind from the command line.
func (r *request) adHoc(kind watch.Kind) []watch.Item {
	values, item := r.Items.Connection, watch.AdHocConnection
	if kind == watch.Listening {
		values, item = r.Items.Port, watch.AdHocPort
	}
	items := make([]watch.Item, len(values))
	for i, value := range values {
		items[i] = item(value)
	}
	return items
}

// lists reads all lists and ad-hoc items. Problems are about lists as a whole.
func (r *request) lists() (items []watch.Item, problems []string) {
	files, err := r.files()
	if err != nil {
		problems = append(problems, err.Error())
	}
	for _, kind := range [...]watch.Kind{watch.Connection, watch.Listening} {
		for _, f := range files {
			if f.kind != kind {
				continue
			}
			list, errs := r.readList(f.file, kind)
			items = append(items, list...)
			problems = append(problems, texts(errs)...)
			r.listeningUnread = r.listeningUnread || kind == watch.Listening && len(errs) > 0
		}
		items = append(items, r.adHoc(kind)...)
	}
	watch.UniqueKeys(items)
	return items, problems
}

// chosen selects the items that are wanted.
func (r *request) chosen(items []watch.Item, problems []string) ([]watch.Item, []string) {
	if len(items) == 0 {
		if len(problems) == 0 {
			problems = append(problems, "there are no items to judge")
		}
		return nil, problems
	}
	items, errs := watch.Select(items, r.Items.Item)
	return items, append(problems, texts(errs)...)
}

// items returns the items that are wanted, from all lists.
func (r *request) items() (items []watch.Item, problems []string) {
	return r.chosen(r.lists())
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

func (r *request) readList(file string, kind watch.Kind) ([]watch.Item, []error) {
	r.doing("reading " + file)
	defer r.doing("")
	f, err := privilege.Open(file, r.guard.Wait)
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
