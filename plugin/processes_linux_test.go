package plugin

import "testing"

func TestThreadsOfAUser(t *testing.T) {
	const status = "Name:\tUid: 7\nUmask:\t0022\nTgid:\t4711\nUid:\t7\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nThreads:\t12\nSigQ:\t1/5\n"
	for uid, want := range map[int]uint64{7: 12, 0: 0, 70: 0} {
		if got := threadsOf(status, uid); got != want {
			t.Errorf("user %d: %d; want %d", uid, got, want)
		}
	}
	if got := threadsOf("Name:\tcut", 7); got != 0 {
		t.Errorf("a status that is cut: %d", got)
	}
	if all, ok := threadsOfAll(); !ok || all == 0 {
		t.Errorf("this host has %d threads, %v", all, ok)
	}
}
