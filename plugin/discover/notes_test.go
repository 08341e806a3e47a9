package discover

import (
	"html"
	"strings"
	"testing"

	"check_netstat/plugin/report"
)

func TestNotesShowACommentAsItIs(t *testing.T) {
	for _, tt := range []struct{ comment, want string }{
		{"", ""},
		{"remote login", "remote login"},
		{"at least 3 clients (prod), see https://wiki.example.com/db_main", "at least 3 clients (prod), see https://wiki.example.com/db_main"},
		{"<b>bold</b>", "&#60;b&#62;bold&#60;/b&#62;"},
		{"*bold* _it_ `code` ~~x~~", "&#42;bold&#42; &#95;it&#95; &#96;code&#96; &#126;&#126;x&#126;&#126;"},
		{"[a](https://example.com)", "&#91;a&#93;(https://example.com)"},
		{"![a](b)", "&#33;&#91;a&#93;(b)"},
		{"$host.vars.secret$", "&#36;host.vars.secret&#36;"},
		{"# heading", "&#35; heading"},
		{"- list", "&#45; list"},
		{"10. list", "10&#46; list"},
		{"10) list", "10&#41; list"},
		{"db-main #2 is 10.0.0.5.", "db-main #2 is 10.0.0.5."},
		{"&lt;", "&#38;lt;"},
		{`back\slash`, "back&#92;slash"},
		{"two\nlines  ", "two lines"},
		{"Büro", "Büro"},
	} {
		if got := notes(tt.comment); got != tt.want {
			t.Errorf("notes of %q are %q, want %q", tt.comment, got, tt.want)
		}
	}
}

func FuzzNotes(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, comment string) {
		got := notes(comment)
		bare := strings.NewReplacer("&#", "", ";", "").Replace(got)
		if strings.ContainsAny(bare, "<>&|`*~[]$\\") {
			t.Errorf("%q became %q", comment, got)
		}
		if want := strings.TrimSpace(report.OneLine(comment)); html.UnescapeString(got) != want {
			t.Errorf("%q is shown as %q", comment, html.UnescapeString(got))
		}
	})
}
