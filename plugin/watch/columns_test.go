package watch

import (
	"strings"
	"testing"

	"check_netstat/parse"
)

func TestABadValueOfAConnectionIsNamedWithItsColumn(t *testing.T) {
	good := connectionRow{RemoteIP: "192.0.2.1", RemotePort: "80"}
	for _, tt := range []struct {
		name   string
		change func(*connectionRow)
		want   string
	}{
		{"port 0", func(r *connectionRow) { r.RemotePort = "0" }, `remotePort "0": not a port`},
		{"port 65536", func(r *connectionRow) { r.RemotePort = "65536" }, `remotePort "65536": not a port`},
		{"port 8x", func(r *connectionRow) { r.RemotePort = "8x" }, `remotePort "8x": not a port`},
		{"port -1", func(r *connectionRow) { r.RemotePort = "-1" }, `remotePort "-1": not a port`},
		{"port +80", func(r *connectionRow) { r.RemotePort = "+80" }, `remotePort "+80": not a port`},
		{"range that falls", func(r *connectionRow) { r.RemotePort = "90-80" }, `remotePort "90-80": a range begins with its smaller port`},
		{"one of several", func(r *connectionRow) { r.RemotePort = "80 http" }, `remotePort "http": not a port`},
		{"no port", func(r *connectionRow) { r.RemotePort = "" }, "no remotePort"},
		{"IP", func(r *connectionRow) { r.RemoteIP = "192.0.2.256" }, `remoteIP "192.0.2.256" is no IP address`},
		{"name as IP", func(r *connectionRow) { r.RemoteIP = "example.com" }, `remoteIP "example.com" is no IP address`},
		{"CIDR", func(r *connectionRow) { r.RemoteIP = "10.0.0.0/33" }, `remoteIP "10.0.0.0/33" is no network`},
		{"netmask", func(r *connectionRow) { r.RemoteIP = "10.0.0.0/255.0.0.0" }, "is no network such as"},
		{"wildcard address IPv4", func(r *connectionRow) { r.RemoteIP = "0.0.0.0" }, `remoteIP "0.0.0.0" is never the other end`},
		{"wildcard address IPv6", func(r *connectionRow) { r.RemoteIP = "::" }, `remoteIP "::" is never the other end`},
		{"no endpoint", func(r *connectionRow) { r.RemoteIP = "" }, "no endpoint: remoteIP and remoteName are empty"},
		{"URL as name", func(r *connectionRow) { r.RemoteIP, r.RemoteName = "", "http://example.com" }, "is no host name"},
		{"network as name", func(r *connectionRow) { r.RemoteIP, r.RemoteName = "", "10.0.0.0/8" }, "is no host name"},
		{"* as name", func(r *connectionRow) { r.RemoteIP, r.RemoteName = "", "*" }, "is no host name"},
		{"localIP", func(r *connectionRow) { r.LocalIP = "here" }, `localIP "here" is no IP address`},
		{"localPort", func(r *connectionRow) { r.LocalPort = "0" }, `localPort "0": not a port`},
		{"warning", func(r *connectionRow) { r.Warning = "x" }, `warning "x" is no range`},
		{"critical", func(r *connectionRow) { r.Critical = "5:3" }, `critical "5:3" is no range`},
		{"expect", func(r *connectionRow) { r.Expect = "yes" }, `expect "yes": not present, absent or any`},
		{"okStates", func(r *connectionRow) { r.OKStates = "ESTABLISHED OPEN" }, `okStates "OPEN": not a TCP state`},
		{"okStates LISTEN", func(r *connectionRow) { r.OKStates = "LISTEN" }, `okStates "LISTEN": a connection is never in that state`},
		{"warningStates", func(r *connectionRow) { r.WarningStates = "?" }, `warningStates "?": not a TCP state`},
		{"warningStates LISTEN", func(r *connectionRow) { r.WarningStates = "TIME_WAIT LISTENING" }, `warningStates "LISTENING"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := good
			tt.change(&row)
			if it := row.item(); it.Err == nil || !strings.Contains(it.Err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", it.Err, tt.want)
			}
		})
	}
	if it := good.item(); it.Err != nil {
		t.Errorf("the row without the bad value: %v", it.Err)
	}
}

func TestABadValueOfAListeningPortIsNamedWithItsColumn(t *testing.T) {
	good := listeningRow{IPProtocol: "tcp", LocalPort: "443"}
	for _, tt := range []struct {
		name   string
		change func(*listeningRow)
		want   string
	}{
		{"no protocol", func(r *listeningRow) { r.IPProtocol = "" }, `ipProtocol "": not tcp, udp`},
		{"protocol", func(r *listeningRow) { r.IPProtocol = "sctp" }, `ipProtocol "sctp": not tcp, udp`},
		{"protocol tcp5", func(r *listeningRow) { r.IPProtocol = "tcp5" }, `ipProtocol "tcp5"`},
		{"port", func(r *listeningRow) { r.LocalPort = "65536" }, `localPort "65536": not a port`},
		{"no port", func(r *listeningRow) { r.LocalPort = "" }, "no localPort"},
		{"IP", func(r *listeningRow) { r.LocalIP = "localhost" }, `localIP "localhost" is no IP address`},
		{"network", func(r *listeningRow) { r.LocalIP = "192.0.2.0/24" }, "a socket is bound to one address, not to a network"},
		{"IPv6 of tcp4", func(r *listeningRow) { r.IPProtocol, r.LocalIP = "tcp4", "2001:db8::1" }, `localIP "2001:db8::1" is no address of tcp4`},
		{"IPv4 of udp6", func(r *listeningRow) { r.IPProtocol, r.LocalIP = "udp6", "192.0.2.1" }, `localIP "192.0.2.1" is no address of udp6`},
		{"warning", func(r *listeningRow) { r.Warning = "@" }, `warning "@" is no range`},
		{"critical", func(r *listeningRow) { r.Critical = ":" }, `critical ":" is no range`},
		{"expect", func(r *listeningRow) { r.Expect = "none" }, `expect "none"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := good
			tt.change(&row)
			if it := row.item(); it.Err == nil || !strings.Contains(it.Err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", it.Err, tt.want)
			}
		})
	}
	if it := good.item(); it.Err != nil {
		t.Errorf("the row without the bad value: %v", it.Err)
	}
}

