//go:build root

package host

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"check_netstat/plugin/facts"
)

// asNobody runs TestOwnersAsked in another process, as nobody, who looks for
// the owner of the socket among the programs of that name. before is run first,
// as root and in mounts of its own.
func asNobody(t *testing.T, before, name string, inode uint32) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test needs root: make test-root")
	}
	dir, err := os.MkdirTemp("", "check_netstat") // not TempDir: nobody is to enter it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	self, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "asked"), self, 0o755)
	}
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unshare", "--mount", "sh", "-c", before+
		" && exec setpriv --reuid=65534 --regid=65534 --clear-groups "+dir+"/asked -test.run='^TestOwnersAsked$' -test.v")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "NAME="+name, "INODE="+strconv.Itoa(int(inode)))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// TestOwnersAsked prints what is found of the socket that it is asked for, or
// of one of its own.
func TestOwnersAsked(t *testing.T) {
	name := os.Getenv("NAME")
	inode, err := strconv.ParseUint(os.Getenv("INODE"), 10, 32)
	own := err != nil
	if own {
		name, inode = self(t), uint64(inodeOf(t, socket(t)))
	}
	found := ask(context.Background(), []facts.Holders{{Pattern: named(name), Inodes: []uint32{uint32(inode)}}})
	if own && (len(found.Owners) != 1 || found.Err != nil) {
		t.Errorf("%+v; want this test", found)
	}
	t.Logf("owners %d, unseen %d, sight %d, err %v", len(found.Owners), found.Unseen[0], found.Sight, found.Err)
}

func TestRootProcessesOfOthersAreUnseen(t *testing.T) {
	s := socket(t)
	_ = start(t, "comm example-server", s)
	for name, unseen := range map[string]facts.Sight{"example-server": facts.Denied, "no such program": facts.Whole} {
		out := asNobody(t, "true", name, inodeOf(t, s))
		if !strings.Contains(out, fmt.Sprintf("owners 0, unseen %d, sight %d, err <nil>", unseen, facts.Denied)) {
			t.Errorf("%s: %s", name, out)
		}
	}
}

func TestRootProcessesThatProcHidesAreSaidToBe(t *testing.T) {
	s := socket(t)
	out := asNobody(t, "mount -t proc -o hidepid=2 proc /proc", self(t), inodeOf(t, s))
	if want := fmt.Sprintf("owners 0, unseen %d, sight %d, err <nil>", facts.HidePID, facts.HidePID); !strings.Contains(out, want) {
		t.Errorf("want %s:\n%s", want, out)
	}
}
