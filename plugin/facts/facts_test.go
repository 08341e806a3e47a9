package facts

import (
	"testing"

	"check_netstat/parse"
)

func TestNothingIsAskedUnlessAFieldIsSet(t *testing.T) {
	if !new(Questions).IsZero() {
		t.Error("no question is one")
	}
	for name, q := range map[string]Questions{
		"holders": {Holders: []Holders{{}}}, "PIDs": {PIDs: []uint32{1}}, "devices": {Devices: true},
		"control groups": {Cgroups: []uint64{1}}, "queues": {Full: []parse.Socket{{}}},
	} {
		if q.IsZero() {
			t.Errorf("%s: nothing is asked", name)
		}
	}
}
