package discover

import (
	"encoding/json"
	"net/url"
	"strings"
)

// The parts of a basket of Icinga Director that are used here. Director reads
// only the properties that are there; what they mean is its own.
type (
	basket struct {
		ServiceSet map[string]serviceSet
	}
	serviceSet struct {
		Name        string            `json:"object_name"`
		Type        string            `json:"object_type"`
		Description string            `json:"description"`
		Assign      string            `json:"assign_filter"`
		Services    []directorService `json:"services"`
		Vars        struct{}          `json:"vars"`
	}
	directorService struct {
		Name    string           `json:"object_name"`
		Type    string           `json:"object_type"`
		Imports []string         `json:"imports"`
		Display string           `json:"display_name,omitempty"`
		Notes   string           `json:"notes,omitempty"`
		Icon    string           `json:"icon_image,omitempty"`
		Groups  []string         `json:"groups"`
		Vars    map[string]value `json:"vars"`
	}
)

// value is a custom variable: a string, or a list if many is not nil.
type value struct {
	one  string
	many []string
}

// MarshalJSON writes a string or an array.
func (v value) MarshalJSON() ([]byte, error) {
	if v.many != nil {
		return json.Marshal(v.many)
	}
	return json.Marshal(v.one)
}

// director writes a basket with one Service Set that is assigned to the host.
func director(all []service, s *Setup) (string, error) {
	name := "netstat " + s.Host
	set := serviceSet{
		Name: name, Type: "template", Description: "Items of check_netstat on " + s.Host,
		Assign: directorFilter("host.name", s.Host), Services: make([]directorService, len(all)),
	}
	for i := range all {
		sv := &all[i]
		vars := map[string]value{}
		for _, v := range sv.identity() {
			vars["netstat_"+v.name] = value{one: noMacros(v.value)}
		}
		if s.Dir != "" {
			vars["netstat_dir"] = value{one: noMacros(s.Dir)}
		}
		for _, l := range variables(s, sv.Key) {
			many := make([]string, len(l.values))
			for i, v := range l.values {
				many[i] = noMacros(v)
			}
			vars["netstat_"+l.name] = value{many: many}
		}
		set.Services[i] = directorService{
			Name: sv.Name, Type: "object", Imports: []string{s.Template},
			Display: noCode(sv.Display), Notes: sv.Notes, Icon: sv.Icon,
			Groups: []string{groupAll, sv.Group}, Vars: vars, // Director's groups take the place of the template's
		}
	}
	return encode(basket{ServiceSet: map[string]serviceSet{name: set}})
}

// noCode keeps Director from making code of a name: text between two "$" becomes
// an expression of Icinga's language if it looks like a variable, and "$$" is not
// an escape there (IcingaConfigHelper.php, renderStringWithVariables).
func noCode(name string) string {
	if strings.Count(name, "$") < 2 {
		return name
	}
	return strings.TrimSpace(strings.ReplaceAll(name, "$", "$ "))
}

// directorFilter writes "column is text" as Director keeps an assign filter: the
// text is JSON, which is escaped as in an address.
func directorFilter(column, text string) string {
	quoted, err := json.Marshal(text)
	if err != nil { // a string always has a JSON form
		panic(err)
	}
	return column + "=" + strings.ReplaceAll(url.QueryEscape(string(quoted)), "+", "%20")
}
