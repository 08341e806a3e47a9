package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What the kernel answers in the place of seccomp_data.nr and the arguments:
// offsets of struct seccomp_data, and results (seccomp(2)).
const (
	seccompNumber   = 0
	seccompArgument = 16 // lower half of the first; little endian
	seccompAllow    = 0x7fff0000
	seccompErrno    = 0x00050000
	seccompKill     = 0x80000000 // the whole process
)

// restriction makes one system call fail, or end the process, where the bits of
// one of its arguments are set.
type restriction struct {
	number   uint32
	argument uint32
	mask     uint32 // 0: always
	equal    uint32 // with mask ^0: the argument is this
	answer   uint32
}

const writing = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT

// restrictions by name: what a container forbids, a kernel without memory, and
// all that changes a file or talks to another host.
var restrictions = map[string][]restriction{
	"netlink-refused": {{number: unix.SYS_SOCKET, mask: ^uint32(0), equal: unix.AF_NETLINK, answer: seccompErrno | uint32(unix.EPERM)}},
	"netlink-lost":    {{number: unix.SYS_RECVFROM, answer: seccompErrno | uint32(unix.ENOBUFS)}},
	"netlink-memory":  {{number: unix.SYS_SENDTO, answer: seccompErrno | uint32(unix.ENOMEM)}},
	"changes-nothing": {
		{number: unix.SYS_OPENAT, argument: 2, mask: writing, answer: seccompKill},
		{number: unix.SYS_OPENAT2, answer: seccompKill},
		{number: unix.SYS_MKDIRAT, answer: seccompKill},
		{number: unix.SYS_UNLINKAT, answer: seccompKill},
		{number: unix.SYS_RENAMEAT, answer: seccompKill},
		{number: unix.SYS_RENAMEAT2, answer: seccompKill},
		{number: unix.SYS_LINKAT, answer: seccompKill},
		{number: unix.SYS_SYMLINKAT, answer: seccompKill},
		{number: unix.SYS_MKNODAT, answer: seccompKill},
		{number: unix.SYS_FCHMODAT, answer: seccompKill},
		{number: unix.SYS_FCHOWNAT, answer: seccompKill},
		{number: unix.SYS_TRUNCATE, answer: seccompKill},
		{number: unix.SYS_FTRUNCATE, answer: seccompKill},
		{number: unix.SYS_MEMFD_CREATE, answer: seccompKill},
		{number: unix.SYS_CONNECT, answer: seccompKill},
		{number: unix.SYS_BIND, answer: seccompKill},
	},
}

// restricted is a program: restricted NAME PROGRAM ARGS... takes a restriction
// upon itself and becomes the other program.
func restricted() {
	err := fmt.Errorf("no restriction is called so")
	if rules, ok := restrictions[os.Args[1]]; ok {
		runtime.LockOSThread() // what follows is a thread's, and exec keeps it
		if err = restrict(rules); err == nil {
			err = syscall.Exec(os.Args[2], os.Args[2:], os.Environ())
		}
	}
	fmt.Println("restricted:", err)
	os.Exit(99)
}

// restrict installs the rules for this thread and what it becomes.
func restrict(rules []restriction) error {
	var filter []unix.SockFilter
	for _, r := range rules {
		test := unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, Jf: 1, K: r.mask}
		switch r.mask {
		case 0:
			test = unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, Jf: 1, K: 0} // always
		case ^uint32(0):
			test = unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: r.equal}
		}
		filter = append(filter,
			unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: seccompNumber},
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 3, K: r.number},
			unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: seccompArgument + 8*r.argument},
			test,
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: r.answer})
	}
	filter = append(filter, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: seccompAllow})
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	return unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
}
