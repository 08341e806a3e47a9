package watch

import (
	"strings"
	"testing"
)

func TestEveryFormOfAnAdHocConnectionIsRead(t *testing.T) {
	for _, tt := range []struct{ value, host, port, proc, key string }{
		{"192.0.2.1:80", "192.0.2.1", "80", "", "connection/192.0.2.1:80/"},
		{"192.0.2.1:80,nginx", "192.0.2.1", "80", "nginx", "connection/192.0.2.1:80/nginx"},
		{"192.0.2.1,80", "192.0.2.1", "80", "", "connection/192.0.2.1:80/"},
		{"192.0.2.1,80,nginx", "192.0.2.1", "80", "nginx", "connection/192.0.2.1:80/nginx"},
		{"example.com:443", "example.com", "443", "", "connection/example.com:443/"},
		{"example.com,443,=nginx", "example.com", "443", "=nginx", "connection/example.com:443/_nginx"},
		{"example.com:443,=nginx", "example.com", "443", "=nginx", "connection/example.com:443/_nginx"},
		{"2001:db8::1,443", "2001:db8::1", "443", "", "connection/2001:db8::1:443/"},
		{"2001:db8::1,443,nginx", "2001:db8::1", "443", "nginx", "connection/2001:db8::1:443/nginx"},
		{"[2001:db8::1]:443", "2001:db8::1", "443", "", "connection/2001:db8::1:443/"},
		{"[2001:db8::1]:443,nginx", "2001:db8::1", "443", "nginx", "connection/2001:db8::1:443/nginx"},
		{"[2001:db8::1],443,nginx", "2001:db8::1", "443", "nginx", "connection/2001:db8::1:443/nginx"},
		{"2001:db8:1:2:3:4:5:6:443", "2001:db8:1:2:3:4:5:6", "443", "", "connection/2001:db8:1:2:3:4:5:6:443/"}, // all groups: no doubt
		{"10.0.0.0/8:80", "10.0.0.0/8", "80", "", "connection/10.0.0.0/8:80/"},
		{"10.0.0.0/8,80,p", "10.0.0.0/8", "80", "p", "connection/10.0.0.0/8:80/p"},
		{"2001:db8::/32,80", "2001:db8::/32", "80", "", "connection/2001:db8::/32:80/"},
		{"2001:db8::/32:80", "2001:db8::/32", "80", "", "connection/2001:db8::/32:80/"},
		{"*:80", "*", "80", "", "connection/_:80/"},
		{"*,80", "*", "80", "", "connection/_:80/"},
		{"*:*", "*", "*", "", "connection/_:_/"},
		{"192.0.2.1:8000-8099", "192.0.2.1", "8000-8099", "", "connection/192.0.2.1:8000-8099/"},
		{"192.0.2.1,80 443", "192.0.2.1", "80 443", "", "connection/192.0.2.1:80_443/"},
		{"192.0.2.1:80,a,b", "192.0.2.1", "80", "a,b", "connection/192.0.2.1:80/a_b"},
	} {
		t.Run(tt.value, func(t *testing.T) {
			it := AdHocConnection(tt.value)
			if it.Err != nil {
				t.Fatal(it.Err)
			}
			host := it.RemoteName
			if host == "" {
				host = it.Remote.String()
			}
			if host != tt.host || it.RemotePorts.String() != tt.port || it.Program.String() != tt.proc {
				t.Errorf("host %q, port %q, program %q, want %q, %q, %q", host, it.RemotePorts, it.Program, tt.host, tt.port, tt.proc)
			}
			if it.Key != tt.key {
				t.Errorf("key %q, want %q", it.Key, tt.key)
			}
			if it.Kind != Connection || it.Where != "--connection "+tt.value {
				t.Errorf("kind %v, where %q", it.Kind, it.Where)
			}
		})
	}
}

func TestAnAdHocNameIsResolvedAndAnAddressIsNot(t *testing.T) {
	if it := AdHocConnection("example.com:80"); it.RemoteName != "example.com" || !it.Remote.IsZero() {
		t.Errorf("a name: %q, %v", it.RemoteName, it.Remote)
	}
	if it := AdHocConnection("192.0.2.1:80"); it.RemoteName != "" || it.Remote.IsZero() {
		t.Errorf("an address: %q, %v", it.RemoteName, it.Remote)
	}
}

