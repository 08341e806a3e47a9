package source

import (
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
	for _, tt := range []struct {
		name string
		spec Spec
		goos string
		dir  string
		want string // source and options, "" for an error
	}{
		{"auto takes the kernel on Linux", Spec{Name: Auto}, "linux", both, "kernel"},
		{"auto takes the kernel on Linux, whatever is installed", Spec{Name: Auto}, "linux", none, "kernel"},
		{"auto takes netstat on Windows", Spec{Name: Auto}, "windows", both, "netstat -ano"},
		{"auto takes the kernel on Windows if netstat is missing", Spec{Name: Auto}, "windows", none, "kernel"},
		{"netstat is taken if it is asked for", Spec{Name: Netstat}, "linux", both, "netstat -tuanWe"},
		{"netstat is not replaced", Spec{Name: Netstat}, "linux", onlySS, ""},
		{"ss is taken where it is asked for", Spec{Name: SS}, "linux", both, "ss -tunae"},
		{"ss is not replaced", Spec{Name: SS}, "linux", none, ""},
		{"the kernel is taken where it is asked for", Spec{Name: Kernel}, "linux", both, "kernel"},
		{"another namespace is the kernel's", Spec{Name: Auto, NetNS: "blue"}, "linux", both, "kernel"},
		{"--netstat is the program", Spec{Name: Auto, Netstat: filepath.Join(onlySS, "ss")}, "linux", none, "netstat -tuanWe"},
		{"--netstat that is missing is an error", Spec{Name: Auto, Netstat: filepath.Join(none, "netstat")}, "linux", both, ""},
		{"FreeBSD has sockstat", Spec{Name: Auto}, "freebsd", bsd, "netstat -46sw"},
		{"FreeBSD without it has netstat", Spec{Name: Netstat}, "freebsd", both, "netstat -anW"},
		{"macOS without netstat has nothing", Spec{Name: Auto}, "darwin", none, ""},
		{"macOS has no ss", Spec{Name: SS}, "darwin", both, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sys := systemPrograms(tt.goos)
			sys.dirs = []string{tt.dir}
			p, err := choose(tt.spec, sys)
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
