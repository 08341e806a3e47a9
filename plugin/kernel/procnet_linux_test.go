package kernel

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// forbidNetlink lets this thread's kernel refuse netlink sockets, as the seccomp
// profiles of containers do (seccomp(2), linux/filter.h). It cannot be undone.
func forbidNetlink() error {
	const (
		load   = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal  = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		answer = unix.BPF_RET | unix.BPF_K
	)
	rules := []unix.SockFilter{
		{Code: load, K: 0}, // the number of the call, struct seccomp_data
		{Code: equal, Jf: 3, K: unix.SYS_SOCKET},
		{Code: load, K: 16}, // its first argument
		{Code: equal, Jf: 1, K: unix.AF_NETLINK},
		{Code: answer, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: answer, K: unix.SECCOMP_RET_ALLOW},
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	program := unix.SockFprog{Len: uint16(len(rules)), Filter: &rules[0]}
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0); err != nil {
		return fmt.Errorf("seccomp: %w", err)
	}
	return nil
}

// TestWhereNetlinkIsRefusedProcIsRead: the same sockets, and Info says how.
func TestWhereNetlinkIsRefusedProcIsRead(t *testing.T) {
	o := open(t)
	var got []string
	err := onOwnThread(func() error {
		if err := forbidNetlink(); err != nil {
			return err
		}
		info, err := Read(context.Background(), nil, "", func(s *parse.Socket) {
			if o.has(s) {
				got = append(got, line(t, s))
			}
		})
		if want := "/proc/net (opening a sock_diag socket: operation not permitted)"; info.Via != want || info.Sockets < len(got) {
			t.Errorf("%+v; want it via %s", info, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range o.want { // /proc/net does not tell
		o.want[i] = strings.TrimSuffix(o.want[i], " dual")
	}
	slices.Sort(got)
	equalLines(t, got, o.want)
}
