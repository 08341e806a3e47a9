package learn

import (
	"fmt"
	"io"
	"strings"

	"github.com/gocarina/gocsv"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// Rows in NetstatWatcher's columns, and with a name.
type connectionRow struct {
	RemoteIP   string `csv:"remoteIP"`
	RemoteName string `csv:"remoteName"`
	RemotePort string `csv:"remotePort"`
	ProcName   string `csv:"procName"`
	Comment    string `csv:"comment"`
	Name       string `csv:"name"`
}

type listeningRow struct {
	IPProtocol string `csv:"ipProtocol"`
	LocalIP    string `csv:"localIP"`
	LocalPort  string `csv:"localPort"`
	ProcName   string `csv:"procName"`
	Comment    string `csv:"comment"`
	Name       string `csv:"name"`
}

// Write writes the list as CSV below a comment of one line.
func (l *List) Write(w io.Writer, comment string) error {
	if _, err := fmt.Fprintf(w, "# %s\n", comment); err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	names := l.names()
	var err error
	if l.Kind == watch.Connection {
		rows := make([]connectionRow, len(l.Rows))
		for i, r := range l.Rows {
			rows[i] = connectionRow{RemoteIP: r.Host, RemotePort: portText(r.Ports), ProcName: r.procName(), Comment: r.Comment, Name: names[i]}
		}
		err = gocsv.Marshal(rows, w)
	} else {
		rows := make([]listeningRow, len(l.Rows))
		for i, r := range l.Rows {
			rows[i] = listeningRow{r.Proto.String(), r.Host, portText(r.Ports), r.procName(), r.Comment, names[i]}
		}
		err = gocsv.Marshal(rows, w)
	}
	if err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	return nil
}

// item is the row as a check will read it.
func (r *Row) item(kind watch.Kind) watch.Item {
	if kind == watch.Connection {
		return watch.AdHocConnection(strings.Join([]string{r.Host, portText(r.Ports), r.procName()}, ","))
	}
	return watch.AdHocPort(strings.Join([]string{r.Proto.String(), r.Host, portText(r.Ports), r.procName()}, ","))
}

func portText(p parse.PortRange) string {
	if p.First == p.Last {
		return fmt.Sprint(p.First)
	}
	return fmt.Sprintf("%d-%d", p.First, p.Last)
}
