package playbook

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const tinyDir = "testdata/tiny"

// tiny is a small good playbook, read into memory so that a test can break it.
func tiny(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := filepath.WalkDir(tinyDir, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(tinyDir, p)
		out[filepath.ToSlash(rel)] = &fstest.MapFile{Data: b, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func loadTiny(t testing.TB) *Playbook {
	t.Helper()
	pb, err := Load(tiny(t), "tiny")
	if err != nil {
		t.Fatal(err)
	}
	return pb
}

// broken is one way to break the tiny playbook: in a file, old becomes new. With old "" the file is written anew, with
// new "" too it is removed.
type broken struct {
	name      string
	file      string
	old, new  string
	want      []string // "file:line: problem", all of them and no others
	wantFixed string   // what the first remedy says
}

var brokenPlans = []broken{
	{"an unknown key at the top", "plan.yaml", "max_days: 40", "max_day: 40",
		[]string{`plan.yaml:1: the plan has no "max_days"`, `plan.yaml:4: unknown key "max_day"`}, "add it: write the day on which even an unfinished onboarding ends"},
	{"an unknown key of a touch, with the likely one", "plan.yaml", "late_after: 1 d", "late_aftr: 1 d",
		[]string{`plan.yaml:30: unknown key "late_aftr"`,
			"templates/hello.late.en.md:1: no touch uses this text: hello has no late_after",
			"templates/hello.late.it.md:1: no touch uses this text: hello has no late_after"}, `did you mean "late_after"?`},
	{"a key that comes twice", "plan.yaml", "days: 30\n", "days: 30\ndays: 31\n",
		[]string{`plan.yaml:4: the key "days" comes twice`}, "keep one of the two"},
	{"no YAML at all", "plan.yaml", "caps:\n", "caps: [\n", []string{"plan.yaml:5: this is no YAML"}, "mend the YAML"},
	{"an alias", "plan.yaml", "[installed]", "&f [installed]\nx: *f",
		[]string{"plan.yaml:11: an alias is not allowed here", `plan.yaml:11: unknown key "x"`}, "write the value out"},
	{"an empty plan", "plan.yaml", "", "\n", []string{"plan.yaml:1: it is empty"}, "required keys"},
	{"no plan", "plan.yaml", "", "", []string{"plan.yaml:1: the plan is missing"}, "write it"},
	{"an unknown anchor", "plan.yaml", "anchor: refund_last_day", "anchor: refund_day",
		[]string{`plan.yaml:51: "refund_day" is no anchor`}, `did you mean "refund_last_day"?`},
	{"an unknown fact", "plan.yaml", "fact: terms.refund", "fact: terms.refunds",
		[]string{`plan.yaml:55: "terms.refunds" is no fact`}, `did you mean "terms.refund"?`},
	{"an unknown class", "plan.yaml", "class: relationship", "class: newsletter",
		[]string{`plan.yaml:34: "newsletter" is no class`}, "use one of: confirmation, service, relationship, internal"},
	{"an unknown role", "plan.yaml", "to: [champion]", "to: [champions]", []string{`plan.yaml:37: "champions" is no role`}, `did you mean "champion"?`},
	{"an unknown feed", "plan.yaml", "feeds: [installed]", "feeds: [instaled]", []string{`plan.yaml:10: "instaled" is no feed`}, `did you mean "installed"?`},
	{"a language nobody has words for", "plan.yaml", "[en, it]", "[en, it, de]", []string{`plan.yaml:2: "de" is no language`,
		`plan.yaml:21: hello has no text in "de"`, `plan.yaml:21: hello has no late text in "de"`, `plan.yaml:32: story has no text in "de"`,
		`plan.yaml:45: refund has no text in "de"`, `plan.yaml:57: note has no text in "de"`}, "it, en"},
	{"an offset without its unit", "plan.yaml", "offset: +8 d", "offset: +8", []string{`plan.yaml:43: "+8" is no offset`}, "+45 d"},
	{"an offset in hours", "plan.yaml", "offset: -5 wd", "offset: -5 h",
		[]string{`plan.yaml:52: "-5 h" is no offset`}, "-5 wd"},
	{"a duration in words", "plan.yaml", "expiry: 5 d", "expiry: five days", []string{`plan.yaml:31: "five days" is no expiry`}, "10 d"},
	{"a window that never opens", "plan.yaml", "08:00-20:00", "20:00-08:00",
		[]string{"plan.yaml:29: the window of hello does not open before it closes"}, "09:00-17:30"},
	{"a window at no hour", "plan.yaml", "08:00-20:00", "8-20", []string{`plan.yaml:29: "8-20" is no window`}, "09:00-17:30"},
	{"a number where text belongs", "plan.yaml", "name: tiny", "name: 7", []string{"plan.yaml:1: name is number, not string"}, "short name"},
	{"a cap out of range", "plan.yaml", "first_week: 3", "first_week: 30", []string{"plan.yaml:7: first_week: maximum"}, "1 to 7"},
	{"a touch without a purpose", "plan.yaml", "    purpose: say hello\n", "", []string{`plan.yaml:21: touch has no "purpose"`}, "add it"},
	{"two touches of one id", "plan.yaml", "- id: call", "- id: note", []string{`plan.yaml:64: the touch "note" stands at line 57 already`}, "another id"},
	{"a relationship touch without a window", "plan.yaml", "offset: +8 d\n    window: \"09:00-17:30\"", "offset: +8 d",
		[]string{"plan.yaml:32: the relationship touch story has no window"}, `add window: "09:00-17:30"`},
	{"an internal touch with a window", "plan.yaml", "offset: +1 wd", "offset: +1 wd\n    window: \"09:00-17:30\"",
		[]string{"plan.yaml:64: note has a window, but its class (internal) goes at any hour"}, "take it out"},
	{"phases out of order", "plan.yaml", "  - { phase: admit, day: 0 }\n  - { phase: affirm, day: 1 }", "  - { phase: affirm, day: 0 }\n  - { phase: admit, day: 1 }",
		[]string{"plan.yaml:13: the phase affirm stands where admit should", "plan.yaml:14: the phase admit stands where affirm should"}, "in this order"},
	{"a phase before the one above it", "plan.yaml", "installed, day: 21", "installed, day: 12",
		[]string{"plan.yaml:16: the phase acclimate is on day 12, before the one above it (14)"}, "ascending"},
	{"a phase too few", "plan.yaml", "  - { phase: advocate, milestone: first_value, day: 24 }\n", "", []string{"plan.yaml:11: there are 7 phases, not 8"}, "once each"},
	{"an end after the last day", "plan.yaml", "max_days: 40", "max_days: 20", []string{"plan.yaml:4: max_days is before days"}, "30 or more"},
	{"a touch after the end", "plan.yaml", "offset: +8 d", "offset: +30 d", []string{"plan.yaml:43: story is due on day 30, when the onboarding is over"}, "before day 30"},
	{"a late text that never goes", "plan.yaml", "late_after: 1 d", "late_after: 6 d", []string{"plan.yaml:30: hello is dropped before its late text could go"}, "shorter than expiry"},
	{"an alternative that is none", "plan.yaml", "done_by: contacted", "done_by: contacted\n    alternative: nota",
		[]string{`plan.yaml:72: alternative names "nota", which is no other touch`}, `did you mean "note"?`},
	{"an alternative one way only", "plan.yaml", "done_by: contacted", "done_by: contacted\n    alternative: note",
		[]string{"plan.yaml:72: note is no alternative to call the other way round"}, "add alternative: call to note"},
	{"an event without its anchor", "plan.yaml", "done_by: contacted", "event: complaint",
		[]string{"plan.yaml:71: call has one of anchor: event and event without the other"}, "together"},
	{"a confirmation of nothing", "plan.yaml", "    class: service\n    channel: email\n    audience: customer\n    to: [decision_maker]\n    purpose: the last day",
		"    class: confirmation\n    channel: email\n    audience: customer\n    to: [decision_maker]\n    purpose: the last day",
		[]string{"plan.yaml:51: refund confirms no event", "plan.yaml:56: refund has a window, but its class (confirmation) goes at any hour"}, "anchor: event"},
	{"a slack message to the customer", "plan.yaml", "channel: slack\n    audience: owner", "channel: slack\n    audience: customer",
		[]string{"plan.yaml:58: note goes to the customer but is internal", "plan.yaml:57: note does not say to whom",
			"templates/note.en.md:1: there is no preheader", "templates/note.it.md:1: there is no preheader",
			"templates/note.en.md:4: there is an exclamation mark", "templates/note.it.md:4: there is an exclamation mark"}, "another audience"},
	{"a touch to nobody", "plan.yaml", "    to: [champion]\n", "", []string{"plan.yaml:32: story does not say to whom"}, "list the roles"},
	{"a doubt from the dossier without its fallback", "plan.yaml", "doubt: ability", "doubt_from: dossier",
		[]string{"plan.yaml:40: story has doubt_from without doubt"}, "add doubt"},
	{"an approval that waits forever", "plan.yaml", "doubt: ability", "doubt: ability\n    approval: true",
		[]string{"plan.yaml:41: story has one of approval and approval_days without the other"}, "approval_days"},
	{"a task that follows at no time", "plan.yaml", "doubt: ability", "doubt: ability\n    task_after: ring them up",
		[]string{"plan.yaml:41: story has one of task_after and task_after_days without the other"}, "together"},
	{"a merge with nothing", "plan.yaml", "doubt: ability", "doubt: ability\n    merged_if: owner_is_sales",
		[]string{"plan.yaml:32: story has one of merged_if and merges without the other", `plan.yaml:32: story has no merged text in "en"`,
			`plan.yaml:32: story has no merged text in "it"`}, "together"},
	{"needs and stops on the same", "plan.yaml", "doubt: ability", "needs: [installed]\n    stop_on: installed",
		[]string{"plan.yaml:41: story needs installed and stops on it"}, "one of the two"},
	{"conditions that never hold", "plan.yaml", "reason: no refund }", "reason: no refund }\n      - { fact: terms.refund, is: false }",
		[]string{"plan.yaml:56: refund asks for terms.refund twice"}, "together they never hold"},
	{"a mail that is done by an event", "plan.yaml", "doubt: ability", "done_by: contacted", []string{"plan.yaml:40: story is no task that could be done"}, "stop_on"},
}

var brokenTexts = []broken{
	{"a missing language", "templates/note.it.md", "", "", []string{`plan.yaml:57: note has no text in "it"`}, "write templates/note.it.md"},
	{"a missing variant", "templates/hello.late.it.md", "", "", []string{`plan.yaml:21: hello has no late text in "it"`}, "write templates/hello.late.it.md"},
	{"a text of no touch", "templates/helo.en.md", "", "---\nsubject: A\npreheader: B\n---\nC\n",
		[]string{`templates/helo.en.md:1: no touch uses this text: there is no "helo"`}, `did you mean "hello"?`},
	{"a text of no language", "templates/hello.fr.md", "", "---\nsubject: A\npreheader: B\n---\nC\n",
		[]string{`templates/hello.fr.md:1: no touch uses this text: the plan has no language "fr"`}, "remove the text"},
	{"a variant nobody asks for", "templates/story.late.en.md", "", "---\nsubject: A\npreheader: B\n---\nC\n",
		[]string{"templates/story.late.en.md:1: no touch uses this text: story has no late_after"}, "late_after"},
	{"an unknown variant", "templates/story.soon.en.md", "", "---\nsubject: A\npreheader: B\n---\nC\n",
		[]string{`templates/story.soon.en.md:1: there is no variant "soon"`}, "use one of: fallback, late, merged"},
	{"a name that is none", "templates/hello.md", "", "x", []string{"templates/hello.md:1: the name of this text is not understood"}, "<touch>.<language>.md"},
	{"a stray file", "templates/logo.png", "", "x", []string{"templates/logo.png:1: this file is no part of a playbook"}, "remove it"},
	{"no front matter", "templates/note.it.md", "", "Ciao\n", []string{"templates/note.it.md:1: there is no front matter", "templates/note.it.md:1: there is no subject"}, "begin the file with ---"},
	{"no subject", "templates/hello.it.md", "subject: Buongiorno da {{.Brand}}\n", "", []string{"templates/hello.it.md:1: there is no subject"}, "add subject"},
	{"no preheader", "templates/hello.it.md", "preheader: La prima riga.\n", "", []string{"templates/hello.it.md:1: there is no preheader"}, "add preheader"},
	{"an unknown key in front", "templates/hello.it.md", "preheader:", "preheder:",
		[]string{"templates/hello.it.md:1: there is no preheader", `templates/hello.it.md:3: unknown key "preheder"`}, ""},
	{"front matter that is no YAML", "templates/hello.it.md", "preheader: La", "preheader: \"La", []string{
		"templates/hello.it.md:1: there is no subject", "templates/hello.it.md:1: there is no preheader", "templates/hello.it.md:3: this is no YAML"}, ""},
	{"an action without a link", "templates/hello.it.md", "action: {label: Scelgo un orario, link: booking}", "action: {label: Scelgo un orario}",
		[]string{"templates/hello.it.md:4: the action has no label or no link"}, "link: booking"},
	{"an action that leads nowhere", "templates/hello.it.md", "link: booking}", `link: "{{.Product}}"}`, []string{`templates/hello.it.md:4: the action leads to "Gestionale"`}, "a purpose such as booking"},
	{"no body", "templates/hello.late.it.md", "Gentile {{.Contact.FirstName}}, scriviamo in ritardo.\n", "", []string{"templates/hello.late.it.md:1: there is no text"}, "below the front matter"},
	{"a template that does not parse", "templates/hello.it.md", "{{.Owner.Name}}", "{{if .Owner.Name}}", []string{"templates/hello.it.md:12: the body does not parse: unexpected EOF"}, "mend the template"},
	{"a subject that does not parse", "templates/hello.it.md", "da {{.Brand}}", "da {{.Brand", []string{"templates/hello.it.md:1: there is no subject", "templates/hello.it.md:2: the subject does not parse: unclosed action"}, ""},
	{"an unknown field", "templates/hello.it.md", "{{.Owner.Name}}", "{{.Owner.Nome}}", []string{`templates/hello.it.md:12: there is nothing called "Nome" here`}, "docs/playbook.md"},
	{"an unknown field in the subject", "templates/hello.it.md", "da {{.Brand}}", "da {{.Marca}}", []string{`templates/hello.it.md:2: there is nothing called "Marca" here`}, "docs/playbook.md"},
	{"an unknown field in a branch nobody takes", "templates/hello.it.md", "{{.Owner.Name}}", "{{if and .Late .Goals}}a{{else}}{{if .Late}}{{.Dubbio}}{{end}}{{end}}",
		[]string{`templates/hello.it.md:12: there is nothing called "Dubbio" here`}, "docs/playbook.md"},
	{"worries are unreachable", "templates/hello.it.md", "{{.Owner.Name}}", "{{.Worries}}", []string{`templates/hello.it.md:12: there is nothing called "Worries" here`}, "docs/playbook.md"},
	{"an unknown function", "templates/hello.it.md", `{{form "Le" "ti"}}`, `{{forma "Le" "ti"}}`, []string{`templates/hello.it.md:8: the body does not parse: function "forma" not defined`}, "mend the template"},
	{"a link for nothing", "templates/hello.it.md", "link: booking", "link: bookings", []string{"templates/hello.it.md:4: "}, "docs/playbook.md"},
	{"a term that may be absent, unguarded", "templates/hello.it.md", "{{.Owner.Name}}", "{{.Refund.LastDay}}",
		[]string{"templates/hello.it.md:12: it fails for a bare contract: <.Refund.LastDay>: nil pointer"}, "guard what may be missing"},
	{"a link to a term that may be absent", "templates/hello.it.md", "link: booking", "link: training", []string{"templates/hello.it.md:4: it fails for a bare contract"}, "guard"},
	{"a list that may be empty, unguarded", "templates/hello.it.md", "{{.Owner.Name}}", "{{index .Goals 0}}", []string{"templates/hello.it.md:12: it fails for a bare contract"}, "guard"},
	{"a subject that may be empty", "templates/hello.it.md", "Buongiorno da {{.Brand}}", "\"{{with .Refund}}{{.LastDay}}{{end}}\"", []string{"templates/hello.it.md:2: the subject is empty for a bare contract"}, "always there"},
	{"too many words", "templates/hello.it.md", "{{.Owner.Name}}", strings.Repeat("parola ", 121), []string{"templates/hello.it.md:6: the text has 13", "templates/hello.it.md:6: the text has 13", "templates/hello.it.md:6: the text has 13", "templates/hello.it.md:6: the text has 13"}, "shorten it"},
	{"an exclamation mark in the body", "templates/hello.it.md", "{{.Owner.Name}}", "Evviva!", []string{"templates/hello.it.md:12: there is an exclamation mark"}, "say it without"},
	{"an exclamation mark in the subject", "templates/hello.it.md", "subject: Buongiorno", "subject: Buongiorno!", []string{"templates/hello.it.md:2: there is an exclamation mark"}, "say it without"},
	{"a gendered greeting", "templates/hello.it.md", "{{.Owner.Name}}", "Benvenuto/a tra noi", []string{`templates/hello.it.md:12: a mail never says "Benvenuto/a"`}, "without gender"},
	{"a mail about nothing, over a line's end", "templates/hello.it.md", "{{.Owner.Name}}", "Scrivo solo per\nverificare.", []string{`templates/hello.it.md:13: a mail never says "solo per verificare"`}, "say why"},
	{"just checking in", "templates/hello.en.md", "{{.Owner.Name}}", "Just checking in.", []string{`templates/hello.en.md:12: a mail never says "Just checking in"`}, "say why"},
	{"a customer who is watched", "templates/hello.en.md", "{{.Owner.Name}}", "We’ve noticed you haven't logged in.", []string{`templates/hello.en.md:12: a mail never says "We’ve noticed"`, `templates/hello.en.md:12: a mail never says "you haven't logged in"`}, "observed"},
	{"HTML", "templates/hello.en.md", "{{.Owner.Name}}", "<b>Marco</b>", []string{"templates/hello.en.md:12: there is HTML (<b>)"}, "write Markdown"},
	{"an image", "templates/hello.en.md", "{{.Owner.Name}}", "![logo](https://vendor.example/p.png)", []string{"templates/hello.en.md:12: there is an image"}, "loads nothing"},
	{"a link to a script", "templates/hello.en.md", "{{.Owner.Name}}", "[run](javascript:alert)", []string{`templates/hello.en.md:12: a link leads to "javascript:alert"`}, "https"},
}

var brokenCases = []broken{
	{"no consent date", "cases/mill.en.md", "consent: 2026-01-10\n", "", []string{`cases/mill.en.md:2: the case history has no "consent"`}, "day of their consent"},
	{"no approver", "cases/mill.en.md", "approver: Paola Verdi\n", "", []string{`cases/mill.en.md:2: the case history has no "approver"`}, "approved it"},
	{"no expiry", "cases/mill.en.md", "expires: 2027-01-10\n", "", []string{`cases/mill.en.md:2: the case history has no "expires"`}, "last day"},
	{"no sample flag", "cases/mill.en.md", "sample: false\n", "", []string{`cases/mill.en.md:2: the case history has no "sample"`}, "true for an invented one"},
	{"a date that is none", "cases/mill.en.md", "consent: 2026-01-10", "consent: January", []string{`cases/mill.en.md:8: "January" is no date`}, "2026-01-31"},
	{"expired before the consent", "cases/mill.en.md", "expires: 2027-01-10", "expires: 2025-01-10", []string{"cases/mill.en.md:10: it expires before the consent was given"}, "later day"},
	{"an unknown doubt", "cases/mill.en.md", "doubt: ability", "doubt: abilty", []string{`cases/mill.en.md:7: "abilty" is no doubt`}, `did you mean "ability"?`},
	{"an unknown key of a case", "cases/mill.en.md", "segment: smb", "segmnt: smb", []string{`cases/mill.en.md:6: unknown key "segmnt"`}, `did you mean "segment"?`},
	{"an empty story", "cases/mill.en.md", "It stopped twice. Then it did not.\n", "", []string{"cases/mill.en.md:13: the case history is empty"}, "write the story"},
	{"a story in no language of the plan", "cases/mill.fr.md", "", "---\ntitle: A\ncompany: B\nsector: C\ndoubt: value\nconsent: 2026-01-10\napprover: D\nexpires: 2027-01-10\nsample: true\n---\nE\n",
		[]string{`cases/mill.fr.md:1: no mail tells it: the plan has no language "fr"`}, "remove the case history"},
	{"an exclamation mark in a story", "cases/mill.en.md", "Then it did not.", "Then it did not!", []string{"cases/mill.en.md:13: there is an exclamation mark"}, "without"},
}

func TestAPlaybookWithAFaultNeverLoadsAndSaysWhereItIs(t *testing.T) {
	for _, b := range append(append(append([]broken{}, brokenPlans...), brokenTexts...), brokenCases...) {
		t.Run(b.name, func(t *testing.T) {
			fsys := tiny(t)
			b.apply(t, fsys)
			pb, err := Load(fsys, "")
			var faults Faults
			if pb != nil || !errors.As(err, &faults) {
				t.Fatalf("loaded %v, %v: want faults", pb, err)
			}
			expectFaults(t, faults, b.want)
			if !strings.Contains(err.Error(), b.wantFixed) {
				t.Errorf("no remedy says %q:\n%v", b.wantFixed, err)
			}
		})
	}
}

func (b broken) apply(t *testing.T, fsys fstest.MapFS) {
	t.Helper()
	switch {
	case b.old != "":
		src := string(fsys[b.file].Data)
		if strings.Count(src, b.old) != 1 {
			t.Fatalf("%q stands %d times in %s", b.old, strings.Count(src, b.old), b.file)
		}
		fsys[b.file].Data = []byte(strings.Replace(src, b.old, b.new, 1))
	case b.new == "":
		delete(fsys, b.file)
	default:
		fsys[b.file] = &fstest.MapFile{Data: []byte(b.new), Mode: 0o644}
	}
}

// expectFaults wants each fault once, no other, and a remedy with each.
func expectFaults(t *testing.T, got Faults, want []string) {
	t.Helper()
	left := append(Faults{}, got...)
	for _, w := range want {
		found := false
		for i, f := range left {
			if strings.HasPrefix(f.String(), w) {
				left, found = append(left[:i:i], left[i+1:]...), true
				break
			}
		}
		if !found {
			t.Errorf("missing: %s", w)
		}
	}
	for _, f := range left {
		t.Errorf("unexpected: %s", f)
	}
	for _, f := range got {
		if f.Remedy == "" || f.Line < 1 {
			t.Errorf("without remedy or line: %s", f)
		}
	}
}

func TestAllFaultsComeAtOnceInTheOrderOfFilesAndLines(t *testing.T) {
	fsys := tiny(t)
	for _, b := range []broken{
		{file: "plan.yaml", old: "class: relationship", new: "class: newsletter"},
		{file: "plan.yaml", old: "offset: +8 d", new: "offset: soon"},
		{file: "templates/hello.it.md", old: "{{.Owner.Name}}", new: "{{.Owner.Nome}}"},
		{file: "templates/note.en.md", old: "subject:", new: "subjekt:"},
		{file: "cases/mill.en.md", old: "approver: Paola Verdi\n"},
	} {
		if b.new == "" {
			fsys[b.file].Data = []byte(strings.Replace(string(fsys[b.file].Data), b.old, "", 1))
			continue
		}
		b.apply(t, fsys)
	}
	_, err := Load(fsys, "mine")
	if err == nil {
		t.Fatal("it loaded")
	}
	var places []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		file, rest, _ := strings.Cut(line, ":")
		n, _, _ := strings.Cut(rest, ":")
		places = append(places, file+":"+n)
	}
	want := "mine/cases/mill.en.md:2 mine/plan.yaml:34 mine/plan.yaml:43 mine/templates/hello.it.md:12 mine/templates/note.en.md:1 mine/templates/note.en.md:2"
	if got := strings.Join(places, " "); got != want {
		t.Errorf("faults at\n%s\nwant\n%s", got, want)
	}
}

func TestTheTinyPlaybookIsWithoutFault(t *testing.T) { loadTiny(t) }

func TestAFolderWithoutAPlaybookIsSaidSo(t *testing.T) {
	if _, err := LoadDir(t.TempDir()); err == nil || !strings.Contains(err.Error(), "give the folder that holds plan.yaml") {
		t.Errorf("got %v", err)
	}
	if _, err := LoadDir(tinyDir); err != nil {
		t.Errorf("the tiny playbook: %v", err)
	}
}
