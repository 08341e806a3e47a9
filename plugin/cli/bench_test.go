package cli

import "testing"

// BenchmarkParse: every run pays for it.
func BenchmarkParse(b *testing.B) {
	args := []string{"--dir", "/etc/check_netstat", "--item", "listening/tcp/any:22/sshd", "-w", "1:", "-vv"}
	for b.Loop() {
		if _, err := Parse(args, nil); err != nil {
			b.Fatal(err)
		}
	}
}
