package playbook

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

const goldenDir = "testdata/golden"

// cases of the golden letters, by language.
var goldenCase = map[string]string{"it": "accounting-practice", "en": "accounting-practice"}

func TestEveryTextOfTheDefaultPlaybookReadsAsItsGoldenFile(t *testing.T) {
	pb := loadDefault(t)
	written := map[string]bool{}
	for _, touch := range pb.Plan().Touches {
		for _, variant := range wanted(touch) {
			for _, language := range pb.Plan().Languages {
				if _, ok := pb.texts[textKey{touch.ID, variant, language}]; !ok {
					continue // a task may do with its purpose
				}
				for name, content := range goldenOf(t, pb, touch, variant, language) {
					written[name] = true
					compareGolden(t, goldenDir, name, content)
				}
			}
		}
	}
	noOtherGolden(t, goldenDir, written)
}

// noOtherGolden wants no golden file that nothing is compared with any more.
func noOtherGolden(t *testing.T, dir string, written map[string]bool) {
	t.Helper()
	if *update {
		return
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !written[f.Name()] {
			t.Errorf("%s is the golden file of no text: remove it", f.Name())
		}
	}
}

// goldenOf renders a text in every form that differs.
func goldenOf(t *testing.T, pb *Playbook, touch onboarding.Touch, variant, language string) map[string]string {
	t.Helper()
	c := acme()
	if variant == variantFallback {
		c.Dossier = nil
	}
	if variant == variantMerged {
		c.Sales = c.Owner
	}
	o := orderOf(touch, c)
	o.Variant = variant
	if touch.Anchor == onboarding.AnchorCase {
		o.Touch += "/case-1" // as the core sends it
	}
	if touch.CaseHistory {
		o.Case = goldenCase[language]
	}
	stem := strings.TrimSuffix(strings.TrimPrefix((textKey{touch.ID, variant, language}).file(), "templates/"), ".md")
	if !outside(touch) {
		to := *c.Owner
		to.Language = language
		a, err := pb.ComposeAlert(o, to, testSettings(t))
		if err != nil {
			t.Fatal(err)
		}
		return map[string]string{stem + ".txt": readable(a)}
	}
	out := map[string]string{}
	for _, form := range []onboarding.Form{onboarding.Lei, onboarding.Tu} {
		to := giulia(c)
		if touch.Audience == onboarding.AudiencePeer {
			to = o.Peer.AsContact()
		}
		to.Form, to.Language = form, language
		l, err := pb.Compose(o, to, testSettings(t))
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("From: %s <%s>\nReply-To: %s <%s>\nSubject: %s\nPreheader: %s\n\n%s", l.From.Name, l.From.Email,
			l.ReplyTo.Name, l.ReplyTo.Email, l.Subject, l.Preheader, l.Text)
		switch {
		case form == onboarding.Lei:
			out[stem+".txt"], out[stem+".html"] = text, l.HTML
		case language == "it":
			out[stem+".tu.txt"] = text
		}
	}
	return out
}

func compareGolden(t *testing.T, dir, name, got string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if *update {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Errorf("%v (run the tests with -update to write it)", err)
		return
	}
	if got != string(want) {
		t.Errorf("%s differs (run the tests with -update and read the difference)\n%s", file, firstDifference(string(want), got))
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if i >= len(w) || i >= len(g) || w[i] != g[i] {
			return fmt.Sprintf("line %d:\n- %s\n+ %s", i+1, strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""),
				strings.Join(g[min(i, len(g)):min(i+1, len(g))], ""))
		}
	}
	return ""
}

func loadDefault(t testing.TB) *Playbook {
	t.Helper()
	pb, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return pb
}
