package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"
	"time"
)

var entries = []entry{{name: "README.md", data: []byte("a\nb\n")}, {name: "check_netstat.exe", data: []byte("\n"), exec: true}}

// 2038 and zones are where times of archives go wrong.
func TestAnArchiveDependsOnItsEntriesAlone(t *testing.T) {
	at := time.Unix(1795559698, 0)
	for name, pack := range map[string]func(string, []entry, time.Time) ([]byte, error){"tar": tarred, "zip": zipped} {
		a, err1 := pack("folder", entries, at.UTC())
		b, err2 := pack("folder", entries, at.UTC())
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two archives of the same differ", name)
		}
	}
}

func TestATarHoldsRootsFiles(t *testing.T) {
	packed, err := tarred("folder", entries, time.Unix(1795559698, 0).UTC())
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if !z.ModTime.IsZero() || z.Name != "" {
		t.Errorf("the gzip header has the name %q and the time %s", z.Name, z.ModTime)
	}
	r := tar.NewReader(z)
	for _, e := range entries {
		h, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if h.Name != "folder/"+e.name || h.Mode != mode(e) || h.Uid != 0 || h.Gid != 0 || h.ModTime.Unix() != 1795559698 {
			t.Errorf("%+v", h)
		}
	}
}

func TestAZipHasWindowsLineEnds(t *testing.T) {
	packed, err := zipped("folder", entries, time.Unix(1795559698, 0).UTC())
	if err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"folder/README.md": "a\r\nb\r\n", "folder/check_netstat.exe": "\n"}
	for _, f := range r.File {
		file, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(file)
		if err != nil || string(data) != want[f.Name] {
			t.Errorf("%s: %q, %v", f.Name, data, err)
		}
		delete(want, f.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}
