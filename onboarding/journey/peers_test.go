package journey_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// Peers of acme, who is a small manufacturer that speaks Italian.
var (
	borgo  = onboarding.Peer{ID: "borgo", Company: "Borgo", Language: "it", Industry: "manufacturing", Segment: "smb", Consent: true}
	corso  = onboarding.Peer{ID: "corso", Company: "Corso", Language: "it", Industry: "manufacturing", Segment: "large", Consent: true}
	dosso  = onboarding.Peer{ID: "dosso", Company: "Dosso", Language: "it", Industry: "retail", Segment: "smb", Consent: true}
	erta   = onboarding.Peer{ID: "erta", Company: "Erta", Language: "it", Consent: true}
	fjord  = onboarding.Peer{ID: "fjord", Company: "Fjord", Language: "en", Industry: "manufacturing", Segment: "smb", Consent: true}
	asking = []onboarding.Peer{borgo, corso, dosso, erta}
)

func peer(id string) func(*onboarding.Event) { return func(e *onboarding.Event) { e.Peer = id } }

// peering prints what became of an introduction, with whom it was about.
func (s tale) peering() []string {
	about := []string{"peer-request", "peer-introduction", "peer-follow-up", "peer-offer"}
	var out []string
	for _, e := range s.entries {
		task := e.Kind == onboarding.EntryTaskRaised && (strings.Contains(e.Reason, "peer") || strings.Contains(e.Reason, "yes") || strings.Contains(e.Reason, "introduction"))
		if slices.Contains(about, e.Touch) && e.Kind != onboarding.EntryEvent || task {
			line := s.line(e)
			if e.To != "" {
				line += " > " + e.To
			}
			out = append(out, line)
		}
	}
	return out
}

