package plugin

import (
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/source"
)

func TestTheRemedyIsACommandOrASentence(t *testing.T) {
	saved := func(system parse.System) *source.Snapshot {
		return &source.Snapshot{Summary: parse.Summary{System: system}}
	}
	live := &source.Snapshot{Live: true}
	const path = "/usr/lib/nagios/plugins/check_netstat"
	for _, tt := range []struct {
		name    string
		snap    *source.Snapshot
		goos    string
		missing []string
		path    string
		want    string
	}{
		{"Windows' output", saved(parse.Windows), "linux", nil, path, "To see hidden programs, capture the output with: netstat -anob (as administrator)"},
		{"another output", saved(parse.Linux), "windows", nil, path, "To see hidden programs, capture the output with: sudo netstat -tunapW"},
		{"Linux", live, "linux", []string{"cap_sys_ptrace"}, path,
			"To see hidden programs (cap_sys_ptrace missing): sudo setcap cap_sys_ptrace,cap_dac_read_search+ep " + path},
		{"a path with a blank", live, "linux", []string{"cap_sys_ptrace", "cap_dac_read_search"}, "/opt/my plugins/it's",
			`To see hidden programs (cap_sys_ptrace and cap_dac_read_search missing): sudo setcap cap_sys_ptrace,cap_dac_read_search+ep '/opt/my plugins/it'\''s'`},
		{"FreeBSD", live, "freebsd", []string{"root"}, path, "To see hidden programs: run sudo " + path},
		{"Windows", live, "windows", nil, path, "The process of a hidden program has ended or is protected; leave procName empty, or use --ignore-process."},
		{"root", live, "linux", nil, path,
			"Even with all rights the hidden program cannot be seen from here (another container, or it has just ended); leave procName empty, or use --ignore-process."},
	} {
		if got := remedy(tt.snap, tt.goos, tt.missing, tt.path); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