func TestEverythingWrongWithARowIsSaid(t *testing.T) {
	row := connectionRow{RemoteIP: "nowhere", RemotePort: "0", Expect: "yes"}
	err := row.item().Err
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"remoteIP", "remotePort", "expect"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not name %s", err, want)
		}
	}
}

func TestAConnectionWithoutExtrasHasTheThreeStateRule(t *testing.T) {
	row := connectionRow{RemoteIP: "192.0.2.1", RemotePort: "80"}
	it := row.item()
	if it.Expect != Present || !it.Warning.IsZero() || !it.Critical.IsZero() || !it.Program.IsAny() || it.Proto != parse.TCP {
		t.Errorf("defaults %+v", it)
	}
	for s := parse.NoState; int(s) < parse.NumStates; s++ {
		if got, want := it.OK.Has(s), s == parse.Established; got != want {
			t.Errorf("%v OK %v, want %v", s, got, want)
		}
		if got, want := it.Warn.Has(s), s == parse.TimeWait; got != want {
			t.Errorf("%v WARNING %v, want %v", s, got, want)
		}
	}
}

func TestStatesReplaceTheirSet(t *testing.T) {
	row := connectionRow{RemoteIP: "192.0.2.1", RemotePort: "80", OKStates: "syn_sent  CLOSE_WAIT", WarningStates: "ESTABLISHED"}
	it := row.item()
	if it.Err != nil {
		t.Fatal(it.Err)
	}
	if want := StatesOf(parse.SynSent, parse.CloseWait); it.OK != want {
		t.Errorf("OK %b, want %b", it.OK, want)
	}
	if want := StatesOf(parse.Established); it.Warn != want {
		t.Errorf("WARNING %b, want %b", it.Warn, want)
	}
}

func TestRemoteNameIsUsedOnlyWithoutRemoteIP(t *testing.T) {
	both := connectionRow{RemoteIP: "192.0.2.1", RemoteName: "example.com", RemotePort: "80"}
	if it := both.item(); it.RemoteName != "" || it.Key != "connection/192.0.2.1:80/" {
		t.Errorf("with both: remoteName %q, key %q", it.RemoteName, it.Key)
	}
	name := connectionRow{RemoteName: "example.com", RemotePort: "80"}
	if it := name.item(); it.RemoteName != "example.com" || !it.Remote.IsZero() || it.Err != nil {
		t.Errorf("with a name: remoteName %q, remote %v, error %v", it.RemoteName, it.Remote, it.Err)
	}
}

func TestIPProtocolGivesProtocolAndFamily(t *testing.T) {
	for _, tt := range []struct {
		text   string
		proto  parse.Proto
		family parse.Family
	}{
		{"tcp", parse.TCP, 0}, {"tcp4", parse.TCP, parse.IPv4}, {"tcp6", parse.TCP, parse.IPv6},
		{"udp", parse.UDP, 0}, {"udp4", parse.UDP, parse.IPv4}, {"udp6", parse.UDP, parse.IPv6},
		{"TCP", parse.TCP, 0}, {"Udp6", parse.UDP, parse.IPv6},
	} {
		row := listeningRow{IPProtocol: tt.text, LocalPort: "443"}
		it := row.item()
		if it.Err != nil || it.Proto != tt.proto || it.Family != tt.family {
			t.Errorf("%s: protocol %v, family %v, error %v", tt.text, it.Proto, it.Family, it.Err)
		}
		if got := it.ProtoText(); got != strings.ToLower(tt.text) {
			t.Errorf("%s is shown as %q", tt.text, got)
		}
	}
}

func TestExpectIsReadInAnyCase(t *testing.T) {
	for text, want := range map[string]Expect{"": Present, "present": Present, "Absent": Absent, "ANY": Any} {
		if got, err := parseExpect(text); got != want || err != nil {
			t.Errorf("parseExpect(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}
