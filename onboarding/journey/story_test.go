package journey_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/onboarding/scenario"
	"github.com/centogiorni/centogiorni/playbook"
)

// defaultPlan is the plan that is shipped, to be read only.
func defaultPlan(t testing.TB) *onboarding.Playbook {
	t.Helper()
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	return book.Plan()
}

// plainPlan is the default plan, to be changed: without jitter, so that a mail of a day goes at 09:00, with case
// histories of its own, and deaf to remorse.
func plainPlan(t testing.TB) *onboarding.Playbook {
	t.Helper()
	plan := feelingPlan(t)
	plan.Remorse, plan.Clocks = onboarding.Remorse{}, onboarding.Clocks{}
	return plan
}

// feelingPlan is the plain plan that hears remorse. Its mails follow no other: turn_test.go is about that.
func feelingPlan(t testing.TB) *onboarding.Playbook {
	t.Helper()
	var plan onboarding.Playbook
	if err := json.Unmarshal([]byte(text(defaultPlan(t))), &plan); err != nil {
		t.Fatal(err)
	}
	plan.Caps.JitterMin = 0
	for i := range plan.Touches {
		plan.Touches[i].After = ""
	}
	plan.CaseHistories = []onboarding.CaseHistory{
		{ID: "a", Language: "it", Approved: true}, {ID: "b", Language: "it", Approved: true}, {ID: "c", Language: "it", Approved: true}}
	return &plan
}

// touch finds a touch of a plan, to change it.
func touch(t testing.TB, plan *onboarding.Playbook, id string) *onboarding.Touch {
	t.Helper()
	for i := range plan.Touches {
		if plan.Touches[i].ID == id {
			return &plan.Touches[i]
		}
	}
	t.Fatalf("the plan has no touch %s", id)
	return nil
}

