//go:build integration && root && linux

package integration

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// ball is how Icinga Web shows a state.
func ball(state string) string {
	return `<span class="state-ball state-` + state + ` [^"]*"[^>]*></span>`
}

func TestIcingaWebShowsDiagramStatesAndAlerts(t *testing.T) {
	dir, front := shop(t)
	n, w := seen(t, dir)
	w.stored(t, "the services", "select count(*) from service", "9")
	for range 3 { // the attempts of the templates
		n.forced(t, "web01", "app01", "db01")
	}
	w.stored(t, "the services' results", "select count(*) from service_state where state_type = 'hard' and last_update is not null", "9")
	w.stored(t, "the hosts' results", "select count(*) from host_state where last_update is not null", "3")

	t.Run("dashboard", func(t *testing.T) { dashboardIsOneScreen(t, w) })
	t.Run("state views", func(t *testing.T) { stateViewsShowEndpointProgramComment(t, w) })
	t.Run("addresses", func(t *testing.T) { addressesOfViewsOpen(t, w) })
	t.Run("output", func(t *testing.T) { outputIsPlainText(t, w) })
	t.Run("diagram", func(t *testing.T) { diagramHasEachState(t, w) })
	t.Run("alert", func(t *testing.T) {
		if err := front.Close(); err != nil {
			t.Fatal(err)
		}
		alertFollowsAChange(t, n, w)
	})
	t.Run("dead host", func(t *testing.T) { deadHostIsRed(t, n, w) })
}

func dashboardIsOneScreen(t *testing.T, w *icingaweb) {
	p := w.browse(t, "dashboard", "/dashboard?pane=Netstat", 1600, 1000)
	p.expect(t, 0, "No items found|error-message")
	for title := range menu(t) {
		p.expect(t, 1, `<li class="nav-item[^"]*"> <a [^>]*>(<i [^>]*></i>)?`+title+`</a>`)
	}
	problems := p.part(t, ">Problems</a>", ">Network connections</a></h1>")
	problems.expect(t, 3, `<div class="visual">`+ball("critical"))
	problems.expect(t, 1, `<div class="visual">`+ball("warning"))
	problems.expect(t, 1, `<div class="visual">`+ball("unknown"))
	problems.expect(t, 0, `<div class="visual">`+ball("ok"))
	problems.expect(t, 1, `href="/icingadb/service\?name=netstat&amp;host.name=app01">Network connections and ports</a>`)
	connections := p.part(t, ">Network connections</a></h1>", ">Listening ports</a></h1>")
	connections.expect(t, 4, `<div class="visual">`+ball("(critical|warning|ok)"))
	connections.expect(t, 4, `icon fa fa-plug`)
	listening := p.part(t, ">Listening ports</a></h1>", "")
	listening.expect(t, 4, `<div class="visual">`+ball("(critical|unknown|ok)"))
	listening.expect(t, 4, `icon fa fa-globe`)
}

func stateViewsShowEndpointProgramComment(t *testing.T, w *icingaweb) {
	views := menu(t)
	row := func(state, host, name, display string, cells ...string) string {
		text := `<td class="visual">` + ball(state) + `</td><td><a class="subject" title="[^"]*" href="/icingadb/service\?name=` +
			strings.NewReplacer("/", "%2F", ":", "%3A", " ", "%20").Replace(name) + `&amp;host.name=` + host + `">` + display + `</a></td><td><a href="/icingadb/host\?name=` + host + `">` + host + `</a></td>`
		for _, cell := range cells {
			text += "<td>" + cell + "</td>"
		}
		return text + `<td class="has-plugin-output"><div class="plugin-output preformatted">` + strings.ToUpper(state) + `: `
	}
	p := w.browse(t, "connections", views["Network connections"], 1600, 700)
	for _, r := range []string{
		row("critical", "web01", "netstat connection/203.0.113.83:80/_CcmExec_", "203.0.113.83:80 CcmExec", "203.0.113.83:80", "CcmExec", "", "software distribution"),
		row("warning", "web01", "netstat connection/192.0.2.10:5723/", "192.0.2.10:5723", "192.0.2.10:5723", "", "", "management server"),
		row("ok", "web01", "netstat connection/192.0.2.10:5432/", "192.0.2.10:5432", "192.0.2.10:5432", "", "", "orders"),
		row("ok", "db01", "netstat connection/192.0.2.10:5432/", "192.0.2.10:5432", "192.0.2.10:5432", "", "", "orders"),
	} {
		p.expect(t, 1, r)
	}
	p.expect(t, 4, "<tr class=\"row-item\"")
	p = w.browse(t, "listening", views["Listening ports"], 1600, 700)
	for _, r := range []string{
		row("critical", "web01", "netstat snmp", "snmp udp 127.0.0.1:161 snmpd", "udp 127.0.0.1:161", "snmpd", "", "SNMP agent"),
		row("unknown", "web01", "netstat listening/tcp/192.0.2.7:8443/_tomcat_", "tcp 192.0.2.7:8443 tomcat", "tcp 192.0.2.7:8443", "tomcat", "", "behind the proxy"),
		row("ok", "web01", "netstat listening/tcp/192.0.2.7:8080/", "tcp 192.0.2.7:8080", "tcp 192.0.2.7:8080", "", "", "shop front"),
		row("ok", "db01", "netstat listening/tcp/192.0.2.7:8443/", "tcp 192.0.2.7:8443", "tcp 192.0.2.7:8443", "", "", `&lt;b&gt;bold&lt;/b&gt; \*x\* \[y\]\(z\) \$\$host.name\$\$`),
	} {
		p.expect(t, 1, r)
	}
	p.expect(t, 4, "<tr class=\"row-item\"")
	// As the documents show it.
	w.browse(t, "state-view", views["Network connections"]+"&host.name=web01", 1800, 420)
}

