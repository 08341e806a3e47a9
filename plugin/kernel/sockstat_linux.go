package kernel

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Count returns the number of TCP and UDP sockets that the kernel counts for
// this network namespace: "inuse" and "tw" of /proc/net/sockstat and sockstat6
// (proc(5)). Elsewhere than on Linux it is errors.ErrUnsupported.
func Count() (int, error) {
	total := 0
	for _, path := range []string{"/proc/net/sockstat", "/proc/net/sockstat6"} {
		text, err := os.ReadFile(path) //nolint:gosec // G304: one of the two above
		if errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(path, "6") {
			continue // a kernel without IPv6
		}
		if err != nil {
			return 0, err
		}
		n, err := sockstat(text, "TCP:", "TCP6:", "UDP:", "UDP6:")
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		total += n
	}
	return total, nil
}

// sockstat adds up the lines of protocols, such as
// "TCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1".
func sockstat(text []byte, protocols ...string) (int, error) {
	total := 0
	for line := range bytes.Lines(text) {
		fields := strings.Fields(string(line))
		if len(fields) == 0 || !slices.Contains(protocols, fields[0]) {
			continue
		}
		for i := 1; i+1 < len(fields); i += 2 {
			if fields[i] != "inuse" && fields[i] != "tw" {
				continue
			}
			n, err := strconv.Atoi(fields[i+1])
			if err != nil {
				return 0, fmt.Errorf("%s %s is no number: %q", fields[0], fields[i], fields[i+1])
			}
			total += n
		}
	}
	return total, nil
}
