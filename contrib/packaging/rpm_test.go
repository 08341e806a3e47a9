//go:build dist && linux

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheRPMHasThePluginWhereItsSystemLooks(t *testing.T) {
	for pattern, dir := range map[string]string{
		"*.x86_64.rpm": "/usr/lib64", "*.aarch64.rpm": "/usr/lib64", "*.i386.rpm": "/usr/lib", "*.armv7hl.rpm": "/usr/lib",
	} {
		path := file(t, made, pattern)
		output(t, "rpm", "--checksig", "--nosignature", path)
		got := output(t, "rpm", "--query", "--package", "--nosignature",
			"--queryformat", `[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME} %{FILEFLAGS:fflags} %{FILELINKTOS}\n]`, path)
		for _, want := range []string{
			dir + "/nagios/plugins/check_netstat -rwxr-xr-x root  \n",
			// nfpm gives a link no permissions, for which Linux has no use.
			"/usr/bin/check_netstat l--------- root  .." + strings.TrimPrefix(dir, "/usr") + "/nagios/plugins/check_netstat\n",
			"/etc/check_netstat/monitoredListeningPorts.csv.example -rw-r--r-- root cn \n",
			"/etc/check_netstat/monitoredTcpConnects.csv.example -rw-r--r-- root cn \n",
			"/usr/share/man/man8/check_netstat.8.gz -rw-r--r-- root ",
			"/usr/share/man/man5/check_netstat-lists.5.gz -rw-r--r-- root ",
			"/usr/share/bash-completion/completions/check_netstat -rw-r--r-- root  \n",
			"/usr/share/zsh/site-functions/_check_netstat -rw-r--r-- root  \n",
			"/usr/share/fish/vendor_completions.d/check_netstat.fish -rw-r--r-- root  \n",
			"/usr/share/doc/check-netstat/contrib/nrpe/check_netstat.cfg -rw-r--r-- root  \n",
			"/usr/share/licenses/check-netstat/copyright -rw-r--r-- root  \n",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s has no %q in\n%s", pattern, want, got)
			}
		}
		if strings.Contains(got, ".csv -") || strings.Contains(got, "/usr/share/man drwx") {
			t.Errorf("%s has a list, or a folder of another package:\n%s", pattern, got)
		}
		if got := output(t, "rpm", "--query", "--package", "--nosignature", "--scripts", "--triggers", path); got != "" {
			t.Errorf("%s runs something: %s", pattern, got)
		}
	}
}

// The payload's names begin with /, which cpio must not take at their word. The
// rpm's program is the deb's, and its files name their own plugin.
func TestTheRPMsFilesAreThoseOfTheRelease(t *testing.T) {
	dir := t.TempDir()
	output(t, "sh", "-c", `cd "$0" && rpm2cpio "$1" | cpio --quiet -idm --no-absolute-filenames`, dir, file(t, made, "*.x86_64.rpm"))
	d := newDebian(t)
	d.dpkg(t, "--install", file(t, made, "*_amd64.deb"))
	if a, b := sum(t, filepath.Join(dir, "usr/lib64/nagios/plugins/check_netstat")), sum(t, d.path(plugin)); a != b {
		t.Errorf("the rpm's program is %s, the deb's %s", a, b)
	}
	for _, name := range []string{"nrpe/check_netstat.cfg", "nrpe/check_netstat.sudoers", "nagios/README.md"} {
		text, err := os.ReadFile(filepath.Join(dir, "usr/share/doc/check-netstat/contrib", name))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "/usr/lib64/nagios/plugins/check_netstat") || strings.Contains(string(text), "/usr/lib/nagios/plugins") {
			t.Errorf("%s names another plugin:\n%s", name, text)
		}
	}
}

// An apk is two gzip members, the control files and the files; a reader takes them
// for one tar.
func TestTheAPKIsWhole(t *testing.T) {
	for pattern, arch := range map[string]string{"*_x86_64.apk": "x86_64", "*_aarch64.apk": "aarch64", "*_x86.apk": "x86", "*_armv7.apk": "armv7"} {
		data, err := os.ReadFile(file(t, made, pattern))
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for r := tar.NewReader(z); ; {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			files[h.Name] = string(text)
			folder := h.Typeflag == tar.TypeDir
			if (folder && h.Mode != 0o755) || (h.Typeflag == tar.TypeReg && h.Name != ".PKGINFO" && h.Mode&^0o111 != 0o644) {
				t.Errorf("%s: %s has the mode %o", pattern, h.Name, h.Mode)
			}
		}
		for line := range strings.Lines(files[".PKGINFO"]) {
			if !strings.HasPrefix(line, "#") && !strings.Contains(line, " = ") {
				t.Errorf("%s: apk cannot read the line %q of .PKGINFO", pattern, line)
			}
		}
		for _, want := range []string{"pkgname = check-netstat\n", "pkgver = 1.2.3-r1\n", "arch = " + arch + "\n", "license = MIT\n"} {
			if !strings.Contains(files[".PKGINFO"], want) {
				t.Errorf("%s: no %q in\n%s", pattern, want, files[".PKGINFO"])
			}
		}
		if files["usr/lib/nagios/plugins/check_netstat"] == "" || files["etc/check_netstat/monitoredTcpConnects.csv.example"] == "" {
			t.Errorf("%s: the plugin or a list is not there", pattern)
		}
	}
}
