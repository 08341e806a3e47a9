package discover

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"check_netstat/plugin/report"
	"check_netstat/plugin/watch"
)

// Format is a syntax of monitoring objects.
type Format string

// The formats.
const (
	Icinga2  Format = "icinga2"
	Nagios   Format = "nagios"
	Director Format = "director"
	JSON     Format = "json"
)

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	switch f := Format(name); f {
	case Icinga2, Nagios, Director, JSON:
		return f, nil
	}
	return "", fmt.Errorf("discover %q: not icinga2, nagios, director or json", name)
}

// Setup is what all services of a run share.
type Setup struct {
	Host     string // the host object the services belong to
	Template string // the service template they use, and for Nagios its command

	// Where the items come from, as on the command line; the services get the
	// same, because a repeated key is numbered over all items.
	Dir                        string
	Connections, Listening     []string // list files
	AdHocConnection, AdHocPort []string
}

// option is one option of the command line with its value.
type option struct{ name, value string }

// options returns the command line that leads to the same items.
func (s *Setup) options() []option {
	var all []option
	if s.Dir != "" {
		all = append(all, option{"--dir", s.Dir})
	}
	for _, o := range []struct {
		name   string
		values []string
	}{
		{"--connections", s.Connections}, {"--listening", s.Listening},
		{"--connection", s.AdHocConnection}, {"--port", s.AdHocPort},
	} {
		for _, value := range o.values {
			all = append(all, option{o.name, value})
		}
	}
	return all
}

// service is one item as a monitoring object. All text is one line of UTF-8.
type service struct {
	Name     string `json:"name"`
	Key      string `json:"key"`
	Kind     string `json:"kind"`
	Endpoint string `json:"endpoint"` // empty where the row of the item cannot be judged
	Program  string `json:"program"`
	Comment  string `json:"comment"`
	Group    string `json:"group"`
}

// The service groups of contrib: NetstatWatcher's two state views.
var groups = map[watch.Kind]string{
	watch.Connection: "netstat-connections",
	watch.Listening:  "netstat-listening",
}

func services(items []watch.Item) []service {
	all := make([]service, len(items))
	for i := range items {
		it := &items[i]
		all[i] = service{
			Name: serviceName(it.Key), Key: it.Key, Kind: it.Kind.String(),
			Program: report.OneLine(it.Program.String()), Comment: report.OneLine(it.Comment),
			Group: groups[it.Kind],
		}
		if it.Err == nil {
			all[i].Endpoint = report.OneLine(it.Endpoint())
		}
	}
	return all
}

// maxName bounds a service's name in bytes. The databases of Icinga hold 255
// characters, and one that does not fit stops more than its own service.
const maxName = 200

// serviceName makes the name of an item's service. The end of a very long key
// gives way to a checksum of the whole, which keeps the name unique and stable.
func serviceName(key string) string {
	name := "netstat " + key
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(key))
	end := "-" + hex.EncodeToString(sum[:8])
	return name[:maxName-len(end)] + end
}

// Write writes the services of the items.
func Write(w io.Writer, f Format, items []watch.Item, s *Setup) error {
	if err := s.check(f); err != nil {
		return err
	}
	var text string
	var err error
	switch all := services(items); f {
	case Icinga2:
		text = icinga2(all, s)
	case Nagios:
		text = nagios(all, s)
	case Director:
		text, err = director(all, s)
	default:
		text, err = plainJSON(all, s)
	}
	if err != nil {
		return fmt.Errorf("encoding the services: %w", err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("writing the services: %w", err)
	}
	return nil
}

// check refuses what no escape makes right: an option's value that is not one
// line of text, and a name that Nagios does not allow.
func (s *Setup) check(f Format) error {
	for _, o := range s.options() {
		if report.OneLine(o.value) != o.value {
			return fmt.Errorf("%s %q holds characters that do not fit into a configuration", o.name, o.value)
		}
	}
	for _, o := range []option{{"--host", s.Host}, {"--template", s.Template}} {
		switch {
		case strings.TrimSpace(o.value) == "" || strings.TrimSpace(o.value) != o.value:
			return fmt.Errorf("%s %q is no name", o.name, o.value)
		case report.OneLine(o.value) != o.value:
			return fmt.Errorf("%s %q holds characters that do not fit into a configuration", o.name, o.value)
		case f == Nagios && strings.ContainsAny(o.value, nagiosIllegal+";"):
			return fmt.Errorf("%s %q holds one of %s;, which Nagios does not allow in names", o.name, o.value, nagiosIllegal)
		}
	}
	return nil
}
