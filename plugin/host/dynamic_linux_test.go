package host

import "testing"

func TestPortRangeOfTheKernel(t *testing.T) {
	for _, tt := range []struct {
		text        string
		first, last uint16
		ok          bool
	}{
		{"32768\t60999\n", 32768, 60999, true},
		{"1024 65535", 1024, 65535, true},
		{"", 0, 0, false},
		{"32768", 0, 0, false},
		{"60999\t32768\n", 0, 0, false},
		{"0\t70000\n", 0, 0, false},
		{"x y", 0, 0, false},
	} {
		first, last, ok := portRange(tt.text)
		if ok != tt.ok || ok && (first != tt.first || last != tt.last) {
			t.Errorf("%q is %d-%d, %v", tt.text, first, last, ok)
		}
	}
	if first, last, ok := DynamicPorts(""); !ok || first > last {
		t.Errorf("this kernel: %d-%d, %v", first, last, ok)
	}
}
