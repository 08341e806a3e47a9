package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// archive makes a zip for Windows and a tar.gz for the other systems: the
// program, its documents, example lists, and what the monitoring systems need.
func (r *release) archive(t target, program string) error {
	data, err := os.ReadFile(program) //nolint:gosec // G304: what build has made
	if err != nil {
		return err
	}
	all, err := r.lists()
	if err != nil {
		return err
	}
	files := documents
	if t.os != "windows" {
		files = slices.Concat(documents, manuals, shells)
	}
	texts, err := r.text(files, unixDirs)
	if err != nil {
		return err
	}
	license, err := r.text([]string{notices}, nil)
	if err != nil {
		return err
	}
	license[0].name = "COPYRIGHT"
	all = append(append(append(all, texts...), license...), entry{name: filepath.Base(program), data: data, exec: true})
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.name, b.name) })

	name := "check_netstat-" + r.version.file() + "-" + t.name()
	var packed []byte
	if t.os == "windows" {
		packed, err = zipped(name, all, r.time)
		name += ".zip"
	} else {
		packed, err = tarred(name, all, r.time)
		name += ".tar.gz"
	}
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, name), packed, 0o644) //nolint:gosec // G306: for all to read
}

func mode(e entry) int64 {
	if e.exec {
		return 0o755
	}
	return 0o644
}

// tarred writes all below one folder, owned by root.
func tarred(folder string, all []entry, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range all {
		h := &tar.Header{
			Name: folder + "/" + e.name, Mode: mode(e), Size: int64(len(e.data)), ModTime: at,
			Uname: "root", Gname: "root", Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return gzipped(b.Bytes())
}

// zipped writes all below one folder. Texts get Windows' line ends.
func zipped(folder string, all []entry, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, e := range all {
		h := &zip.FileHeader{Name: folder + "/" + e.name, Method: zip.Deflate, Modified: at}
		h.SetMode(os.FileMode(mode(e)))
		f, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		data := e.data
		if !strings.HasSuffix(e.name, ".exe") {
			data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		}
		if _, err := f.Write(data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}
