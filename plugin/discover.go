package plugin

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"check_netstat/plugin/discover"
)

// discoverOptions are what only the verb discover takes.
type discoverOptions struct {
	Host     string `long:"host" value-name:"NAME" description:"the host object the services belong to (default: this host's name)"`
	Template string `long:"template" value-name:"NAME" default:"netstat-item" default-mask:"-" description:"the service template they use (default: netstat-item)"`
}

// discoverServices makes the monitoring objects of all items, and returns what
// writes them. A list that is wrong as a whole is an error: objects of the other
// lists alone would take its services out of the monitoring.
func (r *request) discoverServices(env Env) (write func() error, err error) {
	format, err := discover.ParseFormat(r.argument)
	if err != nil {
		return nil, err
	}
	if v := &r.Verdict; v.Warning+v.Critical != "" || v.IgnoreProcess {
		return nil, errors.New("discover writes no -w, -c or --ignore-process into the services: use the lists' columns, or the variables of the services")
	}
	items, problems := r.items()
	if len(problems) > 0 {
		return nil, errors.New(strings.Join(problems, "; "))
	}
	o := &r.Items
	setup := discover.Setup{
		Host: r.discover.Host, Template: r.discover.Template,
		Dir: string(o.Dir), Connections: o.Connections, Listening: o.Listening,
		AdHocConnection: o.Connection, AdHocPort: o.Port,
	}
	if setup.Host == "" {
		if setup.Host, err = os.Hostname(); err != nil {
			return nil, fmt.Errorf("this host's name: %w: give --host", err)
		}
	}
	var out bytes.Buffer
	if err := discover.Write(&out, format, items, &setup); err != nil {
		return nil, err
	}
	return func() error {
		if _, err := out.WriteTo(env.Stdout); err != nil {
			return fmt.Errorf("writing the services: %w", err)
		}
		return nil
	}, nil
}
