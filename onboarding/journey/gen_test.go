package journey_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// places are where customers and owners live: half-hour and quarter-hour offsets, shifts of half an hour, a zone that
// skipped a day, the first and the last to see a date, shifts by the moon.
var places = []struct{ zone, country string }{
	{"Europe/Rome", "IT"}, {"America/St_Johns", "CA"}, {"Asia/Kathmandu", "NP"}, {"Australia/Lord_Howe", "AU"},
	{"Pacific/Apia", "WS"}, {"Pacific/Kiritimati", "KI"}, {"Africa/Casablanca", "MA"}, {"America/New_York", "US"},
	{"UTC", "GB"}, {"Pacific/Pago_Pago", "US"}, {"Africa/Cairo", "EG"}, {"Asia/Tokyo", "JP"}, {"America/Santiago", "CL"},
}

// days are dates on which calendars go wrong.
var days = []string{"2028-02-29", "2027-12-31", "2027-01-01", "2026-03-27", "2026-03-29", "2026-10-23", "2026-10-25",
	"2026-11-01", "2026-03-08", "2026-04-23", "2026-08-07", "2026-12-23", "2026-12-31", "2026-02-06", "2027-02-07"}

// onceIn is true once in two to the power of n times. Rapid draws small numbers far more often than others, so a share is
// made of coins.
func onceIn(t *rapid.T, n int, name string) bool {
	for range n {
		if !rapid.Bool().Draw(t, name) {
			return false
		}
	}
	return true
}

// below is a number below n, small draws being spread over all of them.
func below(t *rapid.T, n int, name string) int {
	return rapid.IntRange(0, n-1).Draw(t, name) * 7919 % n
}

