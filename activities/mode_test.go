package activities_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
)

// says are the four who have a say about the mode.
type says struct{ installation, playbook, owner, run onboarding.Mode }

// tell makes the bench's world say so: configuration, plan.yaml, people.yaml and start --mode.
func (b *bench) tell(t *testing.T, s says) {
	t.Helper()
	b.Activities.Mode, b.order.Mode = s.installation, s.run
	b.ownerIs(t, s.owner)
	if s.playbook != "" {
		book := inMode(t, s.playbook)
		b.Books, b.order.Playbook = shelf{book}, book.Hash
	}
}

// ownerIs imports the owner into people.yaml's table with a mode.
func (b *bench) ownerIs(t *testing.T, m onboarding.Mode) {
	t.Helper()
	p := *b.order.Contract.Owner
	p.Mode = m
	if err := b.journal.PutPeople(t.Context(), []onboarding.Person{p}); err != nil {
		t.Fatal(err)
	}
}

// inMode is the default playbook with a mode.
func inMode(t *testing.T, m onboarding.Mode) *playbook.Playbook {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../playbook/default")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "plan.yaml")
	plan, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	plan = bytes.Replace(plan, []byte("\nname: "), []byte("\nmode: "+string(m)+"\nname: "), 1)
	if err := os.WriteFile(file, plan, 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := playbook.LoadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// alert is the request for the dossier, to the salesperson.
func (b *bench) alert() onboarding.Order {
	o := b.order
	o.Touch, o.Key, o.Channel, o.Class = "dossier-request", "C/1/dossier-request", onboarding.ChannelSlack, onboarding.ClassInternal
	o.Audience, o.To, o.Limits = onboarding.AudienceSales, []string{o.Contract.Sales.ID}, onboarding.Limits{}
	return o
}

func TestTheStrictestOfFourModesDecidesAboutAMail(t *testing.T) {
	const shadow, review, live = onboarding.ModeShadow, onboarding.ModeReview, onboarding.ModeLive
	for name, c := range map[string]struct {
		says says
		want onboarding.OutcomeKind
	}{
		"nobody says anything":              {says{}, onboarding.OutcomeSent},
		"all say live":                      {says{live, live, live, live}, onboarding.OutcomeSent},
		"the installation in shadow":        {says{installation: shadow, run: live}, onboarding.OutcomeDropped},
		"the installation in review":        {says{installation: review, run: live}, onboarding.OutcomeDeferred},
		"the playbook in shadow":            {says{live, shadow, live, live}, onboarding.OutcomeDropped},
		"the playbook in review":            {says{live, review, "", live}, onboarding.OutcomeDeferred},
		"the owner in shadow":               {says{live, "", shadow, live}, onboarding.OutcomeDropped},
		"the owner in review":               {says{installation: live, owner: review}, onboarding.OutcomeDeferred},
		"the run in shadow":                 {says{installation: live, run: shadow}, onboarding.OutcomeDropped},
		"the run in review":                 {says{installation: live, run: review}, onboarding.OutcomeDeferred},
		"review by one and shadow by other": {says{review, "", shadow, live}, onboarding.OutcomeDropped},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.tell(t, c.says)
			out, err := b.deliver(t)
			if err != nil || out.Kind != c.want || (len(b.mails) > 0) != (c.want == onboarding.OutcomeSent) {
				t.Fatalf("outcome %+v, %v, %d mails; want %s", out, err, len(b.mails), c.want)
			}
			if c.want == onboarding.OutcomeDropped && out.Reason != "shadow" || c.want == onboarding.OutcomeDeferred && out.Reason != "awaiting_approval" {
				t.Errorf("for %q", out.Reason)
			}
		})
	}
}

func TestWhatAModeKeepsAndWhatItLetsGo(t *testing.T) {
	confirmation := func(b *bench) {
		b.order.Touch, b.order.Class, b.order.Limits = "withdrawal-received", onboarding.ClassConfirmation, onboarding.Limits{}
	}
	approved := func(b *bench) { b.order.Approved = true }
	for name, c := range map[string]struct {
		mode   onboarding.Mode
		change func(*bench)
		want   onboarding.OutcomeKind
	}{
		"a confirmation goes in review":        {onboarding.ModeReview, confirmation, onboarding.OutcomeSent},
		"a confirmation does not go in shadow": {onboarding.ModeShadow, confirmation, onboarding.OutcomeDropped},
		"what was approved goes in review":     {onboarding.ModeReview, approved, onboarding.OutcomeSent},
		"an approval is not asked in shadow":   {onboarding.ModeShadow, approved, onboarding.OutcomeDropped},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.tell(t, says{installation: c.mode})
			c.change(&b)
			if out, err := b.deliver(t); err != nil || out.Kind != c.want {
				t.Fatalf("outcome %+v, %v; want %s", out, err, c.want)
			}
		})
	}
}

