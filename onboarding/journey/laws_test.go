package journey_test

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// TestMain plays fewer stories than rapid's hundred, since each law plays its own; -rapid.checks asks for another number.
func TestMain(m *testing.M) {
	checks := flag.Lookup("rapid.checks")
	if err := checks.Value.Set("50"); err != nil {
		panic(err)
	}
	flag.Parse()
	os.Exit(m.Run())
}

// laws hold in every story.
var laws = []struct {
	name  string
	check func(t *rapid.T, w *world)
}{
	{"a mail goes inside its window on a working day of the customer", goesInsideItsWindow},
	{"two mails are never closer than the spacing", keepsSpacing},
	{"a relationship mail never exceeds the cap", keepsTheCap},
	{"nothing goes to a closed address", respectsClosedAddresses},
	{"a mail before a deadline goes before it", goesBeforeItsDeadline},
	{"a deadline that nobody approved the mail for is a task", tellsOfItsDeadline},
	{"a touch that follows another goes after it has ended", goesInTurn},
	{"every touch ends once, and says why where it did not go", endsOnce},
	{"instants never go back", neverGoesBack},
	{"the run ends in time, and nothing happens after", endsInTime},
	{"a peer is asked by one customer at a time, never more often than they said, and every place is settled", asksPeersKindly},
	{"the silence of a customer means nothing while the feed is dead", takesNoDeadFeedForSilence},
	{"nobody is introduced before both have said yes", introducesTheWilling},
}

func TestEveryStoryKeepsTheLaws(t *testing.T) {
	shipped := defaultPlan(t)
	for _, law := range laws {
		t.Run(law.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := worlds(t, shipped)
				w.play()
				law.check(t, w)
			})
		})
	}
}

// mails are the sends that spacing and cap count.
func (w *world) mails() []*send {
	var out []*send
	for _, s := range w.told.sends {
		if s.order.Audience == onboarding.AudienceCustomer && s.order.Class != onboarding.ClassConfirmation {
			out = append(out, s)
		}
	}
	return out
}

// goesInsideItsWindow reckons with the zone database and the holidays themselves, not with the core's table.
func goesInsideItsWindow(t *rapid.T, w *world) {
	for _, s := range w.mails() {
		id, _, _ := strings.Cut(s.order.Touch, "/") // of an instance
		touch, _ := w.plan.Touch(id)
		at := s.order.At.In(zoneOf(s.place.TimeZone))
		if m := at.Hour()*60 + at.Minute(); m < touch.Window.Open || m >= touch.Window.Close {
			t.Fatalf("%s went at %s, outside %+v", touch.ID, at, *touch.Window)
		}
		if !touch.AnyDay && !working(s.place, onboarding.DateOf(at)) {
			t.Fatalf("%s went on %s, which is no working day", touch.ID, at)
		}
	}
}

func working(c onboarding.Customer, d onboarding.Date) bool {
	if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday || calendar.Holiday(c.Country, d) {
		return false
	}
	for _, r := range c.Closures {
		if !d.Before(r.From) && !r.To.Before(d) {
			return false
		}
	}
	if c.Closures == nil && c.Country == "IT" {
		md := int(d.Month)*100 + d.Day
		return (md < 808 || md > 823) && md < 1224 && md > 106
	}
	return true
}

func keepsSpacing(t *rapid.T, w *world) {
	spacing := time.Duration(w.plan.Caps.SpacingHours) * time.Hour
	var last *send
	for _, s := range w.mails() {
		if s.final != onboarding.OutcomeSent {
			continue
		}
		if last != nil && s.order.At.Sub(last.order.At) < spacing {
			t.Fatalf("%s went at %s, %s at %s", last.order.Touch, last.order.At, s.order.Touch, s.order.At)
		}
		last = s
	}
}

func keepsTheCap(t *rapid.T, w *world) {
	const week = 168 * time.Hour
	var gone []time.Time
	for _, s := range w.mails() {
		if s.final != onboarding.OutcomeSent {
			continue
		}
		at := s.order.At
		gone = append(gone, at)
		for i, from := range gone {
			n, most := len(gone)-i, w.plan.Caps.AnyWeek
			if !from.After(w.start.Contract.SignedAt) {
				most = w.plan.Caps.FirstWeek
			}
			if s.order.Class == onboarding.ClassRelationship && at.Sub(from) < week && n > most {
				t.Fatalf("%s went at %s as the %dth mail since %s", s.order.Touch, at, n, from)
			}
		}
	}
}

