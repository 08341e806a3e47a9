package watch

import (
	"slices"
	"testing"

	"check_netstat/parse"
)

func TestPortsAreMergedRanges(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []parse.PortRange
	}{
		{"", nil},
		{"80", []parse.PortRange{{First: 80, Last: 80}}},
		{"1-65535", []parse.PortRange{{First: 1, Last: 65535}}},
		{"443 80", []parse.PortRange{{First: 80, Last: 80}, {First: 443, Last: 443}}},
		{" 8000-8099\t443 ", []parse.PortRange{{First: 443, Last: 443}, {First: 8000, Last: 8099}}},
		{"80 80", []parse.PortRange{{First: 80, Last: 80}}},
		{"80-90 85-95 100", []parse.PortRange{{First: 80, Last: 95}, {First: 100, Last: 100}}},
		{"80-100 85-90", []parse.PortRange{{First: 80, Last: 100}}},
		{"80-90 90-95", []parse.PortRange{{First: 80, Last: 95}}},
		{"*", []parse.PortRange{{First: 0, Last: 65535}}},
		{"80 *", []parse.PortRange{{First: 0, Last: 65535}}},
		{"80-80", []parse.PortRange{{First: 80, Last: 80}}},
	} {
		p, err := parsePorts(tt.text)
		if err != nil || !slices.Equal(p.Ranges, tt.want) {
			t.Errorf("parsePorts(%q) = %v, %v, want %v", tt.text, p.Ranges, err, tt.want)
		}
		if p.IsZero() != (len(tt.want) == 0) {
			t.Errorf("%q is zero: %v", tt.text, p.IsZero())
		}
	}
}

func TestWhatIsNoPortIsRefused(t *testing.T) {
	for _, text := range []string{"0", "65536", "8x", "x", "-", "80-", "-80", "80-90-100", "90-80", "0-80", "80-65536", "+80", "80,443", "http", "1 2 x", "**", "*-80", "８０"} {
		if p, err := parsePorts(text); err == nil || !p.IsZero() {
			t.Errorf("parsePorts(%q) = %v, %v, want an error", text, p, err)
		}
	}
}

func TestPortsContainTheirRangesAndNoOther(t *testing.T) {
	p, err := parsePorts("80 8000-8099")
	if err != nil {
		t.Fatal(err)
	}
	for port, want := range map[uint16]bool{80: true, 8000: true, 8050: true, 8099: true, 8: false, 79: false, 81: false, 8080: true, 8100: false, 0: false} {
		if got := p.Contains(port); got != want {
			t.Errorf("contains %d: %v, want %v", port, got, want)
		}
	}
}

func TestStarIsEveryPort(t *testing.T) {
	p, err := parsePorts("*")
	if err != nil || !p.All() || !p.Contains(0) || !p.Contains(65535) {
		t.Errorf("* = %v, %v", p, err)
	}
	if p, err := parsePorts("1-65535"); err != nil || p.All() {
		t.Errorf("1-65535 = %v, %v: it lacks port 0, which * has", p, err)
	}
}

func TestPortsShowThemselvesAsWritten(t *testing.T) {
	for text, want := range map[string]string{"443  80": "443 80", "*": "*", "8000-8099": "8000-8099", "": ""} {
		if p, err := parsePorts(text); err != nil || p.String() != want {
			t.Errorf("%q is shown as %q (%v), want %q", text, p, err, want)
		}
	}
}
