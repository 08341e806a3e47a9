package plugin

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"check_netstat/plugin/cli"
	"check_netstat/plugin/discover"
)

// discover makes the monitoring objects of all items, and returns what
// writes them. A list that is wrong as a whole is an error: objects of the other
// lists alone would take its services out of the monitoring.
func (r *run) discover(q *cli.Discover) (write func() error, err error) {
	items, problems := r.lists(&q.Watch).items()
	if len(problems) > 0 {
		return nil, errors.New(strings.Join(problems, "; "))
	}
	setup := discover.Setup{Host: q.Host, Template: q.Template, Options: q.Options}
	if setup.Host == "" {
		if setup.Host, err = os.Hostname(); err != nil {
			return nil, fmt.Errorf("this host's name: %w: give --host", err)
		}
	}
	var out bytes.Buffer
	if err := discover.Write(&out, q.Format, items, &setup); err != nil {
		return nil, err
	}
	return func() error {
		if _, err := out.WriteTo(r.Stdout); err != nil {
			return fmt.Errorf("writing the services: %w", err)
		}
		return nil
	}, nil
}
