package activities_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/wiring"
)

// provider is a transport whose answers are scripted: the first fault for the first call, and so on; nil accepts.
type provider struct {
	faults []error
	found  onboarding.Found
	mails  []onboarding.Mail
	alerts []onboarding.Alert
}

func (p *provider) Name() string { return "scripted" }

func (p *provider) next() error {
	if len(p.faults) == 0 {
		return nil
	}
	err := p.faults[0]
	p.faults = p.faults[1:]
	return err
}

func (p *provider) Send(_ context.Context, m onboarding.Mail) (onboarding.Receipt, error) {
	p.mails = append(p.mails, m)
	return onboarding.Receipt{MessageID: fmt.Sprint("m", len(p.mails))}, p.next()
}

func (p *provider) Post(_ context.Context, a onboarding.Alert) (onboarding.Receipt, error) {
	p.alerts = append(p.alerts, a)
	return onboarding.Receipt{MessageID: fmt.Sprint("a", len(p.alerts))}, p.next()
}

func (p *provider) Find(context.Context, string) (onboarding.Found, error) { return p.found, nil }

// shelf holds the one playbook.
type shelf struct{ book *playbook.Playbook }

func (s shelf) Get(hash string) (*playbook.Playbook, bool) { return s.book, hash == s.book.Hash }

func fault(kind onboarding.FaultKind, after time.Duration) error {
	return &onboarding.DeliveryError{Kind: kind, RetryAfter: after, Err: errors.New("scripted")}
}

// bench is the activities on a fresh journal, with a contract and the order of its welcome.
type bench struct {
	*activities.Activities
	*provider
	journal *journal.Journal
	order   onboarding.Order
}

