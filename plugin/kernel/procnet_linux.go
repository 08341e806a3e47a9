package kernel

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// procTries is how often /proc/net/udp is read until it is the same twice.
const procTries = 4

// readProc reads the two files of a protocol in a network namespace.
//
// /proc/net/udp is read page by page, and goes on by the row's number
// (udp_seq_start): a socket that is closed before that row shifts the rest, and
// one is passed over. So it is read until it has the same rows twice, as many as
// the kernel counts; what any reading has shown is there. /proc/net/tcp goes on
// by bucket, where next to nothing can be passed over.
func readProc(ctx context.Context, want Query, proto parse.Proto, netns string, visit func(*parse.Socket), info *Info) error {
	p := newProcReader(want, proto, visit)
	info.UDPMayMiss = proto == parse.UDP
	for n, before := 0, uint64(0); n < procTries; n++ {
		p.rows, p.digest, p.again = 0, 0, n > 0
		if err := p.files(ctx, netns); err != nil {
			return err
		}
		if proto != parse.UDP {
			break
		}
		if n > 0 && p.digest == before && p.rows == countUDP(netns) {
			info.UDPMayMiss = false
			break
		}
		before = p.digest
	}
	info.Sockets += p.sockets
	info.Duplicates += p.duplicates
	return nil
}

// files reads both families.
func (p *procReader) files(ctx context.Context, netns string) error {
	for _, name := range []string{p.proto.String(), p.proto.String() + "6"} {
		path, file, err := openInside(netns, name)
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
	return nil
}

// openInside opens a table of a network namespace.
func openInside(netns, name string) (path string, file *os.File, err error) {
	if outside := Within(netns, func() { path, file, err = openProc(netns, name) }); outside != nil {
		return "", nil, outside
	}
	return path, file, err
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

// countUDP returns the number of UDP sockets that the kernel counts in a
// namespace, -1 if it does not tell.
func countUDP(netns string) int {
	total := 0
	for _, name := range []string{"sockstat", "sockstat6"} {
		_, file, err := openInside(netns, name)
		if errors.Is(err, fs.ErrNotExist) && name != "sockstat" {
			continue
		}
		if err != nil {
			return -1
		}
		text := make([]byte, 4<<10)
		n, _ := file.Read(text)
		_ = file.Close()
		count, err := sockstat(text[:n], "UDP:", "UDP6:")
		if err != nil {
			return -1
		}
		total += count
	}
	return total
}
