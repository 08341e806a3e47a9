package watch

import "testing"

// The table of the Monitoring Plugins guidelines, "Threshold and ranges".
func TestRangesAlertAsTheGuidelinesSay(t *testing.T) {
	for _, tt := range []struct {
		text          string
		alerts, quiet []int
	}{
		{"", nil, []int{0, 1, 1000}},
		{"10", []int{11, 1000}, []int{0, 1, 10}},
		{"10:", []int{0, 9}, []int{10, 11, 1000}},
		{"~:10", []int{11}, []int{0, 10}},
		{"10:20", []int{0, 9, 21}, []int{10, 15, 20}},
		{"@10:20", []int{10, 15, 20}, []int{0, 9, 21}},
		{"@10", []int{0, 10}, []int{11}},
		{"@10:", []int{10, 11}, []int{9}},
		{"@~:5", []int{0, 5}, []int{6}},
		{"~:", nil, []int{0, 1, 1000}},
		{"@~:", []int{0, 1, 1000}, nil},
		{"0", []int{1}, []int{0}},
		{"1:", []int{0}, []int{1}},
		{"@0", []int{0}, []int{1}},
		{"0:0", []int{1}, []int{0}},
		{":10", []int{11}, []int{0, 10}},
		{"2.5:", []int{2}, []int{3}},
		{"-5:5", []int{6}, []int{0, 5}},
		{" 10 ", []int{11}, []int{10}},
	} {
		r, err := ParseRange(tt.text)
		if err != nil {
			t.Errorf("ParseRange(%q): %v", tt.text, err)
			continue
		}
		for _, n := range tt.alerts {
			if !r.Alerts(n) {
				t.Errorf("%q does not alert on %d", tt.text, n)
			}
		}
		for _, n := range tt.quiet {
			if r.Alerts(n) {
				t.Errorf("%q alerts on %d", tt.text, n)
			}
		}
		if r.IsZero() != (tt.text == "") {
			t.Errorf("%q is zero: %v", tt.text, r.IsZero())
		}
	}
}

func TestWhatIsNoRangeIsRefused(t *testing.T) {
	for _, text := range []string{"@", ":", "@:", "x", "5:3", "@5:3", "1:2:3", "@@1", "~", "@~", "5:~", "5:x", "x:5", "1,2", "1e3", "+5", "5 6", "--5", ".", "5.", "-5", "10%"} {
		if r, err := ParseRange(text); err == nil {
			t.Errorf("ParseRange(%q) = %q, want an error", text, r)
		}
	}
}

func TestARangeShowsItselfAsWritten(t *testing.T) {
	for _, tt := range [][2]string{{"@10:20", "@10:20"}, {" ~:5", "~:5"}, {"", ""}} {
		if r, err := ParseRange(tt[0]); err != nil || r.String() != tt[1] {
			t.Errorf("%q is shown as %q (%v), want %q", tt[0], r, err, tt[1])
		}
	}
}
