package discover

import (
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func checkJSON(t *testing.T, program, comment, key, dir string) {
	t.Helper()
	s := setup(dir)
	text, want := written(t, JSON, s, program, comment, key)
	var got struct {
		Host, Template string
		Services       []struct {
			service
			Arguments []string
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.Host != s.Host || got.Template != s.Template || len(got.Services) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got.Services[i].service != want[i] {
			t.Errorf("read back %+v, wrote %+v", got.Services[i].service, want[i])
		}
		arguments := append(s.words(), "--item="+want[i].Key)
		if !slices.Equal(got.Services[i].Arguments, arguments) {
			t.Errorf("arguments %q, want %q", got.Services[i].Arguments, arguments)
		}
	}
}

func TestJSONIsReadBackAsItWas(t *testing.T) {
	for i, text := range hostile {
		checkJSON(t, text, hostile[len(hostile)-1-i], text, text)
	}
}

func FuzzJSON(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, text, text, text)
	}
	f.Fuzz(checkJSON)
}

func checkDirector(t *testing.T, program, comment, key, dir string) {
	t.Helper()
	s := setup(dir)
	text, want := written(t, Director, s, program, comment, key)
	var got struct {
		ServiceSet map[string]struct {
			Assign   string `json:"assign_filter"`
			Services []struct {
				Name    string `json:"object_name"`
				Imports []string
				Display string `json:"display_name"`
				Notes   string
				Icon    string `json:"icon_image"`
				Groups  []string
				Vars    map[string]any
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	set, ok := got.ServiceSet["netstat "+s.Host]
	if !ok || len(got.ServiceSet) != 1 || len(set.Services) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		sv := set.Services[i]
		vars := map[string]any{}
		for name, v := range sv.Vars {
			switch v := v.(type) {
			case bool:
				vars[name] = v
			case string:
				vars[name] = macros(t, v)
			case []any:
				var many []string
				for _, one := range v {
					many = append(many, macros(t, one.(string)))
				}
				vars[name] = many
			}
		}
		wantVars := map[string]any{
			"netstat_key": w.Key, "netstat_kind": w.Kind, "netstat_endpoint": w.Endpoint, "netstat_program": w.Program,
			"netstat_comment": w.Comment, "netstat_dir": s.given("dir")[0], "netstat_ignore_process": true, "netstat_item": []string{w.Key}, "netstat_port": []string{"tcp:22"},
		}
		if lists := s.given("listening"); lists != nil {
			wantVars["netstat_listening"] = lists
		}
		if !reflect.DeepEqual(vars, wantVars) {
			t.Errorf("variables %q, want %q", vars, wantVars)
		}
		if sv.Name != w.Name || !slices.Equal(sv.Imports, []string{s.Template}) || !slices.Equal(sv.Groups, []string{"netstat", w.Group}) ||
			sv.Display != noCode(w.Display) || sv.Notes != w.Notes || sv.Icon != w.Icon {
			t.Errorf("service %+v", sv)
		}
	}
}

func TestADirectorBasketIsReadBackAsItWas(t *testing.T) {
	for i, text := range hostile {
		checkDirector(t, text, hostile[len(hostile)-1-i], text, text)
	}
}

func TestDirectorMakesNoCodeOfAName(t *testing.T) {
	for name, want := range map[string]string{
		"costs $5":           "costs $5",
		"$host.vars.secret$": "$ host.vars.secret$",
		"a$b$c$":             "a$ b$ c$",
	} {
		if got := noCode(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

func FuzzDirector(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, text, text, text)
	}
	f.Fuzz(checkDirector)
}

func TestADirectorFilterNamesOneHostWhateverItIsCalled(t *testing.T) {
	for _, host := range []string{"web01", "a b", `a"&host.name=*|b`, "é+", "(x)"} {
		filter := directorFilter("host.name", host)
		column, escaped, _ := strings.Cut(filter, "=")
		if strings.ContainsAny(escaped, "&|()+ =*\"") {
			t.Errorf("filter %s", filter)
		}
		text, err := url.PathUnescape(escaped)
		var got string
		if err != nil || json.Unmarshal([]byte(text), &got) != nil || column != "host.name" || got != host {
			t.Errorf("filter %s means %q, want %q", filter, text, host)
		}
	}
}
