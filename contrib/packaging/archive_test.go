package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"
)

// What an archive holds is the same whatever the modes of the source's files.
func archived(t *testing.T, crlf bool) content {
	t.Helper()
	c := content{files: fstest.MapFS{}, folder: "folder", time: time.Unix(1795559698, 0).UTC(), crlf: crlf}
	for name, text := range map[string]string{"README.md": "a\nb\n", "contrib/run.sh": "#!/bin/sh\n", "check_netstat.exe": "\n"} {
		file := filepath.Join(t.TempDir(), "file")
		if err := errors.Join(os.WriteFile(file, []byte(text), 0o600), c.add(file, name)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

var inOrder = []string{"folder/", "folder/README.md", "folder/check_netstat.exe", "folder/contrib/", "folder/contrib/run.sh"}

func TestATarHoldsRootsFiles(t *testing.T) {
	var packed bytes.Buffer
	if err := tarred(&packed, archived(t, false).files); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&packed)
	if err != nil {
		t.Fatal(err)
	}
	if !z.ModTime.IsZero() || z.Name != "" {
		t.Errorf("the gzip header has the name %q and the time %s", z.Name, z.ModTime)
	}
	r := tar.NewReader(z)
	for i, mode := range []int64{0o755, 0o644, 0o755, 0o755, 0o755} {
		h, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if h.Name != inOrder[i] || h.Mode != mode || h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.ModTime.Unix() != 1795559698 {
			t.Errorf("%+v; want %s, %o", h, inOrder[i], mode)
		}
	}
}

func TestAZipHasWindowsLineEnds(t *testing.T) {
	var packed bytes.Buffer
	if err := zipped(&packed, archived(t, true).files); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "a\r\nb\r\n", "\n", "", "#!/bin/sh\r\n"} {
		f := r.File[i]
		file, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(file); err != nil || string(data) != want || f.Name != inOrder[i] || f.Modified.Unix() != 1795559698 {
			t.Errorf("%s, of %s: %q, %v; want %s, %q", f.Name, f.Modified, data, err, inOrder[i], want)
		}
	}
}
