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
	"strconv"

	"check_netstat/parse"
)

// Linux's /proc/net/tcp, tcp6, udp and udp6, proc_pid_net(5):
//
//	  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
//	   0: 070200C0:1F90 1E6433C6:C368 01 00000000:00000000 00:00000000 00000000  1000        0 20691 1 ...
//
// An address is written as the numbers of 32 bits that it is in memory, so on
// most machines backwards; a port as the number it is.

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
		if !procRow(line, &s) {
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

// procRow reads a row into s; ok is false where it is none.
func procRow(line []byte, s *parse.Socket) (ok bool) {
	const inodeField = 9
	var f [inodeField + 1][]byte
	for i := range f {
		line = bytes.TrimLeft(line, " ")
		end := bytes.IndexAny(line, " \n")
		if end <= 0 {
			return false
		}
		f[i], line = line[:end], line[end:]
	}
	state, okState := hexNumber(f[3], 2)
	inode, err := strconv.ParseUint(string(f[inodeField]), 10, 32)
	if !okState || err != nil || !procEndpoint(f[1], &s.Local) || !procEndpoint(f[2], &s.Remote) ||
		s.Local.Addr.BitLen() != s.Remote.Addr.BitLen() {
		return false
	}
	s.Family = parse.IPv4
	if s.Local.Addr.Is6() {
		s.Family = parse.IPv6
	}
	s.Inode, s.NoInode = uint32(inode), inode == 0
	if s.Proto == parse.TCP {
		linuxState(s, state)
	}
	return true
}

// procEndpoint reads "070200C0:1F90".
func procEndpoint(b []byte, e *parse.Endpoint) bool {
	var a [16]byte
	n := bytes.IndexByte(b, ':')
	if n != 8 && n != 32 {
		return false
	}
	for i := 0; i < n; i += 8 {
		word, ok := hexNumber(b[i:i+8], 8)
		if !ok {
			return false
		}
		binary.NativeEndian.PutUint32(a[i/2:], word)
	}
	e.Addr = netip.AddrFrom16(a)
	if n == 8 {
		e.Addr = netip.AddrFrom4([4]byte(a[:4]))
	}
	port, ok := hexNumber(b[n+1:], 4)
	e.Port = uint16(port)
	return ok
}

// hexNumber reads exactly that many digits.
func hexNumber(b []byte, digits int) (n uint32, ok bool) {
	if len(b) != digits {
		return 0, false
	}
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | uint32(c-'0')
		case c >= 'A' && c <= 'F':
			n = n<<4 | uint32(c-'A'+10)
		default:
			return 0, false
		}
	}
	return n, true
}