func TestAMailThatNobodyApprovedAsksAgainOnTheCustomersNextMorning(t *testing.T) {
	for zone, want := range map[string]string{
		"Europe/Rome":         "2026-01-16T08:00:00+01:00",
		"Pacific/Kiritimati":  "2026-01-17T08:00:00+14:00", // there it is the 16th already
		"America/Los_Angeles": "2026-01-16T08:00:00-08:00",
		"Nowhere/Atlantis":    "2026-01-16T08:00:00Z",
	} {
		b := newBench(t)
		b.tell(t, says{installation: onboarding.ModeReview})
		b.order.Contract.Customer.TimeZone = zone
		out, err := b.deliver(t)
		if got := out.Until.Format(time.RFC3339); err != nil || got != want {
			t.Errorf("in %s: until %s, %v; want %s", zone, got, err, want)
		}
	}
}

func TestAModeThatChangesBetweenTwoTriesHoldsAtTheSecond(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *bench){
		"the worker was restarted with another": func(_ *testing.T, b *bench) { b.Activities.Mode = onboarding.ModeLive },
		"people.yaml was imported":              func(t *testing.T, b *bench) { b.ownerIs(t, onboarding.ModeLive) },
		"another playbook was adopted": func(t *testing.T, b *bench) {
			book := inMode(t, onboarding.ModeLive)
			b.Books, b.order.Playbook = shelf{book}, book.Hash
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			switch name {
			case "people.yaml was imported":
				b.tell(t, says{installation: onboarding.ModeLive, owner: onboarding.ModeReview})
			case "another playbook was adopted":
				b.tell(t, says{installation: onboarding.ModeLive, playbook: onboarding.ModeReview})
			default:
				b.tell(t, says{installation: onboarding.ModeReview})
			}
			if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeDeferred {
				t.Fatalf("outcome %+v, %v; want deferred", out, err)
			}
			change(t, &b)
			if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeSent || len(b.mails) != 1 {
				t.Fatalf("outcome %+v, %v; want sent", out, err)
			}
		})
	}
}

func TestPeopleYamlSpeaksForAnOwnerWhomItKnows(t *testing.T) {
	for name, c := range map[string]struct {
		contract onboarding.Mode
		known    bool
		now      onboarding.Mode
		want     onboarding.OutcomeKind
	}{
		"the copy in the contract is old":     {onboarding.ModeShadow, true, onboarding.ModeLive, onboarding.OutcomeSent},
		"the mode was taken out":              {onboarding.ModeShadow, true, "", onboarding.OutcomeSent},
		"the mode was put in":                 {"", true, onboarding.ModeShadow, onboarding.OutcomeDropped},
		"an owner who stands in the contract": {onboarding.ModeReview, false, "", onboarding.OutcomeDeferred},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.Activities.Mode = onboarding.ModeLive
			owner := *b.order.Contract.Owner
			owner.Mode = c.contract
			b.order.Contract.Owner = &owner
			if c.known {
				b.ownerIs(t, c.now)
			}
			if out, err := b.deliver(t); err != nil || out.Kind != c.want {
				t.Fatalf("outcome %+v, %v; want %s", out, err, c.want)
			}
		})
	}
}

// unreadable is a journal whose people cannot be read.
type unreadable struct{}

func (unreadable) Find(context.Context, string) (onboarding.Person, bool, error) {
	return onboarding.Person{}, false, errors.New("unreadable")
}

func TestAnOwnerWhoCannotBeLookedUpKeepsTheMail(t *testing.T) {
	b := newBench(t)
	b.People = unreadable{}
	if out, err := b.deliver(t); err == nil || len(b.mails) > 0 {
		t.Fatalf("outcome %+v, %d mails; want an error, to be tried again", out, len(b.mails))
	}
}

func TestAnAlertIsKeptInShadowAlone(t *testing.T) {
	for mode, want := range map[onboarding.Mode]onboarding.OutcomeKind{
		onboarding.ModeShadow: onboarding.OutcomeDropped, onboarding.ModeReview: onboarding.OutcomeSent, onboarding.ModeLive: onboarding.OutcomeSent,
	} {
		b := newBench(t)
		b.tell(t, says{installation: mode})
		out, err := b.Alert(t.Context(), b.alert())
		gone := len(b.alerts) + len(b.mails)
		if err != nil || out.Kind != want || (gone > 0) != (want == onboarding.OutcomeSent) || (want == onboarding.OutcomeDropped) != (out.Reason == "shadow") {
			t.Errorf("in %s: outcome %+v, %v, %d gone; want %s", mode, out, err, gone, want)
		}
	}
}

