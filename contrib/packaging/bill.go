package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// bill is a bill of materials in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/),
// as far as a program of Go needs it. cyclonedx-gomod writes the time of its run,
// which would make two releases of one source differ.
type bill struct {
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     billMetadata `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type billMetadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Ref     string `json:"bom-ref"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// writeBill writes what the programs of all targets were built from, as the
// programs themselves say it (go version -m).
func (r *release) writeBill() error {
	app := newComponent("application", "check_netstat", r.version.file())
	b := bill{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata: billMetadata{Timestamp: r.time.Format(time.RFC3339), Component: app},
	}
	programs, err := filepath.Glob(filepath.Join(r.work, "*", "check_netstat*"))
	if err != nil {
		return err
	}
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return err
		}
		b.Components = append(b.Components, components(info)...)
	}
	slices.SortFunc(b.Components, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	b.Components = slices.Compact(b.Components)
	needs := make([]string, len(b.Components))
	for i, c := range b.Components {
		needs[i] = c.Ref
	}
	b.Dependencies = []dependency{{Ref: app.Ref, DependsOn: needs}}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	name := "check_netstat-" + r.version.file() + ".cdx.json"
	return os.WriteFile(filepath.Join(r.out, name), append(text, '\n'), 0o644) //nolint:gosec // G306: for all to read
}

// components returns the modules of one program, and the Go that has built it.
func components(info *debug.BuildInfo) []component {
	all := []component{newComponent("library", "std", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		all = append(all, newComponent("library", m.Path, m.Version))
	}
	return all
}

func newComponent(kind, name, version string) component {
	purl := "pkg:golang/" + name + "@" + version
	return component{Ref: purl, Type: kind, Name: name, Version: version, PURL: purl}
}
