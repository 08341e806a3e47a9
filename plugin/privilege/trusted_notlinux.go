//go:build unix && !linux

package privilege

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Trusted returns an error where somebody else than root could change what
// stands at the path: the file, a directory above it, or a symbolic link on the
// way. A sticky directory such as /tmp may be written by all, since what is
// root's in it can be replaced by nobody else. No descriptor is returned: the
// program is run by its path.
func Trusted(path string) (*os.File, error) {
	path, err := filepath.Abs(path)
	for links := 0; err == nil; links++ {
		if links == maxLinks {
			return nil, fmt.Errorf("%s: too many symbolic links", path)
		}
		var next string
		if next, err = trustedUpToLink(path); next == "" {
			return nil, err
		}
		path = next
	}
	return nil, err
}

// trustedUpToLink checks the path from the root on. At a symbolic link it
// returns the path that it leads to, which is still to be checked.
func trustedUpToLink(path string) (next string, err error) {
	for end := 1; ; end++ {
		part := path
		if i := strings.IndexByte(path[end:], '/'); i >= 0 {
			end += i
			part = path[:max(1, end)]
		} else {
			end = len(path)
		}
		info, err := os.Lstat(part)
		if err != nil {
			return "", err
		}
		if err := rootsAlone(part, info); err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(part)
			if err != nil {
				return "", err
			}
			if !filepath.IsAbs(target) {
				target = filepath.Join(filepath.Dir(part), target)
			}
			return filepath.Join(target, path[end:]), nil
		}
		if end == len(path) {
			return "", nil
		}
	}
}

// rootsAlone reports who else than root may change the file. The permissions of
// a symbolic link mean nothing.
func rootsAlone(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return errors.New(path + ": its owner is not known")
	}
	mode := info.Mode()
	switch {
	case stat.Uid != 0:
		return fmt.Errorf("%s belongs to user %d, not to root", path, stat.Uid)
	case mode&fs.ModeSymlink != 0, mode.IsDir() && mode&fs.ModeSticky != 0:
		return nil
	case mode.Perm()&0o002 != 0:
		return fmt.Errorf("%s can be written by everybody", path)
	case mode.Perm()&0o020 != 0:
		return fmt.Errorf("%s can be written by group %d", path, stat.Gid)
	}
	return nil
}
