package resolve

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"
)

func TestEachAddressIsLookedUpOnce(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	all := addrs("192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.3", "192.0.2.2")
	names := Names(t.Context(), all, func(_ context.Context, addr string) ([]string, error) {
		mu.Lock()
		defer mu.Unlock()
		asked[addr]++
		switch addr {
		case "192.0.2.1":
			return []string{"a.example.com.", "b.example.com."}, nil
		case "192.0.2.2":
			return nil, nil
		case "192.0.2.3":
			return []string{"c.example.com"}, nil
		}
		return nil, errors.New("no such host")
	})
	if len(asked) != 4 {
		t.Errorf("looked up %v, want 4 addresses", asked)
	}
	for addr, n := range asked {
		if n != 1 {
			t.Errorf("looked up %s %d times", addr, n)
		}
	}
	want := map[netip.Addr]string{all[0]: "a.example.com", all[4]: "c.example.com"}
	if fmt.Sprint(names) != fmt.Sprint(want) {
		t.Errorf("names %v, want %v", names, want)
	}
}

// TestNamesEndWithTheContext: a resolver that is deaf to the context costs no
// more than the time there is, and no more look-ups than may be under way.
func TestNamesEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	never := make(chan struct{})
	defer close(never)
	var mu sync.Mutex
	asked := 0
	all := make([]netip.Addr, 0, 1000)
	for i := range 1000 {
		all = append(all, netip.AddrFrom4([4]byte{192, 0, byte(i / 256), byte(i)}))
	}
	start := time.Now()
	names := Names(ctx, all, func(context.Context, string) ([]string, error) {
		mu.Lock()
		asked++
		mu.Unlock()
		<-never
		return nil, nil
	})
	mu.Lock()
	defer mu.Unlock()
	if len(names) != 0 || asked > 2*atOnce || time.Since(start) > 5*time.Second {
		t.Errorf("%d names of %d look-ups in %v", len(names), asked, time.Since(start))
	}
}

func TestNoAddressesNeedNoLookUp(t *testing.T) {
	if names := Names(t.Context(), nil, nil); len(names) != 0 {
		t.Errorf("names %v", names)
	}
}
