package host

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestEachDescriptorOnce holds the walk against plain links, with gaps in the
// numbers that are small and that are large.
func TestEachDescriptorOnce(t *testing.T) {
	s := socket(t)
	inode := inodeOf(t, s)
	numbers := map[uint32]bool{}
	for _, at := range []int{0, 0, 0, 100, 127, 128, 129, 150, 900, 901, 2000} {
		fd, err := unix.FcntlInt(s.Fd(), unix.F_DUPFD_CLOEXEC, at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Close(fd) })
		numbers[uint32(fd)] = true
	}
	numbers[uint32(s.Fd())] = true
	for number := range numbers {
		if link, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", number)); err != nil || link != fmt.Sprintf("socket:[%d]", inode) {
			t.Fatalf("descriptor %d is %s, %v", number, link, err)
		}
	}
	highest := slices.Max(slices.Collect(maps.Keys(numbers)))
	for _, tt := range []struct{ from, to uint32 }{
		{0, 128}, {128, math.MaxUint32}, {0, math.MaxUint32}, {130, 131}, {0, 1}, {0, highest}, {0, highest + 1}, {highest, math.MaxUint32}, {highest + 1, math.MaxUint32},
	} {
		dir, err := open(unix.AT_FDCWD, "/proc/self/fd", unix.O_DIRECTORY)
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		left, err := eachDescriptor(dir, make([]byte, bufferLen), tt.from, tt.to, func(n uint32) (bool, error) {
			if n == inode {
				got++
			}
			return true, nil
		})
		_ = unix.Close(dir)
		want := 0
		for number := range numbers {
			if number >= tt.from && number < tt.to {
				want++
			}
		}
		if got != want || left != (highest >= tt.to) || err != nil {
			t.Errorf("from %d to %d: %d sockets, left %v, %v; want %d, %v", tt.from, tt.to, got, left, err, want, highest >= tt.to)
		}
	}
}

func TestAWalkEndsWhenItIsTold(t *testing.T) {
	for _, from := range []uint32{0, lowDescriptors} { // by numbers, by the listing
		s := socket(t)
		for i := range 3 {
			fd, err := unix.FcntlInt(s.Fd(), unix.F_DUPFD_CLOEXEC, 3000+i)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = unix.Close(fd) })
		}
		stop := errors.New("stop")
		for _, want := range []error{nil, stop} {
			dir, err := open(unix.AT_FDCWD, "/proc/self/fd", unix.O_DIRECTORY)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			_, err = eachDescriptor(dir, make([]byte, bufferLen), from, math.MaxUint32, func(uint32) (bool, error) { n++; return n < 2, want })
			_ = unix.Close(dir)
			if wanted := 2; want == nil && n != wanted || want != nil && n != 1 || !errors.Is(err, want) {
				t.Errorf("from %d: %d visited, %v; want the walk to end, with %v", from, n, err, want)
			}
		}
	}
}

func TestALinkTellsASocket(t *testing.T) {
	dir := t.TempDir()
	for i, tt := range []struct {
		link string
		want uint32
	}{
		{"socket:[20691]", 20691}, {"socket:[4294967295]", 4294967295}, {"socket:[4294967296]", 0}, {"socket:[]", 0},
		{"socket:[1x]", 0}, {"socket:[123", 0}, {"pipe:[20691]", 0}, {"/dev/null", 0}, {"anon_inode:[eventpoll]", 0},
		{"socket:[" + strings.Repeat("1", 100) + "]", 0},
	} {
		name := fmt.Sprint(i)
		if err := os.Symlink(tt.link, dir+"/"+name); err != nil {
			t.Fatal(err)
		}
		fd, err := open(unix.AT_FDCWD, dir, unix.O_DIRECTORY)
		if err != nil {
			t.Fatal(err)
		}
		got, err := socketInode(fd, append([]byte(name), 0))
		_ = unix.Close(fd)
		if got != tt.want || err != nil {
			t.Errorf("%s: %d, %v; want %d", tt.link, got, err, tt.want)
		}
	}
}
