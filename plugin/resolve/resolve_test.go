package resolve

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"check_netstat/parse"
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
	Items(t.Context(), items, func(_ context.Context, network, host string) ([]netip.Addr, error) {
		mu.Lock()
		defer mu.Unlock()
		asked[network+" "+host]++
		return addrs("192.0.2." + fmt.Sprint(host[0]-'a'+1)), nil
	})
	if want := map[string]int{"ip4 a.example.com": 1, "ip6 a.example.com": 1, "ip4 b.example.com": 1, "ip6 b.example.com": 1}; !maps.Equal(asked, want) {
		t.Errorf("looked up %v, want each of two names once in each family", asked)
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
	Items(t.Context(), items, func(context.Context, string, string) ([]netip.Addr, error) {
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
	together.Add(2 * n)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	Items(ctx, items, func(context.Context, string, string) ([]netip.Addr, error) {
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
	Items(t.Context(), items, func(context.Context, string, string) ([]netip.Addr, error) {
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
	Items(t.Context(), items, func(context.Context, string, string) ([]netip.Addr, error) {
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
		{"failing server", fmt.Errorf("x: %w", &net.DNSError{Err: "server misbehaving", Name: "example.com", Server: "192.0.2.53:53", IsTemporary: true}), "example.com does not resolve: the resolver 192.0.2.53 has failed to answer (SERVFAIL or a refusal)"},
		{"nobody there", &net.DNSError{Err: "read udp 127.0.0.1:34567->192.0.2.53:53: read: connection refused", Name: "example.com", Server: "192.0.2.53:53", IsTemporary: true},
			"example.com does not resolve: the resolver 192.0.2.53 cannot be reached: nothing answers on its port"},
		{"no way there", &net.DNSError{Err: "dial udp 10.255.255.53:53: connect: network is unreachable", Name: "example.com", Server: "10.255.255.53:53"},
			"example.com does not resolve: the resolver 10.255.255.53 cannot be reached"},
		{"a resolver without a name", &net.DNSError{Err: "server misbehaving", Name: "example.com"},
			"example.com does not resolve: the resolver has failed to answer (SERVFAIL or a refusal)"},
		{"anything else", &net.DNSError{Err: "no such thing", Name: "example.com"}, "example.com does not resolve: no such thing"},
		{"anything else", broken, "example.com does not resolve: resolv.conf is gone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			items := named("example.com", "example.com")
			Items(t.Context(), items, func(context.Context, string, string) ([]netip.Addr, error) { return nil, tt.err })
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

// TestAFamilyThatFailsLeavesTheOther: what is known of the name is half of it,
// unless there is no address of the family to know.
func TestAFamilyThatFailsLeavesTheOther(t *testing.T) {
	servfail := &net.DNSError{Err: "server misbehaving", IsTemporary: true}
	none := &net.DNSError{Err: "no such host", IsNotFound: true}
	other := &net.AddrError{Err: "no suitable address found"} // the hosts file has one of the other family
	four, six := addrs("192.0.2.1"), addrs("2001:db8::1")
	for _, tt := range []struct {
		name       string
		a, aaaa    answer
		resolved   []netip.Addr
		half       []parse.Family
		resolveErr bool
	}{
		{"both", answer{four, nil}, answer{six, nil}, slices.Concat(four, six), nil, false},
		{"no AAAA", answer{four, nil}, answer{nil, none}, four, nil, false},
		{"a hosts entry of IPv4", answer{four, nil}, answer{nil, other}, four, nil, false},
		{"AAAA fails", answer{four, nil}, answer{nil, servfail}, four, []parse.Family{parse.IPv6}, false},
		{"A is silent", answer{nil, context.DeadlineExceeded}, answer{six, nil}, six, []parse.Family{parse.IPv4}, false},
		{"A fails, and there is no AAAA", answer{nil, servfail}, answer{nil, none}, nil, []parse.Family{parse.IPv4}, false},
		{"both fail", answer{nil, servfail}, answer{nil, servfail}, nil, nil, true},
		{"there is neither", answer{nil, none}, answer{nil, none}, nil, nil, true},
	} {
		items := named("example.com")
		Items(t.Context(), items, func(_ context.Context, network, _ string) ([]netip.Addr, error) {
			if network == "ip4" {
				return tt.a.addrs, tt.a.err
			}
			return tt.aaaa.addrs, tt.aaaa.err
		})
		it := &items[0]
		if !slices.Equal(it.Resolved, tt.resolved) || !slices.Equal(it.HalfResolved, tt.half) || (it.ResolveErr != nil) != tt.resolveErr {
			t.Errorf("%s: %v, half %v, %v; want %v, half %v", tt.name, it.Resolved, it.HalfResolved, it.ResolveErr, tt.resolved, tt.half)
		}
	}
}

func TestOneFailureLeavesTheOtherNamesAlone(t *testing.T) {
	items := named("bad.example.com", "good.example.com")
	Items(t.Context(), items, func(_ context.Context, _, host string) ([]netip.Addr, error) {
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
	Items(ctx, items, func(context.Context, string, string) ([]netip.Addr, error) {
		<-release
		return addrs("192.0.2.1"), nil
	})
	for _, it := range items {
		if it.ResolveErr == nil || !strings.Contains(it.ResolveErr.Error(), "no answer from the resolver in time") {
			t.Errorf("%s: %v, want no answer in time", it.RemoteName, it.ResolveErr)
		}
	}
}
