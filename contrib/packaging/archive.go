package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing/fstest"
	"time"
)

// What an archive holds besides the program, at the places that links expect, and
// what it holds elsewhere than the source.
var (
	everywhere = []string{"README.md", "CHANGELOG.md", "LICENSE", "contrib/docs", "contrib/icinga2", "contrib/nagios", "contrib/nrpe", "contrib/nsclient"}
	unixOnly   = []string{"contrib/man", "contrib/completion"}
	moved      = map[string]string{
		"contrib/packaging/copyright":                                 "COPYRIGHT",
		"contrib/packaging/lists/monitoredTcpConnects.csv.example":    "monitoredTcpConnects.csv.example",
		"contrib/packaging/lists/monitoredListeningPorts.csv.example": "monitoredListeningPorts.csv.example",
	}
)

// archive makes a zip for Windows and a tar.gz for the other systems.
func (r *release) archive(t target, program string) error {
	windows := t.os == "windows"
	c := content{files: fstest.MapFS{}, folder: filepath.Base(r.file("-" + t.name())), time: r.time, crlf: windows}
	all := everywhere
	if !windows {
		all = append(all[:len(all):len(all)], unixOnly...)
	}
	for _, name := range all {
		err := filepath.WalkDir(filepath.FromSlash(name), func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return c.add(file, filepath.ToSlash(file))
		})
		if err != nil {
			return err
		}
	}
	for file, name := range moved {
		if err := c.add(file, name); err != nil {
			return err
		}
	}
	if err := c.add(program, filepath.Base(program)); err != nil {
		return err
	}
	write, ending := tarred, ".tar.gz"
	if windows {
		write, ending = zipped, ".zip"
	}
	f, err := os.Create(r.file("-" + t.name() + ending))
	if err != nil {
		return err
	}
	return errors.Join(write(f, c.files), f.Close())
}

// content is the files of an archive.
type content struct {
	files  fstest.MapFS
	folder string // that all are below
	time   time.Time
	crlf   bool // texts get Windows' line ends
}

// add adds a file, and its folders. Modes do not come from the source, where they
// depend on the umask.
func (c *content) add(file, name string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	mode, ending := fs.FileMode(0o644), path.Ext(name)
	if bytes.HasPrefix(data, []byte("#!/")) || ending == ".exe" || name == "check_netstat" {
		mode = 0o755
	}
	if c.crlf && ending != ".exe" {
		data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	}
	name = path.Join(c.folder, name)
	c.files[name] = &fstest.MapFile{Data: data, Mode: mode, ModTime: c.time}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		c.files[dir] = &fstest.MapFile{Mode: fs.ModeDir | 0o755, ModTime: c.time}
	}
	return nil
}

func tarred(w io.Writer, files fs.FS) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	return errors.Join(t.AddFS(files), t.Close(), z.Close())
}

func zipped(w io.Writer, files fs.FS) error {
	z := zip.NewWriter(w)
	return errors.Join(z.AddFS(files), z.Close())
}
