// Package service tells which service a socket belongs to: on Linux a systemd
// unit or another control group, on Windows one of the services of its process.
// Unlike a program's name, which is the program's own word, the control group of
// a system service is made by the system.
package service

import (
	"strings"

	"check_netstat/parse"
)

// Service is what is known of the service of a socket. The zero value is hidden.
type Service struct {
	// Path is the path of the control group, "/system.slice/nginx.service".
	Path string
	// Names are the short names of the Windows services of its process. One
	// that stands alone is the socket's; of several each may be.
	Names []string
}

// IsHidden reports whether nothing tells the service: no control group is known,
// it is the root group, or the one of systemd itself, which makes the sockets of
// socket units there.
func (s Service) IsHidden() bool {
	if len(s.Names) > 0 {
		return false
	}
	unit := Unit(s.Path)
	return unit == "" || unit == "init.scope"
}

// String returns the service for people: the unit, a container by its runtime and
// short ID, or the names.
func (s Service) String() string {
	if len(s.Names) > 0 {
		return strings.Join(s.Names, ", ")
	}
	if name, ok := container(s.Path); ok {
		return name
	}
	return Unit(s.Path)
}

// Lasts reports whether the service has the same name after a restart: units of
// services and sockets do, sessions and containers do not.
func (s Service) Lasts() bool {
	if _, isContainer := container(s.Path); isContainer || s.IsHidden() {
		return false
	}
	unit := Unit(s.Path)
	return len(s.Names) == 1 || strings.HasSuffix(unit, ".service") && !strings.HasPrefix(unit, "user@") || strings.HasSuffix(unit, ".socket")
}

// Unit returns the systemd unit of a control group: the first component of its
// path that is no slice (systemd.slice(5)), without the "_" that systemd puts
// before a name that the kernel could take for its own. What lies below a unit is
// the unit's own business.
func Unit(path string) string {
	for part := range strings.SplitSeq(path, "/") {
		if part != "" && !strings.HasSuffix(part, ".slice") {
			return strings.TrimPrefix(part, "_")
		}
	}
	return ""
}

// shortID is how many digits of a container's ID its runtime shows.
const shortID = 12

// container returns the runtime and the short ID of a container by its control
// group: "docker 0123456789ab" for .../docker-0123456789ab....scope, and for the
// groups that runtimes make without systemd (/docker/ID, /kubepods/.../ID).
func container(path string) (name string, ok bool) {
	runtime := ""
	for part := range strings.SplitSeq(path, "/") {
		part = strings.TrimSuffix(part, ".scope")
		switch {
		case part == "docker" || part == "kubepods" || part == "libpod_parent":
			runtime = strings.TrimSuffix(part, "_parent")
			continue
		case strings.HasPrefix(part, "kubepods") && strings.HasSuffix(part, ".slice"):
			runtime = "kubepods"
			continue
		}
		of, id := runtime, part
		if i := strings.LastIndexByte(part, '-'); i >= 0 && isID(part[i+1:]) {
			of, id = part[:i], part[i+1:]
		}
		if of != "" && isID(id) {
			return of + " " + id[:shortID], true
		}
	}
	return "", false
}

// isID reports whether text is a container's ID: 64 hexadecimal digits.
func isID(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}

// suffixes are those of systemd's units that can have control groups.
var suffixes = [...]string{".service", ".socket", ".scope", ".slice", ".mount", ".swap"}

// Pattern is the service of an item: a name, in which "*" and "?" match, or a
// path that begins with "/". The zero value fits every service.
type Pattern struct{ written, text string }

// ParsePattern reads the value of the column service.
func ParsePattern(text string) Pattern { return Pattern{text, strings.ToLower(text)} }

// String returns the service as it was written.
func (p Pattern) String() string { return p.written }

// IsAny reports whether every service fits.
func (p Pattern) IsAny() bool { return p.text == "" }

// Fits says whether the service is the one that the pattern means. A name without
// one of systemd's suffixes has ".service"; a service's name also fits its
// socket unit, and an instance's that of its template.
func (p Pattern) Fits(s Service) parse.Tri {
	switch {
	case p.IsAny():
		return parse.Yes
	case s.IsHidden():
		return parse.Maybe
	case len(s.Names) > 0:
		return p.fitsNames(s.Names)
	case strings.HasPrefix(p.text, "/"):
		return yesIf(matches(p.text, strings.ToLower(s.Path)))
	}
	unit := strings.ToLower(Unit(s.Path))
	for _, name := range p.units() {
		if matches(name, unit) {
			return parse.Yes
		}
	}
	return parse.No
}

// fitsNames judges by the services of a Windows process.
func (p Pattern) fitsNames(names []string) parse.Tri {
	for _, name := range names {
		if matches(p.text, strings.ToLower(name)) {
			if len(names) == 1 {
				return parse.Yes
			}
			return parse.Maybe
		}
	}
	return parse.No
}

// units returns the names of the units that the pattern means.
func (p Pattern) units() []string {
	name := p.text
	hasSuffix := false
	for _, suffix := range suffixes {
		hasSuffix = hasSuffix || strings.HasSuffix(name, suffix)
	}
	if !hasSuffix {
		name += ".service"
	}
	base, isService := strings.CutSuffix(name, ".service")
	if !isService {
		return []string{name}
	}
	units := []string{name, base + ".socket"}
	if template, _, isInstance := strings.Cut(base, "@"); isInstance {
		units = append(units, template+".socket", template+"@.socket")
	}
	return units
}

func yesIf(yes bool) parse.Tri {
	if yes {
		return parse.Yes
	}
	return parse.No
}

// matches reports whether text is the pattern, in which "*" stands for any text
// and "?" for any character. It takes no longer than the product of both lengths.
func matches(pattern, text string) bool {
	star, from := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p, t = p+1, t+1
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
