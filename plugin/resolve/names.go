package resolve

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
)

// Reverse returns the names of an address.
type Reverse func(ctx context.Context, addr string) ([]string, error)

// SystemReverse is the Reverse of this system's resolver, hosts file included.
func SystemReverse(ctx context.Context, addr string) ([]string, error) {
	return net.DefaultResolver.LookupAddr(ctx, addr)
}

// Names returns the name of each address that has one, looked up once each, as
// far as the context lasts. An address without a name, or whose name does not
// come in time, is left out: it is shown as a number.
func Names(ctx context.Context, addrs []netip.Addr, reverse Reverse) map[netip.Addr]string {
	names := map[netip.Addr]string{}
	for _, a := range addrs {
		names[a] = ""
	}
	var (
		wg sync.WaitGroup
		mu sync.Mutex
	)
	// A few workers rather than one goroutine each: a host can have very many
	// peers.
	todo := make(chan netip.Addr)
	found := map[netip.Addr]string{}
	for range min(atOnce, len(names)) {
		wg.Go(func() {
			for a := range todo {
				all, err := bounded(ctx, func() ([]string, error) { return reverse(ctx, a.Unmap().WithZone("").String()) })
				if err != nil || len(all) == 0 {
					continue
				}
				mu.Lock()
				found[a] = strings.TrimSuffix(all[0], ".")
				mu.Unlock()
			}
		})
	}
	for a := range names {
		select {
		case todo <- a:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(todo)
	wg.Wait()
	return found
}
