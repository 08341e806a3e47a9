//go:build integration && linux

package integration

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"
)

// database is a MariaDB that one user may do anything in.
type database struct {
	socket string
	port   int
}

// newDatabase starts a MariaDB with an empty schema of that name, and a user of the
// same name with the password.
func newDatabase(t *testing.T, name string) *database {
	t.Helper()
	dir := folder(t, filepath.Join(open(t, "mariadb"), "mariadb"))
	d := &database{filepath.Join(dir, "db.sock"), freePort(t)}
	data := "--datadir=" + folder(t, filepath.Join(dir, "data"))
	must(t, command(t, "mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", data))
	daemon(t, command(t, "mariadbd", "--no-defaults", data, "--socket="+d.socket, "--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", d.port),
		"--pid-file="+filepath.Join(dir, "db.pid"), "--innodb-flush-log-at-trx-commit=0"))
	eventually(t, 60*time.Second, "MariaDB", func() error {
		c, err := net.Dial("unix", d.socket)
		if err != nil {
			return err
		}
		return c.Close()
	})
	d.execute(t, "", fmt.Sprintf("CREATE DATABASE %[1]s CHARACTER SET utf8mb4; CREATE USER %[1]s@'127.0.0.1' IDENTIFIED BY '%[2]s'; GRANT ALL ON %[1]s.* TO %[1]s@'127.0.0.1'", name, password))
	return d
}

// execute runs SQL in a schema and returns what it prints.
func (d *database) execute(t *testing.T, schema, sql string) string {
	t.Helper()
	return must(t, command(t, "mariadb", "--no-defaults", "--user=root", "--socket="+d.socket, "--skip-column-names", "--execute", sql, schema))
}

// resource is the database as Icinga Web's resources.ini has it.
func (d *database) resource(name string) string {
	return fmt.Sprintf("[%[1]s]\ntype = \"db\"\ndb = \"mysql\"\nhost = \"127.0.0.1\"\nport = %[2]d\ndbname = \"%[1]s\"\nusername = \"%[1]s\"\npassword = %[3]q\ncharset = \"utf8mb4\"\n",
		name, d.port, password)
}
