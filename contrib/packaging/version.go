package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// version is a version in the parts that package formats write differently.
type version struct {
	text string // as the program says it
	base string // 1.2.3
	pre  string // rc1, of a version before base
	post string // of what was committed since base: git and the time of the commit
}

// described is what git describe makes of a tag: with the commits since it.
var described = regexp.MustCompile(`^v?([0-9]+\.[0-9]+\.[0-9]+)(?:-((?:alpha|beta|rc)[0-9]*))?(-[0-9]+-g[0-9a-f]+)?(-dirty)?$`)

// parseVersion reads what git describe says. What has no tag is after 0.0.0.
func parseVersion(text string, commit time.Time) version {
	v := version{text: text, base: "0.0.0", post: "git" + commit.UTC().Format("20060102150405")}
	if m := described.FindStringSubmatch(text); m != nil {
		v.base, v.pre = m[1], m[2]
		if m[3] == "" && m[4] == "" {
			v.post = ""
		}
	}
	return v
}

// in writes the version as packages of a format do: ~ sorts before what it
// follows, + after it; apk has one separator, and knows by the word.
func (v version) in(format string) string {
	before, after := "~", "+"
	if format == "apk" {
		before, after = "_", "_"
	}
	text := v.base
	if v.pre != "" {
		text += before + v.pre
	}
	if v.post != "" {
		text += after + v.post
	}
	return text
}

// number is the version as Windows has it, four numbers; the last is 0.
func (v version) number() string { return v.base + ".0" }

// file is the version in the name of an archive.
func (v version) file() string {
	parts := []string{v.base}
	for _, p := range []string{v.pre, v.post} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "-")
}

func (v version) String() string { return fmt.Sprintf("%s (%s)", v.file(), v.text) }
