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
	"slices"
	"strings"
	"sync"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// Lookup returns the addresses of a host name in one family: network is "ip4"
// or "ip6".
type Lookup func(ctx context.Context, network, host string) ([]netip.Addr, error)

// System is the Lookup of this system's resolver, hosts file included.
func System(ctx context.Context, network, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, network, host)
}

// families are asked apart, so that one which fails does not hide the other.
var families = [...]struct {
	network string
	family  parse.Family
}{{"ip4", parse.IPv4}, {"ip6", parse.IPv6}}

// atOnce bounds the look-ups under way.
const atOnce = 32

// Items fills Resolved and HalfResolved, or ResolveErr, of every item with a
// remoteName.
func Items(ctx context.Context, items []watch.Item, lookup Lookup) {
	answers := map[string]*[len(families)]answer{}
	for i := range items {
		if items[i].RemoteName != "" && items[i].Err == nil {
			answers[items[i].RemoteName] = new([len(families)]answer)
		}
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for name, both := range answers {
		for i := range families {
			wg.Go(func() { both[i] = ask(ctx, slots, lookup, families[i].network, name) })
		}
	}
	wg.Wait()
	for i := range items {
		if both := answers[items[i].RemoteName]; both != nil {
			fill(&items[i], both)
		}
	}
}

// answer is what the resolver said about one family.
type answer struct {
	addrs []netip.Addr
	err   error
}

// ask makes one look-up as soon as a slot is free.
func ask(ctx context.Context, slots chan struct{}, lookup Lookup, network, name string) (a answer) {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return answer{err: ctx.Err()}
	}
	addrs, err := bounded(ctx, func() ([]netip.Addr, error) { return lookup(ctx, network, name) })
	a.err = err
	for _, addr := range addrs { // which the look-up may go on using
		a.addrs = append(a.addrs, addr.Unmap())
	}
	return a
}

// failed reports whether the resolver has not answered, rather than that there
// is no address of the family: none in DNS, or only the other one in the hosts
// file.
func (a *answer) failed() bool {
	var dns *net.DNSError
	var addr *net.AddrError
	switch {
	case a.err == nil, errors.As(a.err, &dns) && dns.IsNotFound, errors.As(a.err, &addr):
		return false
	}
	return true
}

// fill enters the answers into an item. If one family has failed and the other
// has not, what is known of the name is half of it.
func fill(it *watch.Item, both *[len(families)]answer) {
	failed := error(nil)
	it.Resolved, it.HalfResolved = nil, nil
	for i := range both {
		for _, a := range both[i].addrs {
			if !slices.Contains(it.Resolved, a) {
				it.Resolved = append(it.Resolved, a)
			}
		}
		if both[i].failed() {
			failed = both[i].err
			it.HalfResolved = append(it.HalfResolved, families[i].family)
		}
	}
	switch {
	case len(it.HalfResolved) == len(both):
		it.ResolveErr, it.HalfResolved = explain(it.RemoteName, failed), nil
	case len(it.Resolved) == 0 && failed == nil:
		it.ResolveErr = explain(it.RemoteName, nil)
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

// dnsReason words what Go's resolver says, "read udp 127.0.0.1:1->192.0.2.53:53:
// read: connection refused", for a person.
func dnsReason(e *net.DNSError) string {
	server := "the resolver"
	if host, _, err := net.SplitHostPort(e.Server); err == nil {
		server += " " + host
	}
	text := strings.ToLower(e.Err)
	for _, failure := range [...]struct{ of, means string }{
		{"server misbehaving", "%s has failed to answer (SERVFAIL or a refusal)"},
		{"connection refused", "%s cannot be reached: nothing answers on its port"},
		{"unreachable", "%s cannot be reached"},
		{"no route to host", "%s cannot be reached"},
		{"operation not permitted", "%s cannot be reached: a firewall of this host forbids it"},
		{"cannot unmarshal dns message", "%s has sent what is no answer"},
		{"no answer from dns server", "%s has not answered"},
	} {
		if strings.Contains(text, failure.of) {
			return fmt.Sprintf(failure.means, server)
		}
	}
	return e.Err
}

// explain words the failure of a look-up; err is nil if the name has no address.
func explain(name string, err error) error {
	var dns *net.DNSError
	switch {
	case err == nil:
		return fmt.Errorf("%s has no address", name)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &dns) && dns.IsTimeout:
		return fmt.Errorf("%s: no answer from the resolver in time", name)
	case errors.As(err, &dns):
		return fmt.Errorf("%s does not resolve: %s", name, dnsReason(dns))
	}
	return fmt.Errorf("%s does not resolve: %w", name, err)
}
