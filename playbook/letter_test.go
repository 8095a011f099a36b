package playbook

import (
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// compose writes a touch of a playbook to Giulia after the test has changed the order.
func compose(t testing.TB, pb *Playbook, touch string, change func(*onboarding.Order, *onboarding.Contact)) (Letter, error) {
	t.Helper()
	tt, ok := pb.Plan().Touch(touch)
	if !ok {
		t.Fatalf("no touch %q", touch)
	}
	o := orderOf(tt, acme())
	to := giulia(o.Contract)
	if change != nil {
		change(&o, &to)
	}
	return pb.Compose(o, to, testSettings(t))
}

func mustCompose(t testing.TB, pb *Playbook, touch string, change func(*onboarding.Order, *onboarding.Contact)) Letter {
	t.Helper()
	l, err := compose(t, pb, touch, change)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var hostile = []string{
	`[evil](https://evil.example)`, `<a href="https://evil.example">x</a>`, `<script>alert(1)</script>`,
	`![p](https://evil.example/p.gif)`, "# Big\n\n- list\n\n> quote", `x](https://evil.example) [y`, `<https://evil.example>`,
	`{{.Dossier.Notes}}`, "`code`", "**bold** _it_ ~~no~~", `\[a\](https://evil.example)`, `&lt;b&gt; &amp; <b>`, "a\nBcc: x@evil.example",
	"---\nsubject: other\n---", "1. one", "    indented", "[ref]: https://evil.example", "a\u202eb",
}

func TestAValueNeverBecomesMarkup(t *testing.T) {
	pb := loadTiny(t)
	href := regexp.MustCompile(`href="([^"]*)"`)
	for _, evil := range hostile {
		l := mustCompose(t, pb, "hello", func(o *onboarding.Order, c *onboarding.Contact) {
			o.Contract.Customer.Company, o.Contract.Product, o.Contract.Owner.Name = evil, evil, evil
			o.Contract.Dossier.Goals[0].Text = evil
			c.Name, c.Language = evil, "en"
		})
		for _, m := range href.FindAllStringSubmatch(l.HTML, -1) {
			if !strings.HasPrefix(m[1], "https://onboarding.vendor.example/l/") && m[1] != "https://vendor.example/privacy" {
				t.Errorf("%q made a link to %s", evil, m[1])
			}
		}
		body := l.HTML[strings.Index(l.HTML, `class="card"`):strings.Index(l.HTML, `class="foot"`)]
		for _, tag := range []string{"<script", "<img", "<h1", "<blockquote", "<code", "<strong", "<em", "<pre", "<ol", "<b>"} {
			if strings.Contains(body, tag) {
				t.Errorf("%q made a %s", evil, tag)
			}
		}
		if n := strings.Count(body, "<li"); n != 1 {
			t.Errorf("%q made %d list items of one goal", evil, n)
		}
		if strings.ContainsAny(l.Subject+l.From.Name+l.ReplyTo.Name, "\r\n") {
			t.Errorf("%q broke a header: %q", evil, l.Subject)
		}
		if !strings.Contains(l.Text, "- "+strings.SplitN(wrap(oneLine(evil), textWidth-2), "\n", 2)[0]) {
			t.Errorf("%q does not read as itself in\n%s", evil, l.Text)
		}
	}
}

func TestAnEditedMailKeepsItsFrameAndIsNoTemplate(t *testing.T) {
	l := mustCompose(t, loadTiny(t), "hello", func(o *onboarding.Order, _ *onboarding.Contact) {
		o.Subject = "A better\nsubject"
		o.Body = "Dear **you**, {{.Contact.Name}} <b>bold</b> ![x](https://evil.example/p.gif) [run](javascript:alert(1))\n\nMarco Bianchi"
	})
	if l.Subject != "A better subject" || l.Preheader != "" {
		t.Errorf("subject %q, preheader %q", l.Subject, l.Preheader)
	}
	for _, want := range []string{"<strong>you</strong>", "{{.Contact.Name}}", ">Scelgo un orario</a>", "Vendor S.r.l."} {
		if !strings.Contains(l.HTML, want) {
			t.Errorf("no %q in the HTML", want)
		}
	}
	for _, never := range []string{"<img", "evil.example", "javascript:", "<b>"} {
		if strings.Contains(l.HTML, never) {
			t.Errorf("%q in the HTML", never)
		}
	}
	if strings.Index(l.Text, "Scelgo un orario:") > strings.Index(l.Text, "Marco Bianchi") {
		t.Errorf("the action stands below the signature:\n%s", l.Text)
	}
}

func TestALetterSpeaksTheContactsLanguageThenTheCustomersThenTheFirst(t *testing.T) {
	for _, c := range []struct{ contact, customer, want string }{
		{"it", "en", "it"}, {"", "it", "it"}, {"de", "it", "it"}, {"", "de", "en"}, {"", "", "en"}, {"en", "it", "en"},
	} {
		l := mustCompose(t, loadTiny(t), "hello", func(o *onboarding.Order, to *onboarding.Contact) {
			o.Contract.Customer.Language, to.Language = c.customer, c.contact
		})
		if l.Language != c.want || !strings.Contains(l.HTML, `<html lang="`+c.want+`">`) {
			t.Errorf("contact %q, customer %q: got %q, want %q", c.contact, c.customer, l.Language, c.want)
		}
	}
}

func TestGoalsAndPromisesReachOnlyThoseWhoMayHearThem(t *testing.T) {
	pb := loadDefault(t)
	everything := func(l Letter) string { return l.Subject + l.Preheader + l.Text + l.HTML }
	toGiulia := everything(mustCompose(t, pb, "sales-handover", nil))
	toLuca := everything(mustCompose(t, pb, "sales-handover", func(o *onboarding.Order, c *onboarding.Contact) { *c = o.Contract.Customer.Contacts[1] }))
	for text, reaches := range map[string][2]bool{
		"chiudere il mese":  {true, false}, // Giulia said it
		"stampare più":      {false, true}, // Luca said it
		"vecchio fornitore": {false, false},
		"anagrafica":        {true, false}, // promised to nobody in particular: to the decision maker
		"sconto":            {false, false},
		"teme che":          {false, false}, // a worry
		"il socio":          {false, false}, // the notes
	} {
		if got := strings.Contains(toGiulia, text); got != reaches[0] {
			t.Errorf("%q reaches Giulia: %v", text, got)
		}
		if got := strings.Contains(toLuca, text); got != reaches[1] {
			t.Errorf("%q reaches Luca: %v", text, got)
		}
	}
}

func TestAContactWithNothingToRepeatGetsTheTextWithoutFacts(t *testing.T) {
	pb := loadDefault(t)
	fallback := mustCompose(t, pb, "owner-introduction", func(o *onboarding.Order, _ *onboarding.Contact) { o.Variant = "fallback" })
	nothing := mustCompose(t, pb, "owner-introduction", func(o *onboarding.Order, c *onboarding.Contact) {
		c.ID, c.Role = "admin", onboarding.RoleAdmin
	})
	if nothing.Subject != fallback.Subject {
		t.Errorf("got %q, want the fallback's %q", nothing.Subject, fallback.Subject)
	}
	if facts := mustCompose(t, pb, "owner-introduction", nil); facts.Subject == fallback.Subject {
		t.Errorf("Giulia, who told us her goal, got the text without facts")
	}
}

func TestOnlyARelationshipMailCarriesAnOptOut(t *testing.T) {
	s := testSettings(t)
	pb := loadTiny(t)
	story := func(o *onboarding.Order, c *onboarding.Contact) { o.Case, c.Language = "mill", "en" }
	l := mustCompose(t, pb, "story", story)
	if !strings.Contains(l.Text, l.Unsubscribe) || !strings.Contains(l.HTML, `href="`+l.Unsubscribe+`"`) || l.Unsubscribe == "" {
		t.Errorf("the opt-out %q is not in both bodies", l.Unsubscribe)
	}
	now := time.Date(2028, 12, 31, 0, 0, 0, 0, time.UTC) // almost three years on
	c, err := s.Links.Parse(strings.TrimPrefix(l.Unsubscribe, "https://onboarding.vendor.example/l/"), PurposeUnsubscribe, now)
	if err != nil || c.Contact != "giulia" || c.Contract != "C-2026-0042" || c.Touch != "story" {
		t.Errorf("claim %+v, %v", c, err)
	}
	if l.From.Email != "community@vendor.example" {
		t.Errorf("a relationship mail from %s", l.From.Email)
	}
	service := mustCompose(t, pb, "hello", nil)
	if service.Unsubscribe != "" || strings.Contains(service.HTML, "Non ricevere") || service.From.Email != "onboarding@vendor.example" {
		t.Errorf("a service mail has the opt-out %q and is from %s", service.Unsubscribe, service.From.Email)
	}
}

func TestALetterIsInTheNameOfItsWriterAndAnswersComeBack(t *testing.T) {
	pb := loadDefault(t)
	l := mustCompose(t, pb, "sales-handover", nil)
	if l.From.Name != "Sara Neri (Vendor)" || l.ReplyTo.Name != "Sara Neri" {
		t.Errorf("from %q, reply to %q", l.From.Name, l.ReplyTo.Name)
	}
	r, err := testSettings(t).Links.ParseReply(l.ReplyTo.Email)
	if err != nil || !r.Matches("C-2026-0042", "giulia") || r.Matches("C-2026-0042", "luca") {
		t.Errorf("reply address %s: %+v, %v", l.ReplyTo.Email, r, err)
	}
	s := testSettings(t)
	s.ReplyDomain = ""
	touch, _ := pb.Plan().Touch("welcome")
	o := orderOf(touch, acme())
	plain, err := pb.Compose(o, giulia(o.Contract), s)
	if err != nil || plain.ReplyTo.Email != "marco@vendor.example" {
		t.Errorf("without a reply domain answers go to %+v, %v", plain.ReplyTo, err)
	}
}

func TestNoMailTracksOrLoadsAnything(t *testing.T) {
	pb := loadDefault(t)
	for _, touch := range pb.Plan().Touches {
		if touch.Audience != onboarding.AudienceCustomer {
			continue
		}
		l := mustCompose(t, pb, touch.ID, func(o *onboarding.Order, _ *onboarding.Contact) { o.Case = goldenCase["it"] })
		for _, never := range []string{"<img", "src=", "url(", "<link", "@import", "<script", "<iframe", "background=", "utm_"} {
			if strings.Contains(strings.ToLower(l.HTML), never) {
				t.Errorf("%s: %q in the HTML", touch.ID, never)
			}
		}
		for _, want := range []string{"Vendor S.r.l.", "Via Garibaldi 10", "P. IVA 01234567890", "https://vendor.example/privacy", "Gestionale Pro"} {
			if !strings.Contains(l.HTML, want) || !strings.Contains(l.Text, want) {
				t.Errorf("%s: the footer lacks %q", touch.ID, want)
			}
		}
		if strings.Contains(l.HTML, "giulia@acme.example") || tokensContain(l.HTML, "giulia@acme.example") {
			t.Errorf("%s holds the address", touch.ID)
		}
	}
}

// tokensContain looks into the payload of every link.
func tokensContain(html, what string) bool {
	for _, m := range regexp.MustCompile(`/l/([A-Za-z0-9_-]+)\.`).FindAllStringSubmatch(html, -1) {
		if b, err := base64.RawURLEncoding.DecodeString(m[1]); err != nil || strings.Contains(string(b), what) {
			return true
		}
	}
	return false
}

func TestWhatCannotBeSaidIsNotComposed(t *testing.T) {
	pb := loadTiny(t)
	story := func(change func(*onboarding.Order)) func(*onboarding.Order, *onboarding.Contact) {
		return func(o *onboarding.Order, c *onboarding.Contact) {
			o.Case, c.Language, o.Samples = "mill", "en", false
			change(o)
		}
	}
	for _, c := range []struct {
		name, touch string
		change      func(*onboarding.Order, *onboarding.Contact)
		want        error
	}{
		{"a refund that the contract does not grant", "refund", func(o *onboarding.Order, _ *onboarding.Contact) { o.Contract.Terms.Refund = nil }, ErrTermAbsent},
		{"any term of a contract without terms", "refund", func(o *onboarding.Order, _ *onboarding.Contact) { o.Contract.Terms = nil }, ErrTermAbsent},
		{"no case history", "story", story(func(o *onboarding.Order) { o.Case = "" }), ErrNoCaseHistory},
		{"an unknown case history", "story", story(func(o *onboarding.Order) { o.Case = "mills" }), ErrNoCaseHistory},
		{"a sample with a real transport", "story", story(func(o *onboarding.Order) { o.Case, o.Contract.Customer.Language = "toy", "it" }), ErrNoCaseHistory},
		{"an expired case history", "story", story(func(o *onboarding.Order) { o.At = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC) }), ErrNoCaseHistory},
		{"a message to ours", "note", nil, ErrNoText},
		{"an unknown touch", "hello", func(o *onboarding.Order, _ *onboarding.Contact) { o.Touch = "hullo" }, ErrNoText},
	} {
		l, err := compose(t, pb, c.touch, c.change)
		if !errors.Is(err, c.want) || l != (Letter{}) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := compose(t, pb, "story", story(func(*onboarding.Order) {})); err != nil {
		t.Errorf("an approved case history: %v", err)
	}
	sample := func(o *onboarding.Order, c *onboarding.Contact) { o.Case, c.Language = "toy", "en" }
	if l, err := compose(t, pb, "story", sample); err != nil || l.Language != "it" {
		t.Errorf("a sample with the outbox is told in the language it has: %q, %v", l.Language, err)
	}
}

func TestALetterWithoutItsFooterIsRefusedWithEverythingThatIsMissing(t *testing.T) {
	touch, _ := loadTiny(t).Plan().Touch("hello")
	o := orderOf(touch, acme())
	_, err := loadTiny(t).Compose(o, giulia(o.Contract), Settings{})
	for _, want := range []string{"LegalName", "Seat", "Registration", "PrivacyURL", "BaseURL", "FromService", "FromRelationship", "Links"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
}

func TestDatesAreWrittenInTheLanguageAndOnTheClockOfTheCustomer(t *testing.T) {
	fsys := tiny(t)
	const body = "---\nsubject: s\npreheader: p\n---\nA {{.KickoffAt}} B {{.InvoiceDate}} C {{range .KickoffTwoTimes}}{{.}}; {{end}}D {{.ReceivedAt}} E " +
		"{{with .Refund}}{{.LastDay}}, {{.OffDay}}, {{.Rule}}{{end}} F {{with .Assistance}}{{.Until}}{{end}} G {{range .NextDates}}{{.What}} {{.When}}; {{end}}H\n"
	for _, l := range []string{"it", "en"} {
		fsys["templates/hello."+l+".md"] = &fstest.MapFile{Data: []byte(body), Mode: 0o644}
	}
	pb, err := Load(fsys, "dates")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ language, zone, at, kickoff, want string }{
		{"it", "Europe/Rome", "2026-01-15T23:30:00Z", "2026-01-27T10:30:00+01:00",
			"A martedì 27 gennaio alle 10:30 B lunedì 16 febbraio C martedì 20 gennaio alle 10:00; mercoledì 21 gennaio alle 15:00; " +
				"D venerdì 16 gennaio 2026 alle 00:30 (CET) E sabato 14 febbraio, che cade nel fine settimana, 30 giorni dalla firma F venerdì 15 gennaio 2027 " +
				"G il passaggio di consegne domenica 1° febbraio; H"},
		{"en", "America/New_York", "2026-01-15T15:20:00Z", "2026-01-27",
			"A Tuesday 27 January B Monday 16 February C Monday 19 January at 10:00; Tuesday 20 January at 15:00; " +
				"D Thursday 15 January 2026 at 10:20 (EST) E Saturday 14 February, which falls on a weekend, 30 days from signing F Friday 15 January 2027 " +
				"G the handover Sunday 1 February; H"},
	} {
		l := mustCompose(t, pb, "hello", func(o *onboarding.Order, to *onboarding.Contact) {
			o.Contract.Customer.TimeZone, to.Language, o.KickoffAt = c.zone, c.language, c.kickoff
			o.At, _ = time.Parse(time.RFC3339, c.at)
			o.NextDates = []onboarding.NextDate{{What: "sales-handover", At: time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)},
				{What: "a-touch-without-words", At: o.At}}
		})
		got, _, _ := strings.Cut(strings.ReplaceAll(l.Text, "\n", " "), " -- ")
		if strings.TrimSpace(got) != c.want {
			t.Errorf("%s in %s\ngot  %s\nwant %s", c.language, c.zone, got, c.want)
		}
	}
}

func TestAnUnknownTimeZoneIsSaidSo(t *testing.T) {
	_, err := compose(t, loadTiny(t), "hello", func(o *onboarding.Order, _ *onboarding.Contact) { o.Contract.Customer.TimeZone = "Rome" })
	if err == nil || !strings.Contains(err.Error(), "Europe/Rome") {
		t.Errorf("got %v", err)
	}
}

func TestTheSameOrderGivesTheSameLetterToTheByte(t *testing.T) {
	pb := loadDefault(t)
	first := mustCompose(t, pb, "pulse-nps", nil)
	for range 20 {
		if again := mustCompose(t, pb, "pulse-nps", nil); again != first {
			t.Fatal("two letters of one order differ")
		}
	}
}

func TestAnAlertIsEscapedForSlack(t *testing.T) {
	pb := loadTiny(t)
	touch, _ := pb.Plan().Touch("note")
	o := orderOf(touch, acme())
	o.Contract.Customer.Contacts[0].Name = "<!channel> & <https://evil.example|ok> *x* [a](https://evil.example)"
	owner := *o.Contract.Owner
	owner.SlackID, owner.Language = "U07", "en"
	a, err := pb.ComposeAlert(o, owner, testSettings(t))
	if err != nil {
		t.Fatal(err)
	}
	want := "*Marco*, ring &lt;!channel&gt; &amp; &lt;https://evil.example|ok&gt; *x* [a](https://evil.example)! See <https://vendor.example/a%7Cb|the page>."
	if a.Text != want || a.Title != "Acme S.r.l. is installed" {
		t.Errorf("got  %s\nwant %s\ntitle %s", a.Text, want, a.Title)
	}
	if a.To != "o-7" || a.SlackID != "U07" || a.Key != o.Key || !a.At.Equal(o.At) || a.Contract != "C-2026-0042" || a.Touch != "note" || a.Run != o.Run || a.Language != "en" || !a.Mention {
		t.Errorf("envelope %+v", a)
	}
	if _, err := pb.ComposeAlert(orderOf(touchOf(t, pb, "call"), acme()), owner, testSettings(t)); !errors.Is(err, ErrNoText) {
		t.Errorf("a task without a text: %v", err)
	}
}

func touchOf(t testing.TB, pb *Playbook, id string) onboarding.Touch {
	t.Helper()
	touch, ok := pb.Plan().Touch(id)
	if !ok {
		t.Fatalf("no touch %q", id)
	}
	return touch
}

func BenchmarkCompose(b *testing.B) {
	pb, s := loadDefault(b), testSettings(b)
	o := orderOf(touchOf(b, pb, "welcome"), acme())
	to := giulia(o.Contract)
	for b.Loop() {
		if _, err := pb.Compose(o, to, s); err != nil {
			b.Fatal(err)
		}
	}
}
