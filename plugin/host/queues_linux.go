package host

import (
	"context"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/kernel"
)

// secondLook is how long after the first look at a full accept queue it is
// looked at again. A server with a short queue is full for moments while it works
// well: of its single looks 3% found it full, and none of them a quarter of a
// second later.
const secondLook = 300 * time.Millisecond

// lookAgain returns which of the listeners have a full accept queue still, by
// inode. first is when they were seen. Without time for it none has.
func lookAgain(ctx context.Context, listeners []parse.Socket, first time.Time, netns string) map[uint32]bool {
	full := map[uint32]bool{}
	timer := time.NewTimer(time.Until(first.Add(secondLook)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return full
	}
	var q kernel.Query
	asked := map[uint32]bool{}
	for i := range listeners {
		port := listeners[i].Local.Port
		q = append(q, kernel.Predicate{Proto: parse.TCP, Listening: true, LocalPorts: []parse.PortRange{{First: port, Last: port}}})
		asked[listeners[i].Inode] = true
	}
	_, err := kernel.Read(ctx, q, netns, func(s *parse.Socket) {
		if asked[s.Inode] && s.Queues.HasLimit && s.Queues.Recv > s.Queues.Limit {
			full[s.Inode] = true
		}
	})
	if err != nil {
		return map[uint32]bool{}
	}
	return full
}
