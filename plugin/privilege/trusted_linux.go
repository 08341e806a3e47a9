package privilege

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Trusted finds the program at the path, to be run with more rights than its
// caller's. It returns an error if anybody but root could change what is run: the
// file, a directory above it, or a symbolic link on the way. It goes from one
// descriptor to the next, so that nothing can take the place of what was looked
// at, and returns the descriptor of the program itself (O_PATH).
func Trusted(path string) (*os.File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	root, err := find(unix.AT_FDCWD, "/", "/", 0)
	if err != nil {
		return nil, err
	}
	w := walk{at: []*Found{root}}
	defer w.back(0)
	if err := w.rootsAlone(root); err != nil {
		return nil, err
	}
	if err := w.follow(path); err != nil {
		return nil, err
	}
	program := w.at[len(w.at)-1]
	switch program.Stat.Mode & unix.S_IFMT {
	case unix.S_IFREG:
	case unix.S_IFDIR:
		return nil, &fs.PathError{Op: "run", Path: path, Err: errFolder}
	default:
		return nil, &fs.PathError{Op: "run", Path: path, Err: errors.New("not a regular file")}
	}
	w.at = w.at[:len(w.at)-1]
	return os.NewFile(uintptr(program.FD), path), nil
}

// walk is a way from the root to a file, as path_resolution(7) describes it.
type walk struct {
	at    []*Found // the directories above, from "/" on
	links int
}

// back closes all but the first n.
func (w *walk) back(n int) {
	for _, f := range w.at[n:] {
		f.Close()
	}
	w.at = w.at[:n]
}

// follow goes on by a path, an absolute one from the root.
func (w *walk) follow(path string) error {
	if filepath.IsAbs(path) {
		w.back(1)
	}
	for name := range strings.SplitSeq(path, "/") {
		switch name {
		case "", ".":
		case "..":
			w.back(max(1, len(w.at)-1))
		default:
			if err := w.enter(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// enter goes on to a name in the directory, or where the symbolic link of that
// name leads.
func (w *walk) enter(name string) error {
	dir := w.at[len(w.at)-1]
	path := filepath.Join(dir.path, name)
	f, err := find(dir.FD, name, path, unix.O_NOFOLLOW)
	if err != nil {
		return err
	}
	if err := w.rootsAlone(f); err != nil {
		f.Close()
		return err
	}
	if f.Stat.Mode&unix.S_IFMT != unix.S_IFLNK {
		w.at = append(w.at, f)
		return nil
	}
	defer f.Close()
	if w.links++; w.links > maxLinks {
		return fmt.Errorf("%s: too many symbolic links", path)
	}
	var target [unix.PathMax]byte
	n, err := unix.Readlinkat(f.FD, "", target[:])
	if err != nil {
		return &fs.PathError{Op: "readlink", Path: path, Err: err}
	}
	return w.follow(string(target[:n]))
}

// isOutside reports whether a user is none of this user namespace, so that nobody
// in it can change his files: they are shown as those of the overflow user
// (user_namespaces(7)). Root in a namespace of his own has the rights of the user
// who has made it, and the system's programs are such files to him.
func isOutside(uid uint32) bool {
	overflow, err := os.ReadFile("/proc/sys/kernel/overflowuid")
	if err != nil || strings.TrimSpace(string(overflow)) != strconv.FormatUint(uint64(uid), 10) {
		return false
	}
	mapped, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(mapped)) {
		var first, outside, count uint64
		if n, _ := fmt.Sscan(line, &first, &outside, &count); n != 3 || first <= uint64(uid) && uint64(uid) < first+count {
			return false
		}
	}
	return true
}

// rootsAlone reports who else than root may change a file. The permissions of a
// symbolic link mean nothing. A sticky directory such as /tmp may be written by
// all, since nobody else can replace what is root's in it. The bits of the group
// are also the most that an access control list allows to anybody but the owner
// (acl(5)). The links below /proc lead to what others have opened.
func (w *walk) rootsAlone(f *Found) error {
	kind, err := f.Filesystem()
	if err != nil {
		return err
	}
	mode := f.Stat.Mode
	switch {
	case kind == unix.PROC_SUPER_MAGIC:
		return fmt.Errorf("%s is in /proc, whose links lead to files of others", f.path)
	case kind == unix.FUSE_SUPER_MAGIC && f.Stat.Dev != w.at[0].Stat.Dev:
		return fmt.Errorf("%s is on a file system that a program serves (FUSE), which may be anybody's", f.path)
	case f.Stat.Uid != 0 && !isOutside(f.Stat.Uid):
		return fmt.Errorf("%s belongs to user %d, not to root", f.path, f.Stat.Uid)
	case mode&unix.S_IFMT == unix.S_IFLNK, mode&unix.S_IFMT == unix.S_IFDIR && mode&unix.S_ISVTX != 0:
		return nil
	case mode&0o002 != 0:
		return fmt.Errorf("%s can be written by everybody", f.path)
	case mode&0o020 != 0:
		return fmt.Errorf("%s can be written by group %d", f.path, f.Stat.Gid)
	}
	return nil
}
