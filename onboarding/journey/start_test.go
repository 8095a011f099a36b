package journey_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// from plays a story whose engine begins some time after the signature.
func (s *story) from(late time.Duration) tale {
	w := &world{plan: s.plan, start: s.start, events: s.events, late: late, calm: true}
	told := w.play()
	return tale{s.t, told.entries, told.final, nil}
}

func TestALateStart(t *testing.T) {
	const day = 24 * time.Hour
	sent := func(e onboarding.Entry) bool {
		return e.Touch != "" && e.Audience == onboarding.AudienceCustomer && e.Day < 12
	}
	for _, c := range []struct {
		name   string
		late   time.Duration
		change func(*story)
		want   []string
	}{
		{"a minute late is on time", time.Minute, func(*story) {}, []string{
			"0 16:21 touch_sent welcome", "4 09:00 touch_sent sales-handover", "5 09:00 touch_sent owner-introduction", "11 09:00 touch_sent kickoff-nudge"}},
		{"in the same night the welcome waits for the morning", 5 * time.Hour, func(*story) {}, []string{
			"1 09:00 touch_sent welcome", "4 09:00 touch_sent sales-handover", "5 09:00 touch_sent owner-introduction", "11 09:00 touch_sent kickoff-nudge"}},
		{"three days late the welcome goes first, at once", 3 * day, func(*story) {}, []string{
			"3 16:20 touch_sent welcome", "4 12:20 touch_sent sales-handover", "5 09:00 touch_sent owner-introduction", "11 09:00 touch_sent kickoff-nudge"}},
		{"five days late the welcome has expired, and only the newest goes at once", 5*day - 6*time.Hour, func(s *story) {
			touch(t, s.plan, "welcome").Expiry = 4 * day
		}, []string{
			"5 10:20 touch_dropped welcome late", "5 10:20 touch_sent owner-introduction", "6 09:00 touch_sent sales-handover", "11 09:00 touch_sent kickoff-nudge"}},
		{"what is past its expiry is dropped, of the rest the newest goes", 11 * day, func(*story) {}, []string{
			"11 16:20 touch_dropped welcome late", "11 16:20 touch_dropped owner-introduction late", "11 16:20 touch_sent kickoff-nudge"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			want(t, s.from(c.late).lines(sent), c.want...)
		})
	}
}

func TestALateStartIsNeverABurst(t *testing.T) {
	for late := range 100 {
		w := &world{plan: plainPlan(t), start: newStory(t).start, late: time.Duration(late) * 24 * time.Hour, calm: true}
		w.play()
		begin := w.start.Contract.SignedAt.Add(w.late)
		n := 0
		for _, s := range w.mails() {
			if s.order.At.Sub(begin) < 20*time.Hour {
				n++
			}
		}
		if n > 1 {
			t.Errorf("%d days late %d mails went in 20 hours", late, n)
		}
	}
}

func TestAStandstillIsALateStart(t *testing.T) {
	plan := plainPlan(t)
	touch(t, plan, "sales-handover").Latest.Offset.Days = 4
	core, state, _ := begunBy(t, plan)
	state, _ = core.Apply(state, state.Now, outcomeOf("welcome", onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: "s"}))
	back := local(t, state.Start.Contract, "2026-01-22 15:00")
	state, step := core.Apply(state, back, journey.Message{})
	if len(step.Orders) != 1 || step.Orders[0].Touch != "sales-handover" {
		t.Errorf("%d orders, the first for %s, not for the newest", len(step.Orders), step.Orders[0].Touch)
	}
	for _, f := range step.Facts {
		if !f.Entry.At.Equal(back) {
			t.Errorf("%s at %s", line(f.Entry), f.Entry.At)
		}
	}
	next, _ := core.Next(state)
	if want := local(t, state.Start.Contract, "2026-01-23 11:00"); !next.Equal(want) {
		t.Errorf("the next instant is %s, want %s", next, want)
	}
}

