//go:build dist && linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The shells themselves complete, with the installed files; zsh's and bash's own
// functions are called as the shells call them.
const (
	inBash = `source "$FILES/usr/share/bash-completion/completions/check_netstat"
COMP_LINE=$LINE COMP_POINT=${#LINE}
_check_netstat check_netstat
printf '%s\n' "${COMPREPLY[@]}"`
	inZsh = `compadd() { print -rl -- $items }
_files() { print files }
words=(${(z)LINE}); [[ $LINE == *' ' ]] && words+=("")
CURRENT=$#words PREFIX=$words[-1]
source "$FILES/usr/share/zsh/vendor-completions/_check_netstat"`
	inFish = `source $FILES/usr/share/fish/vendor_completions.d/check_netstat.fish
complete -C "$LINE" | string replace -r '\t.*' ''`
)

func TestEveryShellCompletes(t *testing.T) {
	d := newDebian(t)
	d.dpkg(t, "--install", file(t, made, "*_amd64.deb"))
	dir := filepath.Join(source, "testdata/demo")
	for _, tt := range []struct {
		line string
		want string // separated by blanks
		bash string // where it replaces less than a word
	}{
		{"check_netstat it", "items", ""},
		{"check_netstat ", "discover items learn lint sockets", ""},
		{"check_netstat --unexpected-", "--unexpected-connections --unexpected-scope --unexpected-udp", ""},
		{"check_netstat --unknown-process w", "warning", ""},
		{"check_netstat learn ", "connections listening", ""},
		{"check_netstat --output=j", "--output=json", "json"},
		{"check_netstat --dir " + dir + " --item listening/udp/any:", "listening/udp/any:161/snmp", "161/snmp"},
		{"check_netstat --dir " + dir + " --item connection/", "connection/10.1.11.83:80/CcmExec connection/194.69.46.72:40936/powershell connection/localhost:5723/HealthService", ""},
	} {
		for _, shell := range [][]string{{"bash", "--norc", "-c", inBash}, {"zsh", "-f", "-c", inZsh}, {"fish", "--no-config", "-c", inFish}} {
			want := tt.want
			if shell[0] == "bash" && tt.bash != "" {
				want = tt.bash
			}
			if got := completions(t, d, tt.line, shell...); !sameWords(got, want) {
				t.Errorf("%s: %q: %q, want %q", shell[0], tt.line, got, want)
			}
		}
	}
	// A file is the shell's own business: bash by -o default, zsh by _files.
	line := "check_netstat --dir " + dir + " --listening " + dir + "/monitoredL"
	if got := completions(t, d, line, "bash", "--norc", "-c", inBash); strings.TrimSpace(got) != "" {
		t.Errorf("bash: %q", got)
	}
	if got := completions(t, d, line, "zsh", "-f", "-c", inZsh); got != "files\n" {
		t.Errorf("zsh: %q", got)
	}
	if got := completions(t, d, line, "fish", "--no-config", "-c", inFish); got != dir+"/monitoredListeningPorts.csv\n" {
		t.Errorf("fish: %q", got)
	}
}

func sameWords(got, want string) bool {
	a, b := strings.Fields(got), strings.Fields(want)
	seen := map[string]bool{}
	for _, w := range b {
		seen[w] = true
	}
	for _, w := range a {
		if !seen[w] {
			return false
		}
	}
	return len(a) == len(b)
}

func completions(t *testing.T, d *debian, line string, shell ...string) string {
	t.Helper()
	c := exec.Command(shell[0], shell[1:]...)
	c.Dir = source
	c.Env = []string{
		"PATH=" + d.path("/usr/bin") + ":" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LANG=C.UTF-8",
		"FILES=" + d.root, "LINE=" + line,
	}
	out, err := c.Output()
	if err != nil {
		t.Logf("%s: %v", shell[0], err) // the exit code of a completion says nothing
	}
	return string(out)
}
