package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// answers are the states of running onboardings; one that is not there never answers.
type answers map[string]journey.State

func (a answers) State(ctx context.Context, contract string) (journey.State, error) {
	if s, ok := a[contract]; ok {
		return s, nil
	}
	<-ctx.Done()
	return journey.State{}, ctx.Err()
}

// press is the digests on a fresh journal.
type press struct {
	*activities.Digests
	*provider
	journal *journal.Journal
	order   onboarding.Order
	live    answers
}

func newPress(t *testing.T) press {
	t.Helper()
	b := newBench(t)
	p := press{provider: b.provider, journal: b.journal, order: b.order, live: answers{}}
	b.Activities.Ops = onboarding.Person{SlackID: "C0OPS", Email: "ops@vendor.example"}
	p.Digests = &activities.Digests{Activities: b.Activities, Morning: b.journal, Live: p.live, At: 8*60 + 30, Patience: 20 * time.Millisecond}
	return p
}

// stored puts a contract into the journal as an open onboarding.
func (p press) stored(t *testing.T, c onboarding.Contract) {
	t.Helper()
	if _, _, err := p.journal.PutContract(t.Context(), journal.ContractRow{Contract: c, Run: 1, Playbook: p.order.Playbook}); err != nil {
		t.Fatal(err)
	}
}

// customer is the sample contract under another id, of an owner.
func (p press) customer(id string, owner onboarding.Person) onboarding.Contract {
	c := p.order.Contract
	c.ID, c.Owner = id, &owner
	c.Customer.Company = "Customer " + id
	return c
}

// lives carries an onboarding on the core to an instant, with events that happen meanwhile, and lets it answer.
func (p press) lives(t *testing.T, c onboarding.Contract, change func(*journey.Start), until time.Time, events ...onboarding.Event) journey.State {
	t.Helper()
	book, _ := p.Books.Get(p.order.Playbook)
	core := journey.New(book.Plan())
	start := journey.Start{Contract: c, Run: 1, Playbook: book.Hash, Mode: onboarding.ModeLive, Samples: true}
	if change != nil {
		change(&start)
	}
	cal, err := calendar.ForContract(journey.PlanInput(c, c.SignedAt))
	if err != nil {
		t.Fatal(err)
	}
	s, step := core.Begin(start, cal, c.SignedAt)
	for {
		for _, o := range step.Orders {
			out := onboarding.Outcome{Kind: onboarding.OutcomeSent, Sent: o.To}
			if start.Mode == onboarding.ModeShadow {
				out = onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: onboarding.ReasonShadow}
			}
			var more journey.Step
			s, more = core.Apply(s, s.Now, journey.Message{Outcome: &journey.TouchOutcome{Touch: o.Touch, Outcome: out}})
			step.Orders = append(step.Orders, more.Orders...)
		}
		step = journey.Step{}
		next, ok := core.Next(s)
		switch {
		case len(events) > 0 && (!ok || events[0].At.Before(next)):
			s, step = core.Apply(s, events[0].At, journey.Message{Event: &events[0]})
			events = events[1:]
		case ok && !next.After(until):
			s, step = core.Apply(s, next, journey.Message{})
		default:
			p.live[c.ID] = s
			return s
		}
	}
}