func newBench(t *testing.T) bench {
	t.Helper()
	ctx := t.Context()
	j, err := journal.Open(ctx, filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	links, err := playbook.NewLinks([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{found: onboarding.FoundCannotTell}
	from := onboarding.Address{Name: "Vendor", Email: "service@vendor.example"}
	acts := &activities.Activities{
		Books: shelf{book}, Ledger: j, People: wiring.People{Journal: j}, Peers: wiring.Peers{Journal: j}, Recorder: j, Mail: p, Alerts: p, Calendars: calendar.ForContract, Grace: time.Minute,
		Log: slog.New(slog.DiscardHandler),
		Settings: playbook.Settings{BaseURL: "https://vendor.example", Links: links, FromService: from, FromRelationship: from,
			Company: playbook.Company{LegalName: "Vendor S.r.l.", Seat: "Milano", Registration: "0", PrivacyURL: "https://vendor.example/p"}},
	}
	return bench{acts, p, j, welcome(t, book)}
}

// welcome is the first order of the sample contract, as the core gives it.
func welcome(t *testing.T, book *playbook.Playbook) onboarding.Order {
	t.Helper()
	data, err := os.ReadFile("../examples/acme.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := onboarding.ParseContract(data)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.ForContract(journey.PlanInput(c, c.SignedAt))
	if err != nil {
		t.Fatal(err)
	}
	_, step := journey.New(book.Plan()).Begin(journey.Start{Contract: c, Run: 1, Playbook: book.Hash, Mode: onboarding.ModeLive}, cal, c.SignedAt)
	for _, o := range step.Orders {
		if o.Touch == "welcome" {
			return o
		}
	}
	t.Fatal("the core ordered no welcome")
	return onboarding.Order{}
}

func (b bench) deliver(t *testing.T) (onboarding.Outcome, error) {
	t.Helper()
	return b.Deliver(t.Context(), b.order)
}

func (b bench) state(t *testing.T) onboarding.SendState {
	t.Helper()
	rows, err := b.journal.SendsOf(t.Context(), b.order.Key)
	if err != nil || len(rows) != 1 {
		t.Fatalf("ledger rows %v, %v; want one", rows, err)
	}
	return rows[0].State
}

func TestAMailIsSentOnceHoweverOftenItsOrderComes(t *testing.T) {
	b := newBench(t)
	for range 3 {
		out, err := b.deliver(t)
		if err != nil || out.Kind != onboarding.OutcomeSent || out.Subject == "" {
			t.Fatalf("outcome %+v, %v; want sent with its subject", out, err)
		}
	}
	if len(b.mails) != 1 {
		t.Fatalf("the provider got %d mails; want 1", len(b.mails))
	}
}

func TestAMailNeverCarriesWorriesOrNotes(t *testing.T) {
	b := newBench(t)
	if d := b.order.Contract.Dossier; d == nil || len(d.Worries) > 0 || d.Notes != "" {
		t.Fatalf("the order's dossier is %+v; want one without worries and notes", d)
	}
}

func TestEachFaultOfAProviderHasItsOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		fault error
		state onboarding.SendState
		kind  onboarding.OutcomeKind // "" means another try
		retry string
		delay time.Duration
	}{
		"a refused mail is dropped with a task":              {fault(onboarding.FaultRefused, 0), onboarding.SendRejected, onboarding.OutcomeDropped, "", 0},
		"a refused key parks the mail":                       {fault(onboarding.FaultConfiguration, 0), onboarding.SendReleased, onboarding.OutcomeDeferred, "", 0},
		"an unknown result is never tried again by itself":   {fault(onboarding.FaultUnknown, 0), onboarding.SendUnknown, onboarding.OutcomeUnknown, "", 0},
		"an error no transport classified counts as unknown": {errors.New("boom"), onboarding.SendUnknown, onboarding.OutcomeUnknown, "", 0},
		"a throttled mail waits as long as the provider says": {fault(onboarding.FaultThrottled, 42*time.Second), onboarding.SendReleased, "",
			activities.TypeThrottled, 42 * time.Second},
		"a provider that was not reached is tried again": {fault(onboarding.FaultUnreached, 0), onboarding.SendReleased, "", activities.TypeUnreached, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.faults = []error{c.fault}
			out, err := b.deliver(t)
			var app *temporal.ApplicationError
			switch {
			case c.kind != "" && (err != nil || out.Kind != c.kind):
				t.Fatalf("outcome %+v, %v; want %s", out, err, c.kind)
			case c.kind == "" && (!errors.As(err, &app) || app.Type() != c.retry || app.NextRetryDelay() != c.delay || app.NonRetryable()):
				t.Fatalf("error %v; want a retryable one of type %s after %s", err, c.retry, c.delay)
			}
			if got := b.state(t); got != c.state {
				t.Fatalf("ledger row is %s; want %s", got, c.state)
			}
		})
	}
}

func TestAThrottledMailGoesOnTheNextTry(t *testing.T) {
	b := newBench(t)
	b.faults = []error{fault(onboarding.FaultThrottled, time.Second)}
	if _, err := b.deliver(t); err == nil {
		t.Fatal("the first try succeeded")
	}
	if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeSent || b.state(t) != onboarding.SendAccepted {
		t.Fatalf("second try: %+v, %v, row %s; want sent", out, err, b.state(t))
	}
}

func TestReconcilingSettlesWhatTheProviderCanTell(t *testing.T) {
	for name, c := range map[string]struct {
		found onboarding.Found
		state onboarding.SendState
		again onboarding.OutcomeKind // of the resend that the core then orders
		mails int
	}{
		"accepted: it is sent and goes no second time":             {onboarding.FoundAccepted, onboarding.SendAccepted, onboarding.OutcomeSent, 1},
		"not found: it may go again under the same key":            {onboarding.FoundNot, onboarding.SendReleased, onboarding.OutcomeSent, 2},
		"cannot tell: it stays unknown until somebody says resend": {onboarding.FoundCannotTell, onboarding.SendUnknown, onboarding.OutcomeSent, 2},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.faults, b.found = []error{fault(onboarding.FaultUnknown, 0)}, c.found
			if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeUnknown {
				t.Fatalf("outcome %+v, %v; want unknown", out, err)
			}
			got, err := b.Reconcile(t.Context(), onboarding.ReconcileInput{Key: b.order.Key, Channel: onboarding.ChannelEmail})
			if err != nil || got.Found != c.found || b.state(t) != c.state {
				t.Fatalf("found %v, %v, row %s; want %s and %s", got, err, b.state(t), c.found, c.state)
			}
			b.order.Resend = true
			if out, err := b.deliver(t); err != nil || out.Kind != c.again || len(b.mails) != c.mails {
				t.Fatalf("resend: %+v, %v, %d mails at the provider; want %s and %d", out, err, len(b.mails), c.again, c.mails)
			}
		})
	}
}

func TestWhatGoesIsStampedOnTheCustomersWallClock(t *testing.T) {
	b := newBench(t)
	if _, err := b.deliver(t); err != nil {
		t.Fatal(err)
	}
	b.order.Touch, b.order.To, b.order.Channel = "refund-window-owner", []string{b.order.Contract.Owner.ID}, onboarding.ChannelSlack
	b.order.Key = "alert"
	if _, err := b.Alert(t.Context(), b.order); err != nil || len(b.alerts) != 1 {
		t.Fatalf("%d alerts, %v", len(b.alerts), err)
	}
	for _, at := range []time.Time{b.mails[0].At, b.alerts[0].At} {
		if got := at.Format(time.RFC3339); got != "2026-01-15T16:20:00+01:00" {
			t.Errorf("stamped %s; want 2026-01-15T16:20:00+01:00", got)
		}
	}
}

func TestATrialRedirectsMailAndSaysSo(t *testing.T) {
	b := newBench(t)
	b.RedirectTo = "trial@vendor.example"
	if _, err := b.deliver(t); err != nil {
		t.Fatal(err)
	}
	m := b.mails[0]
	if m.To.Email != "trial@vendor.example" || m.RedirectedFrom != "giulia@acme.example" || len(m.Cc) > 0 {
		t.Fatalf("mail to %v, meant for %q, copies %v; want the trial's address, saying whom it was meant for", m.To, m.RedirectedFrom, m.Cc)
	}
}

