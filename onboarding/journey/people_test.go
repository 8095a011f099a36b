package journey_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestClosedAddresses(t *testing.T) {
	unsubscribed, bounced, spam := onboarding.EventUnsubscribed, onboarding.EventBounced, onboarding.EventSpamReported
	share := func(s *story, a, b string) {
		for i := range s.contract().Customer.Contacts {
			if c := &s.contract().Customer.Contacts[i]; c.ID == a || c.ID == b {
				c.Email = []string{"Both@acme.example", "both@ACME.example"}[i%2]
			}
		}
	}
	for _, c := range []struct {
		name    string
		change  func(*story)
		touches []string
		want    []string
	}{
		{"an opt-out stops relationship mails and no others", func(s *story) { s.on("day 3 10:00", unsubscribed, from("giulia")) },
			[]string{"sales-handover", "case-history-1", "refund-reminder"}, []string{
				"4 09:00 touch_sent sales-handover", "12 09:00 touch_dropped case-history-1 unsubscribed", "25 09:00 touch_sent refund-reminder"}},
		{"an opt-out of one is none of another", func(s *story) { s.on("day 3 10:00", unsubscribed, from("luca")) },
			[]string{"case-history-1"}, []string{"12 09:00 touch_sent case-history-1"}},
		{"one in a reply stops them as well", func(s *story) {
			s.on("day 3 10:00", onboarding.EventEmailReply, from("giulia"), func(e *onboarding.Event) {
				e.Reading = &onboarding.Reading{Intent: onboarding.IntentNone, Doubt: onboarding.DoubtNone, OptOut: true}
			})
		}, []string{"case-history-1", "refund-reminder"}, []string{
			"12 09:00 touch_dropped case-history-1 unsubscribed", "25 09:00 touch_sent refund-reminder"}},
		{"without a contact it is everybody's", func(s *story) { s.on("day 3 10:00", unsubscribed) },
			[]string{"case-history-1", "refund-reminder"}, []string{
				"12 09:00 touch_dropped case-history-1 unsubscribed", "25 09:00 touch_sent refund-reminder"}},
		{"a hard bounce stops all mail, and the owner hears of each that was owed", func(s *story) { s.on("day 3 10:00", bounced, from("giulia")) },
			[]string{"", "sales-handover", "case-history-1"}, []string{
				"3 10:00 event bounced", "3 10:00 task_raised bounced",
				"4 09:00 touch_dropped sales-handover bounced", "4 09:00 task_raised sales-handover unreachable",
				"12 09:00 touch_dropped case-history-1 bounced"}},
		{"a spam report likewise", func(s *story) { s.on("day 3 10:00", spam, from("luca")) },
			[]string{"", "kickoff-nudge", "owner-introduction"}, []string{
				"3 10:00 event spam_reported", "3 10:00 task_raised spam_reported", "5 09:00 touch_sent owner-introduction",
				"11 09:00 touch_dropped kickoff-nudge spam_reported", "11 09:00 task_raised kickoff-nudge unreachable"}},
		{"it closes the address, whoever else stands under it", func(s *story) {
			share(s, "giulia", "luca")
			s.on("day 3 10:00", bounced, from("luca"))
		}, []string{"sales-handover"}, []string{
			"4 09:00 touch_dropped sales-handover bounced", "4 09:00 task_raised sales-handover unreachable"}},
		{"a corrected address is written to again", func(s *story) {
			c := *s.contract()
			c.Customer.Contacts = slices.Clone(c.Customer.Contacts)
			c.Customer.Contacts[0].Email = "new@acme.example"
			s.on("day 3 10:00", bounced, from("giulia")).on("day 3 12:00", onboarding.EventAmended, func(e *onboarding.Event) { e.Amendment = &c })
		}, []string{"sales-handover"}, []string{"4 09:00 touch_sent sales-handover"}},
		{"a withdrawal from a closed address is the owner's to acknowledge", func(s *story) {
			s.on("day 3 10:00", spam).on("day 4 03:00", onboarding.EventWithdrawal)
		}, []string{"withdrawal-received"}, []string{
			"4 03:00 touch_dropped withdrawal-received spam_reported", "4 03:00 task_raised withdrawal-received unreachable"}},
		{"an opt-out stops no confirmation", func(s *story) {
			s.on("day 3 10:00", unsubscribed).on("day 4 03:00", onboarding.EventWithdrawal)
		}, []string{"withdrawal-received"}, []string{"4 03:00 touch_sent withdrawal-received"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			played := s.play()
			want(t, played.lines(func(e onboarding.Entry) bool {
				return slices.Contains(c.touches, e.Touch) && (e.Touch != "" || e.Day == 3)
			}), c.want...)
		})
	}
}

