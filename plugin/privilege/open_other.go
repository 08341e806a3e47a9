//go:build !linux

package privilege

import "os"

// Open opens a file that the caller named for reading. It must be a regular file,
// or with pipes one of these or a FIFO.
func Open(path string, pipes bool) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = readable(path, info.Mode(), pipes)
	}
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path) //nolint:gosec // G304: what the caller named
	if err != nil {
		return nil, err
	}
	if info, err = file.Stat(); err == nil { // it may be another one since
		err = readable(path, info.Mode(), pipes)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}
