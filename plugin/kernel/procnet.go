package kernel

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/netip"

	"check_netstat/parse"
)

// Linux's /proc/net/tcp, tcp6, udp and udp6, proc_pid_net(5), whose rows the
// package parse reads.

// isBigEndian is the order in which this machine keeps the bytes of a number.
var isBigEndian = binary.NativeEndian.Uint16([]byte{0, 1}) == 1

// procLine is longer than any line, with room for kernels to come.
const procLine = 4 << 10

// procReader reads the rows of one protocol and leaves out those that the
// kernel shows again: reading goes on by the row's number, so that every socket
// which comes or goes meanwhile shifts the rest (tcp_seek_last_pos).
type procReader struct {
	want       Query
	proto      parse.Proto
	visit      func(*parse.Socket)
	seed       maphash.Seed
	seen       map[uint64]struct{} // hashes of the sockets that were wanted
	rows       int                 // of the last reading, wanted or not
	digest     uint64              // of all those rows, in whatever order
	again      bool                // the files were read before: what came then is no duplicate
	sockets    int
	duplicates int
}

func newProcReader(want Query, proto parse.Proto, visit func(*parse.Socket)) *procReader {
	return &procReader{want: want, proto: proto, visit: visit, seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}}
}

// read reads one of the files. goOn is asked now and then, and its error ends
// the reading. A row that cannot be read is an error: a socket would be missing.
func (p *procReader) read(r io.Reader, goOn func() error) error {
	lines := bufio.NewReaderSize(r, procLine)
	var s parse.Socket
	for n := 0; ; n++ {
		if err := goOn(); err != nil {
			return err
		}
		line, err := lines.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0 && n > 0:
			return nil
		case err != nil:
			return fmt.Errorf("line %d: cut short: %w", n+1, err)
		case n == 0:
			if !bytes.Contains(line, []byte("local_address")) {
				return fmt.Errorf("line 1: not the header of a socket table: %q", line)
			}
			continue
		}
		s = parse.Socket{Proto: p.proto}
		if !parse.ReadProcNet(line, isBigEndian, &s) {
			return fmt.Errorf("line %d: not a socket: %q", n+1, bytes.TrimSpace(line))
		}
		id := p.identity(&s)
		p.rows++
		p.digest += id
		if !p.want.fits(&s) {
			continue
		}
		if _, seen := p.seen[id]; seen {
			if !p.again {
				p.duplicates++
			}
			continue
		}
		p.seen[id] = struct{}{}
		p.sockets++
		p.visit(&s)
	}
}

// identity is a hash of what makes a socket that socket: its ends, and where
// several can have the same, because they only listen, its inode.
func (p *procReader) identity(s *parse.Socket) uint64 {
	inode := uint32(0)
	if s.Proto == parse.UDP || s.State == parse.Listen {
		inode = s.Inode
	}
	return maphash.Comparable(p.seed, struct {
		local, remote netip.AddrPort
		inode         uint32
	}{netip.AddrPortFrom(s.Local.Addr, s.Local.Port), netip.AddrPortFrom(s.Remote.Addr, s.Remote.Port), inode})
}