func TestSuppressionsAreHandedOut(t *testing.T) {
	core, state, _ := begun(t)
	m := event(onboarding.EventBounced)
	_, step := core.Apply(state, state.Now, m)
	if len(step.Suppress) != 5 || step.Suppress[0].Address != "giulia@acme.example" || !step.Suppress[0].All || step.Suppress[0].Reason != "bounced" {
		t.Errorf("%+v", step.Suppress)
	}
	m.Event.Kind, m.Event.Contact = onboarding.EventUnsubscribed, "luca"
	_, step = core.Apply(state, state.Now, m)
	if len(step.Suppress) != 1 || step.Suppress[0].Address != "luca@acme.example" || step.Suppress[0].All {
		t.Errorf("%+v", step.Suppress)
	}
}

func TestRecipients(t *testing.T) {
	for _, c := range []struct {
		name, touch string
		change      func(*story)
		want        []string
	}{
		{"the decision maker", "welcome", func(*story) {}, []string{"giulia"}},
		{"everybody in the roles, in their order", "owner-introduction", func(*story) {}, []string{"giulia", "luca"}},
		{"all of one role", "training-invitation", func(*story) {}, []string{"anna", "davide"}},
		{"who has no contact in the role falls back to the decision maker", "kickoff-nudge", func(s *story) {
			s.contract().Customer.Contacts = s.contract().Customer.Contacts[:1]
		}, []string{"giulia"}},
		{"one mail an address", "owner-introduction", func(s *story) {
			s.contract().Customer.Contacts[1].Email = "GIULIA@acme.example"
		}, []string{"giulia"}},
		{"the first contact of a role where not all are meant", "training-invitation", func(s *story) {
			touch(t, s.plan, "training-invitation").ToAll = false
		}, []string{"anna"}},
		{"those of them who can be reached", "training-invitation", func(s *story) { s.on("day 3 10:00", onboarding.EventBounced, from("anna")) }, []string{"davide"}},
		{"ours by role", "dossier-request", func(s *story) { s.contract().Dossier = nil }, []string{"s-3"}},
		{"who withdraws has the answer", "withdrawal-received", func(s *story) { s.on("day 3 10:00", onboarding.EventWithdrawal, from("luca")) }, []string{"luca"}},
		{"or the decision maker where nobody is named", "withdrawal-received", func(s *story) { s.on("day 3 10:00", onboarding.EventWithdrawal) }, []string{"giulia"}},
		{"or where nobody knows them", "withdrawal-received", func(s *story) { s.on("day 3 10:00", onboarding.EventWithdrawal, from("nobody")) }, []string{"giulia"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			if c.touch == "training-invitation" {
				s.on("day 15 12:00", onboarding.EventInstalled)
			}
			if got := s.play().order(c.touch).To; !slices.Equal(got, c.want) {
				t.Errorf("it went to %v, want %v", got, c.want)
			}
		})
	}
}

