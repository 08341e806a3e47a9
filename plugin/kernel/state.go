package kernel

import (
	"strconv"

	"check_netstat/parse"
)

// newSynRecv is TCP_NEW_SYN_RECV, which the kernel itself shows as TCP_SYN_RECV.
const newSynRecv = 12

// boundInactive is TCP_BOUND_INACTIVE.
const boundInactive = 13

// linuxState sets the TCP state by its number in include/net/tcp_states.h,
// which is parse.State's.
func linuxState(s *parse.Socket, number uint32) {
	s.State, s.Word = parse.State(number), ""
	switch {
	case number == newSynRecv:
		s.State = parse.SynRecv
	case number == boundInactive:
		s.State = parse.Bound
	case number == 0 || number > uint32(parse.Closing):
		s.State, s.Word = parse.OtherState, "state "+strconv.Itoa(int(number))
	}
}
