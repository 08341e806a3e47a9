//go:build dist && linux

package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// debian is a root folder with this system's list of packages and their files, so
// that dpkg sees every conflict, and with nothing else.
type debian struct{ root string }

func newDebian(t *testing.T) *debian {
	t.Helper()
	d := &debian{root: t.TempDir()}
	if err := os.MkdirAll(filepath.Join(d.root, "var/lib"), 0o755); err != nil {
		t.Fatal(err)
	}
	output(t, "cp", "-a", "/var/lib/dpkg", filepath.Join(d.root, "var/lib/dpkg"))
	return d
}

// dpkg runs without the triggers of other packages, which are not there.
func (d *debian) dpkg(t *testing.T, args ...string) string {
	t.Helper()
	return output(t, "dpkg", append([]string{"--root=" + d.root, "--no-triggers", "--force-confdef"}, args...)...)
}

func (d *debian) path(name string) string { return filepath.Join(d.root, name) }

func (d *debian) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(d.path(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (d *debian) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(d.path(name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// files returns all files but dpkg's own.
func (d *debian) files(t *testing.T) (all []string) {
	t.Helper()
	err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, d.root)
		switch {
		case err != nil:
			return err
		case name == "/var/lib/dpkg":
			return fs.SkipDir
		case !e.IsDir():
			all = append(all, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const (
	plugin  = "/usr/lib/nagios/plugins/check_netstat"
	list    = "/etc/check_netstat/monitoredListeningPorts.csv"
	example = list + ".example"
)

func TestTheDebInstallsUpgradesAndPurges(t *testing.T) {
	d := newDebian(t)
	d.dpkg(t, "--install", file(t, made, "*_amd64.deb"))
	if got := output(t, d.path(plugin), "sockets", "--input", filepath.Join(source, "testdata/windows-ano.txt")); !strings.Contains(got, "12 sockets") {
		t.Errorf("the installed plugin says\n%s", got)
	}
	if link, err := filepath.EvalSymlinks(d.path("/usr/bin/check_netstat")); err != nil || link != d.path(plugin) {
		t.Errorf("/usr/bin/check_netstat is %s, %v", link, err)
	}
	// A fresh package judges nothing: there is no list that is not an administrator's.
	if _, err := os.Stat(d.path(list)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the package brings %s: %v", list, err)
	}
	for _, name := range exampleLists {
		kind := map[string]string{exampleLists[0]: "--connections", exampleLists[1]: "--listening"}[name]
		if got := output(t, d.path(plugin), "items", kind, d.path("/etc/check_netstat/"+name)); !strings.Contains(got, "present") {
			t.Errorf("%s: %s", name, got)
		}
	}

	const mine = "ipProtocol,localPort\ntcp,8080\n"
	d.write(t, list, mine)
	d.write(t, example, mine)
	d.dpkg(t, "--install", file(t, next, "*_amd64.deb"))
	if got := d.dpkg(t, "--status", "check-netstat"); !strings.Contains(got, "Status: install ok installed") || !strings.Contains(got, "Version: 1.2.4-1\n") {
		t.Errorf("after the upgrade:\n%s", got)
	}
	if got := d.read(t, list); got != mine {
		t.Errorf("the upgrade has changed a list:\n%s", got)
	}
	if got := d.read(t, example); got != mine {
		t.Errorf("the upgrade has changed an edited example:\n%s", got)
	}
	if got := d.read(t, example+".dpkg-dist"); !strings.HasSuffix(got, changed) {
		t.Errorf("the upgrade's own example:\n%s", got)
	}

	d.dpkg(t, "--remove", "check-netstat")
	if got := d.read(t, example); got != mine {
		t.Errorf("removing has changed an edited example:\n%s", got)
	}
	d.dpkg(t, "--purge", "check-netstat")
	if got := strings.Join(d.files(t), " "); got != list {
		t.Errorf("after purging there are %s; want the administrator's list alone", got)
	}
}

func TestAPurgeWithoutListsLeavesNothing(t *testing.T) {
	d := newDebian(t)
	d.dpkg(t, "--install", file(t, made, "*_amd64.deb"))
	if n := len(d.files(t)); n < 25 {
		t.Errorf("the package has %d files", n)
	}
	d.dpkg(t, "--purge", "check-netstat")
	if got := d.files(t); len(got) > 0 {
		t.Errorf("left: %q", got)
	}
	if _, err := os.Stat(d.path("/etc/check_netstat")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("left: /etc/check_netstat, %v", err)
	}
}

func TestLintianFindsNoError(t *testing.T) {
	debs, err := filepath.Glob(filepath.Join(made, "*.deb"))
	if err != nil || len(debs) != 4 {
		t.Fatalf("%q, %v", debs, err)
	}
	// What lintian-overrides has is by design.
	t.Log(output(t, "lintian", append([]string{"--allow-root", "--fail-on", "error"}, debs...)...))
}

// The check for manuals that are referred to looks into the system's own.
var notFound = regexp.MustCompile(`(?m)^mandoc: .*(referenced manual not found: Xr |outdated mandoc.db).*\n`)

func TestTheInstalledManualIsClean(t *testing.T) {
	d := newDebian(t)
	d.dpkg(t, "--install", file(t, made, "*_amd64.deb"))
	for _, page := range []string{"man8/check_netstat.8.gz", "man5/check_netstat-lists.5.gz"} {
		path := d.path("/usr/share/man/" + page)
		c := exec.Command("mandoc", "-T", "lint", "-W", "style", path)
		text, _ := c.CombinedOutput() // exits 1 for what notFound names
		if rest := notFound.ReplaceAllString(string(text), ""); rest != "" {
			t.Errorf("%s:\n%s", page, rest)
		}
		if got := output(t, "mandoc", "-T", "ascii", path); !strings.Contains(got, "N\bNA\bAM\bME\bE") {
			t.Errorf("%s:\n%s", page, got)
		}
	}
}

// Whatever the umask of who has made it, everybody can read the package's files, and
// root alone can change them.
func TestTheDebHasTheRightModes(t *testing.T) {
	for line := range strings.Lines(output(t, "dpkg-deb", "--contents", file(t, again, "*_amd64.deb"))) {
		name := strings.Fields(line)[5]
		want := "-rw-r--r-- root/root "
		switch {
		case strings.HasSuffix(name, "/"):
			want = "drwxr-xr-x root/root "
		case strings.HasSuffix(name, ".sh"), strings.HasSuffix(name, "/netstat-sync"), name == "."+plugin:
			want = "-rwxr-xr-x root/root "
		case name == "./usr/bin/check_netstat":
			want = "l" // Linux has no use for the permissions of a link
		}
		if !strings.HasPrefix(line, want) {
			t.Errorf("%q; want %q", line, want)
		}
	}
}

func TestVersions(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1795559698")
	semver := func(described string) string {
		return strings.TrimSpace(output(t, "sh", filepath.Join(source, "contrib/packaging/version.sh"), described))
	}
	for described, want := range map[string]string{
		"v1.2.3":            "1.2.3",
		"v1.2.3-rc1":        "1.2.3-rc1",
		"v1.2.3-4-g0123abc": "1.2.3+git20261124223458",
		"v1.2.3-rc1-dirty":  "1.2.3-rc1+git20261124223458",
		"0123abc":           "0.0.0+git20261124223458",
		"devel":             "0.0.0+git20261124223458",
	} {
		if got := semver(described); got != want {
			t.Errorf("%s is %s; want %s", described, got, want)
		}
	}
	// dpkg is asked what an upgrade is.
	order := []string{"0123abc", "v1.0.0-rc1", "v1.0.0-rc2", "v1.0.0", "v1.0.0-1-g0abc", "v1.0.1"}
	for i := range order[1:] {
		output(t, "dpkg", "--compare-versions", strings.ReplaceAll(semver(order[i]), "-", "~"), "lt", strings.ReplaceAll(semver(order[i+1]), "-", "~"))
	}
}