// Each address of contrib opens and finds something, those of the menu among them.
func addressesOfViewsOpen(t *testing.T, w *icingaweb) {
	listed := map[string]bool{}
	for line := range strings.SplitSeq(read(t, "icinga2/icingaweb/views.md"), "\n") {
		if !strings.HasPrefix(line, "icingadb/") && !strings.HasPrefix(line, "businessprocess") {
			continue
		}
		listed["/"+line] = true
		answer, err := http.Get(w.url + "/" + strings.ReplaceAll(line, " ", "%20"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close() // only read from
		if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(text), "web01") ||
			strings.Contains(string(text), "error-message") || strings.Contains(string(text), `class="empty-state"`) {
			t.Errorf("%s: %s, %v", line, answer.Status, err)
		}
	}
	for title, address := range menu(t) {
		if !listed[address] {
			t.Errorf("views.md has no %s: %s", title, address)
		}
	}
}

// The output keeps its lines and shows text as it is; so does a comment in notes.
func outputIsPlainText(t *testing.T, w *icingaweb) {
	p := w.browse(t, "service", "/icingadb/service?name=netstat&host.name=app01", 1200, 900)
	output, _, _ := strings.Cut(p.part(t, `<section class="caption"><div class="plugin-output preformatted">`, "").dom, "</div>")
	if strings.Count(output, `state-ball`) != 3 || strings.Contains(output, "<b>") || !strings.Contains(output, "(b)bold(/b) *x* [y](z) $host.name$") {
		t.Errorf("output %s", output)
	}
	_, raw, _ := strings.Cut(p.dom, `<div id="check-output-`)
	raw, _, _ = strings.Cut(raw, "</div>")
	if strings.Count(raw, "\n<span class=\"state-ball") != 3 || !strings.Contains(raw, `class="plugin-output preformatted"`) {
		t.Errorf("output has not its line breaks: %s", raw)
	}
	p = w.browse(t, "item", "/icingadb/service?name=netstat%20listening/tcp/192.0.2.7:8443/&host.name=db01", 1200, 900)
	p.expect(t, 1, `id="service-notes"><p>&lt;b&gt;bold&lt;/b&gt; \*x\* \[y\]\(z\) \$host.name\$</p>`)
}

// diagramNode is a node of the tree with its state.
func diagramNode(name, state string) string {
	return `data-node-name="` + strings.NewReplacer("/", "/", ".", `\.`).Replace(name) + `">(<div><a href="#" class="toggle"><i class="[^"]*"></i></a>)?<i class="[^"]*"></i>` + ball(state)
}

func diagramHasEachState(t *testing.T, w *icingaweb) {
	p := w.browse(t, "diagram", "/businessprocess/process/show?config=netstat-web01&mode=tree", 1280, 560)
	p.expect(t, 0, "missing nodes|error-message")
	for node, state := range map[string]string{
		"netstat_web01": "critical", "netstat_web01_netstat-connections": "critical", "netstat_web01_netstat-listening": "critical",
		"web01;netstat connection/192.0.2.10:5432/": "ok", "web01;netstat connection/192.0.2.10:5723/": "warning", "web01;netstat connection/203.0.113.83:80/_CcmExec_": "critical",
		"web01;netstat listening/tcp/192.0.2.7:8080/": "ok", "web01;netstat listening/tcp/192.0.2.7:8443/_tomcat_": "unknown", "web01;netstat snmp": "critical",
	} {
		p.expect(t, 1, diagramNode(node, state))
	}
	p.expect(t, 2, diagramNode("web01;Hoststatus", "up"))
	p.expect(t, 1, ">web01: tcp 192.0.2.7:8443 tomcat</a>")
	processIs(t, w, "web01", 2, "CRITICAL")
	processIs(t, w, "db01", 0, "OK")
}

// processIs compares what the module's own check says of a host's diagram.
func processIs(t *testing.T, w *icingaweb, host string, code int, state string) {
	t.Helper()
	text, got := w.cli(t, "businessprocess", "process", "check", "netstat_"+host, "--config", "netstat-"+host)
	if got != code || !strings.HasPrefix(text, "Business Process "+state+": "+host) {
		t.Errorf("icingacli businessprocess process check of %s: exit %d: %s", host, got, text)
	}
}

func alertFollowsAChange(t *testing.T, n *node, w *icingaweb) {
	const service = "netstat listening/tcp/192.0.2.7:8080/"
	for range 3 {
		n.check(t, "web01", service)
	}
	w.stored(t, "the alert", "select count(*) from state_history h join service s on s.id = h.service_id join host o on o.id = s.host_id "+
		"where s.name = '"+service+"' and o.name = 'web01' and h.state_type = 'hard' and h.hard_state = 2", "1")
	p := w.browse(t, "alert", menu(t)["Netstat alerts"]+"&limit=6", 1280, 520)
	first, _, _ := strings.Cut(p.part(t, `<ul class="history-list`, "").dom, "</li>")
	alert := &page{"alert", first}
	alert.expect(t, 1, ball("ok")+ball("critical")+`</div></div><div class="main"><header><div class="title"><a class="subject" href="[^"]*">Hard state changed</a> <a href="[^"]*" class="subject">`+
		ball("critical")+` tcp 192.0.2.7:8080</a> on <a href="/icingadb/host\?name=web01"`)
	alert.expect(t, 1, `<div class="plugin-output preformatted">CRITICAL: `)
}

// The services of a host that is down are not tested and stay as they were.
func deadHostIsRed(t *testing.T, n *node, w *icingaweb) {
	n.act(t, "/v1/objects/hosts/db01", `{"attrs":{"vars.dummy_state":2,"vars.dummy_text":"unreachable"}}`)
	n.act(t, "/v1/actions/reschedule-check", `{"type":"Host","force":true,"filter":"host.name == \"db01\""}`)
	w.stored(t, "the dead host", "select count(*) from host_state s join host h on h.id = s.host_id where h.name = 'db01' and s.hard_state = 1", "1")
	p := w.browse(t, "diagram-dead", "/businessprocess/process/show?config=netstat-db01&mode=tree", 1280, 560)
	for node, state := range map[string]string{
		"netstat_db01": "critical", "netstat_db01_netstat-connections": "critical", "netstat_db01_netstat-listening": "critical",
		"db01;netstat connection/192.0.2.10:5432/": "ok", "db01;netstat listening/tcp/192.0.2.7:8443/": "ok",
	} {
		p.expect(t, 1, diagramNode(node, state))
	}
	p.expect(t, 2, diagramNode("db01;Hoststatus", "down"))
	processIs(t, w, "db01", 2, "CRITICAL")
}

// The documents show three of the pictures: they are made anew by
// cp bin/integration/{diagram,state-view,alert}.png contrib/docs/images.
func TestThePicturesOfTheDocumentsAreSmall(t *testing.T) {
	for _, name := range []string{"diagram", "state-view", "alert"} {
		info, err := os.Stat(contrib("docs/images/" + name + ".png"))
		if err != nil || info.Size() > 150_000 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// menu returns the addresses of contrib's menu by title.
func menu(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(contrib("icinga2/icingaweb/menu.ini"))
	if err != nil {
		t.Fatal(err)
	}
	all, title := map[string]string{}, ""
	for line := range strings.SplitSeq(string(text), "\n") {
		if name, ok := strings.CutPrefix(line, "["); ok {
			title = strings.TrimSuffix(name, "]")
		}
		if address, ok := strings.CutPrefix(line, "url = "); ok {
			all[title] = "/" + strings.Trim(address, `"`)
		}
	}
	return all
}
