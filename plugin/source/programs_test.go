package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEverySystemHasItsNetstat(t *testing.T) {
	for goos, want := range map[string]string{"linux": "-tuanWe", "windows": "-ano", "freebsd": "-anW", "darwin": "-anvl", "openbsd": "-anW"} {
		if got := systemPrograms(goos).netstat[0][0]; got != want {
			t.Errorf("%s: netstat %s; want %s", goos, got, want)
		}
	}
}

func TestChoice(t *testing.T) {
	both, onlySS, bsd, none := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	for _, path := range []string{
		filepath.Join(both, "netstat"), filepath.Join(both, "ss"), filepath.Join(onlySS, "ss"),
		filepath.Join(bsd, "netstat"), filepath.Join(bsd, "sockstat"),
	} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	quiet := func() (int, error) { return many, nil }
	busy := func() (int, error) { return many + 1, nil }
	silent := func() (int, error) { return 0, errors.ErrUnsupported }
	for _, tt := range []struct {
		name  string
		spec  Spec
		goos  string
		dir   string
		count func() (int, error)
		want  string // source and options, "" for an error
	}{
		{"auto takes netstat where it is installed", Spec{Name: Auto}, "linux", both, quiet, "netstat -tuanWe"},
		{"auto takes the kernel on a crowded host", Spec{Name: Auto}, "linux", both, busy, "kernel"},
		{"auto takes the kernel where netstat is not", Spec{Name: Auto}, "linux", onlySS, quiet, "kernel"},
		{"auto takes the kernel where nothing is", Spec{Name: Auto}, "linux", none, silent, "kernel"},
		{"auto takes netstat where sockets are not counted", Spec{Name: Auto}, "linux", both, silent, "netstat -tuanWe"},
		{"netstat is taken on a crowded host where it is asked for", Spec{Name: Netstat}, "linux", both, busy, "netstat -tuanWe"},
		{"netstat is not replaced", Spec{Name: Netstat}, "linux", onlySS, quiet, ""},
		{"ss is taken where it is asked for", Spec{Name: SS}, "linux", both, quiet, "ss -tunae"},
		{"ss is not replaced", Spec{Name: SS}, "linux", none, quiet, ""},
		{"the kernel is taken where it is asked for", Spec{Name: Kernel}, "linux", both, quiet, "kernel"},
		{"another namespace is the kernel's", Spec{Name: Auto, NetNS: "blue"}, "linux", both, quiet, "kernel"},
		{"--netstat is the program", Spec{Name: Auto, Netstat: filepath.Join(onlySS, "ss")}, "linux", none, busy, "netstat -tuanWe"},
		{"--netstat that is missing is an error", Spec{Name: Auto, Netstat: filepath.Join(none, "netstat")}, "linux", both, quiet, ""},
		{"FreeBSD has sockstat", Spec{Name: Auto}, "freebsd", bsd, silent, "netstat -46sw"},
		{"FreeBSD without it has netstat", Spec{Name: Netstat}, "freebsd", both, silent, "netstat -anW"},
		{"macOS without netstat has nothing", Spec{Name: Auto}, "darwin", none, silent, ""},
		{"macOS has no ss", Spec{Name: SS}, "darwin", both, silent, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sys := systemPrograms(tt.goos)
			sys.dirs = []string{tt.dir}
			p, err := choose(tt.spec, sys, tt.count)
			got := p.source
			if err != nil {
				got = ""
			} else if len(p.variants) > 0 {
				got += " " + p.variants[0][0]
			}
			if got != tt.want {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
			if err != nil && !strings.Contains(err.Error(), filepath.Dir(none)) {
				t.Errorf("the error does not say where it looked: %v", err)
			}
		})
	}
}

// TestNetstatOfManyPrograms: BusyBox and toybox install netstat as a link to
// themselves, and know no inodes.
func TestNetstatOfManyPrograms(t *testing.T) {
	dir := t.TempDir()
	box, link := filepath.Join(dir, "busybox.static"), filepath.Join(dir, "netstat")
	if err := os.WriteFile(box, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(box, link); err != nil {
		t.Fatal(err)
	}
	if p := netstat(link, systemPrograms("linux")); p.path != link || p.variants[0][0] != "-tunapW" {
		t.Errorf("%+v", p)
	}
}
