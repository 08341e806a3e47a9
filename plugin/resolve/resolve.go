// Package resolve looks up the addresses of the items' remoteNames, and, where
// it is asked to, the names of addresses: each once, many at the same time,
// under one context.
package resolve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"check_netstat/plugin/watch"
)

// Lookup returns all IPv4 and IPv6 addresses of a host name.
type Lookup func(ctx context.Context, host string) ([]netip.Addr, error)

// System is the Lookup of this system's resolver, hosts file included.
func System(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// atOnce bounds the look-ups under way.
const atOnce = 32

// Items fills Resolved, or ResolveErr, of every item with a remoteName.
func Items(ctx context.Context, items []watch.Item, lookup Lookup) {
	type answer struct {
		addrs []netip.Addr
		err   error
	}
	answers := map[string]*answer{}
	for i := range items {
		if items[i].RemoteName != "" && items[i].Err == nil {
			answers[items[i].RemoteName] = new(answer)
		}
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for name, a := range answers {
		wg.Go(func() {
			select {
			case slots <- struct{}{}:
				defer func() { <-slots }()
			case <-ctx.Done():
				a.err = ctx.Err()
				return
			}
			a.addrs, a.err = bounded(ctx, func() ([]netip.Addr, error) { return lookup(ctx, name) })
			for i := range a.addrs {
				a.addrs[i] = a.addrs[i].Unmap()
			}
		})
	}
	wg.Wait()
	for i := range items {
		if a := answers[items[i].RemoteName]; a != nil {
			items[i].Resolved, items[i].ResolveErr = a.addrs, explain(items[i].RemoteName, a.addrs, a.err)
		}
	}
}

// bounded runs one look-up and gives up on it at the end of the context. A
// system resolver (Windows' getaddrinfo) can be deaf to the context.
func bounded[T any](ctx context.Context, lookup func() ([]T, error)) ([]T, error) {
	type answer struct {
		all []T
		err error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() { // else it would end the program, as CRITICAL
			if p := recover(); p != nil {
				done <- answer{err: fmt.Errorf("defect in the resolver: %v", p)}
			}
		}()
		all, err := lookup()
		done <- answer{all, err}
	}()
	select {
	case a := <-done:
		return a.all, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// explain words the failure of a look-up without the details of the resolver.
func explain(name string, addrs []netip.Addr, err error) error {
	var dns *net.DNSError
	switch {
	case err == nil && len(addrs) > 0:
		return nil
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &dns) && dns.IsTimeout:
		return fmt.Errorf("%s: no answer from the resolver in time", name)
	case errors.As(err, &dns) && dns.IsNotFound, err == nil:
		return fmt.Errorf("%s has no address", name)
	case errors.As(err, &dns):
		return fmt.Errorf("%s does not resolve: %s", name, dns.Err)
	}
	return fmt.Errorf("%s does not resolve: %w", name, err)
}