func (p press) duePeople(t *testing.T, at string) []string {
	t.Helper()
	out, err := p.DigestDue(t.Context(), onboarding.DigestDueInput{Now: instant(t, at)})
	if err != nil {
		t.Fatal(err)
	}
	var who []string
	for _, o := range out.Due {
		who = append(who, o.Person+" "+o.Day.String())
	}
	return who
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestADigestIsDueInTheMorningOfItsReader(t *testing.T) {
	day := func(m time.Month, d int) onboarding.Date { return onboarding.Date{Year: 2026, Month: m, Day: d} }
	rome := onboarding.Person{ID: "rome", TimeZone: "Europe/Rome", Country: "IT", Leave: []onboarding.DateRange{{From: day(5, 4), To: day(5, 5)}}}
	york := onboarding.Person{ID: "york", TimeZone: "America/New_York", Country: "US"}
	nepal := onboarding.Person{ID: "nepal", TimeZone: "Asia/Kathmandu"}
	late := onboarding.Person{ID: "late", TimeZone: "Europe/Rome", Hours: "14:00-20:00"}
	broken := onboarding.Person{ID: "broken", TimeZone: "Mars/Base"}
	p := newPress(t)
	p.Activities.Ops = onboarding.Person{}
	if err := p.journal.PutPeople(t.Context(), []onboarding.Person{rome, york, nepal, late, broken}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, at, want string }{
		{"the minute before", "2026-03-02T07:29:59Z", ""},
		{"the minute, in winter", "2026-03-02T07:30:00Z", "rome 2026-03-02"},
		{"four hours on it is too late", "2026-03-02T11:30:00Z", ""},
		{"a quarter of an hour's zone", "2026-03-02T02:45:00Z", "nepal 2026-03-02"},
		{"before it", "2026-03-02T02:44:00Z", ""},
		{"who begins late gets it half an hour before", "2026-03-02T12:29:00Z", ""},
		{"and then", "2026-03-02T12:30:00Z", "late 2026-03-02"},
		{"the last Friday of winter in New York", "2026-03-06T13:30:00Z", "late 2026-03-06,york 2026-03-06"},
		{"not before", "2026-03-06T13:29:00Z", "late 2026-03-06"},
		{"the first Monday of summer in New York", "2026-03-09T12:30:00Z", "late 2026-03-09,york 2026-03-09"},
		{"the last Friday of winter in Rome", "2026-03-27T07:29:00Z", ""},
		{"which is due then", "2026-03-27T07:30:00Z", "rome 2026-03-27"},
		{"the first Monday of summer in Rome", "2026-03-30T06:30:00Z", "nepal 2026-03-30,rome 2026-03-30"},
		{"a Saturday", "2026-03-07T07:30:00Z", ""},
		{"Easter Monday", "2026-04-06T06:45:00Z", ""},
		{"a leave", "2026-05-05T06:45:00Z", ""},
		{"after it", "2026-05-06T06:45:00Z", "rome 2026-05-06"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(p.duePeople(t, c.at), ","); got != c.want {
				t.Errorf("due at %s: %s; want %s", c.at, got, c.want)
			}
		})
	}
}

func TestAnOwnerWhomOnlyAContractNamesGetsADigestAndSoDoOps(t *testing.T) {
	p := newPress(t)
	p.stored(t, p.customer("C-1", onboarding.Person{ID: "inline", TimeZone: "Europe/Rome"}))
	p.stored(t, p.customer("C-2", onboarding.Person{ID: "customers-zone"}))
	if got := strings.Join(p.duePeople(t, "2026-03-02T08:30:00Z"), ","); got != "customers-zone 2026-03-02,inline 2026-03-02,ops 2026-03-02" {
		t.Errorf("due: %s", got)
	}
}

var marco = onboarding.Person{ID: "o-7", Name: "Marco Bianchi", Email: "marco@vendor.example", SlackID: "U07", TimeZone: "Europe/Rome"}

