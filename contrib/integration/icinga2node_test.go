//go:build integration && linux

package integration

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// node is one Icinga 2 with its own configuration, data and port.
type node struct {
	name, dir string
	port      int
	client    *http.Client
}

// icinga runs the program with this node's folders.
func (n *node) icinga(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	name, _ := account(t)
	defines := []string{"-D", "RunAsUser=" + name, "-D", "RunAsGroup=" + name}
	for constant, folder := range map[string]string{
		"ConfigDir": "etc", "ZonesDir": "etc/zones.d", "DataDir": "lib", "LogDir": "log", "CacheDir": "cache", "SpoolDir": "spool", "InitRunDir": "run",
	} {
		defines = append(defines, "-D", constant+"="+filepath.Join(n.dir, folder))
	}
	defines = append(defines, "-D", "PidPath="+filepath.Join(n.dir, "run", "icinga2.pid"))
	c := command(t, "icinga2", append(args, defines...)...)
	c.Env = append(c.Env, "MAILER="+filepath.Join(work, "mailer.sh"))
	return c
}

// newNode makes the folders and the certificate of a node; ca is the one whose
// authority signs it, itself where that is nil.
func newNode(t *testing.T, name string, ca *node) *node {
	t.Helper()
	n := &node{name: name, dir: folder(t, filepath.Join(open(t, "icinga2"), name)), port: freePort(t)}
	for _, dir := range []string{"etc", "lib", "log", "cache", "spool", "run", "lib/certs", "etc/zones.d", "etc/scripts"} {
		folder(t, filepath.Join(n.dir, dir))
	}
	if ca == nil {
		ca = n
		must(t, n.icinga(t, "pki", "new-ca"))
	}
	certs := filepath.Join(n.dir, "lib/certs")
	csr := filepath.Join(certs, name+".csr")
	crt := filepath.Join(certs, name+".crt")
	must(t, n.icinga(t, "pki", "new-cert", "--cn", name, "--key", filepath.Join(certs, name+".key"), "--csr", csr))
	text, err := os.ReadFile(csr)
	if err != nil {
		t.Fatal(err)
	}
	// The authority's user reads and writes in folders of its own.
	copyOf := filepath.Join(ca.dir, "run", name+".csr")
	write(t, copyOf, string(text))
	must(t, ca.icinga(t, "pki", "sign-csr", "--csr", copyOf, "--cert", crt))
	authority, err := os.ReadFile(filepath.Join(ca.dir, "lib/ca/ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(certs, "ca.crt"), string(authority))
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		t.Fatal("no certificate authority")
	}
	n.client = &http.Client{
		Timeout:   20 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: name}},
	}
	return n
}

const password = "loopback"

// configure writes the node's icinga2.conf.
func (n *node) configure(t *testing.T, zones string, include ...string) {
	t.Helper()
	text := fmt.Sprintf(`const PluginDir = %q
const NodeName = %q
const ZoneName = %q
const TicketSalt = ""
include <itl>
include <plugins>
object CheckerComponent "checker" { }
object NotificationComponent "notification" { }
object ApiListener "api" {
  bind_host = "127.0.0.1"
  bind_port = %d
  accept_config = true
  accept_commands = true
}
object ApiUser "test" {
  password = %q
  permissions = [ "*" ]
}
%s
`, plugins, n.name, n.name, n.port, password, zones)
	for _, file := range include {
		text += fmt.Sprintf("include %q\n", file)
	}
	write(t, filepath.Join(n.dir, "etc/icinga2.conf"), text)
}

// validate runs icinga2 daemon -C and refuses every warning.
func (n *node) validate(t *testing.T) {
	t.Helper()
	text := must(t, n.icinga(t, "daemon", "-C"))
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, "warning/") || strings.Contains(line, "critical/") {
			t.Errorf("icinga2 daemon -C: %s", line)
		}
	}
}

// start runs the daemon until its API answers.
func (n *node) start(t *testing.T) {
	t.Helper()
	daemon(t, n.icinga(t, "daemon", "--log-level", "warning"))
	n.ready(t)
}

// ready waits until the API answers.
func (n *node) ready(t *testing.T) {
	t.Helper()
	eventually(t, 60*time.Second, "the API of "+n.name, func() error {
		_, err := n.ask(http.MethodGet, "/v1/status/IcingaApplication", nil)
		return err
	})
}

// ask makes a request of the REST API.
func (n *node) ask(method, path string, body []byte) ([]byte, error) {
	r, err := http.NewRequest(method, fmt.Sprintf("https://127.0.0.1:%d%s", n.port, path), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.SetBasicAuth("test", password)
	r.Header.Set("Accept", "application/json")
	answer, err := n.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }() // only read from
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", answer.Status, text)
	}
	return text, nil
}