func TestAJoinedCustomer(t *testing.T) {
	s := newStory(t)
	signed := s.contract().SignedAt
	join := 60*24*time.Hour - 6*time.Hour
	s.start.Joined = signed.Add(join)
	s.start.Milestones = []journey.Milestone{
		{Fact: onboarding.FactFirstValue, At: signed.Add(40 * 24 * time.Hour)},
		{Fact: onboarding.FactInstalled, At: signed.Add(20*24*time.Hour + 500*time.Millisecond)},
	}
	played := s.from(join)
	want(t, played.lines(func(e onboarding.Entry) bool { return e.Day <= 60 && e.Kind != onboarding.EntryTouchDropped }),
		"60 10:20 phase_entered assess", "60 10:20 phase_entered admit", "60 10:20 stage_entered purchase",
		"60 10:20 stage_entered installation", "60 10:20 stage_entered steady_use",
		"60 10:20 phase_entered affirm", "60 10:20 phase_entered acclimate", "60 10:20 phase_entered accomplish")
	var before []string
	for _, e := range played.entries {
		if e.Reason == "before_engine" {
			before = append(before, e.Touch)
		}
	}
	slices.Sort(before)
	want(t, before, "case-history-1", "case-history-2", "dossier-request", "goal-review", "installation-call", "kickoff-nudge",
		"owner-first-call", "owner-introduction", "peer-offer", "pulse-ease", "refund-reminder", "refund-window-owner", "sales-handover",
		"training-invitation", "training-reminder-1", "welcome")
	want(t, played.lines(func(e onboarding.Entry) bool { return e.Kind == onboarding.EntryTouchSent && e.Day >= 60 }),
		"67 09:00 touch_sent next-step", "75 09:00 touch_sent owner-review", "82 09:00 touch_sent pulse-nps", "88 09:00 touch_sent review-ask")
}

func TestWhatAJoinedCustomerStillMissesIsWaitedFor(t *testing.T) {
	s := newStory(t)
	s.start.Joined = s.contract().SignedAt.Add(60 * 24 * time.Hour)
	s.on("day 64 11:00", onboarding.EventInstalled)
	want(t, s.from(60 * 24 * time.Hour).of("goal-review")[:1], "64 11:00 touch_sent goal-review")
}

func TestHistoryBeforeTheSignature(t *testing.T) {
	s := newStory(t).on("day -12 10:00", onboarding.EventContacted).on("day 0 16:19", onboarding.EventInstalled).on("day 0 16:20", onboarding.EventKickoffHeld)
	played := s.play()
	want(t, played.kinds(onboarding.EntryEvent), "-12 10:00 event contacted", "0 16:19 event installed", "0 16:20 event kickoff_held")
	if len(played.of("owner-first-call")) != 2 {
		t.Errorf("history settled a task: %v", played.of("owner-first-call"))
	}
	want(t, played.of("installation-call"), "100 17:30 touch_dropped installation-call milestone_not_reached")
	if played.entries[0].Event != onboarding.EventContacted {
		t.Errorf("the story begins with %s", line(played.entries[0]))
	}
}

func TestAnEventTwiceChangesNothing(t *testing.T) {
	core, state, _ := begun(t)
	m := event(onboarding.EventPaused)
	once, _ := core.Apply(state, state.Now, m)
	twice, step := core.Apply(once, once.Now, m)
	if len(step.Facts) > 0 || !slices.Equal(step.Settled, []string{"by hand paused"}) {
		t.Errorf("facts %v, settled %v", step.Facts, step.Settled)
	}
	if text(once) != text(twice) {
		t.Errorf("%s\nbecame\n%s", text(once), text(twice))
	}
	m.Event.ID = ""
	nameless, _ := core.Apply(twice, twice.Now, m)
	if _, step = core.Apply(nameless, nameless.Now, m); len(step.Facts) != 2 || len(step.Settled) > 0 {
		t.Errorf("without an id: facts %v, settled %v", step.Facts, step.Settled)
	}
}

