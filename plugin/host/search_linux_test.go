package host

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"check_netstat/plugin/facts"
	"check_netstat/plugin/program"
)

// named fits a process that has that name among its own.
func named(name string) program.Pattern { return program.ParsePattern("=" + name) }

// ask searches for the holders of sockets.
func ask(ctx context.Context, holders []facts.Holders) facts.Answers {
	return Answer(ctx, &facts.Questions{Holders: holders}, "")
}

// inodeOf returns the inode of a socket.
func inodeOf(t testing.TB, file *os.File) uint32 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil {
		t.Fatal(err)
	}
	return uint32(st.Ino)
}

// socket opens a listening socket that others can inherit.
func socket(t testing.TB) *os.File {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// start starts a process of that name that holds the files until the end of
// the test: a shell, which is a program everywhere, under another argv[0]. A
// name with "comm " before it is the comm too, as the kernel cuts it.
func start(t testing.TB, name string, files ...*os.File) (pid uint32) {
	t.Helper()
	script := "echo ready; read line"
	if comm, ok := strings.CutPrefix(name, "comm "); ok {
		name = comm
		script = "printf %s " + comm + " >/proc/$$/comm; " + script
	}
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Args[0] = "/opt/example/" + name
	cmd.ExtraFiles = files
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the program said %q, %v", line, err)
	}
	return uint32(cmd.Process.Pid)
}

// self is the comm of the test.
func self(t testing.TB) string {
	t.Helper()
	comm, err := readComm(unix.AT_FDCWD, "/proc/self/comm", make([]byte, bufferLen))
	if err != nil {
		t.Fatal(err)
	}
	return comm
}

func owners(found facts.Answers, inode uint32) (pids []uint32) {
	for _, o := range found.Owners[inode] {
		pids = append(pids, o.PID)
	}
	return pids
}

func TestOwnersByComm(t *testing.T) {
	a, b := socket(t), socket(t)
	me := uint32(os.Getpid())
	found := ask(context.Background(), []facts.Holders{
		{Pattern: named(self(t)), Inodes: []uint32{inodeOf(t, a), inodeOf(t, b), inodeOf(t, a)}},
		{Pattern: named(self(t)), Inodes: []uint32{inodeOf(t, b)}},
		{Pattern: named("no such program")},
	})
	for _, f := range []*os.File{a, b} {
		if got := owners(found, inodeOf(t, f)); !slices.Equal(got, []uint32{me}) {
			t.Errorf("owners %v; want %d", got, me)
		}
	}
	if found.Err != nil || len(found.Owners) != 2 {
		t.Errorf("%+v", found)
	}
	if name := found.Owners[inodeOf(t, a)][0].Names.Whole[0]; !strings.HasPrefix(name, self(t)) {
		t.Errorf("name %q; want the whole of %q", name, self(t))
	}
}

func TestASharedSocketHasAnOwnerForEachProgram(t *testing.T) {
	s := socket(t)
	first, second := start(t, "comm first-server", s), start(t, "comm second-server", s)
	_ = start(t, "comm third-server", s)
	inode := inodeOf(t, s)
	found := ask(context.Background(), []facts.Holders{
		{Pattern: named("first-server"), Inodes: []uint32{inode}},
		{Pattern: named("second-server"), Inodes: []uint32{inode}},
	})
	got := owners(found, inode)
	slices.Sort(got)
	if want := []uint32{min(first, second), max(first, second)}; !slices.Equal(got, want) || found.Err != nil {
		t.Errorf("owners %v, %v; want %v", got, found.Err, want)
	}
	if names := found.Owners[inode][0].Names; names.Whole[0] != "first-server" && names.Whole[0] != "second-server" {
		t.Errorf("names %+v", names)
	}
}

func TestAProgramIsFoundByItsOtherNames(t *testing.T) {
	s := socket(t)
	pid := start(t, "example-daemon", s) // its comm is the shell's
	inode := inodeOf(t, s)
	found := ask(context.Background(), []facts.Holders{{Pattern: named("example-daemon"), Inodes: []uint32{inode}}})
	if got := owners(found, inode); !slices.Equal(got, []uint32{pid}) || found.Err != nil {
		t.Errorf("owners %v, %v; want %d alone, which fits", got, found.Err, pid)
	}
}

func TestANameCutInCommIsWhole(t *testing.T) {
	s := socket(t)
	const name = "example-of-a-long-name"
	_ = start(t, "comm "+name, s)
	inode := inodeOf(t, s)
	found := ask(context.Background(), []facts.Holders{{Pattern: named(name), Inodes: []uint32{inode}}})
	if list := found.Owners[inode]; len(list) != 1 || list[0].Names.Whole[0] != name {
		t.Errorf("owners %+v; want %s", list, name)
	}
}

