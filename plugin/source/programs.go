package source

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// programs is where a system keeps its programs and how they are asked.
type programs struct {
	dirs     []string
	netstat  [][]string // options, best first
	sockstat [][]string // of the program that takes netstat's place where it is installed, or nil
	ss       [][]string // nil where the system has no ss
	kernel   bool       // the kernel source exists
	auto     string     // the source that is taken unless one is asked for
}

// systemPrograms returns the programs of a system by its GOOS.
//
// Linux: -W keeps addresses whole, -e shows the inode, by which owners are
// looked up after matching: -p would look up every socket's. Old net-tools do
// not know -W. Windows: -b would show programs but needs an administrator and
// seconds; -o shows the PID. macOS: -v adds the process, -l keeps
// addresses whole. FreeBSD: only sockstat
// shows programs; -s adds the states, -w keeps addresses whole.
func systemPrograms(goos string) programs {
	unix := []string{"/usr/bin", "/bin", "/usr/sbin", "/sbin"}
	switch goos {
	case "windows":
		return programs{dirs: []string{systemDirectory()}, netstat: [][]string{{"-ano"}}, kernel: true, auto: Netstat}
	case "linux":
		return programs{
			dirs:    append(unix, "/usr/local/bin", "/run/current-system/sw/bin"),
			netstat: [][]string{{"-tuanWe"}, {"-tuane"}, {"-tuna"}},
			ss:      [][]string{{"-tunae"}, {"-tuna"}},
			kernel:  true,
			auto:    Kernel,
		}
	case "darwin":
		return programs{dirs: unix, netstat: [][]string{{"-anvl"}, {"-an"}}}
	case "freebsd":
		return programs{dirs: unix, netstat: [][]string{{"-anW"}, {"-an"}}, sockstat: [][]string{{"-46sw"}, {"-46s"}}}
	}
	return programs{dirs: unix, netstat: [][]string{{"-anW"}, {"-an"}}}
}

// multicall are the options for a netstat that is one of many programs in one
// file: BusyBox and toybox know no inodes, and may be built without -W or -p.
var multicall = [][]string{{"-tunapW"}, {"-tunap"}, {"-tuna"}}

// choose finds the source that the spec asks for.
func choose(spec Spec, sys programs) (program, error) {
	if spec.Netstat != "" {
		path, err := filepath.Abs(spec.Netstat) // a bare name would be looked for in PATH
		if err == nil {
			_, err = os.Stat(path)
		}
		if err != nil {
			return program{source: Netstat}, fmt.Errorf("looking for netstat: %w", err)
		}
		return netstat(path, sys), nil
	}
	path, sockstat := find(sys.dirs, Netstat), ""
	if sys.sockstat != nil {
		sockstat = find(sys.dirs, "sockstat")
	}
	switch {
	case spec.Name == Kernel, spec.NetNS != "", spec.Name == Auto && sys.kernel && (path == "" || sys.auto == Kernel):
		return program{source: Kernel}, nil
	case spec.Name == SS && sys.ss != nil:
		if ss := find(sys.dirs, SS); ss != "" {
			return program{source: SS, path: ss, variants: sys.ss}, nil
		}
	case sockstat != "" && spec.Name != SS:
		return program{source: Netstat, path: sockstat, variants: sys.sockstat}, nil
	case path != "" && spec.Name != SS:
		return netstat(path, sys), nil
	}
	name := spec.Name
	if name == Auto {
		name = Netstat
	}
	return program{source: name}, fmt.Errorf("%s is not installed: it is in none of %s", name, strings.Join(sys.dirs, ", "))
}

// netstat returns how the netstat at path is run.
func netstat(path string, sys programs) program {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		if base := filepath.Base(target); strings.HasPrefix(base, "busybox") || strings.HasPrefix(base, "toybox") {
			return program{source: Netstat, path: path, variants: multicall}
		}
	}
	return program{source: Netstat, path: path, variants: sys.netstat}
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