func zoneOf(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// signature is an instant on somebody's wall clock.
func signature(t *rapid.T, zone string) time.Time {
	var d onboarding.Date
	if rapid.Bool().Draw(t, "an odd day") {
		d, _ = onboarding.ParseDate(rapid.SampledFrom(days).Draw(t, "day"))
	} else {
		d = onboarding.Date{Year: 2026, Month: 1, Day: 1 + below(t, 800, "day")}
	}
	second := below(t, 24*3600, "second")
	at := time.Date(d.Year, d.Month, d.Day, 0, 0, second, 0, zoneOf(zone))
	if onceIn(t, 2, "with a fraction") {
		at = at.Add(500 * time.Millisecond)
	}
	return at
}

func contracts(t *rapid.T) onboarding.Contract {
	place := places[below(t, len(places), "place")]
	c := onboarding.Contract{ID: fmt.Sprintf("C-%d", below(t, 1000, "id")), SignedAt: signature(t, place.zone), Product: "P",
		Value:    onboarding.Money{Amount: "1.00", Currency: "EUR"},
		Customer: onboarding.Customer{ID: "acme", Company: "Acme", Kind: onboarding.Business, TimeZone: place.zone, Country: place.country, Language: "it"},
		Owner:    &onboarding.Person{ID: "o-1", Name: "O", Email: "o@v.example"},
		Sales:    &onboarding.Person{ID: rapid.SampledFrom([]string{"o-1", "s-1"}).Draw(t, "sales"), Name: "S", Email: "s@v.example"}}
	c.Customer.Contacts = []onboarding.Contact{{ID: "dm", Name: "D", Email: "dm@c.example", Role: onboarding.RoleDecisionMaker}}
	for i, role := range rapid.SliceOfN(rapid.SampledFrom([]onboarding.ContactRole{onboarding.RoleChampion, onboarding.RoleUser,
		onboarding.RoleBilling, onboarding.RoleAdmin}), 0, 4).Draw(t, "roles") {
		c.Customer.Contacts = append(c.Customer.Contacts, onboarding.Contact{ID: fmt.Sprint("k", i), Name: "K",
			Email: rapid.SampledFrom([]string{"dm@c.example", "Dm@C.example", "k1@c.example", "k2@c.example", "k3@c.example"}).Draw(t, "email"), Role: role})
	}
	if rapid.Bool().Draw(t, "closures") {
		c.Customer.Closures = []onboarding.DateRange{}
		signed := onboarding.DateOf(c.SignedAt)
		for range rapid.IntRange(1, 2).Draw(t, "how many closures") {
			first := signed.AddDays(below(t, 104, "closed from") - 3)
			c.Customer.Closures = append(c.Customer.Closures, onboarding.DateRange{From: first, To: first.AddDays(below(t, 22, "closed for"))})
		}
	}
	if rapid.Bool().Draw(t, "owner elsewhere") {
		c.Owner.TimeZone = places[below(t, len(places), "owner's place")].zone
		c.Owner.Hours = rapid.SampledFrom([]string{"08:00-12:00", "13:00-21:30"}).Draw(t, "owner's hours")
	}
	c.Terms = terms(t)
	if rapid.Bool().Draw(t, "dossier") {
		c.Dossier = &onboarding.Dossier{Goals: []onboarding.Goal{{Text: "g", SaidBy: "dm", MayRepeat: true}},
			Worries: []onboarding.Worry{{Doubt: onboarding.DoubtApproval, Note: "w"}}}
	}
	return c
}

func terms(t *rapid.T) *onboarding.Terms {
	if onceIn(t, 2, "no terms") {
		return nil
	}
	out := &onboarding.Terms{}
	if rapid.Bool().Draw(t, "refund") {
		out.Refund = &onboarding.Refund{Days: 1 + below(t, 60, "refund days"), How: "h",
			CountsFrom: rapid.SampledFrom([]onboarding.CountsFrom{onboarding.FromSigned, onboarding.FromSigned, onboarding.FromInstalled}).Draw(t, "counts from")}
	}
	if rapid.Bool().Draw(t, "training") {
		out.Training = &onboarding.Training{Sessions: 2}
	}
	return out
}

var milestoneFacts = []onboarding.Fact{onboarding.FactHandoffAccepted, onboarding.FactContacted, onboarding.FactKickoffBooked,
	onboarding.FactKickoffHeld, onboarding.FactInstalled, onboarding.FactFirstValue, onboarding.FactGoalReached, onboarding.FactTrainingArranged}

var windows = []onboarding.Window{{Open: 540, Close: 1050}, {Open: 540, Close: 1050}, {Open: 480, Close: 1200}, {Open: 0, Close: 180},
	{Open: 120, Close: 180}, {Open: 125, Close: 210}, {Open: 1320, Close: 1440}, {Open: 360, Close: 480}, {Open: 720, Close: 721}, {Open: 0, Close: 1440}}

// plans are the default plan or one of its own, as the playbook's checks would let it through.
func plans(t *rapid.T, shipped *onboarding.Playbook) *onboarding.Playbook {
	plan := *shipped
	plan.Caps.JitterMin = rapid.SampledFrom([]int{0, 120, 480}).Draw(t, "jitter")
	plan.CaseHistories = []onboarding.CaseHistory{{ID: "a", Language: "it", Approved: true}, {ID: "b", Language: "it", Sample: true},
		{ID: "c", Language: "it", Approved: true, Expires: onboarding.Date{Year: 2026, Month: 6, Day: 1}}}
	if onceIn(t, 1, "the shipped plan") {
		return &plan
	}
	plan.Feeds = rapid.SliceOfDistinct(rapid.SampledFrom(milestoneFacts), rapid.ID).Draw(t, "feeds")
	plan.Caps.SpacingHours = rapid.SampledFrom([]int{1, 20, 20, 48}).Draw(t, "spacing")
	plan.Caps.FirstWeek = rapid.IntRange(1, 4).Draw(t, "first week")
	plan.Caps.AnyWeek = rapid.IntRange(1, 3).Draw(t, "any week")
	welcome, _ := shipped.Touch("welcome")
	received, _ := shipped.Touch("withdrawal-received")
	plan.Touches = []onboarding.Touch{welcome, received}
	for _, id := range []string{"peer-offer", "peer-request", "peer-introduction", "peer-follow-up"} {
		if x, ok := shipped.Touch(id); ok && !onceIn(t, 3, "without "+id) {
			plan.Touches = append(plan.Touches, x)
		}
	}
	for i := range 3 + below(t, 13, "touches") {
		plan.Touches = append(plan.Touches, touches(t, i))
	}
	if n := len(plan.Touches); n > 5 && rapid.Bool().Draw(t, "alternatives") {
		plan.Touches[n-1].Alternative, plan.Touches[n-2].Alternative = plan.Touches[n-2].ID, plan.Touches[n-1].ID
	}
	if n := len(plan.Touches); rapid.Bool().Draw(t, "in turn") {
		plan.Touches[n-1-below(t, 2, "which follows")].After = plan.Touches[n-3].ID
	}
	return &plan
}

func touches(t *rapid.T, i int) onboarding.Touch {
	x := onboarding.Touch{ID: fmt.Sprint("t", i), Purpose: "p", Anchor: rapid.SampledFrom([]onboarding.Anchor{
		onboarding.AnchorContract, onboarding.AnchorContract, onboarding.AnchorHandoff, onboarding.AnchorKickoffDate, onboarding.AnchorKickoffHeld,
		onboarding.AnchorInstalled, onboarding.AnchorFirstValue, onboarding.AnchorGoalReached, onboarding.AnchorRefundLastDay, onboarding.AnchorInvoiceDue}).Draw(t, "anchor")}
	x.Offset = offsets(t, x.Anchor)
	dated := x.Anchor == onboarding.AnchorKickoffDate || x.Anchor == onboarding.AnchorRefundLastDay || x.Anchor == onboarding.AnchorInvoiceDue
	x.Deadline = dated && x.Offset.Days < 0 && rapid.Bool().Draw(t, "deadline")
	if !dated && x.Anchor != onboarding.AnchorContract && rapid.Bool().Draw(t, "latest") {
		x.Latest = &onboarding.Latest{Anchor: onboarding.AnchorContract, Offset: offsets(t, onboarding.AnchorContract)}
		if rapid.Bool().Draw(t, "latest needs") {
			x.Latest.Needs = rapid.SampledFrom(milestoneFacts).Draw(t, "needed by latest")
		}
	}
	if onceIn(t, 2, "with needs") {
		x.Needs = []onboarding.Fact{rapid.SampledFrom(milestoneFacts).Draw(t, "need")}
	}
	if onceIn(t, 3, "with stop") {
		x.StopOn = rapid.SampledFrom(milestoneFacts).Draw(t, "stop on")
	}
	if onceIn(t, 3, "with condition") {
		x.Conditions = []onboarding.Condition{{Fact: rapid.SampledFrom(onboarding.Facts).Draw(t, "fact"), Is: rapid.Bool().Draw(t, "is")}}
	}
	if onceIn(t, 1, "with expiry") {
		x.Expiry = time.Duration(1+below(t, 20*24, "expiry")) * time.Hour
	}
	x.OnUnknown = rapid.SampledFrom([]onboarding.OnUnknown{onboarding.AskOnUnknown, onboarding.ResendOnUnknown, onboarding.SkipOnUnknown}).Draw(t, "on unknown")
	if onceIn(t, 2, "internal") {
		return internalTouch(t, x)
	}
	return customerTouch(t, x)
}

func internalTouch(t *rapid.T, x onboarding.Touch) onboarding.Touch {
	x.Class = onboarding.ClassInternal
	x.Channel = rapid.SampledFrom([]onboarding.Channel{onboarding.ChannelSlack, onboarding.ChannelTask}).Draw(t, "channel")
	x.Audience = rapid.SampledFrom([]onboarding.Audience{onboarding.AudienceOwner, onboarding.AudienceSales, onboarding.AudienceManager}).Draw(t, "audience")
	return x
}

func customerTouch(t *rapid.T, x onboarding.Touch) onboarding.Touch {
	x.Class = rapid.SampledFrom([]onboarding.Class{onboarding.ClassService, onboarding.ClassRelationship}).Draw(t, "class")
	x.Channel, x.Audience = onboarding.ChannelEmail, onboarding.AudienceCustomer
	x.To = []onboarding.ContactRole{rapid.SampledFrom([]onboarding.ContactRole{onboarding.RoleDecisionMaker, onboarding.RoleChampion, onboarding.RoleUser}).Draw(t, "to")}
	x.ToAll = rapid.Bool().Draw(t, "to all")
	window := windows[below(t, len(windows), "window")]
	x.Window = &window
	x.CaseHistory = onceIn(t, 3, "case history")
	x.NeverHeld = onceIn(t, 2, "never held")
	if onceIn(t, 3, "approval") {
		x.Approval, x.ApprovalDays = true, 1
	}
	if onceIn(t, 3, "calm") {
		x.CalmDays = 14
	}
	if onceIn(t, 2, "task after") {
		x.TaskAfter, x.TaskAfterDays = "call", 2
	}
	return x
}

func offsets(t *rapid.T, a onboarding.Anchor) onboarding.Offset {
	low, high := -8, 20
	switch a {
	case onboarding.AnchorContract:
		low, high = 0, 95
	case onboarding.AnchorKickoffDate, onboarding.AnchorRefundLastDay, onboarding.AnchorInvoiceDue:
	default:
		low = 0
	}
	return onboarding.Offset{Days: low + below(t, high-low+1, "offset"), Working: rapid.Bool().Draw(t, "in working days")}
}

// kinds are drawn with their weight: what ends an onboarding is rare.
var kinds = slices.Concat(onboarding.EventKinds[:len(onboarding.EventKinds)-2], onboarding.SteeringKinds[:4], onboarding.SteeringKinds[:4],
	[]onboarding.EventKind{onboarding.EventPeerAccepted, onboarding.EventPeerAccepted, onboarding.EventPaused, onboarding.EventPaused, onboarding.EventResumed, onboarding.EventResolved,
		onboarding.EventResolved, onboarding.EventResolved, onboarding.EventAmended, onboarding.EventUnsubscribed})

// forwards are the milestones that most customers reach.
var forwards = []onboarding.EventKind{onboarding.EventHandoffAccepted, onboarding.EventKickoffBooked, onboarding.EventInvoiceDue,
	onboarding.EventKickoffHeld, onboarding.EventInstalled, onboarding.EventFirstValue, onboarding.EventGoalReached}

func scripts(t *rapid.T, c onboarding.Contract, plan *onboarding.Playbook) []onboarding.Event {
	var out []onboarding.Event
	for i := range below(t, 24, "events") {
		e := onboarding.Event{ID: fmt.Sprint("e", i), Kind: kinds[below(t, len(kinds), "kind")],
			At: c.SignedAt.Add(time.Duration(below(t, 117*24*60, "minute")-2*24*60) * time.Minute)}
		if onceIn(t, 7, "an end") {
			e.Kind = rapid.SampledFrom([]onboarding.EventKind{onboarding.EventEnded, onboarding.EventVoided}).Draw(t, "which end")
		}
		fill(t, &e, c, plan)
		out = append(out, e)
	}
	if !onceIn(t, 2, "no way forward") {
		for i, kind := range forwards {
			e := onboarding.Event{ID: fmt.Sprint("m", i), Kind: kind, At: c.SignedAt.Add(time.Duration(below(t, (10+i*8)*24*60, "came at")) * time.Minute)}
			fill(t, &e, c, plan)
			out = append(out, e)
		}
	}
	if len(out) > 0 && onceIn(t, 2, "a duplicate") {
		e := out[0]
		e.At = e.At.Add(36 * time.Hour)
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b onboarding.Event) int { return a.At.Compare(b.At) })
	return out
}

