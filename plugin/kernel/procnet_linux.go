package kernel

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// readProc reads the two files of a protocol in a network namespace.
func readProc(ctx context.Context, p *procReader, netns string, info *Info) error {
	for _, name := range []string{p.proto.String(), p.proto.String() + "6"} {
		var file *os.File
		var err error
		path := ""
		if outside := within(netns, func() { path, file, err = openProc(netns, name) }); outside != nil {
			return outside
		}
		if errors.Is(err, fs.ErrNotExist) && name[len(name)-1] == '6' {
			continue // a kernel without IPv6
		}
		if err != nil {
			return err
		}
		err = p.read(file, ctx.Err)
		_ = file.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	info.Sockets += p.sockets
	info.Duplicates += p.duplicates
	return nil
}

// openProc opens a table of the thread that asks. /proc/net is the main
// thread's, which never leaves the namespace that the program was started in;
// /proc/thread-self is younger than some kernels (3.17). What is open goes on
// showing that namespace.
func openProc(netns, name string) (path string, file *os.File, err error) {
	path = "/proc/net/" + name
	if netns != "" {
		path = fmt.Sprintf("/proc/self/task/%d/net/%s", unix.Gettid(), name)
	}
	file, err = os.Open(path) //nolint:gosec // G304: a file of /proc
	return path, file, err
}
