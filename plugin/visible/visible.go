// Package visible knows which characters are seen where they stand. The others
// change how their neighbours are shown, or are not shown at all: in text from
// outside they could only deceive.
package visible

import (
	"unicode"
	"unicode/utf8"
)

// hidden are controls (Cc), format characters such as bidi overrides and
// zero-width ones (Cf), line and paragraph separators, private use, and all
// others that are ignored where they are not known (Default_Ignorable_Code_Point,
// Unicode Standard Annex 44) or are no characters.
var hidden = []*unicode.RangeTable{
	unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co,
	unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point,
}

// Is reports whether the character is seen. That which stands for bytes that are
// no UTF-8 (U+FFFD) is not.
func Is(r rune) bool {
	if r < 0x7f {
		return r >= ' '
	}
	return r != utf8.RuneError && !unicode.In(r, hidden...)
}