func (p press) digest(t *testing.T, person, at string, change func(*onboarding.DigestOrder)) onboarding.Outcome {
	t.Helper()
	now := instant(t, at)
	o := onboarding.DigestOrder{Person: person, Day: onboarding.DateOf(now), Now: now}
	if change != nil {
		change(&o)
	}
	out, err := p.Digest(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// said is a posted message as text, its buttons as action=contract/run/value.
func said(a onboarding.Alert) string {
	var b strings.Builder
	b.WriteString(a.Title + "\n" + a.Text + "\n")
	for _, f := range a.Facts {
		b.WriteString(f.Label + "\n" + f.Text + "\n")
		for _, x := range f.Actions {
			fmt.Fprintf(&b, "%s=%s/%d/%s ", x.ID, x.Contract, x.Run, x.Value)
		}
	}
	return b.String()
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, want := range parts {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// task records a task of somebody in the journal.
func (p press) task(t *testing.T, contract string, e onboarding.Entry) {
	t.Helper()
	facts, err := p.journal.Facts(t.Context(), contract, 1)
	if err != nil {
		t.Fatal(err)
	}
	e.At = time.Now()
	if e.Kind == "" {
		e.Kind = onboarding.EntryTaskRaised
	}
	err = p.journal.Record(t.Context(), onboarding.RecordInput{Contract: contract, Run: 1,
		Facts: []onboarding.RecordedFact{{Seq: len(facts) + 1, Entry: e}}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADigestTellsCasesTasksCommitmentsAndTheMailsOfTheDay(t *testing.T) {
	p := newPress(t)
	busy, quiet := p.customer("C-1", marco), p.customer("C-2", marco)
	other := p.customer("C-3", onboarding.Person{ID: "o-8", Name: "Irene"})
	for _, c := range []onboarding.Contract{busy, quiet, other} {
		p.stored(t, c)
	}
	signed := busy.SignedAt // a Thursday, 15 January at 16:20
	event := func(kind onboarding.EventKind, days int, change func(*onboarding.Event)) onboarding.Event {
		e := onboarding.Event{ID: fmt.Sprint(kind, days), Kind: kind, At: signed.AddDate(0, 0, days)}
		if change != nil {
			change(&e)
		}
		return e
	}
	monday := "2026-01-19T08:30:00+01:00"
	p.lives(t, busy, nil, instant(t, monday),
		event(onboarding.EventCommitmentMade, 1, func(e *onboarding.Event) { e.What, e.Due = "export their list", "2026-01-20" }),
		event(onboarding.EventCommitmentMade, 1, func(e *onboarding.Event) { e.ID, e.What, e.Due = "later", "far away", "2026-03-20" }),
		event(onboarding.EventComplaint, 2, nil))
	p.lives(t, quiet, nil, instant(t, monday))
	p.task(t, "C-1", onboarding.Entry{To: "o-8", Reason: "somebody else's"})
	p.task(t, "C-1", onboarding.Entry{To: "o-7", Reason: "to the manager as well", Kind: onboarding.EntryCaseEscalated})

	out := p.digest(t, "o-7", monday, nil)
	if out.Kind != onboarding.OutcomeSent || len(p.alerts) != 1 {
		t.Fatalf("%+v, %d messages", out, len(p.alerts))
	}
	a := p.alerts[0]
	if a.To != "o-7" || a.SlackID != "U07" || a.Key != "digest/o-7/2026-01-19" || a.Language != "it" {
		t.Errorf("it went as %+v", a)
	}
	wants(t, said(a), "lunedì 19 gennaio", "Casi aperti", "*Customer C-1* (C-1): *non può aspettare*", "export their list: martedì 20 gennaio")
	for _, never := range []string{"far away", "somebody else's", "C-3", "to the manager"} {
		if strings.Contains(said(a), never) {
			t.Errorf("%q is in\n%s", never, said(a))
		}
	}

	t.Run("its mails on their day", func(t *testing.T) {
		at := p.firstMailDay(t, "C-2")
		p.lives(t, quiet, nil, at)
		p.digest(t, "o-7", at.Format(time.RFC3339), nil)
		text := said(p.alerts[len(p.alerts)-1])
		wants(t, text, "Mail che partono oggi a tuo nome", " · *Customer C-2* (C-2) · ", "touch_skip=C-2/1/", "touch_edit=C-2/1/", "touch_called=C-2/1/")
	})
}

func TestTasksComeOnceAndUnalertedOnesFirst(t *testing.T) {
	p := newPress(t)
	c := p.customer("C-1", marco)
	p.stored(t, c)
	p.lives(t, c, nil, c.SignedAt)
	for _, reason := range []string{"unreachable", "please_read", "not_alerted: budget"} {
		p.task(t, "C-1", onboarding.Entry{To: "o-7", Reason: reason})
	}
	today := time.Now().Add(2 * time.Minute)
	p.digest(t, "o-7", today.Format(time.RFC3339), nil)
	text := said(p.alerts[0])
	order := []int{strings.Index(text, "un avviso non è partito"), strings.Index(text, "non si capisce con certezza"), strings.Index(text, "non si raggiunge nessuno")}
	if order[0] < 0 || !slices.IsSorted(order) {
		t.Errorf("the order is %v in\n%s", order, text)
	}
	p.digest(t, "o-7", today.AddDate(0, 0, 1).Format(time.RFC3339), nil)
	if text := said(p.alerts[len(p.alerts)-1]); len(p.alerts) > 1 && strings.Contains(text, "certezza") {
		t.Errorf("the task came a second time:\n%s", text)
	}
}

func TestADigestGoesOnceADay(t *testing.T) {
	p := newPress(t)
	c := p.customer("C-1", marco)
	p.stored(t, c)
	p.lives(t, c, nil, c.SignedAt, onboarding.Event{ID: "x", Kind: onboarding.EventComplaint, At: c.SignedAt.Add(time.Hour)})
	for range 3 {
		if out := p.digest(t, "o-7", "2026-01-19T07:30:00Z", nil); out.Kind != onboarding.OutcomeSent {
			t.Fatalf("%+v", out)
		}
	}
	if len(p.alerts) != 1 {
		t.Errorf("%d messages", len(p.alerts))
	}
	if due := p.duePeople(t, "2026-01-19T07:45:00Z"); slices.Contains(due, "o-7 2026-01-19") {
		t.Errorf("it is due again: %v", due)
	}
	if due := p.duePeople(t, "2026-01-20T07:45:00Z"); !slices.Contains(due, "o-7 2026-01-20") {
		t.Errorf("the next day's is not due: %v", due)
	}
}

func TestADigestWithNothingToSayIsNoMessageAllDay(t *testing.T) {
	p := newPress(t)
	if err := p.journal.PutPeople(t.Context(), []onboarding.Person{marco}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if out := p.digest(t, "o-7", "2026-01-19T07:30:00Z", nil); out.Kind != onboarding.OutcomeDropped || out.Reason != onboarding.ReasonNothing {
			t.Fatalf("%+v", out)
		}
	}
	if len(p.alerts) != 0 || slices.Contains(p.duePeople(t, "2026-01-19T10:00:00Z"), "o-7 2026-01-19") {
		t.Errorf("%d messages, or it is due again", len(p.alerts))
	}
}

func TestACustomerWhoDoesNotAnswerIsListed(t *testing.T) {
	p := newPress(t)
	p.stored(t, p.customer("C-1", marco))
	p.digest(t, "o-7", "2026-01-19T07:30:00Z", nil)
	wants(t, said(p.alerts[0]), "Adesso non rispondono", "*Customer C-1* (C-1)")
}

func TestAMailThatWaitsForAYesHasAButtonForIt(t *testing.T) {
	for name, change := range map[string]struct {
		mode  onboarding.Mode
		waits bool
	}{"live": {onboarding.ModeLive, false}, "review": {onboarding.ModeReview, true}} {
		t.Run(name, func(t *testing.T) {
			p := newPress(t)
			p.Activities.Mode = change.mode
			c := p.customer("C-1", marco)
			p.stored(t, c)
			p.lives(t, c, nil, c.SignedAt.Add(time.Hour))
			at := p.firstMailDay(t, "C-1")
			p.digest(t, "o-7", at.Format(time.RFC3339), nil)
			text := said(p.alerts[0])
			wants(t, text, "touch_skip=C-1/1/")
			if strings.Contains(text, "touch_approve=C-1/1/") != change.waits {
				t.Errorf("in %s:\n%s", name, text)
			}
		})
	}
}

// firstMailDay is half past eight on the day of the next mail to the customer.
func (p press) firstMailDay(t *testing.T, contract string) time.Time {
	t.Helper()
	book, _ := p.Books.Get(p.order.Playbook)
	for _, pr := range journey.New(book.Plan()).Promises(p.live[contract]) {
		if pr.DueAt != nil && pr.Audience == onboarding.AudienceCustomer && pr.Channel == onboarding.ChannelEmail && pr.WaitsFor == nil && pr.Touch != "sales-handover" {
			d := *pr.DueAt
			return time.Date(d.Year(), d.Month(), d.Day(), 8, 30, 0, 0, d.Location())
		}
	}
	t.Fatal("no mail is planned")
	return time.Time{}
}

func TestAShadowDigestSaysWhatWouldHaveGone(t *testing.T) {
	p := newPress(t)
	c := p.customer("C-1", marco)
	p.stored(t, c)
	shadow := func(s *journey.Start) { s.Mode = onboarding.ModeShadow }
	p.lives(t, c, shadow, c.SignedAt.Add(time.Hour))
	at := p.firstMailDay(t, "C-1")
	p.task(t, "C-1", onboarding.Entry{To: "o-7", Reason: "not_alerted: shadow", Case: "case-1"})
	p.digest(t, "o-7", at.Format(time.RFC3339), nil)
	text := said(p.alerts[0])
	wants(t, text, "queste mail partirebbero oggi", "(trattenuta: shadow)")
	if strings.Contains(text, "touch_") {
		t.Errorf("there is a button:\n%s", text)
	}
	if !strings.Contains(text, "welcome") && at.Sub(c.SignedAt) < 3*24*time.Hour {
		t.Errorf("the welcome that was kept is missing:\n%s", text)
	}
}

func TestOpsGetTheirDigest(t *testing.T) {
	p := newPress(t)
	p.Raised = func() []string { return []string{"overdue"} }
	c, d := p.customer("C-1", marco), p.customer("C-2", marco)
	p.stored(t, c)
	p.stored(t, d)
	p.lives(t, c, nil, c.SignedAt)
	p.lives(t, d, nil, d.SignedAt)
	p.live["C-1"] = withCase(p.live["C-1"], journey.Case{ID: "case-1", Status: onboarding.CaseOpen, Doubt: onboarding.DoubtValue, OpenedAt: c.SignedAt})
	p.live["C-2"] = withCase(p.live["C-2"], journey.Case{ID: "case-1", Status: onboarding.CaseOpen, Hard: true, OpenedAt: c.SignedAt})
	for _, id := range []string{"C-1", "C-2"} {
		p.task(t, id, onboarding.Entry{Kind: onboarding.EntryCaseEscalated, To: "ops", Case: "case-1", Reason: "not_acknowledged"})
	}
	now := time.Now().Add(2 * time.Minute)
	_, err := p.journal.Reserve(t.Context(), onboarding.Send{Key: "C-1/1/welcome#giulia", Contract: "C-1", Run: 1, Touch: "welcome", Class: onboarding.ClassService,
		Channel: onboarding.ChannelEmail, Address: "g@acme.example", At: now}, onboarding.Limits{}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	p.digest(t, "ops", now.Add(2*time.Hour).UTC().Format(time.RFC3339), nil)
	text := said(p.alerts[0])
	wants(t, text, "Operations", "`overdue`", "*Customer C-1* (C-1)", "`C-1/1/welcome#giulia`")
	if strings.Contains(text, "Customer C-2") {
		t.Errorf("a case that ops were told of at once is in\n%s", text)
	}
	if a := p.alerts[0]; a.SlackID != "C0OPS" || a.To != "ops" {
		t.Errorf("it went to %+v", a)
	}
}

func withCase(s journey.State, c journey.Case) journey.State {
	s.Open = append(slices.Clone(s.Open), c)
	return s
}

func TestADigestWhoseResultNobodyKnowsIsLostAtTheLastAndItsTasksComeAgain(t *testing.T) {
	p := newPress(t)
	c := p.customer("C-1", marco)
	p.stored(t, c)
	p.lives(t, c, nil, c.SignedAt)
	p.task(t, "C-1", onboarding.Entry{To: "o-7", Reason: "please_read"})
	now := time.Now().Add(2 * time.Minute)
	at := now.Format(time.RFC3339)
	p.faults = []error{fault(onboarding.FaultUnknown, 0), fault(onboarding.FaultUnknown, 0)}
	if out := p.digest(t, "o-7", at, nil); out.Kind != onboarding.OutcomeUnknown {
		t.Fatalf("%+v", out)
	}
	if out := p.digest(t, "o-7", at, nil); out.Kind != onboarding.OutcomeUnknown || len(p.alerts) != 1 {
		t.Fatalf("%+v after %d messages: it went again unasked", out, len(p.alerts))
	}
	last := func(o *onboarding.DigestOrder) { o.Resend, o.Last = true, true }
	if out := p.digest(t, "o-7", at, last); out.Kind != onboarding.OutcomeDropped || out.Reason != "unknown" || len(p.alerts) != 2 {
		t.Fatalf("%+v after %d messages", out, len(p.alerts))
	}
	p.digest(t, "o-7", now.AddDate(0, 0, 1).Format(time.RFC3339), nil)
	wants(t, said(p.alerts[len(p.alerts)-1]), "certezza")
}

func TestADigestThatSlackSurelyRefusedGoesByMailAndOneThatIsThrottledComesLater(t *testing.T) {
	p := newPress(t)
	p.stored(t, p.customer("C-1", marco))
	p.faults = []error{fault(onboarding.FaultRefused, 0)}
	p.digest(t, "o-7", "2026-01-19T07:30:00Z", nil)
	if len(p.mails) != 1 || !strings.Contains(p.mails[0].Text, "Customer C-1") || p.mails[0].To.Email != "marco@vendor.example" {
		t.Errorf("mails %+v", p.mails)
	}
	p.faults = []error{fault(onboarding.FaultThrottled, time.Minute)}
	now := instant(t, "2026-01-20T07:30:00Z")
	if _, err := p.Digest(t.Context(), onboarding.DigestOrder{Person: "o-7", Day: onboarding.DateOf(now), Now: now}); err == nil {
		t.Error("a throttled digest is not tried again")
	}
	if due := p.duePeople(t, "2026-01-20T07:45:00Z"); !slices.Contains(due, "o-7 2026-01-20") {
		t.Errorf("due: %v", due)
	}
}

func TestADigestsOrderTravelsAsJSON(t *testing.T) {
	in := onboarding.DigestOrder{Person: "o-7", Day: onboarding.Date{Year: 2026, Month: 3, Day: 2}, Now: time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC)}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out onboarding.DigestOrder
	if err := json.Unmarshal(text, &out); err != nil || out != in {
		t.Error(errors.Join(err, fmt.Errorf("%s came back as %+v", text, out)))
	}
}
