package kernel

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

func TestANamespaceThatIsNoneIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for netns, want := range map[string]string{
		pipe:            pipe + " is not a network namespace", // and nobody waits for a writer
		"/dev/null":     "/dev/null is not a network namespace",
		"..":            "/run is not a network namespace",
		"no-such-name":  "there is no network namespace no-such-name: none of /run/netns/no-such-name, /var/run/netns/no-such-name exists",
		"4294967295":    "none of /proc/4294967295/ns/net exists",
		"/no/such/path": "none of /no/such/path exists",
		file:            file + " is not a network namespace",
	} {
		_, err := Read(context.Background(), nil, netns, func(s *parse.Socket) { t.Errorf("visited %s", meaning(s)) })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v; want %q", netns, err, want)
		}
	}
}

func TestAThreadOfItsOwnIsNotTheMainOne(t *testing.T) {
	for range 20 {
		if err := onOwnThread(func() error {
			if unix.Gettid() == unix.Getpid() {
				t.Error("ran on the main thread")
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	}
}
