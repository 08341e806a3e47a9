package watch

// Unexpected returns the item that finds what no other item covers.
func Unexpected(kind Kind, expected *Expected) Item {
	return Item{Kind: kind, Key: "unexpected", Where: "--unexpected", Expected: expected}
}