func TestATrialWithAllowedDomainsSendsNowhereElse(t *testing.T) {
	b := newBench(t)
	b.AllowDomains = []string{"vendor.example"}
	if out, err := b.deliver(t); err != nil || out.Reason != "domain_not_allowed" || len(b.mails) > 0 {
		t.Fatalf("outcome %+v, %v; want dropped: domain_not_allowed", out, err)
	}
}

func TestASuppressedAddressGetsNothing(t *testing.T) {
	b := newBench(t)
	err := b.journal.Suppress(t.Context(), []onboarding.Suppression{{Address: "giulia@acme.example", Reason: "bounced", All: true, At: b.order.At}})
	if err != nil {
		t.Fatal(err)
	}
	if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeDropped || len(b.mails) > 0 {
		t.Fatalf("outcome %+v, %v; want dropped", out, err)
	}
}

func TestAMissingPlaybookIsTriedAgain(t *testing.T) {
	b := newBench(t)
	b.order.Playbook = "unknown"
	_, err := b.deliver(t)
	var app *temporal.ApplicationError
	if !errors.As(err, &app) || app.Type() != activities.TypeNoPlaybook || app.NonRetryable() {
		t.Fatalf("error %v; want a retryable %s", err, activities.TypeNoPlaybook)
	}
}

func TestAnAlertGoesToItsPersonOnce(t *testing.T) {
	b := newBench(t)
	o := b.order
	o.Touch, o.Key, o.Channel, o.Class = "dossier-request", "C/1/dossier-request", onboarding.ChannelSlack, onboarding.ClassInternal
	o.Audience, o.To, o.Limits = onboarding.AudienceSales, []string{o.Contract.Sales.ID}, onboarding.Limits{}
	for range 2 {
		if out, err := b.Alert(t.Context(), o); err != nil || out.Kind != onboarding.OutcomeSent {
			t.Fatalf("outcome %+v, %v; want sent", out, err)
		}
	}
	if len(b.alerts) != 1 || b.alerts[0].To != o.Contract.Sales.ID {
		t.Fatalf("alerts %+v; want one, to the salesperson", b.alerts)
	}
}

func TestASecondContractOfAnAddressKeepsItsDistance(t *testing.T) {
	b := newBench(t)
	if _, err := b.deliver(t); err != nil {
		t.Fatal(err)
	}
	b.order.Key, b.order.Contract.ID = "other/1/welcome", "other"
	out, err := b.deliver(t)
	if err != nil || out.Kind != onboarding.OutcomeDeferred || !out.Until.Equal(b.order.At.Add(20*time.Hour)) {
		t.Fatalf("outcome %+v, %v; want deferred by 20 hours", out, err)
	}
}

func TestAnAlertGoesByMailWhereSlackDoesNotTakeIt(t *testing.T) {
	b := newBench(t)
	o := b.order
	o.Touch, o.Key, o.Channel, o.Class = "dossier-request", "C/1/dossier-request", onboarding.ChannelSlack, onboarding.ClassInternal
	o.Audience, o.To, o.Limits = onboarding.AudienceSales, []string{o.Contract.Sales.ID}, onboarding.Limits{}
	b.faults = []error{fault(onboarding.FaultConfiguration, 0)}
	out, err := b.Alert(t.Context(), o)
	if err != nil || out.Kind != onboarding.OutcomeSent || len(b.mails) != 1 || b.mails[0].To.Email != o.Contract.Sales.Email {
		t.Fatalf("outcome %+v, %v, mails %v; want the alert by mail to the salesperson", out, err, b.mails)
	}
}

func TestRelationshipMailWaitsWhileTooManyBounce(t *testing.T) {
	b := newBench(t)
	b.HoldRelationship.Store(true)
	if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeSent {
		t.Fatalf("a service mail: %+v, %v; want sent", out, err)
	}
	b.order.Class, b.order.Key = onboarding.ClassRelationship, "C/1/other"
	if out, err := b.deliver(t); err != nil || out.Kind != onboarding.OutcomeDeferred || len(b.mails) != 1 {
		t.Fatalf("a relationship mail: %+v, %v; want deferred", out, err)
	}
}

func TestARefusedKeyTellsOps(t *testing.T) {
	b := newBench(t)
	var told []string
	b.Activities.Alarm = func(_ context.Context, code, _ string) { told = append(told, code) }
	b.faults = []error{fault(onboarding.FaultConfiguration, 0)}
	if _, err := b.deliver(t); err != nil || len(told) != 1 || told[0] != "provider_configuration" {
		t.Fatalf("ops were told %v, %v; want provider_configuration", told, err)
	}
}
