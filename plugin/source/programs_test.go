package source

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestEverySystemHasItsNetstat(t *testing.T) {
	for goos, want := range map[string]string{"linux": "-tunapW", "windows": "-ano", "freebsd": "-anW", "darwin": "-anvW"} {
		if got := systemPrograms(goos).netstat[0][0]; got != want {
			t.Errorf("%s: netstat %s; want %s", goos, got, want)
		}
	}
}

func TestChoice(t *testing.T) {
	both, onlySS, none := t.TempDir(), t.TempDir(), t.TempDir()
	for _, path := range []string{filepath.Join(both, "netstat"), filepath.Join(both, "ss"), filepath.Join(onlySS, "ss")} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		spec Spec
		dir  string
		want string // source, "" for an error
	}{
		{"auto takes netstat where it is installed", Spec{Name: Auto}, both, Netstat},
		{"auto takes ss where netstat is not", Spec{Name: Auto}, onlySS, SS},
		{"auto without both is an error", Spec{Name: Auto}, none, ""},
		{"netstat is not replaced", Spec{Name: Netstat}, onlySS, ""},
		{"ss is taken where it is asked for", Spec{Name: SS}, both, SS},
		{"--netstat is the program", Spec{Name: Auto, Netstat: filepath.Join(onlySS, "ss")}, none, Netstat},
		{"--netstat that is missing is an error", Spec{Name: Auto, Netstat: filepath.Join(none, "netstat")}, both, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sys := systemPrograms("linux")
			sys.dirs = []string{tt.dir}
			p, err := choose(tt.spec, sys)
			if got := p.source; err == nil && got != tt.want || err != nil && tt.want != "" || err == nil && tt.want == "" {
				t.Errorf("source %q, %v; want %q", got, err, tt.want)
			}
		})
	}
	sys := systemPrograms("linux")
	sys.dirs = []string{none}
	if _, err := choose(Spec{Name: Auto}, sys); !errors.Is(err, ErrNone) {
		t.Errorf("error %v; want ErrNone", err)
	}
}