func TestVariants(t *testing.T) {
	for _, c := range []struct {
		name, touch, want string
		change            func(*story)
	}{
		{"the normal text", "sales-handover", "", func(*story) {}},
		{"without facts where there are none", "sales-handover", "fallback", func(s *story) { s.contract().Dossier = nil }},
		{"\"we have spoken\" is said only where the owner accepted the dossier", "owner-introduction", "fallback", func(*story) {}},
		{"and then it is", "owner-introduction", "", func(s *story) { s.on("day 1 10:00", onboarding.EventHandoffAccepted) }},
		{"the dossier may come later", "sales-handover", "", func(s *story) {
			dossier := s.contract().Dossier
			s.contract().Dossier = nil
			s.on("day 2 10:00", onboarding.EventHandoffFilled, func(e *onboarding.Event) { e.Dossier = dossier })
		}},
		{"where the salesperson stays on one text says so", "sales-handover", "merged", func(s *story) { s.contract().Owner = s.contract().Sales }},
		{"on time the welcome is not late", "welcome", "", func(s *story) {
			s.carry = answers("welcome", onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: local(t, *s.contract(), "2026-01-16 16:20"), Reason: "r"})
		}},
		{"a day after it was due it says that it comes late", "welcome", "late", func(s *story) {
			s.carry = answers("welcome", onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: local(t, *s.contract(), "2026-01-16 16:21"), Reason: "r"})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			if got := s.play().order(c.touch).Variant; got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestTheMergedTextStandsForTheIntroduction(t *testing.T) {
	s := newStory(t)
	s.contract().Owner = s.contract().Sales
	want(t, s.play().of("sales-handover", "owner-introduction"),
		"4 09:00 touch_sent sales-handover", "4 09:00 touch_dropped owner-introduction merged")
}

func TestWhatAnOrderCarries(t *testing.T) {
	s := newStory(t)
	refund(23)(s)
	s.on("day 4 10:20", onboarding.EventKickoffBooked, date("2026-01-27"))
	played := s.play()
	welcome := played.order("welcome")
	if welcome.RefundDay.String() != "2026-02-07" || welcome.RefundOff != onboarding.DayWeekend {
		t.Errorf("the refund's last day %s is %q", welcome.RefundDay, welcome.RefundOff)
	}
	var next []string
	for _, d := range welcome.NextDates {
		next = append(next, d.At.In(zoneOf("Europe/Rome")).Format("01-02 ")+d.What)
	}
	want(t, next, "01-19 sales-handover", "01-20 owner-introduction", "01-26 kickoff-nudge")
	if d := welcome.Contract.Dossier; len(d.Worries)+len(d.People)+len(d.Notes) > 0 || len(d.Goals) == 0 {
		t.Errorf("the order carries %+v", d)
	}
	handover := played.order("sales-handover")
	if !slices.Equal(handover.Cc, []string{"o-7"}) || handover.From != onboarding.AudienceSales || handover.Key != "C-2026-0042/1/sales-handover" ||
		handover.Limits.Spacing.Hours() != 20 || handover.Limits.AnyWeek != 0 {
		t.Errorf("%+v", handover)
	}
	history := played.order("case-history-1")
	if l := history.Limits; l.AnyWeek != 2 || l.FirstWeek != 3 || l.FirstWeekUntil.Sub(s.contract().SignedAt).Hours() != 168 {
		t.Errorf("%+v", l)
	}
	if history.Doubt != onboarding.DoubtAbility || !slices.Contains(history.Facts, onboarding.FactKickoffBooked) || history.KickoffAt != "2026-01-27" {
		t.Errorf("%+v", history)
	}
}

func TestCaseHistories(t *testing.T) {
	product, ability := onboarding.DoubtProduct, onboarding.DoubtAbility
	day := func(s string) onboarding.Date { d, _ := onboarding.ParseDate(s); return d }
	told := func(cs ...onboarding.CaseHistory) []onboarding.CaseHistory {
		for i := range cs {
			cs[i].Language = strings.TrimSpace(cs[i].Language + " it")[:2]
			cs[i].Approved = !cs[i].Sample && cs[i].ID != "rejected"
		}
		return cs
	}
	for _, c := range []struct {
		name    string
		stock   []onboarding.CaseHistory
		samples bool
		want    string // of case-history-1, which answers ability, and case-history-2, which answers product
	}{
		{"by doubt before industry and segment", told(
			onboarding.CaseHistory{ID: "x", Industry: "manufacturing", Segment: "smb"}, onboarding.CaseHistory{ID: "y", Doubt: ability},
			onboarding.CaseHistory{ID: "z", Doubt: product}), false, "y z"},
		{"by industry before segment", told(
			onboarding.CaseHistory{ID: "x", Segment: "smb"}, onboarding.CaseHistory{ID: "y", Industry: "manufacturing"}), false, "y x"},
		{"by segment before nothing", told(onboarding.CaseHistory{ID: "x"}, onboarding.CaseHistory{ID: "y", Segment: "smb"}), false, "y x"},
		{"of equals the first id", told(onboarding.CaseHistory{ID: "y"}, onboarding.CaseHistory{ID: "x"}), false, "x y"},
		{"another's industry is no reason", told(onboarding.CaseHistory{ID: "x"}, onboarding.CaseHistory{ID: "y", Industry: "hotels"}), false, "x y"},
		{"never the same twice", told(onboarding.CaseHistory{ID: "x", Doubt: product}), false, "x -"},
		{"not in another language", told(onboarding.CaseHistory{ID: "x", Language: "en", Doubt: ability}, onboarding.CaseHistory{ID: "y"}), false, "y -"},
		{"not after its expiry", told(onboarding.CaseHistory{ID: "x", Expires: day("2026-01-26")}, onboarding.CaseHistory{ID: "y", Expires: day("2026-01-27")}), false, "y -"},
		{"not without an approval", told(onboarding.CaseHistory{ID: "rejected"}), false, "- -"},
		{"no sample where samples do not count", told(onboarding.CaseHistory{ID: "x", Sample: true}), false, "- -"},
		{"samples where they do", told(onboarding.CaseHistory{ID: "x", Sample: true}), true, "x -"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t).on("day 15 12:00", onboarding.EventInstalled)
			s.plan.CaseHistories, s.start.Samples = c.stock, c.samples
			played := s.play()
			var got []string
			for _, id := range []string{"case-history-1", "case-history-2"} {
				at := slices.IndexFunc(played.orders, func(o onboarding.Order) bool { return o.Touch == id })
				if at >= 0 {
					got = append(got, played.orders[at].Case)
					continue
				}
				got = append(got, "-")
				if l := played.of(id); len(l) != 1 || !strings.HasSuffix(l[0], "touch_dropped "+id+" no approved case history") {
					t.Errorf("%v", l)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("told %v, want %s", got, c.want)
			}
		})
	}
}

func TestTheDoubtOfTheDossierComesFirst(t *testing.T) {
	s := newStory(t)
	s.contract().Dossier.Worries = s.contract().Dossier.Worries[1:]
	if got := s.play().order("case-history-1").Doubt; got != onboarding.DoubtApproval {
		t.Errorf("it answers %q", got)
	}
}
