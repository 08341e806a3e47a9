package watch

import (
	"testing"

	"check_netstat/plugin/program"
)

func TestAnItemIsShownShortly(t *testing.T) {
	for _, tt := range []struct {
		it   Item
		want string
	}{
		{(&connectionRow{RemoteIP: "10.0.0.5", RemotePort: "5432", ProcName: "billing"}).item(), "10.0.0.5:5432 billing"},
		{(&connectionRow{RemoteIP: "10.0.0.5", RemotePort: "5432"}).item(), "10.0.0.5:5432"},
		{(&connectionRow{RemoteName: "db.example.com", RemotePort: "5432", ProcName: "=java"}).item(), "db.example.com:5432 java"},
		{(&connectionRow{RemoteIP: "10.0.0.0/8", RemotePort: "80 443"}).item(), "10.0.0.0/8:80,443"},
		{(&connectionRow{RemoteIP: "*", RemotePort: "8000-8099", ProcName: "^curl"}).item(), "*:8000-8099 curl"},
		{(&connectionRow{RemoteIP: "2001:DB8::1", RemotePort: "443", ProcName: "nginx"}).item(), "[2001:db8::1]:443 nginx"},
		{(&connectionRow{RemoteIP: "10.0.0.5", RemotePort: "443", LocalIP: "10.0.0.1"}).item(), "10.0.0.5:443 from 10.0.0.1:*"},
		{(&connectionRow{RemoteIP: "10.0.0.5", RemotePort: "443", LocalPort: "22"}).item(), "10.0.0.5:443 from *:22"},
		{(&listeningRow{IPProtocol: "tcp", LocalPort: "443", ProcName: "nginx"}).item(), "tcp *:443 nginx"},
		{(&listeningRow{IPProtocol: "UDP", LocalIP: "127.0.0.1", LocalPort: "161"}).item(), "udp 127.0.0.1:161"},
		{(&listeningRow{IPProtocol: "tcp6", LocalIP: "::", LocalPort: "*", ProcName: "sshd"}).item(), "tcp6 [::]:* sshd"},

		// The list's name comes first.
		{(&connectionRow{RemoteIP: "10.0.0.5", RemotePort: "5432", ProcName: "java", Name: "shop db"}).item(), "shop db 10.0.0.5:5432 java"},
		{(&listeningRow{IPProtocol: "tcp", LocalPort: "22", ProcName: "=sshd", Name: "sshd"}).item(), "sshd tcp *:22"},
		{(&listeningRow{IPProtocol: "tcp", LocalPort: "443", Name: "Büro"}).item(), "Büro tcp *:443"},

		// What cannot be judged has the row's own text.
		{(&listeningRow{IPProtocol: "tcp", LocalPort: "8x", ProcName: "nginx"}).item(), "listening/tcp/any:8x/nginx"},
		{(&listeningRow{IPProtocol: "tcp", LocalPort: "8x", Name: "web"}).item(), "web"},

		{AdHocPort("tcp:443,nginx"), "tcp *:443 nginx"},
		{AdHocConnection("10.0.0.5:5432,billing"), "10.0.0.5:5432 billing"},
	} {
		if got := tt.it.Display(); got != tt.want {
			t.Errorf("%s is shown as %q, want %q", tt.it.Key, got, tt.want)
		}
	}
}

func TestAProgramIsShownWithoutWhatOnlyAnchorsIt(t *testing.T) {
	for _, tt := range []struct{ procName, want string }{
		{"", ""},
		{"nginx", "nginx"},
		{"=nginx", "nginx"},
		{"^nginx$", "nginx"},
		{"^nginx", "nginx"},
		{"nginx$", "nginx"},
		{`^node\.exe$`, "node.exe"},
		{`^node.exe$`, "node.exe"},
		{`^postgres\-15$`, "postgres-15"},
		{`^a\x{7c}b$`, "a|b"},
		{"^Büro$", "Büro"},
		{`\Anginx\z`, "nginx"},

		// Anything else says what it was written to say.
		{"^(nginx|apache2)$", "^(nginx|apache2)$"},
		{"^java[0-9]+$", "^java[0-9]+$"},
		{"nginx|apache2", "nginx|apache2"},
		{"(?i)kafka", "(?i)kafka"},
		{"^$", "^$"},
		{"a^b", "a^b"},
		{".*", ".*"},
		{"c++", "c++"},
		{"(", "("},
		{`^a\x{202e}b$`, `^a\x{202e}b$`},
		{"=^nginx$", "^nginx$"},
	} {
		if got := program.ParsePattern(tt.procName).Display(); got != tt.want {
			t.Errorf("procName %q is shown as %q, want %q", tt.procName, got, tt.want)
		}
	}
}
