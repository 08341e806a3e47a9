//go:build !linux

package privilege

import (
	"io/fs"
	"os"
)

// Open opens a file that the caller named for reading: a regular file, or a FIFO,
// for whose writer it waits; waits, which may be nil, is called before.
func Open(path string, waits func()) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = readable(path, info.Mode())
	}
	if err != nil {
		return nil, err
	}
	if info.Mode()&fs.ModeNamedPipe != 0 && waits != nil {
		waits()
	}
	file, err := os.Open(path) //nolint:gosec // G304: what the caller named
	if err != nil {
		return nil, err
	}
	if info, err = file.Stat(); err == nil { // it may be another one since
		err = readable(path, info.Mode())
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}