// service is what the API says of a service.
type service struct {
	State        float64
	LastCheck    float64  `json:"last_check"`
	CheckCommand string   `json:"check_command"`
	Endpoint     string   `json:"command_endpoint"`
	Interval     float64  `json:"check_interval"`
	Retry        float64  `json:"retry_interval"`
	Attempts     float64  `json:"max_check_attempts"`
	Groups       []string `json:"groups"`
	Display      string   `json:"display_name"`
	Notes        string   `json:"notes"`
	Icon         string   `json:"icon_image"`
	Vars         map[string]any
	Result       *struct {
		ExitStatus  float64 `json:"exit_status"`
		Output      string
		Performance []any  `json:"performance_data"`
		Source      string `json:"check_source"`
		Command     any
	} `json:"last_check_result"`
}

// services returns all services of a host by name.
func (n *node) services(host string) (map[string]service, error) {
	query, err := json.Marshal(map[string]any{"filter": "host.name == h", "filter_vars": map[string]string{"h": host}})
	if err != nil {
		return nil, err
	}
	text, err := n.post("/v1/objects/services", query, "GET")
	if err != nil {
		return nil, err
	}
	var answer struct {
		Results []struct {
			Attrs struct {
				service
				Name string
			}
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	all := map[string]service{}
	for _, r := range answer.Results {
		all[r.Attrs.Name] = r.Attrs.service
	}
	return all, nil
}

// post sends a request with a body; the API takes one with GET as well, by the
// header.
func (n *node) post(path string, body []byte, instead string) ([]byte, error) {
	if instead == "" {
		return n.ask(http.MethodPost, path, body)
	}
	return n.ask(instead, path, body)
}

// act has Icinga 2 do something.
func (n *node) act(t *testing.T, path, body string) {
	t.Helper()
	if _, err := n.ask(http.MethodPost, path, []byte(body)); err != nil {
		t.Fatal(err)
	}
}

// check has a service tested now and returns what came of it.
func (n *node) check(t *testing.T, host, name string) service {
	t.Helper()
	before := float64(time.Now().UnixMicro()) / 1e6
	body, err := json.Marshal(map[string]any{
		"type": "Service", "force": true, "filter": "host.name == h && service.name == s",
		"filter_vars": map[string]string{"h": host, "s": name},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got service
	asked := time.Time{}
	eventually(t, 60*time.Second, "a result of "+name+" on "+host, func() error {
		if time.Since(asked) > 5*time.Second { // again where the agent was not yet there
			asked = time.Now()
			if _, err := n.post("/v1/actions/reschedule-check", body, ""); err != nil {
				return err
			}
		}
		all, err := n.services(host)
		if err != nil {
			return err
		}
		got = all[name]
		if got.Result == nil || got.LastCheck < before || notYet(got.Result.Output) {
			return fmt.Errorf("last %+v", got.Result)
		}
		return nil
	})
	return got
}

// notYet reports whether a result says that the agent is not connected, has not
// loaded what it got from the master, or had no time.
func notYet(output string) bool {
	return timedOut(output) || strings.HasPrefix(output, "Remote Icinga instance") || strings.HasPrefix(output, "Check command '")
}

// perfdata returns the values by label, as the API has them.
func (s *service) perfdata(t *testing.T) map[string]string {
	t.Helper()
	var words []string
	for _, p := range s.Result.Performance {
		text, ok := p.(string)
		if !ok {
			t.Fatalf("perfdata %v is no text", p)
		}
		words = append(words, text)
	}
	return metrics(t, words)
}

// expect compares a service's result. The one value that may differ is time.
func (s *service) expect(t *testing.T, state int, source string, lines []string, values map[string]string) {
	t.Helper()
	if s.State != float64(state) || s.Result.ExitStatus != float64(state) {
		t.Errorf("state %v, exit %v; want %d", s.State, s.Result.ExitStatus, state)
	}
	if s.Result.Source != source {
		t.Errorf("checked by %s, want %s", s.Result.Source, source)
	}
	// Icinga takes perfdata out of the first line, but not the blank before it.
	if got := strings.Replace(s.Result.Output, " \n", "\n", 1); strings.TrimRight(got, "\n ") != strings.Join(lines, "\n") {
		t.Errorf("output\n%s\nwant\n%s", got, strings.Join(lines, "\n"))
	}
	got := s.perfdata(t)
	if !strings.HasSuffix(got["time"], "s;;;0") {
		t.Errorf("time is %q", got["time"])
	}
	delete(got, "time")
	if len(got) != len(values) {
		t.Errorf("perfdata %v, want %v", got, values)
	}
	for label, value := range values {
		if got[label] != value {
			t.Errorf("perfdata %s=%s, want %s", label, got[label], value)
		}
	}
}

// totals are the values that every result has.
func totals(connections, listening, ok, critical int) map[string]string {
	number := func(n int) string { return strconv.Itoa(n) + ";;;0" }
	return map[string]string{
		"connections": number(connections), "listening_ports": number(listening),
		"items_ok": number(ok), "items_warning": number(0), "items_critical": number(critical), "items_unknown": number(0), "stalled": number(0),
	}
}

func with(values map[string]string, label, value string) map[string]string {
	values[label] = value
	return values
}