func respectsClosedAddresses(t *rapid.T, w *world) {
	address := map[string]string{}
	for _, c := range w.start.Contract.Customer.Contacts {
		address[c.ID] = strings.ToLower(c.Email)
	}
	for _, e := range w.told.entries {
		all := e.Event == onboarding.EventBounced || e.Event == onboarding.EventSpamReported
		if e.Kind != onboarding.EntryEvent || !all && e.Event != onboarding.EventUnsubscribed || e.At.Before(w.start.Contract.SignedAt) {
			continue
		}
		for _, s := range w.told.sends {
			if s.order.Audience != onboarding.AudienceCustomer || !s.order.At.After(e.At) || !all && s.order.Class != onboarding.ClassRelationship {
				continue
			}
			for _, to := range s.order.To {
				if e.To == "" || address[to] == address[e.To] {
					t.Fatalf("%s went to %s at %s after %s at %s", s.order.Touch, to, s.order.At, e.Event, e.At)
				}
			}
		}
	}
}

func goesBeforeItsDeadline(t *rapid.T, w *world) {
	for _, s := range w.mails() {
		touch, _ := w.plan.Touch(s.order.Touch)
		loc := zoneOf(s.place.TimeZone)
		last := s.order.RefundDay.AddDays(1).In(loc, 0)
		switch touch.Anchor {
		case onboarding.AnchorKickoffDate:
			last = deadline(s.order.KickoffAt, loc)
		case onboarding.AnchorInvoiceDue:
			last = deadline(s.order.InvoiceAt, loc)
		}
		if known := last.Year() > 2000; touch.Deadline && known && !s.order.At.Before(last) {
			t.Fatalf("%s went at %s, not before %s", touch.ID, s.order.At, last)
		}
	}
}

func tellsOfItsDeadline(t *rapid.T, w *world) {
	tasks := map[string]bool{}
	for _, e := range w.told.entries {
		if e.Kind == onboarding.EntryTaskRaised && e.Reason == "deadline_in_review" {
			tasks[e.Touch] = true
		}
	}
	for _, e := range w.told.entries {
		touch, _ := w.plan.Touch(e.Touch)
		if e.Kind == onboarding.EntryTouchDropped && e.Reason == "held too long: awaiting_approval" && touch.Deadline != tasks[e.Touch] {
			t.Fatalf("%s was not approved in time; a task was raised: %t", e.Touch, tasks[e.Touch])
		}
	}
}

// deadline is the instant from which what an event named is past.
func deadline(named string, loc *time.Location) time.Time {
	if at, err := time.Parse(time.RFC3339, named); err == nil {
		return at.Add(time.Second)
	}
	d, _ := onboarding.ParseDate(named)
	return d.AddDays(1).In(loc, 0)
}

func goesInTurn(t *rapid.T, w *world) {
	ended, hurried := map[string]bool{}, map[string]bool{}
	for _, e := range w.events {
		if e.Kind == onboarding.EventTouchHurried {
			hurried[e.Touch] = true
		}
	}
	for _, e := range w.told.entries {
		switch e.Kind {
		case onboarding.EntryTouchSent, onboarding.EntryTouchDropped:
			ended[e.Touch] = true
		}
		touch, _ := w.plan.Touch(e.Touch)
		if e.Kind == onboarding.EntryTouchSent && touch.After != "" && !ended[touch.After] && !hurried[e.Touch] && w.reviewed == 0 {
			t.Fatalf("%s went at %s, before %s", e.Touch, e.At, touch.After)
		}
	}
}