func TestAnotherProgramIsNamedWhereNoneFits(t *testing.T) {
	s := socket(t)
	inode := inodeOf(t, s)
	found := ask(context.Background(), []facts.Holders{{Pattern: named("no such program"), Inodes: []uint32{inode}}})
	if got := owners(found, inode); !slices.Equal(got, []uint32{uint32(os.Getpid())}) {
		t.Errorf("owners %v, %v; want this test", got, found.Err)
	}
}

func TestHighDescriptorsAreFoundToo(t *testing.T) {
	s := socket(t)
	high, err := unix.FcntlInt(s.Fd(), unix.F_DUPFD_CLOEXEC, 5*lowDescriptors)
	if err != nil {
		t.Fatal(err)
	}
	inode := inodeOf(t, s)
	_ = s.Close()
	t.Cleanup(func() { _ = unix.Close(high) })
	for _, name := range []string{self(t), "no such program"} {
		found := ask(context.Background(), []facts.Holders{{Pattern: named(name), Inodes: []uint32{inode}}})
		if got := owners(found, inode); !slices.Equal(got, []uint32{uint32(os.Getpid())}) {
			t.Errorf("%s: owners %v, %v; want this test", name, got, found.Err)
		}
	}
}

func TestASocketThatNobodyHoldsHasNoOwner(t *testing.T) {
	s := socket(t)
	inode := inodeOf(t, s)
	_ = s.Close()
	found := ask(context.Background(), []facts.Holders{{Pattern: named(self(t)), Inodes: []uint32{inode}}})
	if len(found.Owners) != 0 {
		t.Errorf("owners %+v of a closed socket", found.Owners)
	}
}

func TestNothingAskedIsNothingFound(t *testing.T) {
	found := ask(context.Background(), []facts.Holders{{Pattern: named("sshd")}})
	if len(found.Owners) != 0 || found.Unseen[0] != facts.Whole || found.Err != nil {
		t.Errorf("%+v", found)
	}
}

func TestTheSearchEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := socket(t)
	found := ask(ctx, []facts.Holders{{Pattern: named(self(t)), Inodes: []uint32{inodeOf(t, s)}}})
	if found.Sight != facts.OutOfTime || found.Unseen[0] != facts.OutOfTime || len(found.Owners) != 0 {
		t.Errorf("%+v", found)
	}
}

// TestAProcessThatEndedIsNobodyElse: what was opened of a process stays that
// process's.
func TestAProcessThatEndedIsNobodyElse(t *testing.T) {
	cmd := exec.Command("/bin/sh", "-c", "read line")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p, err := openProcess(uint32(cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	_ = in.Close()
	_ = cmd.Wait()
	buf := make([]byte, bufferLen)
	if names, _, err := p.names(buf); !isGone(err) {
		t.Errorf("names %+v, %v of a process that has ended", names, err)
	}
	if _, err := open(p.dir, "fd", unix.O_DIRECTORY); !isGone(err) {
		t.Errorf("descriptors of a process that has ended: %v", err)
	}
}

// BenchmarkOwners is the cost per descriptor, in a process of 4,000.
func BenchmarkOwners(b *testing.B) {
	const descriptors = 4000
	s := socket(b)
	var last int
	for range descriptors {
		fd, err := unix.FcntlInt(s.Fd(), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			b.Fatal(err)
		}
		last = fd
		b.Cleanup(func() { _ = unix.Close(fd) })
	}
	other := socket(b) // behind all of the others
	if int(other.Fd()) < last {
		b.Fatalf("descriptor %d before %d", other.Fd(), last)
	}
	groups := []facts.Holders{{Pattern: named(self(b)), Inodes: []uint32{inodeOf(b, other)}}}
	b.ReportAllocs()
	for b.Loop() {
		if found := ask(context.Background(), groups); len(found.Owners) != 1 {
			b.Fatal(found)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/descriptors, "ns/descriptor")
}

// TestNearSocketsCostNoSearch: a socket that is only near is looked for in
// processes that fit, and has no other owner.
func TestNearSocketsCostNoSearch(t *testing.T) {
	mine := inodeOf(t, socket(t))
	found := ask(context.Background(), []facts.Holders{
		{Pattern: named("no such program"), Near: []uint32{mine}},
	})
	if found.Err != nil || len(found.Owners) != 0 {
		t.Errorf("%+v; want no owner", found)
	}
	found = ask(context.Background(), []facts.Holders{
		{Pattern: named(self(t)), Near: []uint32{mine}},
		{Pattern: named("no such program"), Near: []uint32{mine}},
	})
	if found.Err != nil || len(found.Owners[mine]) != 1 {
		t.Errorf("%+v; want this test", found)
	}
}
