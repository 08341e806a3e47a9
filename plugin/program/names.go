package program

import (
	"slices"
	"strings"

	"check_netstat/parse"
)

// CommLen is the longest name that Linux keeps in comm (TASK_COMM_LEN less its
// end, include/linux/sched.h). One of that length may go on.
const CommLen = 15

// Names are the names by which the program of a process is known.
type Names struct {
	// Whole are its whole names, the one to show first.
	Whole []string
	// Cut is the beginning of a name of which no more is known, "" if there is
	// none. It may be the beginning of any name, and proves none.
	Cut string
	// Executable is the base name of the file that the process runs, "" if that
	// cannot be seen.
	Executable string
	// Services are the short names of the Windows services that the process runs.
	// One alone is a name of its program; of several each may be.
	Services []string
	// Lasting is the name that a restart does not change; "" if no name is known.
	Lasting string
}

// Process is what a system tells about the program of a process.
type Process struct {
	// Executable is the path of the file that it runs, "" if it cannot be seen.
	Executable string
	// Comm is its name as Linux keeps it (proc_pid_comm(5)), up to CommLen bytes.
	Comm string
	// Args are its arguments, the first of which is the name that it was started
	// by or, if the program has written over it, a title that may hold anything,
	// even text of remote users ("ftpd: 192.0.2.7: alice: STOR /home/nginx").
	Args []string
}

// NamesOf returns the names of a Linux process: the base of its executable; its
// comm, if that is whole; the script that an interpreter runs; and of argv[0]
// the base of what stands before the first blank or colon.
func NamesOf(p Process) Names {
	n := Names{Executable: base(strings.TrimSuffix(p.Executable, " (deleted)"))}
	started := startedAs(&p, n.Executable)
	script := scriptOf(&p)
	known := []string{n.Executable, started, script}
	comm := p.Comm
	if len(comm) == CommLen {
		whole := slices.IndexFunc(known, func(name string) bool { return strings.HasPrefix(name, comm) })
		if comm = ""; whole >= 0 {
			comm = known[whole]
		} else {
			n.Cut = p.Comm
		}
	}
	for _, name := range append([]string{comm}, known...) {
		if name != "" && !slices.Contains(n.Whole, name) {
			n.Whole = append(n.Whole, name)
		}
	}
	n.Lasting = lasting(comm, p.Comm, known)
	return n
}

// lasting chooses the name to write into a list. A comm that nothing else
// confirms may be that of a thread or a state; one that begins with the name
// that the process was started by is a title ("celeryd: idle").
func lasting(comm, shown string, known []string) string {
	executable, started := known[0], known[1]
	switch {
	case comm != "" && slices.Contains(known, comm):
		return comm
	case started != "" && strings.HasPrefix(shown, started):
		return started
	}
	for _, name := range []string{executable, started, comm, shown} {
		if name != "" {
			return name
		}
	}
	return ""
}

// startedAs returns the name in argv[0]. A path that ends in the executable's
// name or in the comm is taken whole, for a file may have a blank in its name; a
// colon means that it is a title ("ftpd: STOR /home/ftpd").
func startedAs(p *Process, executable string) string {
	if len(p.Args) == 0 {
		return ""
	}
	arg := p.Args[0]
	if isWindowsPath(arg) {
		return arg[strings.LastIndexByte(arg, '\\')+1:]
	}
	if whole := base(arg); whole != "" && !strings.Contains(strings.TrimSuffix(arg, whole), ":") {
		isComm := whole == p.Comm || len(p.Comm) == CommLen && strings.HasPrefix(whole, p.Comm)
		if whole == executable || isComm && !strings.Contains(whole, ":") {
			return whole
		}
	}
	if end := strings.IndexAny(arg, " :\t\n"); end >= 0 {
		arg = arg[:end]
	}
	return base(arg)
}

// isWindowsPath reports whether the argument is a path such as C:\dir\app.exe,
// by which Wine starts programs.
func isWindowsPath(arg string) bool {
	return len(arg) > 3 && arg[1] == ':' && arg[2] == '\\' && (arg[0]|0x20 >= 'a' && arg[0]|0x20 <= 'z')
}

// scriptOf returns the name of the script that an interpreter runs: the first
// argument whose base is the comm, or goes on where the comm is cut. The kernel
// makes a script's name the comm (binfmt_script).
func scriptOf(p *Process) string {
	if p.Comm == "" {
		return ""
	}
	for _, arg := range p.Args[min(1, len(p.Args)):] {
		if name := base(arg); name == p.Comm || len(p.Comm) == CommLen && strings.HasPrefix(name, p.Comm) {
			return name
		}
	}
	return ""
}

// base returns what stands behind the last slash.
func base(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	if name == "." {
		return ""
	}
	return name
}

// Shown returns the names of a program of which an output shows one name, cut
// or whole. netstat prints argv[0], so that what follows a colon is a title.
func Shown(name string, cut bool) Names {
	if before, _, title := strings.Cut(name, ":"); title && before != "" && !isWindowsPath(name) {
		return Names{Whole: []string{before}, Lasting: before}
	}
	switch {
	case name == "":
		return Names{}
	case cut:
		return Names{Cut: name, Lasting: name}
	}
	return Names{Whole: []string{name}, Lasting: name}
}

// Best returns the name to show, and whether it is only the beginning of one.
func (n Names) Best() (name string, cut bool) {
	if len(n.Whole) > 0 {
		return n.Whole[0], false
	}
	return n.Cut, n.Cut != ""
}

// IsZero reports whether no name is known.
func (n Names) IsZero() bool { return len(n.Whole) == 0 && n.Cut == "" }

// FitsAny says whether a program of these names is the one that the pattern
// means: it is if any of them fits.
func (p Pattern) FitsAny(n Names) parse.Tri {
	if p.IsAny() {
		return parse.Yes
	}
	fit := parse.No
	for _, name := range n.Whole {
		if p.Fits(name, false) == parse.Yes {
			return parse.Yes
		}
	}
	if n.Cut != "" {
		fit = p.Fits(n.Cut, true)
	}
	for _, name := range n.Services {
		if p.Fits(name, false) != parse.Yes {
			continue
		}
		if len(n.Services) == 1 {
			return parse.Yes
		}
		fit = max(fit, parse.Maybe)
	}
	return fit
}
