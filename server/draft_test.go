package main

import (
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/wiring"
)

// drafting is a desk at which the sample contract has just been signed on the default playbook, whose archive is in the
// journal.
func drafting(t *testing.T) (desk, *scripted, onboarding.Contract) {
	t.Helper()
	d, s := newDesk(t)
	book, err := playbook.Default()
	if err == nil {
		err = wiring.Store(t.Context(), d.journal, book)
	}
	row, rowErr := d.journal.Contract(t.Context(), sample)
	links, linksErr := playbook.NewLinks([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil || rowErr != nil || linksErr != nil {
		t.Fatal(err, rowErr, linksErr)
	}
	c := row.Contract
	cal, err := calendar.ForContract(journey.PlanInput(c, c.SignedAt))
	if err != nil {
		t.Fatal(err)
	}
	start := journey.Start{Contract: c, Run: 1, Playbook: book.Hash, Mode: onboarding.ModeLive, Samples: true}
	s.state, _ = journey.New(book.Plan()).Begin(start, cal, c.SignedAt)
	from := onboarding.Address{Email: "onboarding@vendor.example"}
	d.books = wiring.ReadShelf(d.journal, quiet)
	d.settings = playbook.Settings{BaseURL: "https://onboarding.vendor.example", Links: links, FromService: from, FromRelationship: from,
		Company: playbook.Company{Brand: "Vendor", LegalName: "Vendor S.r.l.", Seat: "Torino", Registration: "P. IVA 1", PrivacyURL: "https://vendor.example/privacy"}}
	return d, s, c
}

func TestTheDeskWritesAMailAsItWouldGo(t *testing.T) {
	d, s, c := drafting(t)
	got, ok, err := d.Draft(t.Context(), sample, "sales-handover")
	if err != nil || !ok || got.Subject == "" || got.Recipients != 1 || got.Personal {
		t.Fatalf("%+v, %v, %v", got, ok, err)
	}
	for _, want := range []string{"Giulia", c.Product, c.Sales.Name} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("%q is not in\n%s", want, got.Body)
		}
	}
	for _, never := range []string{`\`, "Vendor S.r.l.", "privacy"} { // escapes and footer
		if strings.Contains(got.Body, never) {
			t.Errorf("%q is in\n%s", never, got.Body)
		}
	}

	book, err := d.books.Find(t.Context(), s.state.Start.Playbook)
	if err != nil {
		t.Fatal(err)
	}
	edit := onboarding.Event{ID: "e", Kind: onboarding.EventTouchEdited, Touch: "sales-handover", Subject: "Two names", At: c.SignedAt.Add(time.Minute)}
	s.state, _ = journey.New(book.Plan()).Apply(s.state, edit.At, journey.Message{Event: &edit})
	if again, _, err := d.Draft(t.Context(), sample, "sales-handover"); err != nil || again.Subject != "Two names" || again.Body != got.Body {
		t.Errorf("after an edit of its subject: %+v, %v", again, err)
	}
}

func TestTheDeskWritesTheMailThatAnEventWouldSetOff(t *testing.T) {
	d, _, c := drafting(t)
	got, ok, err := d.DraftOn(t.Context(), sample, "", onboarding.EventFaultAdmitted)
	if err != nil || !ok || got.Subject == "" || got.Recipients != 1 || !strings.Contains(got.Body, "scuso") || !strings.Contains(got.Body, c.Owner.Name) {
		t.Errorf("%+v, %v, %v", got, ok, err)
	}
	if got, ok, err := d.DraftOn(t.Context(), sample, "", onboarding.EventLogin); ok || err != nil {
		t.Errorf("an event that sets off no mail: %+v, %v, %v", got, ok, err)
	}
}

func TestTheDeskSaysWhereThereIsNoMailToWrite(t *testing.T) {
	d, s, _ := drafting(t)
	if got, ok, err := d.Draft(t.Context(), sample, "owner-first-call"); ok || err != nil {
		t.Errorf("a task: %+v, %v, %v", got, ok, err)
	}
	s.state.Start.Playbook = "sha256:0"
	if got, ok, err := d.Draft(t.Context(), sample, "sales-handover"); ok || err == nil || !strings.Contains(err.Error(), "sha256:0") {
		t.Errorf("a playbook that is not in the journal: %+v, %v, %v", got, ok, err)
	}
	if got, ok, err := d.DraftOn(t.Context(), sample, "", onboarding.EventFaultAdmitted); ok || err == nil || !strings.Contains(err.Error(), "sha256:0") {
		t.Errorf("a playbook that is not in the journal, by an event: %+v, %v, %v", got, ok, err)
	}
}
