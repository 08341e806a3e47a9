package watch

import (
	"slices"
	"testing"

	"check_netstat/parse"
)

func TestACountIsAnItemOfItsOwn(t *testing.T) {
	for _, tt := range []struct{ value, key, warning, critical string }{
		{"CLOSE_WAIT", "count/CLOSE_WAIT", "", ""},
		{"close-wait,100", "count/CLOSE_WAIT", "100", ""},
		{"TIME_WAIT,,20000", "count/TIME_WAIT", "", "20000"},
		{"LISTEN,1:,@0", "count/LISTEN", "1:", "@0"},
		{"BOUND", "count/BOUND", "", ""},
		{"UDP,500,1000", "count/udp", "500", "1000"},
	} {
		all := AdHocCounts([]string{tt.value})
		if len(all) != 1 {
			t.Fatalf("%s: %d items", tt.value, len(all))
		}
		it := all[0]
		if it.Err != nil || it.Key != tt.key || it.Warning.String() != tt.warning || it.Critical.String() != tt.critical || it.Expect != Any || it.Kind != Count {
			t.Errorf("%s: %+v", tt.value, it)
		}
	}
	one, udp := AdHocCounts([]string{"CLOSE_WAIT"})[0], AdHocCounts([]string{"udp"})[0]
	if one.Counted() != parse.CloseWait || one.Proto != parse.TCP || udp.Counted() != parse.NoState || udp.Proto != parse.UDP {
		t.Errorf("%v %v, %v %v", one.Proto, one.Counted(), udp.Proto, udp.Counted())
	}
}

func TestAllCountsEachStateOnce(t *testing.T) {
	var keys []string
	for _, it := range AdHocCounts([]string{"all", "CLOSE_WAIT,100", "all"}) {
		if it.Err != nil {
			t.Error(it.Err)
		}
		keys = append(keys, it.Key)
	}
	want := []string{
		"count/CLOSE_WAIT", "count/ESTABLISHED", "count/SYN_SENT", "count/SYN_RECV", "count/FIN_WAIT1", "count/FIN_WAIT2",
		"count/TIME_WAIT", "count/CLOSED", "count/LAST_ACK", "count/LISTEN", "count/CLOSING", "count/udp",
	}
	if !slices.Equal(keys, want) {
		t.Errorf("%q, want %q", keys, want)
	}
}

func TestABadCountIsAnItemThatCannotBeJudged(t *testing.T) {
	for value, key := range map[string]string{
		"WAITING": "WAITING", "all,100": "all_100",
		"LISTEN,x": "LISTEN_x", "LISTEN,1,2,3": "LISTEN_1_2_3", "LISTEN,5:1": "LISTEN_5:1",
	} {
		all := AdHocCounts([]string{value})
		if len(all) != 1 || all[0].Err == nil || all[0].Key != key {
			t.Errorf("%q: %+v", value, all)
		}
	}
}
