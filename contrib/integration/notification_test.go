//go:build integration && linux

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The mail says each thing once: what is in the output or in the subject is not
// said again.
func TestTheMailSaysAThingOnce(t *testing.T) {
	dir := folder(t, filepath.Join(open(t, "mail"), "mail"))
	mailer := write(t, filepath.Join(dir, "mailer"), "#!/bin/sh\nprintf 'To %s: %s\\n' \"$3\" \"$2\"\ncat\n")
	if err := os.Chmod(mailer, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		env  []string
		want string
	}{
		{"one item", []string{
			"NETSTAT_ITEM=tcp *:443 nginx", "NETSTAT_KEY=web", "NETSTAT_COMMENT=the shop; costs $5",
			"NETSTAT_OUTPUT=CRITICAL: web: not listening\n[CRITICAL] web: not listening (the shop; costs $5)\n    other lines stay",
		}, "To admin@example.com: PROBLEM: web01 tcp *:443 nginx is CRITICAL\nCRITICAL: web: not listening\n    other lines stay\n\n" +
			"Host:     web01\nKey:      web\nTested:   T\nComment:  the shop; costs $5\n"},
		{"a comment in the output", []string{
			"NETSTAT_ITEM=tcp *:443 nginx", "NETSTAT_KEY=web", "NETSTAT_COMMENT=the shop", "NETSTAT_NOTE=I look",
			"NETSTAT_OUTPUT=CRITICAL: web: not listening (the shop)\n[CRITICAL] web: not listening (the shop)",
		}, "To admin@example.com: PROBLEM: web01 tcp *:443 nginx is CRITICAL\nCRITICAL: web: not listening (the shop)\n\n" +
			"Host:     web01\nKey:      web\nTested:   T\nNote:     I look\n"},
		{"all items", []string{
			"NETSTAT_ITEM=Network connections and ports", "NETSTAT_KEY=", "NETSTAT_COMMENT=",
			"NETSTAT_OUTPUT=CRITICAL: web tcp *:443: not listening; +1 OK\n[CRITICAL] web: not listening\n[OK] db: 1 ESTABLISHED",
		}, "To admin@example.com: PROBLEM: web01 Network connections and ports is CRITICAL\nCRITICAL: web tcp *:443: not listening; +1 OK\n[CRITICAL] web: not listening\n[OK] db: 1 ESTABLISHED\n\n" +
			"Host:     web01\nTested:   T\n"},
		{"text that a shell would run", []string{
			"NETSTAT_ITEM=$(id) `id`", "NETSTAT_KEY=-e .*", "NETSTAT_COMMENT=* $(id)", "NETSTAT_OUTPUT=CRITICAL: %s \\n $(id)",
		}, "To admin@example.com: PROBLEM: web01 $(id) `id` is CRITICAL\nCRITICAL: %s \\n $(id)\n\nHost:     web01\nKey:      -e .*\nTested:   T\nComment:  * $(id)\n"},
	} {
		c := command(t, "sh", contrib("icinga2/netstat-notification.sh"))
		c.Env = append(append(c.Env, "TZ=UTC", "MAILER="+mailer, "NETSTAT_TO=admin@example.com", "NETSTAT_TYPE=PROBLEM", "NETSTAT_HOST=web01",
			"NETSTAT_STATE=CRITICAL", "NETSTAT_TESTED=1700000000.5"), tt.env...)
		if got := strings.ReplaceAll(must(t, c), "2023-11-14 22:13:20 +0000", "T"); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}