func TestAnEventAfterTheEndIsLateOrSettled(t *testing.T) {
	core, state, _ := begun(t)
	state, _ = core.Apply(state, state.Now, event(onboarding.EventPaused))
	state, _ = core.Apply(state, state.Now, event(onboarding.EventVoided))
	_, step := core.Apply(state, state.Now, event(onboarding.EventPaused))
	if !slices.Equal(step.Settled, []string{"by hand paused"}) || len(step.Late)+len(step.Facts) > 0 {
		t.Errorf("seen before: settled %v, late %v, facts %v", step.Settled, step.Late, step.Facts)
	}
	_, step = core.Apply(state, state.Now, event(onboarding.EventResumed))
	if !slices.Equal(step.Late, []string{"by hand resumed"}) || len(step.Settled)+len(step.Facts) > 0 {
		t.Errorf("new: settled %v, late %v, facts %v", step.Settled, step.Late, step.Facts)
	}
}

func TestAnEventIsForgottenAfterManyOthers(t *testing.T) {
	core, state, _ := begun(t)
	question := func(i int) (facts int) {
		e := onboarding.Event{ID: fmt.Sprintf("an event id that is rather long, number %d", i), Kind: onboarding.EventQuestion}
		var step journey.Step
		state, step = core.Apply(state, state.Now, journey.Message{Event: &e})
		return len(step.Facts)
	}
	for i := range 300 {
		if question(i) != 1 {
			t.Fatalf("event %d was taken for another", i)
		}
	}
	if len(state.Seen) != 128 || question(299) != 0 || question(300-128) != 0 || question(300-129) != 1 {
		t.Errorf("%d ids are remembered", len(state.Seen))
	}
}

func TestAnAmendedContract(t *testing.T) {
	amend := func(s *story, when string, change func(*onboarding.Contract)) {
		c := *s.contract()
		terms := *c.Terms
		c.Terms, c.Customer.Contacts = &terms, slices.Clone(c.Customer.Contacts)
		change(&c)
		s.on(when, onboarding.EventAmended, func(e *onboarding.Event) { e.Amendment = &c })
	}
	for _, c := range []struct {
		name   string
		change func(*story)
		touch  string
		want   []string
	}{
		{"a new zone moves the hours", func(s *story) {
			amend(s, "day 3 10:00", func(c *onboarding.Contract) { c.Customer.TimeZone, c.Customer.Country = "America/New_York", "US" })
		}, "refund-reminder", []string{"25 09:00 touch_sent refund-reminder"}}, // 09:00 in New York
		{"a new country moves the holidays", func(s *story) {
			amend(s, "day 3 10:00", func(c *onboarding.Contract) { c.Customer.Country = "US" }) // Martin Luther King Day on day 4
		}, "sales-handover", []string{"5 09:00 touch_sent sales-handover"}},
		{"new terms move their dates", func(s *story) {
			amend(s, "day 3 10:00", func(c *onboarding.Contract) {
				c.Terms.Refund = &onboarding.Refund{Days: 40, How: "h", CountsFrom: onboarding.FromSigned}
			})
		}, "refund-reminder", []string{"33 09:00 touch_sent refund-reminder"}},
		{"terms that are gone take their mail with them", func(s *story) {
			amend(s, "day 3 10:00", func(c *onboarding.Contract) { c.Terms = nil })
		}, "refund-reminder", []string{"100 17:30 touch_dropped refund-reminder no refund in the contract"}},
		{"id and signature stay", func(s *story) {
			amend(s, "day 3 10:00", func(c *onboarding.Contract) { c.ID, c.SignedAt = "other", c.SignedAt.AddDate(0, 0, 5) })
		}, "owner-introduction", []string{"5 09:00 touch_sent owner-introduction"}},
		{"a new contact is written to", func(s *story) {
			amend(s, "day 3 10:00", func(c *onboarding.Contract) { c.Customer.Contacts[0].ID = "nuova" })
		}, "sales-handover", []string{"4 09:00 touch_sent sales-handover"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			want(t, s.play().of(c.touch), c.want...)
		})
	}
}

