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

// value is a custom variable: a string, a list if many is not nil, or true.
type value struct {
	one  string
	many []string
	flag bool
}

// MarshalJSON writes a string, an array or true.
func (v value) MarshalJSON() ([]byte, error) {
	if v.flag {
		return []byte("true"), nil
	}
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
		for i := range s.Options {
			vars["netstat_"+s.Options[i].variable()] = s.Options[i].value()
		}
		vars["netstat_item"] = value{many: []string{noMacros(sv.Key)}}
		set.Services[i] = directorService{
			Name: sv.Name, Type: "object", Imports: []string{s.Template},
			Display: noCode(sv.Display), Notes: sv.Notes, Icon: sv.Icon,
			Groups: sv.groups(), Vars: vars,
		}
	}
	return encode(basket{ServiceSet: map[string]serviceSet{name: set}})
}

// groups are all that the service is in: in Director they take the place of the
// template's.
func (sv *service) groups() []string {
	if sv.Group == "" {
		return []string{groupAll}
	}
	return []string{groupAll, sv.Group}
}

// value is that of the option's variable.
func (o *Option) value() value {
	if o.Flag {
		return value{flag: true}
	}
	many := make([]string, len(o.Values))
	for i, v := range o.Values {
		many[i] = noMacros(v)
	}
	if o.Many {
		return value{many: many}
	}
	return value{one: strings.Join(many, "")}
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