// acme is the example contract: signed on Thursday 15 January 2026 at 16:20 in Rome, 30 days of refund, a dossier.
func acme(t testing.TB) onboarding.Contract {
	t.Helper()
	data, err := os.ReadFile("../../examples/acme.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := onboarding.ParseContract(data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// local is an instant on the wall clock of a customer.
func local(t testing.TB, c onboarding.Contract, wall string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(c.Customer.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", wall, loc)
	if err != nil {
		if at, err = time.ParseInLocation("2006-01-02 15:04", wall, loc); err != nil {
			t.Fatal(err)
		}
	}
	return at
}

// story is one onboarding to be played: a contract, a plan, what happens and what the world answers.
type story struct {
	t      testing.TB
	plan   *onboarding.Playbook
	start  journey.Start
	events []onboarding.Event
	// carry and find answer orders and questions by touch and attempt, both from 0; nil sends and accepts.
	carry func(touch string, attempt int, o onboarding.Order) onboarding.Outcome
	find  func(touch string, attempt int) onboarding.Found

	backup   *onboarding.Person // of the owner
	silences []onboarding.Span  // of every feed
	hears    []onboarding.FeedInput

	orders  []onboarding.Order
	asked   []string
	tries   map[string]int
	matches []onboarding.MatchInput
	taken   []onboarding.Place
}

// newStory is acme's onboarding by the plain plan, played as the rehearsal plays it.
func newStory(t testing.TB) *story {
	return &story{t: t, plan: plainPlan(t), tries: map[string]int{},
		start: journey.Start{Contract: acme(t), Run: 1, Rules: journey.Rules, Mode: onboarding.ModeLive, Samples: true, AutoApprove: true}}
}

func (s *story) contract() *onboarding.Contract { return &s.start.Contract }

// on adds an event, at "day 4 10:30" of the customer's clock; change sets its further fields.
func (s *story) on(when string, kind onboarding.EventKind, change ...func(*onboarding.Event)) *story {
	s.t.Helper()
	e := onboarding.Event{ID: fmt.Sprintf("e%d", len(s.events)), Kind: kind, At: s.instant(when)}
	for _, c := range change {
		c(&e)
	}
	s.events = append(s.events, e)
	return s
}

// silent adds a silence of every feed, between two instants of the customer's clock.
func (s *story) silent(from, to string) *story {
	s.t.Helper()
	s.silences = append(s.silences, onboarding.Span{From: s.instant(from), To: s.instant(to)})
	return s
}

// instant is a time of the customer's clock.
func (s *story) instant(when string) time.Time {
	s.t.Helper()
	w, err := scenario.ParseWhen(when)
	if err != nil {
		s.t.Fatal(err)
	}
	loc, err := time.LoadLocation(s.contract().Customer.TimeZone)
	if err != nil {
		s.t.Fatal(err)
	}
	return w.Instant(s.contract().SignedAt, loc)
}

// Fields of events.
func until(day string) func(*onboarding.Event) { return func(e *onboarding.Event) { e.Until = day } }
func shift(e *onboarding.Event)                { e.Dates = "shift" }
func date(d string) func(*onboarding.Event)    { return func(e *onboarding.Event) { e.Date = d } }
func from(id string) func(*onboarding.Event)   { return func(e *onboarding.Event) { e.Contact = id } }
func about(id string) func(*onboarding.Event)  { return func(e *onboarding.Event) { e.Touch = id } }
func outcome(o string) func(*onboarding.Event) { return func(e *onboarding.Event) { e.Outcome = o } }
func because(r string) func(*onboarding.Event) { return func(e *onboarding.Event) { e.Reason = r } }
func answer(s, v string) func(*onboarding.Event) {
	return func(e *onboarding.Event) { e.Survey, e.Value = s, v }
}

// Plan, Carry and Find make a story the outside of its own rehearsal.
func (s *story) Plan(in onboarding.PlanInput) (onboarding.Calendar, error) {
	in.Backup = s.backup
	return calendar.ForContract(in)
}

// Feed tells the story's silences.
func (s *story) Feed(in onboarding.FeedInput) onboarding.FeedOutput {
	s.hears = append(s.hears, in)
	return onboarding.FeedOutput{Silences: s.silences}
}

// Match keeps the places of the story's own peers.
func (s *story) Match(in onboarding.MatchInput) onboarding.MatchOutput {
	s.matches = append(s.matches, in)
	var out onboarding.MatchOutput
	s.taken, out.Peer = keep(s.taken, in)
	return out
}

// keep is the pool of a rehearsal: it settles places and keeps one.
func keep(taken []onboarding.Place, in onboarding.MatchInput) ([]onboarding.Place, *onboarding.PeerMatch) {
	for _, p := range in.Settle {
		for i := range taken {
			if taken[i].Peer == p.Peer && taken[i].State == onboarding.PlaceKept {
				taken[i].State = p.State
			}
		}
	}
	if in.Seek == 0 {
		return taken, nil
	}
	m := onboarding.MatchPeer(in.Customer, in.Pool, taken, in.Not, in.At)
	if m != nil {
		taken = append(taken, onboarding.Place{Peer: m.Peer, State: onboarding.PlaceKept, At: in.At})
	}
	return taken, m
}

func (s *story) Carry(o onboarding.Order) onboarding.Outcome {
	s.orders = append(s.orders, o)
	attempt := s.tries[o.Touch]
	s.tries[o.Touch]++
	if s.carry != nil {
		if out := s.carry(o.Touch, attempt, o); out.Kind != "" {
			return out
		}
	}
	return onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: "about " + o.Touch, Sent: o.To}
}

func (s *story) Find(in onboarding.ReconcileInput) onboarding.Found {
	id := in.Key[strings.LastIndexByte(in.Key, '/')+1:]
	attempt := s.tries["find "+id]
	s.tries["find "+id]++
	s.asked = append(s.asked, id)
	if s.find != nil {
		return s.find(id, attempt)
	}
	return onboarding.FoundAccepted
}

// tale is a story that was played.
type tale struct {
	t       testing.TB
	entries []onboarding.Entry
	final   journey.State
	orders  []onboarding.Order
}

func (s *story) play() tale {
	s.t.Helper()
	told, err := journey.New(s.plan).Play(s.start, s.events, s)
	if err != nil {
		s.t.Fatal(err)
	}
	return tale{s.t, told.Entries, told.Final, s.orders}
}

// line prints an entry as "4 10:30 touch_sent welcome": the day, the customer's clock, the kind, and what it is about.
func (s tale) line(e onboarding.Entry) string {
	at := s.final.Calendar.Customer.Local(e.At)
	words := []string{fmt.Sprint(e.Day), at.Format("15:04"), string(e.Kind)}
	for _, w := range []string{e.Touch, string(e.Phase), string(e.Stage), string(e.Event), e.Reason} {
		if w != "" && !(w == string(e.Phase) && e.Kind != onboarding.EntryPhaseEntered) {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// lines prints the entries that the filter lets through.
func (s tale) lines(keep func(onboarding.Entry) bool) []string {
	var out []string
	for _, e := range s.entries {
		if keep(e) {
			out = append(out, s.line(e))
		}
	}
	return out
}

// of prints what became of some touches.
func (s tale) of(ids ...string) []string {
	return s.lines(func(e onboarding.Entry) bool { return slices.Contains(ids, e.Touch) })
}

// kinds prints the entries of some kinds.
func (s tale) kinds(kinds ...onboarding.EntryKind) []string {
	return s.lines(func(e onboarding.Entry) bool { return slices.Contains(kinds, e.Kind) })
}

// order is the last order of a touch.
func (s tale) order(id string) onboarding.Order {
	s.t.Helper()
	for _, o := range slices.Backward(s.orders) {
		if o.Touch == id {
			return o
		}
	}
	s.t.Fatalf("nothing was ordered for %s", id)
	return onboarding.Order{}
}

// want compares lines.
func want(t testing.TB, got []string, lines ...string) {
	t.Helper()
	if !slices.Equal(got, lines) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(lines, "\n\t"))
	}
}

func remove(line, words string) string { return strings.ReplaceAll(line, words, "") }

// begun is acme's onboarding just after the signature, with what it ordered.
func begun(t testing.TB) (journey.Journey, journey.State, journey.Step) {
	t.Helper()
	return begunBy(t, plainPlan(t))
}

func begunBy(t testing.TB, plan *onboarding.Playbook) (journey.Journey, journey.State, journey.Step) {
	t.Helper()
	s := newStory(t)
	s.plan = plan
	cal, err := s.Plan(journey.PlanInput(*s.contract(), s.contract().SignedAt))
	if err != nil {
		t.Fatal(err)
	}
	core := journey.New(s.plan)
	state, step := core.Begin(s.start, cal, s.contract().SignedAt)
	return core, state, step
}

// Messages to a core that is applied by hand.
func event(kind onboarding.EventKind) journey.Message {
	return journey.Message{Event: &onboarding.Event{ID: "by hand " + string(kind), Kind: kind}}
}

func outcomeOf(touch string, o onboarding.Outcome) journey.Message {
	return journey.Message{Outcome: &journey.TouchOutcome{Touch: touch, Outcome: o}}
}

// line prints an entry without its time.
func line(e onboarding.Entry) string {
	return strings.TrimRight(fmt.Sprintf("%s %s %s", e.Kind, e.Touch, e.Reason), " ")
}