func TestEveryFormOfAnAdHocPortIsRead(t *testing.T) {
	for _, tt := range []struct{ value, proto, ip, port, proc, key string }{
		{"tcp:443", "tcp", "", "443", "", "listening/tcp/any:443/"},
		{"tcp:443,nginx", "tcp", "", "443", "nginx", "listening/tcp/any:443/nginx"},
		{"udp:127.0.0.1:161", "udp", "127.0.0.1", "161", "", "listening/udp/127.0.0.1:161/"},
		{"udp:127.0.0.1:161,=snmpd", "udp", "127.0.0.1", "161", "=snmpd", "listening/udp/127.0.0.1:161/_snmpd"},
		{"tcp:[2001:db8::1]:443,nginx", "tcp", "2001:db8::1", "443", "nginx", "listening/tcp/2001:db8::1:443/nginx"},
		{"tcp6:[::]:443", "tcp6", "::", "443", "", "listening/tcp6/:::443/"},
		{"tcp:0.0.0.0:443", "tcp", "0.0.0.0", "443", "", "listening/tcp/0.0.0.0:443/"},
		{"tcp,,443", "tcp", "", "443", "", "listening/tcp/any:443/"},
		{"tcp,,443,nginx", "tcp", "", "443", "nginx", "listening/tcp/any:443/nginx"},
		{"tcp,2001:db8::1,443,nginx", "tcp", "2001:db8::1", "443", "nginx", "listening/tcp/2001:db8::1:443/nginx"},
		{"tcp,[2001:db8::1],443", "tcp", "2001:db8::1", "443", "", "listening/tcp/2001:db8::1:443/"},
		{"tcp,::,443", "tcp", "::", "443", "", "listening/tcp/:::443/"},
		{"udp4,192.0.2.1,161,=snmpd", "udp4", "192.0.2.1", "161", "=snmpd", "listening/udp4/192.0.2.1:161/_snmpd"},
		{"TCP:8000-8099", "tcp", "", "8000-8099", "", "listening/tcp/any:8000-8099/"},
		{"tcp:80 443", "tcp", "", "80 443", "", "listening/tcp/any:80_443/"},
		{"tcp:*", "tcp", "", "*", "", "listening/tcp/any:_/"},
	} {
		t.Run(tt.value, func(t *testing.T) {
			it := AdHocPort(tt.value)
			if it.Err != nil {
				t.Fatal(it.Err)
			}
			if it.ProtoText() != tt.proto || it.Local.String() != tt.ip || it.LocalPorts.String() != tt.port || it.Program.String() != tt.proc {
				t.Errorf("protocol %q, address %q, port %q, program %q", it.ProtoText(), it.Local, it.LocalPorts, it.Program)
			}
			if it.Key != tt.key {
				t.Errorf("key %q, want %q", it.Key, tt.key)
			}
			if it.Kind != Listening || it.Where != "--port "+tt.value {
				t.Errorf("kind %v, where %q", it.Kind, it.Where)
			}
		})
	}
}

