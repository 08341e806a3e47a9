package source

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// programs is where a system keeps its programs and how they are asked.
type programs struct {
	dirs    []string
	netstat [][]string // options, best first
	ss      [][]string // nil where the system has no ss
}

// systemPrograms returns the programs of a system by its GOOS.
//
// Linux: -W keeps addresses whole; old net-tools and BusyBox do not know it,
// and BusyBox may be built without -p. Windows: -b would show programs but
// needs an administrator and seconds; -o shows the PID. FreeBSD: -W as on
// Linux. macOS: -v adds the process.
func systemPrograms(goos string) programs {
	unix := []string{"/usr/bin", "/bin", "/usr/sbin", "/sbin"}
	switch goos {
	case "windows":
		return programs{dirs: []string{systemDirectory()}, netstat: [][]string{{"-ano"}}}
	case "linux":
		return programs{
			dirs:    append(unix, "/usr/local/bin", "/run/current-system/sw/bin"),
			netstat: [][]string{{"-tunapW"}, {"-tunap"}, {"-tuna"}},
			ss:      [][]string{{"-tunap"}},
		}
	case "darwin":
		return programs{dirs: unix, netstat: [][]string{{"-anvW"}, {"-an"}}}
	}
	return programs{dirs: unix, netstat: [][]string{{"-anW"}, {"-an"}}}
}

// choose finds the program that the spec asks for.
func choose(spec Spec, sys programs) (program, error) {
	if spec.Netstat != "" {
		if _, err := os.Stat(spec.Netstat); err != nil {
			return program{source: Netstat}, fmt.Errorf("looking for netstat: %w", err)
		}
		return program{Netstat, spec.Netstat, sys.netstat}, nil
	}
	netstat, ss := find(sys.dirs, "netstat"), ""
	if sys.ss != nil {
		ss = find(sys.dirs, "ss")
	}
	switch {
	case spec.Name != SS && netstat != "":
		return program{Netstat, netstat, sys.netstat}, nil
	case spec.Name != Netstat && ss != "":
		return program{SS, ss, sys.ss}, nil
	case spec.Name == Auto && sys.ss != nil:
		return program{source: Auto}, ErrNone
	}
	return program{source: spec.Name}, fmt.Errorf("%s is not installed: it is in none of %v", spec.Name, sys.dirs)
}

// find returns the path of a program in the first directory that has it.
func find(dirs []string, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	for _, dir := range dirs {
		path := filepath.Join(dir, name)
		if fi, err := os.Stat(path); err == nil && fi.Mode().IsRegular() {
			return path
		}
	}
	return ""
}
