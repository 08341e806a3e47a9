package host

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// commLen is the longest name the kernel keeps in comm (TASK_COMM_LEN less its
// end, include/linux/sched.h).
const commLen = 15

// programs reads the names of a process from /proc (proc_pid_comm(5),
// proc_pid_exe(5), proc_pid_cmdline(5)): comm, the base of the executable and
// the base of argv[0]. The first is comm, or the name that comm is the
// beginning of where comm is cut. comm and cmdline can be read by everybody,
// exe only by the owner and root.
func (h *Host) programs(pid uint32) []string {
	dir := "/proc/" + strconv.FormatUint(uint64(pid), 10)
	raw, err := os.ReadFile(dir + "/comm") //nolint:gosec // G304: a file of /proc
	if err != nil {
		return nil
	}
	names := []string{strings.TrimSuffix(string(raw), "\n")}
	add := func(name string) {
		if name != "" && name != "." && name != "/" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if exe, err := os.Readlink(dir + "/exe"); err == nil {
		add(filepath.Base(strings.TrimSuffix(exe, " (deleted)")))
	}
	if cmdline, err := os.ReadFile(dir + "/cmdline"); err == nil { //nolint:gosec // G304: a file of /proc
		argv0, _, _ := bytes.Cut(cmdline, []byte{0})
		add(filepath.Base(string(argv0)))
	}
	if comm := names[0]; len(comm) == commLen {
		if i := slices.IndexFunc(names[1:], func(n string) bool { return strings.HasPrefix(n, comm) }); i >= 0 {
			names[0], names[i+1] = names[i+1], names[0]
		}
	}
	return names
}
