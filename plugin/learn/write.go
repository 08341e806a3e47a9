package learn

import (
	"fmt"
	"io"
	"strings"

	"github.com/gocarina/gocsv"

	"check_netstat/parse"
	"check_netstat/plugin/service"
	"check_netstat/plugin/watch"
)

// ConnectionRow is a row in NetstatWatcher's columns, and with a name.
type ConnectionRow struct {
	RemoteIP   string `csv:"remoteIP"`
	RemoteName string `csv:"remoteName"`
	RemotePort string `csv:"remotePort"`
	ProcName   string `csv:"procName"`
	Comment    string `csv:"comment"`
	Name       string `csv:"name"`
}

// ListeningRow is likewise.
type ListeningRow struct {
	IPProtocol string `csv:"ipProtocol"`
	LocalIP    string `csv:"localIP"`
	LocalPort  string `csv:"localPort"`
	ProcName   string `csv:"procName"`
	Comment    string `csv:"comment"`
	Name       string `csv:"name"`
}

// The same with the column that only lists with hidden programs have.
type servedConnection struct {
	ConnectionRow
	Service string `csv:"service"`
}

type servedListening struct {
	ListeningRow
	Service string `csv:"service"`
}

// marshal writes rows, with their services if there are any.
func marshal[T, S any](w io.Writer, rows []T, services []string, served func(T, string) S) error {
	if strings.Join(services, "") == "" {
		return gocsv.Marshal(rows, w)
	}
	all := make([]S, len(rows))
	for i := range rows {
		all[i] = served(rows[i], services[i])
	}
	return gocsv.Marshal(all, w)
}

// Write writes the list as CSV below a comment of one line.
func (l *List) Write(w io.Writer, comment string) error {
	if _, err := fmt.Fprintf(w, "# %s\n", comment); err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	names, services := l.names(), make([]string, len(l.Rows))
	for i := range l.Rows {
		services[i] = l.Rows[i].Program.Service
	}
	var err error
	if l.Kind == watch.Connection {
		rows := make([]ConnectionRow, len(l.Rows))
		for i, r := range l.Rows {
			rows[i] = ConnectionRow{RemoteIP: r.Host, RemotePort: portText(r.Ports), ProcName: r.procName(), Comment: r.Comment, Name: names[i]}
		}
		err = marshal(w, rows, services, func(r ConnectionRow, s string) servedConnection { return servedConnection{r, s} })
	} else {
		rows := make([]ListeningRow, len(l.Rows))
		for i, r := range l.Rows {
			rows[i] = ListeningRow{r.Proto.String(), r.Host, portText(r.Ports), r.procName(), r.Comment, names[i]}
		}
		err = marshal(w, rows, services, func(r ListeningRow, s string) servedListening { return servedListening{r, s} })
	}
	if err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	return nil
}

// item is the row as a check will read it.
func (r *Row) item(kind watch.Kind) watch.Item {
	it := r.adHoc(kind)
	if r.Program.Service != "" {
		it.Service = service.ParsePattern(r.Program.Service)
	}
	return it
}

func (r *Row) adHoc(kind watch.Kind) watch.Item {
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