func endsOnce(t *rapid.T, w *world) {
	ends := map[string]int{}
	for _, e := range w.told.entries {
		switch e.Kind {
		case onboarding.EntryTouchSent:
			ends[e.Touch]++
			if e.Audience == onboarding.AudienceCustomer && e.Subject == "" {
				t.Fatalf("%s was sent without a subject", e.Touch)
			}
		case onboarding.EntryTouchDropped:
			ends[e.Touch]++
		}
		needs := e.Kind == onboarding.EntryTouchDropped || e.Kind == onboarding.EntryTouchHeld || e.Kind == onboarding.EntryTaskRaised
		if needs && e.Reason == "" {
			t.Fatalf("%s of %s has no reason", e.Kind, e.Touch)
		}
	}
	ordered := map[string]bool{}
	for _, s := range w.told.sends {
		ordered[s.order.Touch] = true
	}
	for _, x := range w.plan.Touches {
		planned := x.Anchor != onboarding.AnchorEvent && x.Anchor != onboarding.AnchorCase && !strings.HasPrefix(string(x.Anchor), "peer_")
		if n := ends[x.ID]; planned && n != 1 || ordered[x.ID] && n == 0 {
			t.Fatalf("%s ended %d times", x.ID, n)
		}
	}
}

func neverGoesBack(t *rapid.T, w *world) {
	var last time.Time
	for _, e := range w.told.entries {
		if e.Kind == onboarding.EntryEvent && e.At.Before(w.start.Contract.SignedAt) {
			continue // history
		}
		if e.At.Before(last) || e.At != e.At.UTC().Truncate(time.Second) {
			t.Fatalf("%s of %s%s at %s after %s", e.Kind, e.Touch, e.Event, e.At, last)
		}
		last = e.At
	}
}

func endsInTime(t *rapid.T, w *world) {
	ended := false
	for _, e := range w.told.entries {
		switch {
		case e.Kind == onboarding.EntryEnded:
			ended = true
		case ended && e.Kind != onboarding.EntryTouchSent && e.Kind != onboarding.EntryTouchDropped && e.Kind != onboarding.EntryTaskRaised && e.Kind != onboarding.EntryHandoffRequested:
			t.Fatalf("%s came after the end", e.Kind)
		}
	}
	moved := 0
	for _, s := range w.told.final.Shifts {
		moved += s.Days
	}
	if end := w.told.final.Ended; w.late == 0 && end.At.Sub(w.start.Contract.SignedAt) > time.Duration(132+moved)*24*time.Hour {
		t.Fatalf("it ended at %s for %s", end.At, end.Reason)
	}
}

func asksPeersKindly(t *rapid.T, w *world) {
	if w.told.mostKept > 1 {
		t.Fatalf("%d places were kept at one peer at once", w.told.mostKept)
	}
	asked := map[string]int{}
	for _, s := range w.told.sends {
		if s.order.Audience == onboarding.AudiencePeer && s.final == onboarding.OutcomeSent {
			asked[s.order.To[0]]++
		}
		if s.order.Audience == onboarding.AudiencePeer && (s.order.Contract.Customer.Company != "" || len(s.order.Contract.Customer.Contacts) > 0) {
			t.Fatalf("%s names the customer", s.order.Touch)
		}
	}
	for _, p := range w.start.Peers {
		if n := asked[p.ID]; n > 1 || n > 0 && !p.Consent {
			t.Fatalf("%+v was asked %d times", p, n)
		}
	}
	for _, p := range w.taken {
		if p.State == onboarding.PlaceKept {
			t.Fatalf("the place at %s is still kept after the end", p.Peer)
		}
	}
}

func introducesTheWilling(t *rapid.T, w *world) {
	said := map[string]bool{}
	for _, e := range w.told.entries {
		switch {
		case e.Kind == onboarding.EntryEvent && e.Event == onboarding.EventPeerAccepted:
			said[e.To] = true
		case e.Kind == onboarding.EntryPeerIntroduced && (!said[e.To] || len(said) < 2):
			t.Fatalf("introduced to %s after a yes of %v alone", e.To, said)
		}
	}
}

func takesNoDeadFeedForSilence(t *rapid.T, w *world) {
	for _, e := range w.told.entries {
		if e.Kind != onboarding.EntryScore || !w.dead {
			continue
		}
		for id := range strings.SplitSeq(e.Reason, ", ") {
			if s, ok := w.plan.Remorse.Signal(id); ok && s.Watch != nil && s.Watch.Feed != "" {
				t.Fatalf("%s is taken for evidence on day %d, and nobody was heard of", id, e.Day)
			}
		}
	}
}

