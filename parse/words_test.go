package parse

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// codePages are those that a console or a terminal writes, and in which somebody
// may have opened the file since.
var codePages = []struct {
	name string
	encoding.Encoding
}{
	{"UTF-8", encoding.Nop},
	{"437", charmap.CodePage437},
	{"850", charmap.CodePage850},
	{"852", charmap.CodePage852},
	{"858", charmap.CodePage858},
	{"866", charmap.CodePage866},
	{"1250", charmap.Windows1250},
	{"1251", charmap.Windows1251},
	{"1252", charmap.Windows1252},
	{"ISO 8859-1", charmap.ISO8859_1},
	{"ISO 8859-2", charmap.ISO8859_2},
	{"ISO 8859-15", charmap.ISO8859_15},
}

// translated are the words with letters that ASCII has not.
var translated = []struct {
	word string
	want State
}{
	{"ABHÖREN", Listen},
	{"NASLOUCHÁ", Listen}, {"ZAVŘEN", Closed}, {"ZAVÍRÁ", Closing}, {"POSLEDNÍ ACK", LastAck},
	{"OUÇA", Listen}, {"ÚLTIMO_ACK", LastAck},
	{"STÄNG", Closed}, {"STÄNGD", Closed}, {"STÄNG_VÄNTA", CloseWait}, {"STÄNGER", Closing},
	{"SCHLIEßEN_WARTEN", CloseWait},
}

func TestTranslatedWordsAreKnownInEveryCodePage(t *testing.T) {
	for _, w := range translated {
		pages := 0
		for _, page := range codePages {
			b, err := page.NewEncoder().Bytes([]byte(w.word))
			if err != nil {
				continue // has no such letter
			}
			pages++
			if got, ok := stateOf(b); !ok || got != w.want {
				t.Errorf("%s in %s, %q: %v, %v; want %v", w.word, page.name, b, got, ok, w.want)
			}
		}
		if pages < 4 {
			t.Errorf("%s: only %d code pages have its letters", w.word, pages)
		}
	}
}

func TestTranslatedWordsAreKnownWhenTheyWereMisread(t *testing.T) {
	for _, w := range translated {
		for _, wrote := range codePages {
			b, err := wrote.NewEncoder().Bytes([]byte(w.word))
			if err != nil {
				continue
			}
			for _, took := range codePages[1:] {
				misread, err := took.NewDecoder().Bytes(b)
				if err != nil {
					continue
				}
				if got, ok := stateOf(misread); !ok || got != w.want {
					t.Errorf("%s of %s taken for %s, %q: %v, %v; want %v", w.word, wrote.name, took.name, misread, got, ok, w.want)
				}
			}
		}
		for _, lost := range []string{"?", "??", "\ufffd", "\ufffd\ufffd"} {
			b := []byte(nonASCII(w.word, lost))
			if got, ok := stateOf(b); !ok || got != w.want {
				t.Errorf("%s, %q: %v, %v; want %v", w.word, b, got, ok, w.want)
			}
		}
	}
}

// nonASCII replaces each letter that is no ASCII.
func nonASCII(s, by string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			b.WriteString(by)
		}
	}
	return b.String()
}

func TestWordsOfEachLanguageMeanTheirState(t *testing.T) {
	for language, words := range map[string]map[string]State{
		"German Windows": {
			"ABHÖREN": Listen, "HERGESTELLT": Established, "WARTEND": TimeWait, "SCHLIESSEN_WARTEN": CloseWait,
			"SYN_GESENDET": SynSent, "SYN_EMPFANGEN": SynRecv, "FIN_WARTEN_1": FinWait1, "FIN_WARTEN_2": FinWait2,
		},
		"German Linux":           {"VERBUNDEN": Established, "LISTEN": Listen, "TIME_WAIT": TimeWait},
		"Spanish":                {"ESTABLECIDO": Established, "ESCUCHAR": Listen},
		"Portuguese of Portugal": {"ESCUTA": Listen, "ESTABELECIDO": Established},
		"Portuguese of Brazil": {
			"ESTABELECIDA": Established, "OUÇA": Listen, "FECHAR": Closed, "FECHANDO": Closing, "ESPERANDO_FECHAR": CloseWait,
			"ESPERA_FIN1": FinWait1, "ESPERA_FIN2": FinWait2, "SYN_ENVIADO": SynSent, "SYN_RECEBIDO": SynRecv, "ÚLTIMO_ACK": LastAck,
		},
		"Czech":   {"SPOJENO": Established, "NASLOUCHÁ": Listen, "ZAVŘEN": Closed, "ZAVÍRÁ": Closing, "POSLEDNÍ ACK": LastAck},
		"Swedish": {"ETABLERAD": Established, "LYSSNAR": Listen, "STÄNG": Closed, "STÄNG_VÄNTA": CloseWait, "STÄNGER": Closing},
		"Catalan": {"ESTABLERT": Established, "ESCOLTANT": Listen},
		"NetBSD": {
			"CLOSED": Closed, "LISTEN": Listen, "SYNSEN": SynSent, "SYSRCV": SynRecv, "ESTABL": Established, "CLWAIT": CloseWait,
			"FWAIT1": FinWait1, "CLOSNG": Closing, "LASTAK": LastAck, "FWAIT2": FinWait2, "TMWAIT": TimeWait,
		},
	} {
		for word, want := range words {
			if got, ok := StateByName(word); !ok || got != want {
				t.Errorf("%s: %s = %v, %v; want %v", language, word, got, ok, want)
			}
		}
	}
}