func TestIntroductions(t *testing.T) {
	offer := []string{"18 09:00 touch_sent peer-offer > giulia", "18 09:00 peer_offered peer-offer industry, segment, language > borgo"}
	yes := func(when string) func(*story) { return func(s *story) { s.on(when, onboarding.EventPeerAccepted) } }
	from := func(when, id string, k onboarding.EventKind) func(*story) {
		return func(s *story) { s.on(when, k, peer(id)) }
	}
	say := func(when string, k onboarding.EventKind) func(*story) { return func(s *story) { s.on(when, k) } }
	only := func(peers ...onboarding.Peer) func(*story) { return func(s *story) { s.start.Peers = peers } }
	for _, c := range []struct {
		name   string
		change []func(*story)
		want   []string
	}{
		{"both say yes, and only then they are introduced; a week later, as the cap allows, the customer is asked how it went", []func(*story){
			yes("day 19 10:00"), from("day 20 11:00", "borgo", onboarding.EventPeerAccepted)}, append(offer[:2:2],
			"19 10:00 touch_sent peer-request > borgo",
			"20 11:00 touch_sent peer-introduction > giulia",
			"20 11:00 peer_introduced peer-introduction industry, segment, language > borgo",
			"27 11:00 touch_sent peer-follow-up > giulia")},
		{"nobody agreed to be asked: no offer", []func(*story){only(onboarding.Peer{ID: "borgo", Company: "Borgo", Language: "it"})},
			[]string{"18 09:00 touch_dropped peer-offer no free peer"}},
		{"nobody speaks their language: no offer", []func(*story){only(fjord)}, []string{"18 09:00 touch_dropped peer-offer no free peer"}},
		{"a customer is never their own peer", []func(*story){only(onboarding.Peer{ID: "acme", Company: "Other", Language: "it", Consent: true})},
			[]string{"18 09:00 touch_dropped peer-offer no free peer"}},
		{"the peer's yes alone introduces nobody", []func(*story){from("day 19 10:00", "borgo", onboarding.EventPeerAccepted)}, append(offer[:2:2],
			"32 09:00 task_raised tell_peer: borgo (no answer) > o-7")},
		{"a peer who agreed before is not asked again", []func(*story){from("day 19 10:00", "borgo", onboarding.EventPeerAccepted), yes("day 20 11:00")}, append(offer[:2:2],
			"20 11:00 touch_sent peer-introduction > giulia",
			"20 11:00 peer_introduced peer-introduction industry, segment, language > borgo",
			"27 11:00 touch_sent peer-follow-up > giulia")},
		{"somebody else's yes is none", []func(*story){yes("day 19 10:00"), from("day 20 11:00", "corso", onboarding.EventPeerAccepted),
			from("day 20 12:00", "borgo", onboarding.EventPeerAccepted)}, append(offer[:2:2],
			"19 10:00 touch_sent peer-request > borgo",
			"20 12:00 touch_sent peer-introduction > giulia",
			"20 12:00 peer_introduced peer-introduction industry, segment, language > borgo",
			"27 12:00 touch_sent peer-follow-up > giulia")},
		{"the peer says no: the next one like them is asked", []func(*story){yes("day 19 10:00"), from("day 20 11:00", "borgo", onboarding.EventPeerDeclined),
			from("day 21 11:00", "corso", onboarding.EventPeerAccepted)}, append(offer[:2:2],
			"19 10:00 touch_sent peer-request > borgo",
			"20 11:00 touch_sent peer-request > corso",
			"21 11:00 touch_sent peer-introduction > giulia",
			"21 11:00 peer_introduced peer-introduction industry, language > corso",
			"28 11:00 touch_sent peer-follow-up > giulia")},
		{"no answer in five working days is a no; after three peers the owner looks", []func(*story){yes("day 19 10:00")}, append(offer[:2:2],
			"19 10:00 touch_sent peer-request > borgo",
			"27 09:00 touch_sent peer-request > corso",
			"35 09:00 touch_sent peer-request > dosso",
			"42 17:30 task_raised peer-offer no_peer_left > o-7")},
		{"the playbook says how long and how many", []func(*story){yes("day 19 10:00"), func(s *story) { s.plan.Peers.AnswerDays, s.plan.Peers.Tries = 2, 2 }}, append(offer[:2:2],
			"19 10:00 touch_sent peer-request > borgo",
			"22 09:00 touch_sent peer-request > corso",
			"26 17:30 task_raised peer-offer no_peer_left > o-7")},
		{"nobody else is there: the owner looks", []func(*story){only(borgo), yes("day 19 10:00"), from("day 20 11:00", "borgo", onboarding.EventPeerDeclined)}, append(offer[:2:2],
			"19 10:00 touch_sent peer-request > borgo",
			"20 11:00 task_raised peer-offer no_peer_left > o-7")},
		{"the customer says no: nobody is asked", []func(*story){say("day 19 10:00", onboarding.EventPeerDeclined), yes("day 20 10:00")}, append(offer[:2:2], "20 10:00 task_raised late_yes: giulia > o-7")},
		{"no answer to the offer is a no", []func(*story){yes("day 33 10:00")}, append(offer[:2:2], "33 10:00 task_raised late_yes: giulia > o-7")},
		{"a peer who says no before they were asked is replaced unseen", []func(*story){from("day 19 10:00", "borgo", onboarding.EventPeerDeclined), yes("day 20 11:00")}, append(offer[:2:2],
			"20 11:00 touch_sent peer-request > corso",
			"28 09:00 touch_sent peer-request > dosso",
			"36 09:00 touch_sent peer-request > erta",
			"43 17:30 task_raised peer-offer no_peer_left > o-7")},
		{"the peer is asked in the hours of a working day", []func(*story){yes("day 23 22:00"), from("day 26 11:00", "borgo", onboarding.EventPeerAccepted)}, append(offer[:2:2],
			"25 09:00 touch_sent peer-request > borgo",
			"26 11:00 touch_sent peer-introduction > giulia",
			"26 11:00 peer_introduced peer-introduction industry, segment, language > borgo",
			"33 09:00 touch_sent peer-follow-up > giulia")},
		{"a withdrawal closes it, and the owner tells the peer", []func(*story){yes("day 19 10:00"), say("day 20 10:00", onboarding.EventWithdrawal),
			from("day 20 11:00", "borgo", onboarding.EventPeerAccepted)}, append(offer[:2:2],
			"19 10:00 touch_sent peer-request > borgo",
			"20 10:00 task_raised tell_peer: borgo (withdrawal_declared) > o-7")},
		{"a complaint closes an offer", []func(*story){say("day 19 10:00", onboarding.EventComplaint), yes("day 20 10:00")}, append(offer[:2:2], "20 10:00 task_raised late_yes: giulia > o-7")},
		{"a complaint stops what they wanted, and the owner hears of it", []func(*story){yes("day 19 10:00"), say("day 20 10:00", onboarding.EventComplaint)}, append(offer[:2:2],
			"19 10:00 touch_sent peer-request > borgo",
			"20 10:00 task_raised tell_peer: borgo (complaint) > o-7",
			"20 10:00 task_raised introduction_stopped: complaint > o-7")},
		{"in trouble nothing is offered; afterwards it is", []func(*story){say("day 17 10:00", onboarding.EventComplaint), say("day 20 10:00", onboarding.EventAnswered)}, []string{
			"18 09:00 touch_held peer-offer complaint",
			"20 10:00 touch_sent peer-offer > giulia", "20 10:00 peer_offered peer-offer industry, segment, language > borgo"}},
		{"a peer whose address takes no mail gives way to the next", []func(*story){yes("day 19 10:00"), func(s *story) {
			s.carry = func(touch string, _ int, o onboarding.Order) onboarding.Outcome {
				if strings.HasSuffix(touch, "borgo") {
					return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "unsubscribed"}
				}
				return onboarding.Outcome{}
			}
		}, from("day 20 11:00", "corso", onboarding.EventPeerAccepted)}, append(offer[:2:2],
			"19 10:00 touch_dropped peer-request unsubscribed",
			"19 10:00 touch_sent peer-request > corso",
			"20 11:00 touch_sent peer-introduction > giulia",
			"20 11:00 peer_introduced peer-introduction industry, language > corso",
			"27 11:00 touch_sent peer-follow-up > giulia")},
		{"a yes to nothing changes nothing", []func(*story){yes("day 10 10:00"), from("day 11 10:00", "borgo", onboarding.EventPeerAccepted)}, offer},
		{"who said yes is introduced, not who was asked", []func(*story){func(s *story) { s.on("day 19 10:00", onboarding.EventPeerAccepted, fromContact("luca")) },
			from("day 20 11:00", "borgo", onboarding.EventPeerAccepted)}, append(offer[:2:2],
			"19 10:00 touch_sent peer-request > borgo",
			"20 11:00 touch_sent peer-introduction > luca",
			"20 11:00 peer_introduced peer-introduction industry, segment, language > borgo",
			"27 11:00 touch_sent peer-follow-up > luca")},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			s.start.Peers = asking
			for _, f := range c.change {
				f(s)
			}
			want(t, s.play().peering(), c.want...)
			for _, p := range s.taken {
				if p.State == onboarding.PlaceKept {
					t.Errorf("the place at %s is still kept", p.Peer)
				}
			}
		})
	}
}

