package kernel

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"check_netstat/parse"
)

// meaning writes a socket as one line.
func meaning(s *parse.Socket) string {
	text := fmt.Sprintf("%s%d %s:%d %s:%d %s inode %d", s.Proto, s.Family,
		s.Local.Addr, s.Local.Port, s.Remote.Addr, s.Remote.Port, s.StateText(), s.Inode)
	switch s.V6Only {
	case parse.Yes:
		text += " v6only"
	case parse.No:
		text += " dual"
	}
	for _, o := range s.Owners {
		text += fmt.Sprintf(" pid %d", o.PID)
	}
	return text
}

func equalLines(t *testing.T, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		g, w := "none", "none"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("%d: got  %s\n    want %s", i, g, w)
		}
	}
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNoTermsAskForNothing(t *testing.T) {
	info, err := Read(context.Background(), Query{}, "no such namespace", func(s *parse.Socket) {
		t.Errorf("visited %s", meaning(s))
	})
	if info.Sockets != 0 || err != nil {
		t.Errorf("%+v, %v", info, err)
	}
}
