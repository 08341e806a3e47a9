//go:build unix

package privilege_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"check_netstat/plugin/privilege"
)

// TestTrusted: what root may run. The cases that only root can make are in
// TestRootNetstatOfOthers of cmd/check_netstat.
func TestTrusted(t *testing.T) {
	dir := t.TempDir()
	file, link, loop := filepath.Join(dir, "netstat"), filepath.Join(dir, "link"), filepath.Join(dir, "loop")
	err := errors.Join(os.WriteFile(file, nil, 0o600), os.Chmod(file, 0o666), os.Symlink(file, link), os.Symlink(loop, loop))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := privilege.Trusted("/bin/sh"); err != nil {
		t.Errorf("the system's shell: %v", err)
	}
	if _, err := privilege.Trusted(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) && os.Geteuid() == 0 {
		t.Errorf("one that is missing: %v", err)
	}
	for _, path := range []string{file, link} {
		_, err := privilege.Trusted(path)
		if err == nil || !strings.Contains(err.Error(), "written by everybody") && !strings.Contains(err.Error(), "not to root") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := privilege.Trusted(loop); err == nil {
		t.Error("a loop of links is trusted")
	}
}