func TestAnAdHocItemThatIsNoneSaysWhatToWrite(t *testing.T) {
	for _, tt := range []struct {
		it   Item
		want string
	}{
		{AdHocConnection("2001:db8::1:443"), "can be read in two ways: write HOST,PORT"},
		{AdHocConnection("2001:db8::443"), "can be read in two ways: write HOST,PORT"},
		{AdHocConnection("192.0.2.1"), `"192.0.2.1" has no port: write HOST,PORT`},
		{AdHocConnection("example.com"), "has no port: write HOST,PORT"},
		{AdHocConnection(""), "has no port: write HOST,PORT"},
		{AdHocConnection("192.0.2.1:"), "no remotePort"},
		{AdHocConnection("192.0.2.1,"), "no remotePort"},
		{AdHocConnection(":80"), "no endpoint"},
		{AdHocConnection("192.0.2.1:http"), `remotePort "http": not a port`},
		{AdHocConnection("192.0.2.1:0"), `remotePort "0": not a port`},
		{AdHocConnection("192.0.2.1:443:nginx"), "no host name"},
		{AdHocConnection("10.0.0.0/33:80"), "no host name"},
		{AdHocConnection("0.0.0.0:80"), "never the other end of a connection"},
		{AdHocPort("tcp"), "write PROTO:PORT"},
		{AdHocPort("443"), "write PROTO:PORT"},
		{AdHocPort(""), "write PROTO:PORT"},
		{AdHocPort("tcp:"), "no localPort"},
		{AdHocPort("tcp,443"), "localIP"},
		{AdHocPort("tcp,,"), "no localPort"},
		{AdHocPort("sctp:443"), `ipProtocol "sctp"`},
		{AdHocPort("443:tcp"), `ipProtocol "443"`},
		{AdHocPort("tcp:2001:db8::1:443"), "can be read in two ways: write tcp,ADDRESS,PORT"},
		{AdHocPort("tcp:::443"), "can be read in two ways: write tcp,ADDRESS,PORT"},
		{AdHocPort("tcp:http"), `localPort "http": not a port`},
		{AdHocPort("tcp:192.0.2.0/24:443"), "not to a network"},
		{AdHocPort("tcp:example.com:443"), `localIP "example.com" is no IP address`},
	} {
		t.Run(tt.it.Where, func(t *testing.T) {
			if tt.it.Err == nil || !strings.Contains(tt.it.Err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", tt.it.Err, tt.want)
			}
			if tt.it.Key == "" {
				t.Error("no key: its verdict could not be named")
			}
		})
	}
}

func TestAnAdHocItemNamesAServiceInThePlaceOfAProgram(t *testing.T) {
	for _, tt := range []struct {
		it                    Item
		program, service, key string
	}{
		{AdHocConnection("192.0.2.1:80,service:nginx"), "", "nginx", "connection/192.0.2.1:80/"},
		{AdHocConnection("2001:db8::1,443,service:php*-fpm.service"), "", "php*-fpm.service", "connection/2001:db8::1:443/"},
		{AdHocPort("tcp:443,SERVICE:nginx"), "", "nginx", "listening/tcp/any:443/"},
		{AdHocPort("tcp,,443,service:/system.slice/a,b"), "", "/system.slice/a,b", "listening/tcp/any:443/"},
		{AdHocPort("tcp:443,=service:x"), "=service:x", "", "listening/tcp/any:443/_service:x"},
		{AdHocPort("tcp:443,service:"), "service:", "", "listening/tcp/any:443/service:"},
	} {
		if tt.it.Err != nil || tt.it.Program.String() != tt.program || tt.it.Service.String() != tt.service || tt.it.Key != tt.key {
			t.Errorf("%s: program %q, service %q, key %q (%v)", tt.it.Where, tt.it.Program, tt.it.Service, tt.it.Key, tt.it.Err)
		}
	}
}

func TestTheKeyOfABadAdHocItemIsWhatWasTyped(t *testing.T) {
	for value, key := range map[string]string{
		"tcp": "tcp", "tcp:22,80": "tcp:22_80", "tcp:22,80,sshd": "tcp:22_80_sshd", "tcp,,22,8000-8099": "tcp__22_8000-8099", "tcp:x,sshd": "tcp:x_sshd",
	} {
		it := AdHocPort(value)
		if it.Err == nil || it.Key != key || it.Display() != value {
			t.Errorf("%q: key %q, shown as %q (%v)", value, it.Key, it.Display(), it.Err)
		}
	}
	for value, key := range map[string]string{
		"192.0.2.1": "192.0.2.1", "192.0.2.1:80,443": "192.0.2.1:80_443", "192.0.2.1,80,443": "192.0.2.1_80_443", "2001:db8::1:443": "2001:db8::1:443",
	} {
		it := AdHocConnection(value)
		if it.Err == nil || it.Key != key || it.Display() != value {
			t.Errorf("%q: key %q, shown as %q (%v)", value, it.Key, it.Display(), it.Err)
		}
	}
	if it := AdHocPort("tcp:22,=80"); it.Err != nil || it.Program.String() != "=80" {
		t.Errorf("%q (%v)", it.Program, it.Err)
	}
	for _, value := range []string{"tcp:22,80", "tcp,,22,80"} {
		if err := AdHocPort(value).Err; !strings.Contains(err.Error(), "80 is a port, not a program") {
			t.Errorf("%s: %v", value, err)
		}
	}
}
