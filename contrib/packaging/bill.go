package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// bill is a bill of materials in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/),
// as far as a program of Go needs it. cyclonedx-gomod writes the time of its run,
// which would make two releases of one source differ.
type bill struct {
	Format   string `json:"bomFormat"`
	Spec     string `json:"specVersion"`
	Version  int    `json:"version"`
	Metadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	} `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
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

// writeBill writes which modules the programs of all targets were built from, and
// which Go has built them, as the programs themselves say it (go version -m).
func (r *release) writeBill() error {
	app := newComponent("application", "check_netstat", strings.ReplaceAll(r.semver, "+", "-"))
	b := bill{Format: "CycloneDX", Spec: "1.6", Version: 1}
	b.Metadata.Timestamp, b.Metadata.Component = r.time.Format(time.RFC3339), app
	programs, err := filepath.Glob(filepath.Join(r.work, "*", "check_netstat*"))
	if err != nil {
		return err
	}
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return err
		}
		b.Components = append(b.Components, newComponent("library", "std", strings.TrimPrefix(info.GoVersion, "go")))
		for _, m := range info.Deps {
			b.Components = append(b.Components, newComponent("library", m.Path, m.Version))
		}
	}
	slices.SortFunc(b.Components, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	b.Components = slices.Compact(b.Components)
	needs := dependency{Ref: app.Ref}
	for _, c := range b.Components {
		needs.DependsOn = append(needs.DependsOn, c.Ref)
	}
	b.Dependencies = []dependency{needs}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(r.file(".cdx.json"), append(text, '\n'), 0o644)
}

func newComponent(kind, name, version string) component {
	purl := "pkg:golang/" + name + "@" + version
	return component{Ref: purl, Type: kind, Name: name, Version: version, PURL: purl}
}
