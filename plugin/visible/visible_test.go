package visible_test

import (
	"testing"

	"check_netstat/plugin/visible"
)

func TestWhatIsSeen(t *testing.T) {
	for _, r := range "aZ09 ~|<é界ß\u0301€\u00a0\u3000" {
		if !visible.Is(r) {
			t.Errorf("%U is not seen", r)
		}
	}
	for _, r := range []rune{
		0, '\t', '\n', 0x1b, 0x7f, 0x85, 0xad, 0x034f, 0x061c, 0x115f, 0x180e, 0x200b, 0x200d, 0x2028, 0x2029, 0x202e, 0x2060, 0x2066, 0x3164,
		0xe000, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xfffd, 0xffff, 0xe0001, 0xe0041, 0xe01ef, 0xe0fff, 0x10ffff,
	} {
		if visible.Is(r) {
			t.Errorf("%U is seen", r)
		}
	}
}
