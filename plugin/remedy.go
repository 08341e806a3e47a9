package plugin

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"check_netstat/plugin/match"
	"check_netstat/plugin/privilege"
	"check_netstat/plugin/source"
)

// hintsFor say what to do if programs are hidden, by what hides them.
func hintsFor(snap *source.Snapshot) match.Hints {
	text := remedyFor(snap)
	return match.Hints{Output: text, Rights: text, Numbers: snap.Numbers, Time: "The search for programs needs more time: raise -t, or use --ignore-process."}
}

// remedyFor says what to do so that hidden programs can be seen.
func remedyFor(snap *source.Snapshot) string {
	return remedy(snap, runtime.GOOS, privilege.MissingForProcesses(), self())
}

// showHidden is the command that lists the same sockets with the programs that are
// hidden now, if there is one.
func (r *run) showHidden(snap *source.Snapshot) string {
	if snap.Live && runtime.GOOS != "windows" && len(privilege.MissingForProcesses()) > 0 {
		command := "sudo " + quoted(self())
		for _, arg := range r.args {
			command += " " + quoted(arg)
		}
		return "To see hidden programs: " + command
	}
	return remedyFor(snap)
}

// self is the path of this program, as it can be typed: a symbolic link resolved,
// since a capability belongs to the file itself.
func self() string {
	path, err := os.Executable()
	if err != nil {
		return "check_netstat"
	}
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		path = whole
	}
	return path
}

// remedy is a command if one helps, otherwise a sentence. missing are the
// capabilities that the run lacks, on systems that have them.
func remedy(snap *source.Snapshot, goos string, missing []string, path string) string {
	switch {
	case !snap.Live && snap.NamesOwners:
		return "The process of a hidden program is protected, or had ended: check the host itself, or use --ignore-process."
	case !snap.Live:
		return "To see hidden programs, capture the output with: " + snap.System.WithPrograms()
	case goos == "windows":
		return "The process of a hidden program has ended or is protected; leave procName empty, or use --ignore-process."
	case len(missing) == 0:
		return "Even with all rights the hidden program cannot be seen from here (another container, or it has just ended); leave procName empty, or use --ignore-process."
	case goos == "linux":
		return "To see hidden programs (" + strings.Join(missing, " and ") + " missing): sudo setcap cap_sys_ptrace,cap_dac_read_search+ep " + quoted(path)
	}
	return "To see hidden programs: run sudo " + quoted(path)
}

// quoted quotes a word for a shell if it has to be.
func quoted(word string) string {
	const plain = "/.,:=@-_+0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !strings.ContainsRune(plain, r) }) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
