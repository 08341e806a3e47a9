package host

import (
	"os"
	"os/exec"
	"testing"

	"check_netstat/plugin/facts"
)

// TestFaultProcessEnds while it is looked at: what is read through its open
// directory is an error, whoever has its number then, and never another
// program's name. The kernel ties the directory to the process, not to the
// number (proc_pid_make_inode in fs/proc/base.c).
func TestFaultProcessEnds(t *testing.T) {
	cmd := exec.Command("cat")
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	p, err := openProcess(uint32(cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	buf := make([]byte, bufferLen)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if names, _, err := p.names(buf); !isGone(err) || !names.IsZero() {
		t.Errorf("after its end: %+v, %v", names, err)
	}
	for _, file := range []string{"fd", "comm"} {
		if fd, err := open(p.dir, file, 0); !isGone(err) {
			t.Errorf("%s: descriptor %d, %v", file, fd, err)
		}
	}
	pid := uint32(cmd.Process.Pid)
	if found := processes([]uint32{pid}); len(found) > 0 {
		t.Errorf("by its number: %+v", found) // unless the number is taken again, which takes 32,768 processes
	}
}

// TestFaultProcessesWithoutSockets: groups that nobody can be found for end with
// every process looked at, and no error.
func TestFaultProcessesWithoutSockets(t *testing.T) {
	const none = 4_294_967_295 // no inode of a socket in sight
	found := ask(t.Context(), []facts.Holders{{Inodes: []uint32{none}}})
	if found.Err != nil && os.Geteuid() == 0 || len(found.Owners) > 0 {
		t.Errorf("%+v", found)
	}
}