func fromContact(id string) func(*onboarding.Event) {
	return func(e *onboarding.Event) { e.Contact = id }
}

func TestAPeerLearnsNothingBeforeBothSaidYes(t *testing.T) {
	s := newStory(t).on("day 19 10:00", onboarding.EventPeerAccepted).on("day 20 10:00", onboarding.EventPeerAccepted, peer("borgo"))
	s.start.Peers = asking
	told := s.play()
	asked := text(told.order("peer-request/peer-borgo"))
	for _, secret := range []string{"Acme", "giulia", "Giulia", "12000", "luca"} {
		if strings.Contains(asked, secret) {
			t.Errorf("the order to the peer holds %q:\n%s", secret, asked)
		}
	}
	o := told.order("peer-introduction")
	if want := []string{"giulia", "peer:borgo"}; !slices.Equal(o.To, want) || o.Peer == nil || o.Peer.Company != "Borgo" {
		t.Errorf("the introduction goes to %v with %+v; want %v", o.To, o.Peer, want)
	}
}

func TestARequestThatWaitsForApprovalGoesWhenOpsSaySo(t *testing.T) {
	s := newStory(t).on("day 19 10:00", onboarding.EventPeerAccepted).on("day 20 11:00", onboarding.EventTouchHurried, about("peer-request"))
	s.start.Peers, s.start.AutoApprove = []onboarding.Peer{borgo}, false
	s.carry = func(_ string, _ int, o onboarding.Order) onboarding.Outcome {
		if o.Audience == onboarding.AudiencePeer && !o.Approved {
			return onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Reason: onboarding.ReasonApproval, Until: o.At.AddDate(0, 0, 1)}
		}
		return onboarding.Outcome{}
	}
	want(t, s.play().of("peer-request"), "19 10:00 touch_held peer-request awaiting_approval", "19 10:00 task_raised peer-request approve",
		"20 11:00 event peer-request touch_hurried", "20 11:00 touch_sent peer-request")
}

func TestWhatBecomesOfAPlace(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*story)
		want   string
	}{
		{"nobody answers the offer", func(*story) {}, "borgo released"},
		{"the peer was asked and said no, and another met them", func(s *story) {
			s.on("day 19 10:00", onboarding.EventPeerAccepted).on("day 20 10:00", onboarding.EventPeerDeclined, peer("borgo")).
				on("day 21 10:00", onboarding.EventPeerAccepted, peer("corso"))
		}, "borgo declined, corso introduced"},
		{"the run ends while the offer stands", func(s *story) { s.on("day 20 10:00", onboarding.EventVoided) }, "borgo released"},
		{"the run ends while the peer thinks", func(s *story) {
			s.on("day 19 10:00", onboarding.EventPeerAccepted).on("day 20 10:00", onboarding.EventVoided)
		}, "borgo declined"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			s.start.Peers = asking
			c.change(s)
			s.play()
			var got []string
			for _, p := range s.taken {
				got = append(got, p.String())
			}
			if got := strings.Join(got, ", "); got != c.want {
				t.Errorf("places: %s; want %s", got, c.want)
			}
		})
	}
}