// pool are peers of every sort, most of whom may be asked.
func pool(t *rapid.T) []onboarding.Peer {
	var out []onboarding.Peer
	for i := range below(t, 6, "peers") {
		out = append(out, onboarding.Peer{ID: fmt.Sprint("p", i), Company: fmt.Sprint("P", i), Language: "it", Consent: !onceIn(t, 2, "without consent"), Capacity: below(t, 3, "capacity")})
	}
	return out
}

// fill gives an event its fields.
func fill(t *rapid.T, e *onboarding.Event, c onboarding.Contract, plan *onboarding.Playbook) {
	soon := func() string {
		at := e.At.Add(time.Duration(below(t, 28*24, "hours on")-3*24) * time.Hour)
		if rapid.Bool().Draw(t, "a day only") {
			return onboarding.DateOf(at).String()
		}
		return at.Format(time.RFC3339Nano)
	}
	if !onceIn(t, 3, "of everybody") {
		e.Contact = rapid.SampledFrom(c.Customer.Contacts).Draw(t, "contact").ID
	}
	switch e.Kind {
	case onboarding.EventKickoffBooked, onboarding.EventInvoiceDue:
		e.Date = soon()
	case onboarding.EventPaused:
		if !onceIn(t, 2, "open end") {
			e.Until = soon()
		}
		e.Dates = rapid.SampledFrom([]string{"", "keep", "shift"}).Draw(t, "dates")
	case onboarding.EventTouchParked:
		e.Until = soon()
	case onboarding.EventSurveyAnswered:
		e.Survey, e.Value = "csat", rapid.SampledFrom([]string{"1", "5"}).Draw(t, "value")
	case onboarding.EventResolved:
		e.Outcome = rapid.SampledFrom(onboarding.Outcomes).Draw(t, "outcome")
	case onboarding.EventOwnerChanged:
		e.Owner = &onboarding.Person{ID: "o-2", Name: "N", Email: "n@v.example", TimeZone: rapid.SampledFrom(places).Draw(t, "new owner's place").zone}
	case onboarding.EventAmended:
		a := c
		place := places[below(t, len(places), "new place")]
		a.Customer.TimeZone, a.Customer.Country = place.zone, place.country
		a.Terms = terms(t)
		e.Amendment = &a
	case onboarding.EventPeerAccepted, onboarding.EventPeerDeclined:
		if rapid.Bool().Draw(t, "of the peer") {
			e.Contact, e.Peer = "", fmt.Sprint("p", below(t, 5, "which peer"))
		}
	case onboarding.EventHandoffFilled:
		e.Dossier = &onboarding.Dossier{Notes: "n"}
	}
	if slices.Contains(onboarding.SteeringKinds, e.Kind) {
		e.Touch = rapid.SampledFrom(plan.Touches).Draw(t, "touch").ID
		e.Subject = "edited"
	}
}

