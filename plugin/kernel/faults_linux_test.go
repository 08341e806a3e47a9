package kernel

import (
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// reply is what one receive gives.
type reply struct {
	datagram  []byte
	length    int // of the datagram, where it is more than was received
	forged    bool
	err       error
	afterward func()
}

// fake is a kernel that answers by heart.
type fake struct {
	refuses error // to take the request
	replies []reply
}

func (f *fake) send([]byte) error { return f.refuses }

func (f *fake) receive(buf []byte) (n int, fromKernel bool, err error) {
	if len(f.replies) == 0 {
		return 0, true, unix.EAGAIN
	}
	r := f.replies[0]
	f.replies = f.replies[1:]
	if r.afterward != nil {
		r.afterward()
	}
	return max(copy(buf, r.datagram), r.length), !r.forged, r.err
}

// TestFaultNetlinkAnswer: a dump is whole, or there is none. Where it fails no
// other way is tried once sockets have come, for they would come again.
func TestFaultNetlinkAnswer(t *testing.T) {
	socket := message(unix.SOCK_DIAG_BY_FAMILY, 1, make([]byte, diagMsgLen)...)
	socket[unix.NLMSG_HDRLEN] = unix.AF_INET
	end := message(unix.NLMSG_DONE, 1, 0, 0, 0, 0)
	interrupted := append([]byte{}, end...)
	interrupted[6] = unix.NLM_F_DUMP_INTR
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, tt := range []struct {
		name    string
		ctx     context.Context
		kernel  fake
		sockets int
		want    string // "" for a dump that is whole
	}{
		{"is whole", t.Context(), fake{replies: []reply{{datagram: socket}, {datagram: end}}}, 1, ""},
		{"comes late and with signals", t.Context(), fake{replies: []reply{{err: unix.EAGAIN}, {err: unix.EINTR}, {datagram: socket}, {err: unix.EINTR}, {datagram: end}}}, 1, ""},
		{"comes with another process's words", t.Context(), fake{replies: []reply{{datagram: socket, forged: true}, {datagram: end}}}, 0, ""},
		{"the request finds no memory", t.Context(), fake{refuses: unix.ENOBUFS}, 0, "asking sock_diag: no buffer space available"},
		{"is lost at once", t.Context(), fake{replies: []reply{{err: unix.ENOBUFS}}}, 0, "receiving from sock_diag: no buffer space available"},
		{"is lost half-way", t.Context(), fake{replies: []reply{{datagram: socket}, {err: unix.ENOBUFS}}}, 1, "no buffer space available"},
		{"is cut within a socket", t.Context(), fake{replies: []reply{{datagram: socket}, {datagram: socket[:60]}}}, 1, "cut short"},
		{"is larger than the buffer", t.Context(), fake{replies: []reply{{datagram: socket, length: receiveSize + 1}}}, 0, "a datagram of 32769 bytes"},
		{"is interrupted by a change", t.Context(), fake{replies: []reply{{datagram: socket}, {datagram: interrupted}}}, 1, "interrupted by a change"},
		{"fails in the kernel half-way", t.Context(), fake{replies: []reply{{datagram: socket}, {datagram: message(unix.NLMSG_DONE, 1, 0xf4, 0xff, 0xff, 0xff)}}}, 1, "cannot allocate memory"},
		{"never ends", ctx, fake{replies: []reply{{datagram: socket}, {err: unix.EAGAIN, afterward: cancel}}}, 1, "did not finish: context canceled"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDecoder(func(*parse.Socket) {})
			c := &conversation{link: &tt.kernel, decoder: *d}
			begun, err := c.dumpAll(tt.ctx, []dump{{proto: parse.TCP, states: allStates}})
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v; want %q", err, tt.want)
			}
			if c.decoder.sockets != tt.sockets || err != nil && begun != (tt.sockets > 0) {
				t.Errorf("%d sockets, begun %v; want %d", c.decoder.sockets, begun, tt.sockets)
			}
			if errors.Is(err, unix.ENOBUFS) && refused(err) {
				t.Error("a loss is taken for a refusal")
			}
		})
	}
}
