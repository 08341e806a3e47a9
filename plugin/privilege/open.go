package privilege

import (
	"errors"
	"io/fs"
)

var (
	errFolder = errors.New("is a directory")
	errNoFile = errors.New("neither a regular file nor a FIFO")
)

// readable says what is wrong with a file of this kind.
func readable(path string, mode fs.FileMode) error {
	err := errNoFile
	switch {
	case mode.IsRegular(), mode&fs.ModeNamedPipe != 0:
		return nil
	case mode.IsDir():
		err = errFolder
	}
	return &fs.PathError{Op: "open", Path: path, Err: err}
}

// maxLinks bounds the symbolic links on one path, as the kernel does
// (path_resolution(7)).
const maxLinks = 40
