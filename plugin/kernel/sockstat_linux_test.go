package kernel

import "testing"

func TestSockstatCountsTCPAndUDP(t *testing.T) {
	n, err := sockstat([]byte("sockets: used 212\nTCP: inuse 5 orphan 1 tw 2 alloc 7 mem 1\nUDP: inuse 3 mem 2\nUDPLITE: inuse 9\nRAW: inuse 4\nFRAG: inuse 0 memory 0\n"), "TCP:", "UDP:")
	if n != 10 || err != nil {
		t.Errorf("%d, %v; want 5+2+3", n, err)
	}
	n, err = sockstat([]byte("TCP6: inuse 1\nUDP6: inuse 2\nRAW6: inuse 3\n"), "TCP6:", "UDP6:")
	if n != 3 || err != nil {
		t.Errorf("%d, %v; want 1+2", n, err)
	}
	if _, err = sockstat([]byte("TCP: inuse many\n"), "TCP:"); err == nil {
		t.Error("a count that is no number is no error")
	}
}

func TestEmptySnapshotMustAgreeWithTheKernel(t *testing.T) {
	if n, err := Count(); err != nil || n < 0 {
		t.Fatalf("the kernel's count: %d, %v", n, err)
	}
}