// worlds are onboardings of every sort.
func worlds(t *rapid.T, shipped *onboarding.Playbook) *world {
	plan := plans(t, shipped)
	c := contracts(t)
	w := &world{plan: plan, events: scripts(t, c, plan), seed: rapid.Uint64().Draw(t, "seed"), calm: rapid.Bool().Draw(t, "calm"), dead: rapid.Bool().Draw(t, "dead"),
		start: journey.Start{Contract: c, Run: 1, Rules: journey.Rules, Mode: onboarding.ModeLive, Samples: rapid.Bool().Draw(t, "samples"),
			AutoApprove: !onceIn(t, 2, "asked"), Peers: pool(t)}}
	if onceIn(t, 3, "reviewed") {
		w.reviewed = time.Duration(below(t, 140, "reviewed for days")) * 24 * time.Hour
	}
	switch {
	case onceIn(t, 2, "late"):
		w.late = time.Duration(below(t, 72*60, "late by minutes")) * time.Minute
	case onceIn(t, 2, "joined"):
		w.late = time.Duration(3+below(t, 88, "joined after days"))*24*time.Hour + 7*time.Hour
		w.start.Joined = c.SignedAt.Add(w.late)
		for _, f := range rapid.SliceOfDistinct(rapid.SampledFrom(milestoneFacts), rapid.ID).Draw(t, "milestones") {
			w.start.Milestones = append(w.start.Milestones, journey.Milestone{Fact: f, At: c.SignedAt.Add(time.Duration(below(t, 101, "came")) * w.late / 100)})
		}
	}
	return w
}

func sortEvents(events []onboarding.Event) {
	slices.SortStableFunc(events, func(a, b onboarding.Event) int { return a.At.Compare(b.At) })
}
