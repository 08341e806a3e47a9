package source_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/source"
)

const (
	header = "Active Internet connections (servers and established)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \n"
	row    = "tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      812/sshd\n"
)

func saved(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "netstat.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func count(n *int) func(*parse.Socket) { return func(*parse.Socket) { *n++ } }

func TestSavedOutput(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		sockets    int
		wantErr    string
	}{
		{"is read", header + row, 1, ""},
		{"may lack its header", row, 1, ""},
		{"may hold no socket below a header", header, 0, ""},
		{"that is empty is refused", "", 0, "not recognised"},
		{"that is something else is refused", "hello\nworld\n", 0, `it begins with "hello"`},
		{"whose rows no dialect knows is refused", header + "tcp zero 0 here there LISTEN\n", 0, "not recognised"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := 0
			snap, err := source.Read(context.Background(), source.Spec{Input: saved(t, tt.text)}, nil, count(&n))
			if tt.wantErr == "" && err != nil || tt.wantErr != "" && (err == nil || !strings.Contains(err.Error(), tt.wantErr)) {
				t.Fatalf("error %v; want %q", err, tt.wantErr)
			}
			if n != tt.sockets || snap.Live || snap.Source != source.File {
				t.Errorf("%d sockets, live %v, source %q", n, snap.Live, snap.Source)
			}
		})
	}
}

func TestSavedOutputOnStandardInput(t *testing.T) {
	n := 0
	_, err := source.Read(context.Background(), source.Spec{Input: "-", Stdin: strings.NewReader(header + row)}, nil, count(&n))
	if err != nil || n != 1 {
		t.Errorf("%d sockets, %v", n, err)
	}
}

func TestSavedOutputThatIsMissing(t *testing.T) {
	_, err := source.Read(context.Background(), source.Spec{Input: filepath.Join(t.TempDir(), "none")}, nil, count(new(int)))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
