package outbox

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAKeyIsReadBackFromItsFile(t *testing.T) {
	for key, want := range map[string]string{
		"c-1/1/welcome#anna":   "mail/c-1/1+welcome@anna.eml",
		"C_2.b/12/nps#a@b.it":  "mail/C_2.b/12+nps@a%40b.it.eml",
		"../../etc/passwd":     "mail/%2E./%2E.+etc+passwd.eml",
		"ops":                  "mail/%none/ops.eml",
		"c/":                   "mail/c/%empty.eml",
		"/c":                   "mail/%empty/c.eml",
		"c 1/1/perché#x+y.eml": "mail/c%201/1+perch%C3%A9@x%2By.eml.eml",
	} {
		if got, err := mailPath(key); got != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", key, got, err, want)
		}
	}
}

func TestNoTwoKeysShareAFile(t *testing.T) {
	part := rapid.StringOfN(rapid.RuneFrom([]rune("ab.%+@/#~ é_-01\\:\x00")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		for _, pathOf := range []func(string) (string, error){mailPath, alertPath} {
			a, b := part.Draw(t, "a"), part.Draw(t, "b")
			pa, err := pathOf(a)
			if err != nil {
				t.Fatal(err)
			}
			pb, err := pathOf(b)
			if err != nil {
				t.Fatal(err)
			}
			if (a == b) != (pa == pb) {
				t.Fatalf("%q and %q: %q and %q", a, b, pa, pb)
			}
			if back, err := keyOf(pa); back != a || err != nil {
				t.Fatalf("%q became %q, read as %q, %v", a, pa, back, err)
			}
			if strings.Contains(pa, "..") && strings.Contains(pa, "/../") || strings.Count(pa, "/") > 2 {
				t.Fatalf("%q leaves its folder: %q", a, pa)
			}
		}
	})
}
