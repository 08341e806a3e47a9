//go:build integration && fleet && linux

package integration

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	fleetServices = flag.Int("services", 2000, "services of the fleet, each tested once a minute")
	fleetMinutes  = flag.Int("minutes", 5, "minutes that each kind of check is measured")
)

// pipeline is what people have without a plugin: it looks at the same socket.
const pipeline = `#!/bin/sh
if netstat -tunap 2>/dev/null | grep 'LISTEN' | awk '{print $4}' | grep -qx "$1"; then
  echo "OK: $1 is listening"
  exit 0
fi
echo "CRITICAL: $1 is not listening"
exit 2
`

// TestFleet lets an Icinga 2 run thousands of services on this machine, and
// prints how late their checks are and what each costs: by the kernel source,
// by the netstat source, and by a shell pipeline around netstat.
func TestFleet(t *testing.T) {
	_, port := listen(t, 0)
	end := fmt.Sprintf("%s:%d", address, port)
	script := write(t, filepath.Join(open(t, "fleet"), "pipeline.sh"), pipeline)
	if err := os.Chmod(script, 0o755); err != nil {
		t.Fatal(err)
	}
	check := filepath.Join(plugins, "check_netstat")
	t.Logf("%d services at an interval of 1 minute, %d minutes each", *fleetServices, *fleetMinutes)
	for _, kind := range []struct{ name, command string }{
		{"kernel", fmt.Sprintf("%q, \"--source\", \"kernel\", \"--port\", \"tcp:%s\"", check, end)},
		{"netstat", fmt.Sprintf("%q, \"--source\", \"netstat\", \"--port\", \"tcp:%s\"", check, end)},
		{"pipeline", fmt.Sprintf("%q, %q", script, end)},
	} {
		t.Run(kind.name, func(t *testing.T) {
			n := newNode(t, "fleet-"+kind.name, nil)
			services := write(t, filepath.Join(n.dir, "etc/services.conf"), fleet(kind.command))
			n.configure(t, fmt.Sprintf("object Endpoint %q { }\nobject Zone %q { endpoints = [ %q ] }\n", n.name, n.name, n.name), services)
			n.start(t)
			eventually(t, 3*time.Minute, "the first result of every service", func() error {
				if seen := n.statistics(t).OK; seen < float64(*fleetServices) {
					return fmt.Errorf("%v are OK", seen)
				}
				return nil
			})
			own, checks := n.spent(t)
			start := time.Now()
			<-time.After(time.Duration(*fleetMinutes) * time.Minute) // a measurement, not a wait for something
			ownAfter, checksAfter := n.spent(t)
			took := time.Since(start)
			s := n.statistics(t)
			if s.OK != float64(*fleetServices) {
				t.Errorf("%v of %d services are OK", s.OK, *fleetServices)
			}
			done := s.PerMinute * took.Minutes()
			t.Logf("%-9s %5.0f checks/min, latency %.3f s (most %.3f), execution %.3f s (most %.3f); CPU per check: %.1f ms of its own, %.1f ms of Icinga's",
				kind.name, s.PerMinute, s.Latency, s.MaxLatency, s.Execution, s.MaxExecution,
				1000*(checksAfter-checks).Seconds()/done, 1000*(ownAfter-own).Seconds()/done)
		})
	}
}

// fleet is the configuration of one host with all services.
func fleet(command string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `object CheckCommand "fleet" { command = [ %s ] }
template Service "fleet" {
  check_command = "fleet"
  check_interval = 1m
  retry_interval = 1m
  host_name = "fleet"
}
object Host "fleet" { check_command = "dummy" }
`, command)
	for i := range *fleetServices {
		fmt.Fprintf(&b, "object Service \"s%d\" { import \"fleet\" }\n", i)
	}
	return b.String()
}

// statistics is what Icinga says of its checks: CIB of /v1/status, in seconds.
type statistics struct {
	OK           float64 `json:"num_services_ok"`
	PerMinute    float64 `json:"active_service_checks_1min"`
	Latency      float64 `json:"avg_latency"`
	MaxLatency   float64 `json:"max_latency"`
	Execution    float64 `json:"avg_execution_time"`
	MaxExecution float64 `json:"max_execution_time"`
}

func (n *node) statistics(t *testing.T) statistics {
	t.Helper()
	text, err := n.ask(http.MethodGet, "/v1/status/CIB", nil)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Results []struct{ Status statistics }
	}
	if err := json.Unmarshal(text, &answer); err != nil || len(answer.Results) != 1 {
		t.Fatalf("%v: %s", err, text)
	}
	return answer.Results[0].Status
}

// spent returns the CPU time of this node's processes and of what they have
// waited for, the checks: proc_pid_stat(5), in hundredths of a second on Linux
// (USER_HZ). The processes are known by the folder on their command line.
func (n *node) spent(t *testing.T) (own, checks time.Duration) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		line, err := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if err != nil || !strings.Contains(string(line), n.dir+"/run/icinga2.pid") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(text), ") ")
		f := strings.Fields(after) // from field 3 on
		const utime, cutime = 11, 13
		for i := range 4 {
			ticks, err := strconv.ParseInt(f[utime+i], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			if spent := time.Duration(ticks) * 10 * time.Millisecond; utime+i < cutime {
				own += spent
			} else {
				checks += spent
			}
		}
	}
	return own, checks
}
