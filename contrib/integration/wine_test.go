//go:build integration && linux

package integration

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// windows is Wine with check_netstat.exe.
type windows struct {
	home string // of the account; the Wine prefix is in it
	exe  string
}

const wineProgram = "/usr/lib/wine/wine64"

func (w *windows) command(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	c := command(t, program, args...)
	c.Dir = w.home
	// Without Wine's messages, its browser and .NET, and without a display.
	c.Env = append(c.Env, "HOME="+w.home, "WINEPREFIX="+w.prefix(), "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=")
	return c
}

func (w *windows) prefix() string { return filepath.Join(w.home, "prefix") }

// run runs the program; standard error is Wine's own.
func (w *windows) run(t *testing.T, args ...string) (text string, code int) {
	t.Helper()
	c := w.command(t, wineProgram, append([]string{w.exe}, args...)...)
	var out bytes.Buffer
	c.Stdout = &out
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), c.ProcessState.ExitCode()
}

func newWindows(t *testing.T) *windows {
	t.Helper()
	w := &windows{home: folder(t, filepath.Join(open(t, "wine"), "home"))}
	if w.exe = os.Getenv("CHECK_NETSTAT_EXE"); w.exe == "" { // make dist-test gives the release's
		w.exe = filepath.Join(plugins, "check_netstat.exe")
		if err := build("windows", w.exe); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		must(t, w.command(t, "/usr/lib/wine/wineserver", "-k")) // ends all of this prefix and waits
	})
	must(t, w.command(t, wineProgram, "wineboot", "-i"))
	must(t, w.command(t, "/usr/lib/wine/wineserver", "-w"))
	object := filepath.Join(w.home, "bcryptprimitives.o")
	must(t, w.command(t, "x86_64-w64-mingw32-dlltool", "-d", contrib("integration/bcryptprimitives.def"), "-e", object))
	must(t, w.command(t, "x86_64-w64-mingw32-ld", "-shared", "-e", "0",
		"-o", filepath.Join(w.prefix(), "drive_c/windows/system32/bcryptprimitives.dll"), object))
	return w
}

// z is a path as a Windows program sees it, with the slash that is asked for.
func z(path, slash string) string { return "Z:" + strings.ReplaceAll(path, "/", slash) }

func TestTheWindowsProgramPrintsTheSameBytes(t *testing.T) {
	w := newWindows(t)
	captures := open(t, "captures")
	for _, name := range []string{"windows-ano.txt", "windows-anob.txt", "linux-tunap.txt", "lists/monitoredTcpConnects.csv", "lists/monitoredListeningPorts.csv"} {
		text, err := os.ReadFile(filepath.Join(root, "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(captures, filepath.Base(name)), string(text))
	}
	for _, tt := range []struct {
		name string
		args []string // FILE/ is the folder of the captures
		code int
	}{
		{"all items", []string{"--dir", "FILE/", "--input", "FILE/windows-anob.txt", "-vv", "--item", "*/10.*", "--item", "*/194*", "--item", "listening*"}, 2},
		{"one item", []string{"--listening", "FILE/monitoredListeningPorts.csv", "--input", "FILE/windows-anob.txt", "--item", "*snmp"}, 0},
		{"hidden program", []string{"--listening", "FILE/monitoredListeningPorts.csv", "--input", "FILE/windows-ano.txt", "--item", "*snmp"}, 3},
		{"ad hoc", []string{"--input", "FILE/linux-tunap.txt", "--connection", "198.51.100.4:3306,java", "--port", "tcp:8080,java"}, 0},
		{"table", []string{"--connections", "FILE/monitoredTcpConnects.csv", "--input", "FILE/windows-ano.txt", "--ignore-process", "--output", "table", "--item", "*powershell"}, 2},
		{"sockets as JSON", []string{"sockets", "--input", "FILE/windows-anob.txt", "--output", "json"}, 0},
		{"items", []string{"items", "--dir", "FILE/"}, 0},
		{"wrong option", []string{"--no-such-option"}, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			with := func(folder string) []string {
				args := make([]string, len(tt.args))
				for i, a := range tt.args {
					args[i] = strings.Replace(a, "FILE/", folder, 1)
				}
				return args
			}
			want, code := plugin(t, with(captures+"/")...)
			if code != tt.code {
				t.Fatalf("on Linux: exit %d, want %d\n%s", code, tt.code, want)
			}
			for _, slash := range []string{"/", `\`} {
				got, code := w.run(t, with(z(captures, slash)+slash)...)
				if code != tt.code || withoutTime(got) != withoutTime(want) {
					t.Errorf("with %s: exit %d\n%s\non Linux: exit %d\n%s", slash, code, got, tt.code, want)
				}
			}
		})
	}

	t.Run("the tables of the kernel", w.kernelTables)
	t.Run("the lists of ProgramData", func(t *testing.T) {
		dir := filepath.Join(w.prefix(), "drive_c/ProgramData/check_netstat")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "monitoredListeningPorts.csv"), "ipProtocol,localPort,procName\r\ntcp,10115,endpoint\r\n")
		// So do the commands of NSClient++ and snclient, split as they do it.
		for _, args := range append(scriptArguments(t), []string{}) {
			got, code := w.run(t, append(args, "--input", z(captures, "/")+"/windows-anob.txt")...)
			if code != 0 || !strings.HasPrefix(got, "OK: listening on 0.0.0.0:10115 (endpoint.exe) [listening/tcp/any:10115/endpoint] | ") {
				t.Errorf("%q: exit %d\n%s", args, code, got)
			}
		}
	})
}

// scriptArguments returns the arguments of the commands in contrib/nsclient, the
// key of an item being theirs.
func scriptArguments(t *testing.T) (all [][]string) {
	t.Helper()
	for _, file := range []string{"nsclient.ini", "snclient_local_netstat.ini"} {
		text, err := os.ReadFile(contrib("nsclient/" + file))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.SplitSeq(string(text), "\n") {
			value, ok := strings.CutPrefix(line, "command = ")
			if !ok {
				continue
			}
			_, value, ok = strings.Cut(value, "check_netstat.exe")
			if !ok || strings.Contains(value, `\`) {
				t.Fatalf("%s: %s", file, line)
			}
			args := strings.Fields(strings.TrimPrefix(value, `"`))
			for i := range args {
				args[i] = strings.ReplaceAll(strings.Trim(args[i], `"`), "$ARG1$", "listening/tcp/any:10115/endpoint")
			}
			all, n = append(all, args), n+1
		}
		if n != 2 {
			t.Errorf("%s: %d commands", file, n)
		}
	}
	return all
}
