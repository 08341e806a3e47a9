package discover

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"check_netstat/plugin/report"
	"check_netstat/plugin/watch"
)

// Format is a syntax of monitoring objects.
type Format string

// The formats.
const (
	Icinga2         Format = "icinga2"
	Nagios          Format = "nagios"
	Director        Format = "director"
	BusinessProcess Format = "businessprocess"
	JSON            Format = "json"
)

// writers are the formats in the order of the help, each with what writes it.
var writers = [...]struct {
	format Format
	write  func(all []service, s *Setup) (string, error)
}{
	{Icinga2, icinga2},
	{Nagios, nagios},
	{Director, director},
	{BusinessProcess, businessProcess},
	{JSON, plainJSON},
}

// Formats returns the names of the formats, in the order of the help.
func Formats() []string {
	names := make([]string, len(writers))
	for i, w := range writers {
		names[i] = string(w.format)
	}
	return names
}

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	for _, w := range writers {
		if string(w.format) == name {
			return w.format, nil
		}
	}
	return "", fmt.Errorf("discover %q: not one of %s", name, strings.Join(Formats(), ", "))
}

// Setup is what all services of a run share.
type Setup struct {
	Host     string // the host object the services belong to
	Template string // the service template they use, and for Nagios its command
	// Options are those of the command line that decide a verdict, as they were
	// given: where the items come from, since a repeated key is numbered over all
	// items, where the sockets come from and how they are judged.
	Options []Option
}

// Option is one option of the command line.
type Option struct {
	Name   string // without dashes
	Values []string
	Flag   bool // it takes no value
	Many   bool // it may be given several times
}

// variable is the custom variable of contrib's check commands that stands for the
// option.
func (o *Option) variable() string { return strings.ReplaceAll(o.Name, "-", "_") }

// words writes the option for a command line: each value as a word of its own,
// behind an "=" if it would look like an option.
func (o *Option) words() []string {
	if o.Flag {
		return []string{"--" + o.Name}
	}
	var words []string
	for _, value := range o.Values {
		if strings.HasPrefix(value, "-") {
			words = append(words, "--"+o.Name+"="+value)
		} else {
			words = append(words, "--"+o.Name, value)
		}
	}
	return words
}

// option is a name with its value.
type option struct{ name, value string }

// service is one item as a monitoring object. All text is one line of UTF-8.
type service struct {
	Name     string `json:"name"`
	Key      string `json:"key"`
	Display  string `json:"display_name"`
	Kind     string `json:"kind"`
	Endpoint string `json:"endpoint"` // empty if the row of the item cannot be judged
	Program  string `json:"program"`
	Unit     string `json:"service"` // the service that the sockets belong to, "" for any
	Comment  string `json:"comment"`
	Notes    string `json:"notes"` // the comment as markup that shows it as it is
	Icon     string `json:"icon_image"`
	Group    string `json:"group"`           // "" for an item that counts: it is in neither view
	Error    string `json:"error,omitempty"` // why the row of the item cannot be judged
}

// groupAll has every service of contrib's templates.
const groupAll = "netstat"

// kinds are the service groups of contrib, NetstatWatcher's two state views, each
// with its title and with an icon that Icinga Web has.
var kinds = [...]struct {
	kind               watch.Kind
	group, title, icon string
}{
	{watch.Connection, "netstat-connections", "Network connections", "plug"},
	{watch.Listening, "netstat-listening", "Listening ports", "globe"},
}

func services(items []watch.Item) []service {
	all := make([]service, len(items))
	for i := range items {
		it := &items[i]
		sv := &all[i]
		*sv = service{
			Name: serviceName(it.Key), Key: it.Key, Display: displayName(it), Kind: it.Kind.String(),
			Program: report.OneLine(it.Program.Display()), Comment: report.OneLine(it.Comment), Notes: notes(it.Comment),
			Unit: report.OneLine(it.Service.String()),
		}
		for _, k := range kinds {
			if k.kind == it.Kind {
				sv.Group, sv.Icon = k.group, k.icon
			}
		}
		if it.Err != nil {
			sv.Error = report.OneLine(it.Err.Error())
		} else {
			sv.Endpoint = report.OneLine(it.Endpoint())
		}
	}
	return all
}

// attributes returns what a web interface shows of the service itself. Empty ones
// are left out.
func (sv *service) attributes() []option {
	all := []option{{"display_name", sv.Display}, {"notes", sv.Notes}, {"icon_image", sv.Icon}}
	return slices.DeleteFunc(all, func(o option) bool { return o.value == "" })
}

// identity returns what the service says about its item, as custom variables:
// their names have a prefix in each format.
func (sv *service) identity() []option {
	all := []option{
		{"key", sv.Key}, {"kind", sv.Kind}, {"endpoint", sv.Endpoint}, {"program", sv.Program}, {"comment", sv.Comment},
	}
	if sv.Unit != "" {
		all = append(all, option{"service", sv.Unit})
	}
	return all
}

// displayName returns the item's short form, as short as a name may be. The web
// interfaces of Nagios print it as it is.
func displayName(it *watch.Item) string {
	text := strings.TrimSpace(report.Clean(it.Display()))
	if len(text) <= maxName {
		return text
	}
	end := maxName
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
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
	for _, w := range writers {
		if w.format == f {
			text, err = w.write(services(items), s)
		}
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
	for _, o := range s.Options {
		for _, value := range o.Values {
			if report.OneLine(value) != value {
				return fmt.Errorf("--%s %q holds characters that do not fit into a configuration", o.Name, value)
			}
		}
	}
	for _, o := range []option{{"--host", s.Host}, {"--template", s.Template}} {
		switch {
		case strings.TrimSpace(o.value) == "" || strings.TrimSpace(o.value) != o.value:
			return fmt.Errorf("%s %q is no name", o.name, o.value)
		case report.OneLine(o.value) != o.value:
			return fmt.Errorf("%s %q holds characters that do not fit into a configuration", o.name, o.value)
		case f == BusinessProcess && o.name == "--host" && strings.Contains(o.value, ";"):
			return fmt.Errorf("%s %q holds a semicolon, which parts host and service in a business process", o.name, o.value)
		case f == Nagios && strings.ContainsAny(o.value, nagiosIllegal+";"):
			return fmt.Errorf("%s %q holds one of %s;, which Nagios does not allow in names", o.name, o.value, nagiosIllegal)
		}
	}
	return nil
}
