package cli

import (
	"strings"
	"testing"
)

func TestNearestIsWhatWasMeant(t *testing.T) {
	names := []string{"connections", "connection", "listening", "item", "items", "port", "lint", "learn", "sockets", "samples", "unexpected", "within"}
	for word, want := range map[string]string{
		"lisening": "listening", "listenign": "listening", "conections": "connections", "connectoin": "connection",
		"sokets": "sockets", "lern": "learn", "lnit": "lint", "unexpcted": "unexpected", "Item": "item",
		"": "", "x": "", "kernel": "", "interval": "", "po": "", strings.Repeat("connection", 1000): "",
	} {
		if got := nearest(word, names); got != want {
			t.Errorf("nearest to %.20q is %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "ab", 1}, {"abc", "xbc", 1}, {"abc", "abxc", 1}, {"abcd", "badc", 2}, {"kitten", "sitting", 3}} {
		if got := distance(tt.a, tt.b); got != tt.want || distance(tt.b, tt.a) != tt.want {
			t.Errorf("distance of %q and %q is %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