func TestAmendmentsAndOwnersAreHandedOut(t *testing.T) {
	core, state, _ := begun(t)
	m := event(onboarding.EventOwnerChanged)
	m.Event.Owner = &onboarding.Person{ID: "o-8", Name: "Irene Costa", Email: "irene@vendor.example", Hours: "11:00-15:00"}
	state, step := core.Apply(state, state.Now, m)
	if !step.Replan || step.Amended == nil || step.Amended.Owner.ID != "o-8" || core.Status(state).Owner != "o-8" {
		t.Errorf("replan %t, amended %+v", step.Replan, step.Amended)
	}
	m = event(onboarding.EventHandoffFilled)
	if _, step = core.Apply(state, state.Now, m); step.Amended != nil || step.Replan {
		t.Error("a handoff without a dossier changed the contract")
	}
	m.Event.Dossier = &onboarding.Dossier{Notes: "n"}
	if state, step = core.Apply(state, state.Now, m); step.Amended == nil || step.Amended.Dossier.Notes != "n" {
		t.Errorf("%+v", step.Amended)
	}
	for _, o := range step.Orders {
		t.Errorf("unexpected order for %s", o.Touch)
	}
	m = event(onboarding.EventAdopted)
	m.Event.Playbook = "another"
	if state, step = core.Apply(state, state.Now, m); !step.Replan || state.Start.Playbook != "another" {
		t.Errorf("it plays %q", state.Start.Playbook)
	}
}

func TestANewOwnerHasTheTasks(t *testing.T) {
	s := newStory(t).on("day 3 10:00", onboarding.EventOwnerChanged, func(e *onboarding.Event) {
		e.Owner = &onboarding.Person{ID: "o-8", Name: "Irene Costa", Email: "irene@vendor.example", Hours: "11:00-15:00"}
	})
	played := s.play()
	want(t, played.of("owner-first-call")[:1], "5 11:00 touch_sent owner-first-call")
	for _, e := range played.entries {
		if e.Touch == "owner-first-call" && e.To != "o-8" {
			t.Errorf("%s goes to %s", line(e), e.To)
		}
	}
}

func TestACalendarThatCannotBeMadeIsAskedForOnce(t *testing.T) {
	core, state, _ := begun(t)
	old := state.Calendar
	old.Customer.Days = old.Customer.Days[:20] // it ends on 28 January
	state, step := core.Apply(state, state.Now, journey.Message{Calendar: &old})
	if step.Replan {
		t.Fatal("a calendar that does not end yet was asked for anew")
	}
	asked := 0
	for range 200 {
		next, _ := core.Next(state)
		if state, step = core.Apply(state, next, journey.Message{}); step.Replan {
			asked++
			state, _ = core.Apply(state, next, journey.Message{Calendar: &old})
		}
		if state.Ended != nil {
			break
		}
	}
	if asked != 1 || state.Ended == nil {
		t.Errorf("asked %d times, ended %v", asked, state.Ended)
	}
}

func TestLogical(t *testing.T) {
	at := func(clock string) time.Time {
		v, err := time.Parse("15:04:05.999", clock)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct{ name, last, due, real, want string }{
		{"the due instant while the clock is at most a minute past it", "09:00:00", "10:00:00", "10:01:00", "10:00:00"},
		{"the real one when it is more", "09:00:00", "10:00:00", "10:01:01", "10:01:01"},
		{"the real one before the due", "09:00:00", "10:00:00", "09:59:59", "09:59:59"},
		{"in whole seconds", "09:00:00", "10:00:00", "10:05:30.9", "10:05:30"},
		{"never before the last", "10:00:30", "10:00:00", "10:00:20", "10:00:30"},
		{"nothing due is the real one", "09:00:00", "", "10:00:20", "10:00:20"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var due time.Time
			if c.due != "" {
				due = at(c.due)
			}
			if got := journey.Logical(at(c.last), due, at(c.real)); !got.Equal(at(c.want)) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
