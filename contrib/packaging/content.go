package main

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
)

// entry is one file of an archive or a package.
type entry struct {
	name string // with slashes, below the archive's or package's own folder
	data []byte
	exec bool
}

// Documents, and the configuration of the monitoring systems, in the folders
// that the links between them expect.
var (
	documents = []string{"README.md", "CHANGELOG.md", "LICENSE"}
	unixDirs  = []string{"contrib/docs", "contrib/icinga2", "contrib/nagios", "contrib/nrpe", "contrib/nsclient"}
	manuals   = []string{"contrib/man/check_netstat.8", "contrib/man/check_netstat-lists.5"}
	shells    = []string{"contrib/completion/check_netstat.bash", "contrib/completion/_check_netstat", "contrib/completion/check_netstat.fish"}
)

// exampleLists become /etc/check_netstat/*.csv.example. Nothing reads them under
// that name, so that a package alone makes no host CRITICAL.
var exampleLists = []string{"monitoredTcpConnects.csv.example", "monitoredListeningPorts.csv.example"}

// notices are the licenses of all that is in the program.
const notices = "contrib/packaging/copyright"

// text returns files of the source, and all files of its folders, by name.
func (r *release) text(files, dirs []string) (all []entry, err error) {
	for _, dir := range dirs {
		err := filepath.WalkDir(filepath.Join(r.root, filepath.FromSlash(dir)), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				var name string
				name, err = filepath.Rel(r.root, path)
				files = append(files, filepath.ToSlash(name))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(r.root, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		all = append(all, entry{name: name, data: data, exec: bytes.HasPrefix(data, []byte("#!/"))})
	}
	return all, nil
}

// lists returns the example lists.
func (r *release) lists() ([]entry, error) {
	all, err := r.text([]string{"contrib/packaging/lists/" + exampleLists[0], "contrib/packaging/lists/" + exampleLists[1]}, nil)
	for i := range all {
		all[i].name = exampleLists[i]
	}
	return all, err
}

// gzipped packs data with neither name nor time in it, at the level that Debian
// asks of manuals.
func gzipped(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}
