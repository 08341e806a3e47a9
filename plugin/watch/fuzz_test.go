package watch

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

var keyForm = regexp.MustCompile(`^[A-Za-z0-9._:/@-]+$`)

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"",
		"remoteIP,remoteName,remotePort,procName,comment\r\n10.1.11.83,,80,CcmExec,sccm\r\n,example.com,5723,HealthService\r\n",
		"ipProtocol;localIP;localPort;procName\nudp;127.0.0.1;49740;dfsrs\ntcp6;::;443;^nginx$\n",
		"\xff\xfer\x00e\x00m\x00",
		"\xfe\xff\x00r\x00e",
		"\xef\xbb\xbfremoteIP\tremotePort\n192.0.2.1\t80-90 443\n",
		"remoteIP,remotePort,name,warning,critical,expect,okStates\n*,*,a b,@~:5,5:3,absent,LISTEN\n",
		"remoteIP,remotePort,comment\n192.0.2.1,80,\"a\nb\",c,d\n192.0.2.2,81,\"x\n#\n192.0.2.3,82\n",
		"remoteIP,remotePort,procName\n192.0.2.1,80,(\n192.0.2.1,80,\xfc\n",
		"remoteIP,remotePort,remotePort,,\n2001:db8::1%eth0,65536,,,\n",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, connections bool) {
		kind := Listening
		if connections {
			kind = Connection
		}
		items, errs := Read(bytes.NewReader(text), "list.csv", kind)
		if len(items) == 0 && len(errs) == 0 {
			t.Error("no item and no error: a list was passed over in silence")
		}
		UniqueKeys(items)
		seen := map[string]bool{}
		for _, it := range items {
			if !keyForm.MatchString(it.Key) {
				t.Errorf("key %q has characters that a key must not have", it.Key)
			}
			if seen[it.Key] {
				t.Errorf("key %q twice", it.Key)
			}
			seen[it.Key] = true
			if !strings.HasPrefix(it.Where, "list.csv:") {
				t.Errorf("%s: Where %q is no place in the list", it.Key, it.Where)
			}
			if it.Kind != kind {
				t.Errorf("%s: kind %v, want %v", it.Key, it.Kind, kind)
			}
			if it.Err == nil && it.RemotePorts.IsZero() && it.LocalPorts.IsZero() {
				t.Errorf("%s: can be judged, yet has no port", it.Key)
			}
		}
	})
}
