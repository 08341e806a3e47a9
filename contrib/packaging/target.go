package main

// target is a system that a release is made for.
type target struct {
	os, arch string
	arm      string // GOARM
	// lib is the folder of the system's libraries, which the distributions that
	// use rpm put a plugin below; "" where there are no packages.
	lib string
}

var targets = [...]target{
	{os: "linux", arch: "amd64", lib: "lib64"},
	{os: "linux", arch: "arm64", lib: "lib64"},
	{os: "linux", arch: "386", lib: "lib"},
	{os: "linux", arch: "arm", arm: "7", lib: "lib"},
	{os: "windows", arch: "amd64"},
	{os: "windows", arch: "arm64"},
	{os: "windows", arch: "386"},
	{os: "darwin", arch: "amd64"},
	{os: "darwin", arch: "arm64"},
	{os: "freebsd", arch: "amd64"},
}

// name is the target in the name of a file.
func (t target) name() string {
	if t.arm != "" {
		return t.os + "-" + t.arch + "v" + t.arm
	}
	return t.os + "-" + t.arch
}

// packaging is one package format, and the places of what differs between them.
type packaging struct {
	format  string
	plugins string // folder of the plugin
	zsh     string // folder of zsh's completions
}

// packages returns the packages of a target.
func (t target) packages() []packaging {
	if t.lib == "" {
		return nil
	}
	const site = "/usr/share/zsh/site-functions"
	return []packaging{
		{"deb", "/usr/lib/nagios/plugins", "/usr/share/zsh/vendor-completions"},
		{"rpm", "/usr/" + t.lib + "/nagios/plugins", site},
		{"apk", "/usr/lib/nagios/plugins", site},
	}
}

// nfpmArch is nfpm's name of the processor, from which it makes each format's.
func (t target) nfpmArch() string { return t.arch + t.arm }
