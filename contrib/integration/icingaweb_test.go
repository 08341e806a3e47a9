//go:build integration && linux

package integration

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// icingaweb is Icinga Web with Icinga DB Web and the business process module: its
// pages, in PHP's own web server, for a user that the server names.
type icingaweb struct {
	dir  string // its configuration
	url  string
	port int
	db   *database
}

// redis starts a Redis and returns its port.
func redis(t *testing.T) int {
	t.Helper()
	port := freePort(t)
	dir := folder(t, filepath.Join(open(t, "redis"), "redis"))
	daemon(t, command(t, "redis-server", "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""))
	answers(t, "Redis", port)
	return port
}

// answers waits until a port of this machine is listened on.
func answers(t *testing.T, what string, port int) {
	t.Helper()
	eventually(t, 60*time.Second, what, func() error {
		c, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return err
		}
		return c.Close()
	})
}

// newIcingaweb starts Icinga DB and Icinga Web for the Icinga 2 that writes to that
// Redis.
func newIcingaweb(t *testing.T, redisPort int) *icingaweb {
	t.Helper()
	w := &icingaweb{dir: folder(t, filepath.Join(open(t, "icingaweb"), "etc")), port: freePort(t), db: newDatabase(t, "icingadb")}
	w.url = fmt.Sprintf("http://127.0.0.1:%d", w.port)
	w.db.execute(t, "icingadb", "source /usr/share/icingadb/schema/mysql/schema.sql")
	daemon(t, command(t, "icingadb", "--config", write(t, filepath.Join(w.dir, "icingadb.yml"), fmt.Sprintf(
		"database: {type: mysql, host: 127.0.0.1, port: %d, database: icingadb, user: icingadb, password: %s}\nredis: {host: 127.0.0.1, port: %d}\n",
		w.db.port, password, redisPort))))
	for file, text := range map[string]string{
		"config.ini":                  "[global]\nmodule_path = \"" + modules + "\"\n[logging]\nlog = \"none\"\n",
		"resources.ini":               w.db.resource("icingadb"),
		"authentication.ini":          "[autologin]\nbackend = \"external\"\n",
		"roles.ini":                   "[admins]\nusers = \"icingaadmin\"\npermissions = \"*\"\n",
		"modules/icingadb/config.ini": "[icingadb]\nresource = \"icingadb\"\n",
		"modules/icingadb/redis.ini":  fmt.Sprintf("[redis1]\nhost = \"127.0.0.1\"\nport = \"%d\"\n", redisPort),
	} {
		w.write(t, file, text)
	}
	folder(t, filepath.Join(w.dir, "enabledModules"))
	for _, module := range []string{"icingadb", "businessprocess"} {
		if err := os.Symlink(filepath.Join(modules, module), filepath.Join(w.dir, "enabledModules", module)); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// write writes a file of the configuration.
func (w *icingaweb) write(t *testing.T, file, text string) {
	t.Helper()
	dir := w.dir
	for part := range strings.SplitSeq(filepath.Dir(file), "/") {
		dir = folder(t, filepath.Join(dir, part)) // each is the account's own
	}
	write(t, filepath.Join(w.dir, file), text)
}

// contrib copies a file of contrib into the configuration.
func (w *icingaweb) contrib(t *testing.T, file, to string) {
	t.Helper()
	text, err := os.ReadFile(contrib("icinga2/icingaweb/" + file))
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, to, string(text))
}

// start starts the web server.
func (w *icingaweb) start(t *testing.T) {
	t.Helper()
	public := "/usr/share/icingaweb2/public"
	c := command(t, "php", "-d", "session.save_path="+folder(t, filepath.Join(w.dir, "sessions")), "-S", fmt.Sprintf("127.0.0.1:%d", w.port), "-t", public, public+"/index.php")
	c.Env = append(c.Env, "ICINGAWEB_CONFIGDIR="+w.dir, "REMOTE_USER=icingaadmin", "PHP_CLI_SERVER_WORKERS=4")
	daemon(t, c)
	eventually(t, 60*time.Second, "Icinga Web", func() error {
		answer, err := http.Get(w.url + "/icingadb/services")
		if err != nil {
			return err
		}
		if answer.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s", answer.Status)
		}
		_ = answer.Body.Close() // not read
		return err
	})
}

// cli runs icingacli and returns what it prints.
func (w *icingaweb) cli(t *testing.T, args ...string) (text string, code int) {
	t.Helper()
	c := command(t, "icingacli", args...)
	c.Env = append(c.Env, "ICINGAWEB_CONFIGDIR="+w.dir)
	return output(t, c)
}
