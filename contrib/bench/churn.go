//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// churn is a process whose sockets come and go all the time, beside a load that
// stays: connections to a port of its own, each closed as it is opened, in turn
// with a reset and in order, which leaves TIME_WAIT, and ports that listen for a
// moment.
type churn struct {
	cmd   *exec.Cmd
	stdin io.Closer
}

const (
	churnVerb = "-churn-process"
	churnPort = 22_000
	// churnRest keeps the number of TIME_WAIT sockets to some tens of thousands:
	// they last for a minute.
	churnRest = time.Millisecond
)

func startChurn() (*churn, error) {
	cmd := exec.Command("/proc/self/exe", churnVerb) //nolint:noctx // its stdin ends it
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &churn{cmd, stdin}, cmd.Start()
}

// stop ends the process. It fails where the process has failed before.
func (c *churn) stop() error { return errors.Join(c.stdin.Close(), c.cmd.Wait()) }

// churnProcess opens and closes sockets until its standard input ends.
func churnProcess() error {
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	at := &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}, Port: churnPort}
	server, err := listen(at)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		select {
		case <-ended:
			return nil
		case <-time.After(churnRest):
		}
		if err := comeAndGo(n, at, server); err != nil {
			return err
		}
	}
}

// comeAndGo opens the n-th connection and listening port, and closes them.
func comeAndGo(n int, at unix.Sockaddr, server int) error {
	port, err := listen(&unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}, Port: churnPort + 1 + n%100})
	if err != nil {
		return err
	}
	client, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("opening a socket: %w", err)
	}
	if n%2 == 0 {
		err = closeAtOnce(client)
	}
	if err == nil {
		err = unix.Bind(client, &unix.SockaddrInet4{Addr: source(100, n)})
	}
	if err == nil {
		err = unix.Connect(client, at)
	}
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	accepted, _, err := unix.Accept4(server, unix.SOCK_CLOEXEC)
	if err != nil {
		return fmt.Errorf("accepting: %w", err)
	}
	return errors.Join(unix.Close(client), unix.Close(accepted), unix.Close(port))
}
