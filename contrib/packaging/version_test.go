package main

import (
	"testing"
	"time"
)

func TestEachFormatWritesTheVersionItsWay(t *testing.T) {
	at := time.Date(2026, 11, 24, 22, 34, 58, 0, time.UTC)
	for _, tt := range []struct{ described, deb, rpm, apk, file string }{
		{"v1.2.3", "1.2.3", "1.2.3", "1.2.3", "1.2.3"},
		{"v1.2.3-rc1", "1.2.3~rc1", "1.2.3~rc1", "1.2.3_rc1", "1.2.3-rc1"},
		{"v1.2.3-4-g0123abc", "1.2.3+git20261124223458", "1.2.3+git20261124223458", "1.2.3_git20261124223458", "1.2.3-git20261124223458"},
		{"v1.2.3-dirty", "1.2.3+git20261124223458", "1.2.3+git20261124223458", "1.2.3_git20261124223458", "1.2.3-git20261124223458"},
		{"0123abc", "0.0.0+git20261124223458", "0.0.0+git20261124223458", "0.0.0_git20261124223458", "0.0.0-git20261124223458"},
		{"devel", "0.0.0+git20261124223458", "0.0.0+git20261124223458", "0.0.0_git20261124223458", "0.0.0-git20261124223458"},
	} {
		v := parseVersion(tt.described, at)
		if v.text != tt.described || v.in("deb") != tt.deb || v.in("rpm") != tt.rpm || v.in("apk") != tt.apk || v.file() != tt.file {
			t.Errorf("%s: deb %s, rpm %s, apk %s, file %s", tt.described, v.in("deb"), v.in("rpm"), v.in("apk"), v.file())
		}
	}
}