func TestNothingButWhatHappensMovesAPromise(t *testing.T) {
	shipped := defaultPlan(t)
	rapid.Check(t, func(t *rapid.T) {
		w := worlds(t, shipped)
		steps := uint64(0)
		w.between = func(s journey.State, next time.Time) {
			steps++
			idle := next.Sub(s.Now) - time.Second
			if idle < time.Second {
				return
			}
			later := s.Now.Add(time.Duration(w.chance("idle", steps) % uint64(idle)))
			if steps%2 == 0 { // in the same morning
				later = next.Add(-time.Duration(w.chance("morning", steps)%uint64(min(idle, time.Hour))) - time.Second)
			}
			after, step := w.core.Apply(s, later, journey.Message{})
			if len(step.Facts)+len(step.Orders)+len(step.Asks) > 0 {
				t.Fatalf("at %s, before %s, there was something to do", later, next)
			}
			if was, is := text(w.core.Promises(s)), text(w.core.Promises(after)); was != is {
				t.Fatalf("from %s to %s\n%s\nbecame\n%s", s.Now, later, was, is)
			}
			if again, _ := w.core.Next(after); !again.Equal(next) {
				t.Fatalf("the next instant moved from %s to %s", next, again)
			}
		}
		w.play()
	})
}

func TestEmptyTicksAndTheWayThroughJSONChangeNothing(t *testing.T) {
	shipped := defaultPlan(t)
	rapid.Check(t, func(t *rapid.T) {
		w := worlds(t, shipped)
		other := *w
		other.json = true
		for i := range 60 {
			other.noise = append(other.noise, w.start.Contract.SignedAt.Add(w.late+time.Duration(i*47+i*i%13)*time.Hour))
		}
		w.play()
		other.play()
		same(t, w.told.entries, other.told.entries)
		if a, b := text(w.told.final), text(other.told.final); a != b {
			t.Fatalf("%s\nbecame\n%s", a, b)
		}
	})
}

func TestAnIrrelevantEventMovesNoTouch(t *testing.T) {
	shipped := defaultPlan(t)
	rapid.Check(t, func(t *rapid.T) {
		w := worlds(t, shipped)
		other := *w
		other.events = nil
		for i, e := range append(w.events, onboarding.Event{At: w.start.Contract.SignedAt.Add(90 * 24 * time.Hour)}) {
			kind := rapid.SampledFrom([]onboarding.EventKind{onboarding.EventCommitmentMoved, onboarding.EventCommitmentKept}).Draw(t, "irrelevant")
			before := e
			before.At = e.At.Add(-time.Duration(rapid.IntRange(0, 40).Draw(t, "hours before")) * time.Hour)
			other.events = append(other.events, onboarding.Event{ID: "irrelevant" + string(rune('a'+i)), Kind: kind, At: before.At})
			if e.Kind != "" {
				other.events = append(other.events, e)
			}
		}
		sortEvents(other.events)
		w.play()
		other.play()
		same(t, touchesOnly(w.told.entries), touchesOnly(other.told.entries))
	})
}

// TestEveryFieldOfTheStateSurvivesJSON fills a state with something everywhere.
func TestEveryFieldOfTheStateSurvivesJSON(t *testing.T) {
	var s, back journey.State
	fillIn(reflect.ValueOf(&s).Elem())
	if err := json.Unmarshal([]byte(text(s)), &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(s, back) {
		t.Errorf("%+v\nbecame\n%+v", s, back)
	}
}

func fillIn(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 1, 15, 15, 20, 0, 0, time.UTC)))
		return
	case onboarding.Date:
		v.Set(reflect.ValueOf(onboarding.Date{Year: 2026, Month: 1, Day: 15}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("sixes6")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillIn(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillIn(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			fillIn(v.Field(i))
		}
	default:
		panic("fill in a " + v.Kind().String())
	}
}

func touchesOnly(all []onboarding.Entry) []onboarding.Entry {
	var out []onboarding.Entry
	for _, e := range all {
		if e.Touch != "" {
			out = append(out, e)
		}
	}
	return out
}

func same(t *rapid.T, a, b []onboarding.Entry) {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || text(a[i]) != text(b[i]) {
			t.Fatalf("the stories part at entry %d\n%s\n%s", i, text(a[min(i, len(a)):]), text(b[min(i, len(b)):]))
		}
	}
}
