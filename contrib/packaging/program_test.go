//go:build dist && linux

package main

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// unpack unpacks an archive of the release and returns its folder.
func unpack(t *testing.T, system string) string {
	t.Helper()
	dir, err := os.MkdirTemp(work, "unpacked-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(system, "windows") {
		output(t, "unzip", "-q", file(t, made, "*-"+system+".zip"), "-d", dir)
	} else {
		output(t, "tar", "-xzf", file(t, made, "*-"+system+".tar.gz"), "-C", dir)
	}
	return file(t, dir, "check_netstat-1.2.3-"+system)
}

func TestEachArchiveHasItsSystemsProgram(t *testing.T) {
	linux := map[string]elf.Machine{"linux-amd64": elf.EM_X86_64, "linux-arm64": elf.EM_AARCH64, "linux-386": elf.EM_386, "linux-armv7": elf.EM_ARM, "freebsd-amd64": elf.EM_X86_64}
	for system, machine := range linux {
		f, err := elf.Open(filepath.Join(unpack(t, system), "check_netstat"))
		if err != nil {
			t.Fatal(err)
		}
		if f.Machine != machine || f.Section(".interp") != nil {
			t.Errorf("%s: the program is for %s, or not static", system, f.Machine)
		}
	}
	for system, cpu := range map[string]macho.Cpu{"darwin-amd64": macho.CpuAmd64, "darwin-arm64": macho.CpuArm64} {
		f, err := macho.Open(filepath.Join(unpack(t, system), "check_netstat"))
		if err != nil {
			t.Fatal(err)
		}
		if f.Cpu != cpu {
			t.Errorf("%s: the program is for %s", system, f.Cpu)
		}
	}
	for _, system := range []string{"linux-amd64", "linux-386"} { // which run here
		program := filepath.Join(unpack(t, system), "check_netstat")
		text, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(source+"/")) || bytes.Contains(text, []byte(work)) {
			t.Errorf("%s: the program names a folder of this machine", system)
		}
		out, err := exec.Command(program, "--version").Output()
		if want := "check_netstat v1.2.3 ("; !strings.HasPrefix(string(out), want) {
			t.Errorf("%s: %s, %v", system, out, err)
		}
	}
}

func TestAnArchiveHasWhatItsReadmeLinksTo(t *testing.T) {
	for _, system := range []string{"linux-amd64", "windows-amd64"} {
		dir := unpack(t, system)
		text, err := os.ReadFile(filepath.Join(dir, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		links := 0
		for _, part := range strings.Split(string(text), "](")[1:] {
			target, _, _ := strings.Cut(part, ")")
			target, _, _ = strings.Cut(target, "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(dir, target)); err != nil {
				t.Errorf("%s: README links to %s", system, target)
			}
		}
		if links < 5 {
			t.Errorf("%s: README has %d links", system, links)
		}
		for _, name := range append([]string{"COPYRIGHT", "LICENSE", "CHANGELOG.md"}, exampleLists...) {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestTheWindowsProgramHasVersionAndManifest(t *testing.T) {
	for system, machine := range map[string]uint16{"windows-amd64": pe.IMAGE_FILE_MACHINE_AMD64, "windows-arm64": pe.IMAGE_FILE_MACHINE_ARM64, "windows-386": pe.IMAGE_FILE_MACHINE_I386} {
		f, err := pe.Open(filepath.Join(unpack(t, system), "check_netstat.exe"))
		if err != nil {
			t.Fatal(err)
		}
		if f.Machine != machine {
			t.Errorf("%s: the program is for %#x", system, f.Machine)
		}
		section := f.Section(".rsrc")
		if section == nil {
			t.Errorf("%s: no resources", system)
			continue
		}
		data, err := section.Data()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"VS_VERSION_INFO", "ProductVersion", "FileDescription", "1.2.3.0", "check_netstat.exe"} {
			if !bytes.Contains(data, wide(want)) {
				t.Errorf("%s: the version resource has no %s", system, want)
			}
		}
		for _, want := range []string{`level="asInvoker"`, "longPathAware", ">true<"} {
			if !bytes.Contains(data, []byte(want)) {
				t.Errorf("%s: the manifest has no %s", system, want)
			}
		}
	}
}

// wide is text as resources have it.
func wide(text string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// The tests of contrib/integration run the .exe that they are given.
func TestTheWindowsProgramRuns(t *testing.T) {
	c := exec.Command("go", "test", "-tags", "forceposix integration", "-count=1", "-v", "-run", "^TestTheWindowsProgramPrintsTheSameBytes$", "./contrib/integration")
	c.Dir = source
	c.Env = append(os.Environ(), "CHECK_NETSTAT_EXE="+filepath.Join(unpack(t, "windows-amd64"), "check_netstat.exe"))
	out, err := c.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: TestTheWindowsProgramPrintsTheSameBytes")) {
		t.Errorf("%v\n%s", err, out)
	}
}
