package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// doc is where a package keeps its documents.
const doc = "/usr/share/doc/check-netstat/"

// debianPlugins is the folder that the files in contrib name.
const debianPlugins = "/usr/lib/nagios/plugins"

const maintainer = "check_netstat maintainers <check_netstat@example.com>"

// What package managers say of the package.
const (
	summary = "monitoring plugin for network connections and listening ports"
	details = "check_netstat answers from one snapshot of the host's sockets whether an\n" +
		"application's connections are up and its ports are listening. It connects to\n" +
		"nothing. It runs under Nagios, Icinga, Naemon and NRPE, and reads the watch\n" +
		"lists of SCOM's management pack NetstatWatcher unchanged."
)

// pack makes one package with nfpm. It lays the files out below a folder as they
// will lie below /; nfpm.yaml says what kind of file each is.
func (r *release) pack(t target, p packaging, program string) error {
	stage := filepath.Join(r.work, t.name(), p.format)
	all, err := r.packaged(p, program)
	if err != nil {
		return err
	}
	for _, e := range all {
		path := filepath.Join(stage, filepath.FromSlash(e.name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // G301: as in the package
			return err
		}
		if err := os.WriteFile(path, e.data, os.FileMode(mode(e))); err != nil { //nolint:gosec // G306: likewise
			return err
		}
	}
	if err := r.datePaths(stage); err != nil {
		return err
	}
	description := summary
	if p.format != "apk" { // whose field is one line
		description += "\n" + details
	}
	env := []string{
		"STAGE=" + stage, "PLUGINS=" + p.plugins, "PLUGINS_BELOW_USR=" + strings.TrimPrefix(p.plugins, "/usr"), "ZSH=" + p.zsh,
		"DESCRIPTION=" + description, "MAINTAINER=" + maintainer,
		"PACKAGE_VERSION=" + r.version.in(p.format), "PACKAGE_ARCH=" + t.nfpmArch(),
	}
	return r.goTool(env, "run", r.nfpm, "package", "--config", "contrib/packaging/nfpm.yaml", "--packager", p.format, "--target", r.out)
}

// datePaths sets the time of all that is laid out: nfpm takes that of folders.
func (r *release) datePaths(stage string) error {
	return filepath.WalkDir(stage, func(path string, _ fs.DirEntry, err error) error { //nolint:gosec // G703: a folder of this run
		if err != nil {
			return err
		}
		return os.Chtimes(path, r.time, r.time) //nolint:gosec // G122: likewise
	})
}

// packaged returns the files of a package by their places.
func (r *release) packaged(p packaging, program string) ([]entry, error) {
	data, err := os.ReadFile(program) //nolint:gosec // G304: what build has made
	if err != nil {
		return nil, err
	}
	all, err := r.lists()
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].name = "/etc/check_netstat/" + all[i].name
	}
	all = append(all, entry{name: p.plugins + "/check_netstat", data: data, exec: true})

	texts, err := r.text(slices.Concat([]string{"README.md", "CHANGELOG.md"}, manuals), unixDirs)
	if err != nil {
		return nil, err
	}
	shell, err := r.text(shells, nil)
	if err != nil {
		return nil, err
	}
	places := []string{"/usr/share/bash-completion/completions/check_netstat", p.zsh + "/_check_netstat", "/usr/share/fish/vendor_completions.d/check_netstat.fish"}
	for i, e := range shell {
		e.name = places[i]
		all = append(all, e)
	}
	zipped := func(name string, e entry) error {
		e.data, err = gzipped(e.data)
		e.name = name + ".gz"
		all = append(all, e)
		return err
	}
	for _, e := range texts {
		if section := strings.TrimPrefix(filepath.Ext(e.name), "."); strings.HasPrefix(e.name, "contrib/man/") {
			if err := zipped("/usr/share/man/man"+section+"/"+filepath.Base(e.name), e); err != nil {
				return nil, err
			}
			continue
		}
		e.name = doc + e.name
		e.data = bytes.ReplaceAll(e.data, []byte(debianPlugins), []byte(p.plugins))
		all = append(all, e)
	}
	more, err := r.text([]string{notices, "contrib/packaging/lintian-overrides"}, nil)
	if err != nil {
		return nil, err
	}
	license, overrides := more[0], more[1]
	if p.format != "deb" {
		license.name = "/usr/share/licenses/check-netstat/copyright"
		return append(all, license), nil
	}
	license.name, overrides.name = doc+"copyright", "/usr/share/lintian/overrides/check-netstat"
	all = append(all, license, overrides)
	return all, zipped(doc+"changelog.Debian", entry{data: r.debianLog()})
}

// debianLog is the changelog that Debian's policy asks for (4.4); what changed is
// in CHANGELOG.md beside it.
func (r *release) debianLog() []byte {
	return fmt.Appendf(nil, "check-netstat (%s-1) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n",
		r.version.in("deb"), maintainer, r.time.Format(time.RFC1123Z))
}
