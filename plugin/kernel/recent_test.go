package kernel

import "testing"

func TestASocketIsKnownForThousandsOfOthers(t *testing.T) {
	var r recent
	for cookie := uint64(1); cookie <= 10_000; cookie++ {
		if r.saw(cookie) {
			t.Fatalf("%d was never seen", cookie)
		}
		for back := uint64(0); back < 64 && back < cookie; back++ {
			if !r.saw(cookie - back) {
				t.Fatalf("%d was seen %d sockets ago", cookie-back, back)
			}
		}
	}
}

func TestSocketsWithoutACookieAreAllDifferent(t *testing.T) {
	var r recent
	for range 2 {
		if r.saw(0) {
			t.Error("a socket without a cookie was taken for another")
		}
	}
}