func TestWhatWentBeforeTheModeChangedIsToldAsGone(t *testing.T) {
	for _, mode := range []onboarding.Mode{onboarding.ModeShadow, onboarding.ModeReview} {
		t.Run(string(mode), func(t *testing.T) {
			b := newBench(t)
			alert := b.alert()
			if _, err := b.deliver(t); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Alert(t.Context(), alert); err != nil {
				t.Fatal(err)
			}
			b.Activities.Mode = mode // the worker was restarted before it could answer
			if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeSent || out.Subject == "" || len(out.Sent) != 1 || len(b.mails) != 1 {
				t.Errorf("the mail: %+v, %v, %d mails; want sent, once", out, err, len(b.mails))
			}
			if out, err := b.Alert(t.Context(), alert); err != nil || out.Kind != onboarding.OutcomeSent || len(b.alerts) != 1 {
				t.Errorf("the alert: %+v, %v, %d alerts; want sent, once", out, err, len(b.alerts))
			}
		})
	}
}

func TestAResendKeepsToTheMode(t *testing.T) {
	b := newBench(t)
	b.faults = []error{fault(onboarding.FaultUnknown, 0)}
	if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeUnknown {
		t.Fatalf("outcome %+v, %v; want unknown", out, err)
	}
	b.Activities.Mode, b.order.Resend = onboarding.ModeShadow, true
	if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeUnknown || len(b.mails) != 1 {
		t.Errorf("outcome %+v, %v, %d mails; want unknown still, and no second mail", out, err, len(b.mails))
	}
	if err := b.journal.Settle(t.Context(), onboarding.MailKey(b.order.Key, b.order.To[0]), onboarding.SendReleased, "", "not found"); err != nil {
		t.Fatal(err)
	}
	if out, err := b.deliver(t); err != nil || out.Reason != "shadow" || len(b.mails) != 1 {
		t.Errorf("outcome %+v, %v, %d mails; want dropped for shadow: it surely did not go", out, err, len(b.mails))
	}
}

// goingLive carries the orders of the core out by the activities, in the mode that the installation has by then.
type goingLive struct {
	t      *testing.T
	b      bench
	review time.Time
	live   time.Time
}

func (g goingLive) Plan(in onboarding.PlanInput) (onboarding.Calendar, error) {
	return calendar.ForContract(in)
}

func (g goingLive) Find(onboarding.ReconcileInput) onboarding.Found { return onboarding.FoundAccepted }

func (g goingLive) Feed(onboarding.FeedInput) onboarding.FeedOutput { return onboarding.FeedOutput{} }

func (g goingLive) Match(in onboarding.MatchInput) onboarding.MatchOutput {
	out, err := g.b.Match(g.t.Context(), in)
	if err != nil {
		g.t.Fatal(err)
	}
	return out
}

func (g goingLive) Carry(o onboarding.Order) onboarding.Outcome {
	switch {
	case o.At.Before(g.review):
		g.b.Activities.Mode = onboarding.ModeShadow
	case o.At.Before(g.live):
		g.b.Activities.Mode = onboarding.ModeReview
	default:
		g.b.Activities.Mode = onboarding.ModeLive
	}
	carry := g.b.Deliver
	if o.Channel == onboarding.ChannelSlack {
		carry = g.b.Alert
	}
	out, err := carry(g.t.Context(), o)
	if err != nil {
		g.t.Fatal(err)
	}
	return out
}

func TestAnInstallationGoesLiveWhileACustomerIsOnTheirWay(t *testing.T) {
	b := newBench(t)
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	c := b.order.Contract
	start := journey.Start{Contract: c, Run: 1, Rules: journey.Rules, Playbook: book.Hash}
	world := goingLive{t: t, b: b, review: c.SignedAt.Add(3 * 24 * time.Hour), live: c.SignedAt.Add(132 * time.Hour)}
	told, err := journey.New(book.Plan()).Play(start, nil, world)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range told.Entries {
		if e.Touch == "welcome" || e.Touch == "sales-handover" || e.Touch == "owner-introduction" {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", e.Day, e.Kind, e.Touch, e.Reason)))
		}
	}
	want := []string{
		"0 touch_dropped welcome shadow",
		"4 touch_held sales-handover awaiting_approval", "4 task_raised sales-handover approve",
		"5 touch_held owner-introduction awaiting_approval", "5 task_raised owner-introduction approve",
		"6 touch_sent sales-handover", "7 touch_sent owner-introduction",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	for _, m := range b.mails {
		if m.At.Before(world.live) {
			t.Errorf("%s went at %s, before the installation was live", m.Key, m.At)
		}
	}
}
