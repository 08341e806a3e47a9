package discover

import (
	"bytes"
	"encoding/json"
)

// plainJSON writes the services for programs: the host, the options that lead
// to the items, and each service with the arguments that judge it.
func plainJSON(all []service, s *Setup) (string, error) {
	type entry struct {
		service
		Arguments []string `json:"arguments"` // of check_netstat
	}
	out := struct {
		Host     string  `json:"host"`
		Template string  `json:"template"`
		Services []entry `json:"services"`
	}{s.Host, s.Template, make([]entry, len(all))}
	var shared []string
	for i := range s.Options {
		shared = append(shared, s.Options[i].words()...)
	}
	for i := range all {
		arguments := append(append([]string{}, shared...), "--item="+all[i].Key)
		out.Services[i] = entry{all[i], arguments}
	}
	return encode(out)
}

// encode writes JSON one value a line, so that a change of one item is a change
// of its lines in git.
func encode[T any](v T) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return b.String(), nil
}