func TestACustomerBecomesACandidate(t *testing.T) {
	s := newStory(t).on("day 60 10:00", onboarding.EventFirstValue).on("day 80 10:00", onboarding.EventGoalReached).
		on("day 97 10:00", onboarding.EventPeerAccepted)
	told := s.play()
	want(t, told.of("peer-ask", "referral-ask"), "96 09:00 touch_sent peer-ask", "97 09:00 touch_dropped referral-ask alternative: peer-ask")
	if n := len(s.matches); n == 0 || s.matches[n-1].Candidate == nil || s.matches[n-1].Candidate.ID != "acme" || s.matches[n-1].Candidate.Consent {
		t.Errorf("the pool was told %+v; want acme as a candidate without consent", s.matches)
	}
	if got := told.lines(func(e onboarding.Entry) bool { return strings.HasPrefix(e.Reason, "peer_candidate") }); len(got) != 1 {
		t.Errorf("ops were told %v", got)
	}
}

func TestWhoMayBeAskedToBeAPeer(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*story)
		want   string
	}{
		{"not without a first value", func(*story) {}, "96 09:00 touch_dropped peer-ask no consent to be asked as a peer"},
		{"not two weeks after a complaint", func(s *story) {
			s.on("day 60 10:00", onboarding.EventFirstValue).on("day 85 10:00", onboarding.EventComplaint).on("day 86 10:00", onboarding.EventAnswered)
		}, "96 09:00 touch_dropped peer-ask no consent to be asked as a peer"},
		{"three weeks after one", func(s *story) {
			s.on("day 60 10:00", onboarding.EventFirstValue).on("day 72 10:00", onboarding.EventComplaint).on("day 73 10:00", onboarding.EventAnswered)
		}, "96 09:00 touch_sent peer-ask"},
		{"or when the playbook says", func(s *story) {
			s.plan.Peers.CalmDays = 7
			s.on("day 60 10:00", onboarding.EventFirstValue).on("day 85 10:00", onboarding.EventComplaint).on("day 86 10:00", onboarding.EventAnswered)
		}, "96 09:00 touch_sent peer-ask"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t).on("day 50 10:00", onboarding.EventGoalReached)
			c.change(s)
			want(t, s.play().of("peer-ask"), c.want)
		})
	}
}

func TestAPeerEventThatFitsNothingIsRefused(t *testing.T) {
	core, state, _ := begun(t)
	yes := onboarding.Event{Kind: onboarding.EventPeerAccepted}
	named := onboarding.Event{Kind: onboarding.EventPeerAccepted, Peer: "corso"}
	for _, c := range []struct {
		in    journey.Introduction
		event onboarding.Event
		want  string
	}{
		{journey.Introduction{}, yes, "peer: no introduction is offered to this customer"},
		{journey.Introduction{Status: "offered", Peer: "borgo"}, yes, ""},
		{journey.Introduction{Status: "offered", Peer: "borgo"}, named, `peer: "corso" is not the one of this introduction`},
		{journey.Introduction{Status: "wanted", Peer: "corso"}, named, ""},
		{journey.Introduction{Status: "wanted", Peer: "corso"}, yes, "peer: the customer has said yes already, and the peer is asked"},
		{journey.Introduction{Status: "agreed", Peer: "corso"}, named, "peer: both have said yes already"},
		{journey.Introduction{Status: "introduced", Peer: "corso"}, yes, "peer: the introduction to corso went already"},
		{journey.Introduction{Status: "closed"}, yes, "peer: no introduction is offered to this customer"},
	} {
		state.Introduction = c.in
		got := ""
		if err := core.Refuse(state, c.event); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v: %q; want %q", c.in, got, c.want)
		}
	}
}

func TestALateAnswerGivesThePlaceBack(t *testing.T) {
	core, state, _ := begun(t)
	found := &journey.PeerFound{Seek: 3, Peer: &onboarding.PeerMatch{Peer: "borgo"}}
	_, step := core.Apply(state, state.Now, journey.Message{Match: found})
	if len(step.Matches) != 1 || len(step.Matches[0].Settle) != 1 || step.Matches[0].Settle[0].State != onboarding.PlaceReleased {
		t.Errorf("asked %+v; want the place given back", step.Matches)
	}
	state, _ = core.Apply(state, state.Now, event(onboarding.EventVoided))
	if _, step = core.Apply(state, state.Now, journey.Message{Match: found}); len(step.Matches) != 1 {
		t.Errorf("after the end asked %+v; want the place given back", step.Matches)
	}
}
