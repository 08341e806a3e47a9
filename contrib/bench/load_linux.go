package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// load is processes of this program that hold a number of established sockets on
// the loopback interface. Both ends of each connection are there: 24 of each
// hundred go to the port of their process that items watch, the others to
// another. Clients have many addresses, as clients do: all of 127.0.0.0/8 is
// loopback. Each process is in a control group of its own, as a service is, if this
// program may make one.
type load []*exec.Cmd

const processes = 20

// programName is what process i of a load is called.
func programName(i int) string { return fmt.Sprintf("bench-%02d", i) }

// watchedPort is the port of process i that items watch; the next one takes its
// other connections.
func watchedPort(i int) int { return 20_000 + 2*i }

// watched returns how many sockets of a load are connected to a watched port.
func watched(sockets int) int { return sockets / 2 * 24 / 100 }

// startLoad returns when all sockets are open.
func startLoad(sockets int) (l load, err error) {
	for i := range processes {
		cmd := part("hold", fmt.Sprint(i), fmt.Sprint(sockets/2/processes))
		cmd.Args[0] = "/opt/bench/" + programName(i)
		out, err := cmd.StdoutPipe()
		if err = errors.Join(err, cmd.Start()); err != nil {
			return l, err
		}
		l = append(l, cmd)
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			return l, fmt.Errorf("%s could not open its sockets", programName(i))
		}
	}
	return l, nil
}

// stop ends the processes, which closes the sockets.
func (l load) stop() {
	for _, cmd := range l {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	for i := range l {
		_ = os.Remove(group(i))
	}
}

// group is the control group of process i of a load.
func group(i int) string {
	mount := "/sys/fs/cgroup"
	if _, err := os.Stat(mount + "/unified"); err == nil { // hybrid mode
		mount += "/unified"
	}
	return mount + "/" + programName(i) + ".service"
}

// join takes this process into a control group. Without rights it stays where it
// is, and the rows that need services say so.
func join(group string) {
	if err := os.Mkdir(group, 0o750); err == nil || errors.Is(err, os.ErrExist) {
		_ = os.WriteFile(group+"/cgroup.procs", []byte("0"), 0o600)
	}
}

// hold is one process of a load.
func hold(args []string) error {
	var process, connections int
	if _, err := fmt.Sscan(strings.Join(args, " "), &process, &connections); err != nil {
		return err
	}
	join(group(process)) // that of a socket is its process's when it is made
	opened, err := openSockets(process, connections)
	if err = errors.Join(err, os.WriteFile("/proc/self/comm", []byte(programName(process)), 0o600)); err == nil {
		fmt.Println("ready")
		time.Sleep(2 * time.Hour) // killed before
	}
	runtime.KeepAlive(opened)
	return err
}

// openSockets opens the sockets of a process, first those that listen.
func openSockets(process, connections int) (all []io.Closer, err error) {
	var servers [2]*net.TCPListener
	for n := range servers {
		if servers[n], err = listen(watchedPort(process) + n); err != nil {
			return all, err
		}
		all = append(all, servers[n])
	}
	for k := range connections {
		server := servers[1]
		if k%25 < 6 {
			server = servers[0]
		}
		from, to, err := connect(process, k, server)
		if err != nil {
			return all, err
		}
		all = append(all, from, to)
		// They end with a reset: TIME_WAIT would outlive the load by a minute. And
		// keep-alive probes of thousands would be measured, too.
		if err := errors.Join(from.SetLinger(0), to.SetLinger(0), from.SetKeepAlive(false), to.SetKeepAlive(false)); err != nil {
			return all, err
		}
	}
	return all, nil
}

func listen(port int) (*net.TCPListener, error) {
	return net.ListenTCP("tcp4", loopback(0, 0, 1, port))
}

func loopback(a, b, c, port int) *net.TCPAddr {
	return &net.TCPAddr{IP: net.IPv4(127, byte(a), byte(b), byte(c)), Port: port}
}

// connect returns both ends of the k-th connection of a process, to a server
// that listens here. Each has an address and a port of its own, because there
// are not enough ports for all.
func connect(process, k int, server *net.TCPListener) (from, to *net.TCPConn, err error) {
	here, _ := server.Addr().(*net.TCPAddr)
	if from, err = net.DialTCP("tcp4", loopback(1+process, 1+k/250%250, 1+k%250, 23_000+k%8_000), here); err == nil {
		to, err = server.AcceptTCP()
	}
	return from, to, err
}

// churn opens and closes sockets until end is closed: connections to the server,
// in turn with a reset and in order, which leaves TIME_WAIT for a minute, and
// ports that listen for a moment.
func churn(server *net.TCPListener, end <-chan bool) (err error) {
	// The same address and port would still be taken by the churn before.
	for n := int(time.Now().UnixMilli() % 1e6); err == nil; n++ {
		select {
		case <-end:
			return server.Close()
		case <-time.After(time.Millisecond): // some 20,000 in TIME_WAIT
			err = comeAndGo(n, server)
		}
	}
	return err
}

// comeAndGo opens the n-th connection and listening port, and closes them.
func comeAndGo(n int, server *net.TCPListener) error {
	port, err1 := listen(0)
	from, to, err2 := connect(other(), n, server)
	err := cmp.Or(err1, err2)
	if err != nil {
		return err
	}
	if n%2 == 0 {
		err = from.SetLinger(0)
	}
	return errors.Join(err, from.Close(), to.Close(), port.Close())
}

// other is a number of this process that no process of a load has.
func other() int { return processes + os.Getpid()%200 }