// TestAWordIsTakenForListenOnceOnly: LISTEN, BOUND and CLOSED have one shape, and
// an output has one word for LISTEN. Of two that are not known, nothing tells
// which it is.
func TestAWordIsTakenForListenOnceOnly(t *testing.T) {
	row := func(port int, word string) string {
		return fmt.Sprintf("  TCP    0.0.0.0:%-6d         0.0.0.0:0              %-15s 948\r\n", port, word)
	}
	want := func(port int, state string) string {
		return fmt.Sprintf("tcp4 0.0.0.0:%d 0.0.0.0:* %s 948/", port, state)
	}
	for _, c := range []struct{ first, second, wantFirst, wantSecond string }{
		{"LISTENING", "GEBONDEN", "LISTEN", "!GEBONDEN"},
		{"GEBUNDEN", "ABHÖREN", "BOUND", "LISTEN"},
		{"ABHÖREN", "GEKOPPELT", "LISTEN", "!GEKOPPELT"},
		{"LUISTERT", "LUISTERT", "LISTEN", "LISTEN"},
		{"LUISTERT", "GEBONDEN", "!LUISTERT", "!GEBONDEN"},
		{"BOUND", "LISTENING", "BOUND", "LISTEN"},
		{"BOUND", "LUISTERT", "BOUND", "LISTEN"},
	} {
		got, _ := read(t, strings.NewReader(windowsHeader+row(80, c.first)+row(81, c.second)), Hints{})
		equal(t, got, []string{want(80, c.wantFirst), want(81, c.wantSecond)})
	}
	// The next output may be in another language.
	got, _ := read(t, strings.NewReader(row(80, "LUISTERT")+windowsHeader+row(81, "LISTENING")+windowsHeader+row(82, "SLUCHA")), Hints{})
	equal(t, got, []string{want(80, "LISTEN"), want(81, "LISTEN"), want(82, "LISTEN")})
}

func TestAToolThatDoesNotKnowTheStateNeverMeansListen(t *testing.T) {
	for _, word := range []string{"UNKNOWN", "UNBEKANNT", "INCONNU", "DESCONHECIDA", "TUNDMATU", "NEZNÁM", "OKÄND", "不明"} {
		got, _ := read(t, strings.NewReader("tcp        0      0 0.0.0.0:22              0.0.0.0:*               "+word+"\n"), Hints{})
		equal(t, got, []string{"tcp4 0.0.0.0:22 0.0.0.0:* !" + word + " -"})
	}
}

// TestHeadersInAnyCodePageAreNeverRows: Windows translates all but the states.
func TestHeadersInAnyCodePageAreNeverRows(t *testing.T) {
	for _, c := range []struct {
		page   encoding.Encoding
		header string
	}{
		{charmap.CodePage850, "Connexions actives\r\n\r\n  Proto  Adresse locale         Adresse distante       État\r\n"},
		{charmap.CodePage850, "Conexiones activas\r\n\r\n  Proto  Dirección local          Dirección remota        Estado           PID\r\n"},
		{charmap.CodePage860, "Conexões ativas\r\n\r\n  Proto  Endereço local         Endereço externo       Estado          PID\r\n"},
		{charmap.CodePage866, "Активные подключения\r\n\r\n  Имя    Локальный адрес        Внешний адрес          Состояние       PID\r\n"},
		{charmap.Windows1251, "Активные подключения\r\n\r\n  Имя    Локальный адрес        Внешний адрес          Состояние       PID\r\n"},
		{japanese.ShiftJIS, "アクティブな接続\r\n\r\n  プロトコル  ローカル アドレス      外部アドレス           状態            PID\r\n"},
		{simplifiedchinese.GBK, "活动连接\r\n\r\n  协议  本地地址          外部地址        状态           PID\r\n"},
		{korean.EUCKR, "활성 연결\r\n\r\n  프로토콜  로컬 주소              외부 주소              상태            PID\r\n"},
		{encoding.Nop, "활성 연결\r\n\r\n  프로토콜  로컬 주소              외부 주소              상태            PID\r\n"},
	} {
		header, err := c.page.NewEncoder().String(c.header)
		if err != nil {
			t.Fatalf("%s: %v", c.header, err)
		}
		owner, err := c.page.NewEncoder().String(" [prog.exe]\r\n")
		if err != nil {
			t.Fatal(err)
		}
		in := header + "  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948\r\n" + owner +
			"  TCP         [::1]:8009             [::1]:17946            ESTABLISHED     11076\r\n"
		got, sum := read(t, strings.NewReader(in), Hints{})
		equal(t, got, []string{"tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/prog.exe", "tcp6 [::1]:8009 [::1]:17946 ESTABLISHED 11076/"})
		if sum.Skipped != 2 || sum.Broken != 0 || sum.Format != "windows" {
			t.Errorf("%q: summary %+v; want 2 skipped, the header", header, sum)
		}
	}
}
