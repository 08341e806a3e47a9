//go:build integration && linux

package integration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// page is a page as the browser has it once all scripts have run.
type page struct{ name, dom string }

var blanks = regexp.MustCompile(`\s+`)

// browse opens a page in Chromium. What was seen is left in bin/integration, a
// picture and the DOM.
func (w *icingaweb) browse(t *testing.T, name, path string, width, height int) *page {
	t.Helper()
	dir := filepath.Join(root, "bin/integration")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	size := fmt.Sprintf("--window-size=%d,%d", width, height)
	dom := w.chromium(t, size, "--dump-dom", w.url+path)
	picture := filepath.Join(folder(t, filepath.Join(w.dir, "pictures")), name+".png")
	w.chromium(t, size, "--screenshot="+picture, w.url+path)
	image, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(dir, name+".png"), image, 0o644), os.WriteFile(filepath.Join(dir, name+".html"), []byte(dom), 0o644)); err != nil {
		t.Fatal(err)
	}
	return &page{name, dom}
}

// chromium runs the browser on one page. Its clock runs ahead while it waits, so
// that what the page fetches by itself is there.
func (w *icingaweb) chromium(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	own := command(t, "chromium")
	all := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=8000",
		"--user-data-dir=" + folder(t, filepath.Join(w.dir, "browser"))}, args...)
	c := exec.CommandContext(ctx, own.Path, all...)
	c.Dir, c.Env, c.SysProcAttr = own.Dir, own.Env, own.SysProcAttr
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	var out, messages bytes.Buffer
	c.Stdout, c.Stderr = &out, &messages
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", c, err, tail(messages.String(), 2000))
	}
	return out.String()
}

// text is the DOM with each run of blanks as one.
func (p *page) text() string { return blanks.ReplaceAllString(p.dom, " ") }

// expect looks for an expression in the page, so many times.
func (p *page) expect(t *testing.T, times int, expression string) {
	t.Helper()
	if n := len(regexp.MustCompile(expression).FindAllString(p.text(), -1)); n != times {
		t.Errorf("%s has %d times %s, want %d: see bin/integration/%[1]s.html", p.name, n, expression, times)
	}
}

// part returns the page's part between two texts.
func (p *page) part(t *testing.T, from, to string) *page {
	t.Helper()
	text := p.text()
	_, after, ok := strings.Cut(text, from)
	if !ok {
		t.Errorf("%s has no %s", p.name, from)
	}
	if to != "" {
		after, _, _ = strings.Cut(after, to)
	}
	return &page{p.name, after}
}
