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
	"testing"
	"time"

	"check_netstat/plugin/watch"
)

func named(names ...string) []watch.Item {
	items := make([]watch.Item, len(names))
	for i, name := range names {
		items[i].RemoteName = name
	}
	return items
}

func addrs(texts ...string) []netip.Addr {
	var all []netip.Addr
	for _, text := range texts {
		all = append(all, netip.MustParseAddr(text))
	}
	return all
}

func TestEachNameIsLookedUpOnce(t *testing.T) {
	items := named("a.example.com", "b.example.com", "a.example.com", "", "a.example.com")
	var mu sync.Mutex
	asked := map[string]int{}
	Items(t.Context(), items, func(_ context.Context, host string) ([]netip.Addr, error) {
		mu.Lock()
		defer mu.Unlock()
		asked[host]++
		return addrs("192.0.2." + fmt.Sprint(host[0]-'a'+1)), nil
	})
	if len(asked) != 2 || asked["a.example.com"] != 1 || asked["b.example.com"] != 1 {
		t.Errorf("looked up %v, want each of two names once", asked)
	}
	for i, want := range []string{"[192.0.2.1]", "[192.0.2.2]", "[192.0.2.1]", "[]", "[192.0.2.1]"} {
		if got := fmt.Sprint(items[i].Resolved); got != want || items[i].ResolveErr != nil {
			t.Errorf("item %d: %s, %v, want %s", i, got, items[i].ResolveErr, want)
		}
	}
}

func TestItemsThatCannotBeJudgedAreNotLookedUp(t *testing.T) {
	items := named("no host")
	items[0].Err = errors.New("no remotePort")
	Items(t.Context(), items, func(context.Context, string) ([]netip.Addr, error) {
		t.Error("looked up")
		return nil, nil
	})
	if items[0].ResolveErr != nil {
		t.Errorf("ResolveErr %v, want none", items[0].ResolveErr)
	}
}

func TestNamesAreLookedUpAtTheSameTime(t *testing.T) {
	const n = 8
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("h%d.example.com", i))
	}
	items := named(names...)
	var together sync.WaitGroup
	together.Add(n)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	Items(ctx, items, func(context.Context, string) ([]netip.Addr, error) {
		together.Done()
		together.Wait() // returns only where all are under way
		return addrs("192.0.2.1"), nil
	})
	for _, it := range items {
		if it.ResolveErr != nil {
			t.Fatalf("%s: %v: the look-ups do not run at the same time", it.RemoteName, it.ResolveErr)
		}
	}
}

func TestNoMoreThanAtOnceLookUpsAreUnderWay(t *testing.T) {
	var names []string
	for i := range 4 * atOnce {
		names = append(names, fmt.Sprintf("h%d.example.com", i))
	}
	items := named(names...)
	var mu sync.Mutex
	now, most := 0, 0
	full := make(chan struct{})
	Items(t.Context(), items, func(context.Context, string) ([]netip.Addr, error) {
		mu.Lock()
		now++
		most = max(most, now)
		if now == atOnce && most == atOnce {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		mu.Unlock()
		<-full // the first ones wait for as many as may be under way
		mu.Lock()
		now--
		mu.Unlock()
		return addrs("192.0.2.1"), nil
	})
	if most != atOnce {
		t.Errorf("%d look-ups at once, want %d", most, atOnce)
	}
	for _, it := range items {
		if len(it.Resolved) != 1 {
			t.Errorf("%s has no address", it.RemoteName)
		}
	}
}

func TestAMappedAddressIsItsIPv4Address(t *testing.T) {
	items := named("example.com")
	Items(t.Context(), items, func(context.Context, string) ([]netip.Addr, error) {
		return addrs("::ffff:192.0.2.1", "2001:db8::1"), nil
	})
	if want := addrs("192.0.2.1", "2001:db8::1"); !slices.Equal(items[0].Resolved, want) {
		t.Errorf("resolved %v, want %v", items[0].Resolved, want)
	}
}

func TestAFailedLookUpSaysWhy(t *testing.T) {
	broken := errors.New("resolv.conf is gone")
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"no such host", &net.DNSError{Err: "no such host", Name: "example.com", Server: "192.0.2.53:53", IsNotFound: true}, "example.com has no address"},
		{"no address and no error", nil, "example.com has no address"},
		{"timeout of the resolver", &net.DNSError{Err: "i/o timeout", Name: "example.com", Server: "192.0.2.53:53", IsTimeout: true}, "example.com: no answer from the resolver in time"},
		{"deadline", fmt.Errorf("lookup: %w", context.DeadlineExceeded), "example.com: no answer from the resolver in time"},
		{"failing server", fmt.Errorf("x: %w", &net.DNSError{Err: "server misbehaving", Name: "example.com", Server: "192.0.2.53:53", IsTemporary: true}), "example.com does not resolve: server misbehaving"},
		{"anything else", broken, "example.com does not resolve: resolv.conf is gone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			items := named("example.com", "example.com")
			Items(t.Context(), items, func(context.Context, string) ([]netip.Addr, error) { return nil, tt.err })
			for _, it := range items {
				if it.ResolveErr == nil || it.ResolveErr.Error() != tt.want {
					t.Errorf("error %v, want %q", it.ResolveErr, tt.want)
				}
				if len(it.Resolved) != 0 {
					t.Errorf("resolved %v, want nothing", it.Resolved)
				}
			}
		})
	}
}

func TestOneFailureLeavesTheOtherNamesAlone(t *testing.T) {
	items := named("bad.example.com", "good.example.com")
	Items(t.Context(), items, func(_ context.Context, host string) ([]netip.Addr, error) {
		if strings.HasPrefix(host, "bad") {
			return nil, errors.New("broken")
		}
		return addrs("192.0.2.1"), nil
	})
	if items[0].ResolveErr == nil || items[1].ResolveErr != nil || len(items[1].Resolved) != 1 {
		t.Errorf("bad: %v; good: %v, %v", items[0].ResolveErr, items[1].Resolved, items[1].ResolveErr)
	}
}

func TestAResolverDeafToItsContextIsGivenUpAtTheDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	release := make(chan struct{})
	defer close(release)
	var names []string
	for i := range 2 * atOnce { // more than may be under way: some never begin
		names = append(names, fmt.Sprintf("h%d.example.com", i))
	}
	items := named(names...)
	Items(ctx, items, func(context.Context, string) ([]netip.Addr, error) {
		<-release
		return addrs("192.0.2.1"), nil
	})
	for _, it := range items {
		if it.ResolveErr == nil || !strings.Contains(it.ResolveErr.Error(), "no answer from the resolver in time") {
			t.Errorf("%s: %v, want no answer in time", it.RemoteName, it.ResolveErr)
		}
	}
}
