package host

import (
	"context"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/kernel"
)

// v6onlyTime bounds the question; the answer takes milliseconds.
const v6onlyTime = time.Second

// v6onlySockets asks the kernel for the sockets bound to [::] and whether each
// is v6-only. Where several share a port, one that serves IPv4 decides.
func v6onlySockets(netns string) (map[bound]bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), v6onlyTime)
	defer cancel()
	found := map[bound]bool{}
	want := kernel.Query{{Proto: parse.TCP, Listening: true}, {Proto: parse.UDP, Listening: true}}
	_, err := kernel.Read(ctx, want, netns, func(s *parse.Socket) {
		if s.V6Only == parse.Maybe || s.Local.Addr.Is4() || !s.Local.Addr.IsUnspecified() {
			return
		}
		key, only := bound{s.Proto == parse.UDP, s.Local.Port}, s.V6Only == parse.Yes
		if before, seen := found[key]; !seen || before {
			found[key] = only
		}
	})
	return found, err
}
