package service_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/service"
)

// signed is a Thursday at 16:20 UTC.
var signed = time.Date(2026, 1, 15, 16, 20, 0, 0, time.UTC)

// hours are 09:00 to 18:00 UTC, Monday to Friday.
var hours = onboarding.Windows{Start: onboarding.Date{Year: 2026, Month: 1, Day: 1}, Zone: []onboarding.ZoneShift{{}}, Open: 9 * 60, Close: 18 * 60}

// on is an instant on a day after the signature.
func on(day, hour, minute int) time.Time {
	return time.Date(2026, 1, 15+day, hour, minute, 0, 0, time.UTC)
}

func event(at time.Time, kind onboarding.EventKind, channel onboarding.Channel) onboarding.Entry {
	return onboarding.Entry{At: at, Kind: onboarding.EntryEvent, Event: kind, Channel: channel}
}

func quality(at time.Time, value string) onboarding.Entry {
	e := event(at, onboarding.EventSurveyAnswered, "")
	e.Reason = "quality: " + value
	return e
}

func facts(entries ...onboarding.Entry) service.Facts {
	return service.Facts{SignedAt: signed, Owner: "o-7", Entries: entries, Until: on(10, 12, 0),
		Hours: func(string) *onboarding.Windows { return &hours }}
}

// lines are the measures as text, so that they can be compared.
func lines(r service.Record) []string {
	var out []string
	for _, m := range r.Measures {
		state := "took"
		if m.Open() {
			state = "waits"
		}
		out = append(out, fmt.Sprintf("%s %s %s %s, %s working; %s %s %s %s", m.Kind, m.Event, state, m.Elapsed, m.Working, m.Channel, m.Phase, m.Stage, m.Owner))
	}
	return out
}

func TestWhatIsMeasured(t *testing.T) {
	entered := func(at time.Time, p onboarding.Phase, s onboarding.Stage) []onboarding.Entry {
		return []onboarding.Entry{{At: at, Kind: onboarding.EntryPhaseEntered, Phase: p}, {At: at, Kind: onboarding.EntryStageEntered, Stage: s}}
	}
	handed := event(on(3, 9, 0), onboarding.EventOwnerChanged, "")
	handed.To = "o-8"
	const first = "first_contact  took 16h40m0s, 1h40m0s working;  admit purchase o-7"
	called := event(on(1, 9, 0), onboarding.EventContacted, "phone")
	tests := []struct {
		name    string
		entries []onboarding.Entry
		want    []string
	}{
		{"nobody has spoken with them yet", nil, []string{"first_contact  waits 235h40m0s, 55h40m0s working;  admit purchase o-7"}},
		{"the first contact counts from the signature", []onboarding.Entry{called, event(on(2, 9, 0), onboarding.EventContacted, "phone")}, []string{first}},
		{"an answer in writing is no contact", []onboarding.Entry{event(on(1, 9, 0), onboarding.EventAnswered, "email")},
			[]string{"first_contact  waits 235h40m0s, 55h40m0s working;  admit purchase o-7"}},
		{"one by phone is", []onboarding.Entry{event(on(1, 9, 0), onboarding.EventAnswered, "phone")}, []string{first}},
		{"and so is the kickoff", []onboarding.Entry{event(on(1, 9, 0), onboarding.EventKickoffHeld, "")}, []string{first}},
		{"what is resolved waits for no answer", []onboarding.Entry{called, event(on(4, 9, 0), onboarding.EventQuestion, "email"), event(on(4, 11, 0), onboarding.EventResolved, "slack")},
			[]string{first, "response question took 2h0m0s, 2h0m0s working; email   o-7"}},
		{"what was before the signature is history", []onboarding.Entry{event(on(-3, 9, 0), onboarding.EventContacted, "phone"),
			event(on(-3, 9, 0), onboarding.EventQuestion, "email"), called}, []string{first}},
		{"every failed attempt counts from itself", []onboarding.Entry{called, event(on(4, 9, 10), onboarding.EventContactAttempted, "phone"),
			event(on(4, 9, 40), onboarding.EventContactAttempted, "chat"), event(on(5, 10, 0), onboarding.EventContacted, "phone")},
			[]string{first, "contact contact_attempted took 24h50m0s, 9h50m0s working; phone   o-7", "contact contact_attempted took 24h20m0s, 9h20m0s working; chat   o-7"}},
		{"a machine wants no answer", []onboarding.Entry{called, {At: on(4, 9, 0), Kind: onboarding.EntryEvent, Event: onboarding.EventEmailReply, Reason: "automatic"}},
			[]string{first}},
		{"thanks want none either", []onboarding.Entry{called, {At: on(4, 9, 0), Kind: onboarding.EntryEvent, Event: onboarding.EventEmailReply, Reason: "asks_nothing"}},
			[]string{first}},
		{"one answer answers all that waits", []onboarding.Entry{called, event(on(4, 9, 0), onboarding.EventQuestion, "email"),
			event(on(4, 10, 0), onboarding.EventComplaint, "phone"), event(on(4, 11, 0), onboarding.EventAnswered, "phone"), event(on(4, 15, 0), onboarding.EventAnswered, "phone")},
			[]string{first, "response question took 2h0m0s, 2h0m0s working; email   o-7", "response complaint took 1h0m0s, 1h0m0s working; phone   o-7"}},
		{"a measure belongs to phase, stage and owner of its beginning", slices.Concat(entered(signed, "admit", "purchase"), []onboarding.Entry{called,
			event(on(2, 9, 0), onboarding.EventMishap, "product")}, entered(on(2, 9, 0), "activate", "mishap"), []onboarding.Entry{handed,
			event(on(4, 9, 0), onboarding.EventInvoiceDisputed, "email"), event(on(4, 9, 30), onboarding.EventAnswered, "email")}),
			[]string{first, "response mishap took 48h30m0s, 30m0s working; product admit purchase o-7", "response invoice_disputed took 30m0s, 30m0s working; email activate mishap o-8"}},
		{"an interim answer waits for the resolving one", []onboarding.Entry{called, quality(on(4, 9, 0), "interim"), quality(on(4, 12, 0), "confusing"),
			quality(on(4, 13, 0), "interim"), quality(on(5, 9, 0), "resolving"), quality(on(5, 10, 0), "resolving")},
			[]string{first, "resolution survey_answered took 24h0m0s, 9h0m0s working;    o-7"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := lines(service.Of(facts(tt.entries...))); !slices.Equal(got, tt.want) {
				t.Errorf("measured\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

func TestWithoutATableThereAreNoWorkingHours(t *testing.T) {
	f := facts(event(on(1, 9, 0), onboarding.EventContacted, "phone"))
	for name, hours := range map[string]func(string) *onboarding.Windows{"no tables": nil, "not this owner's": func(string) *onboarding.Windows { return nil }} {
		f.Hours = hours
		r := service.Of(f)
		if c := service.Clocks(r.Measures, ""); r.Measures[0].Working >= 0 || c[0].WorkingMedian != nil || *c[0].Median != 1000 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestWhoWasTakenOverHasNoFirstContact(t *testing.T) {
	f := facts(event(on(1, 9, 0), onboarding.EventContacted, "phone"))
	if f.Joined = true; len(service.Of(f).Measures) != 0 {
		t.Errorf("measured %q", lines(service.Of(f)))
	}
}

func TestTheReportAddsUp(t *testing.T) {
	var r service.Record
	for n := range 10 {
		r.Add(service.Of(facts(event(signed.Add(time.Duration(n+1)*time.Hour), onboarding.EventContacted, "phone"),
			event(on(4, 9, 0), onboarding.EventQuestion, onboarding.Channel([]string{"chat", "email"}[n%2])), quality(on(5, 9, 0), []string{"resolving", "confusing", "interim"}[n%3]))))
	}
	clocks := service.Clocks(r.Measures, "")
	if c := clocks[0]; c.Kind != service.FirstContact || c.N != 10 || c.Open != 0 || *c.Median != 5*60 || *c.P90 != 9*60 {
		t.Errorf("first contact: %+v", c)
	}
	if c := clocks[1]; c.Kind != service.Response || c.N != 10 || c.Open != 10 || c.Median != nil {
		t.Errorf("response: %+v", c)
	}
	var groups []string
	for _, c := range service.Clocks(r.Measures, service.ByChannel) {
		groups = append(groups, fmt.Sprint(c.Kind, " ", c.Group, " ", c.N))
	}
	if want := []string{"first_contact  10", "response chat 5", "response email 5", "resolution  3"}; !slices.Equal(groups, want) {
		t.Errorf("by channel %q, want %q", groups, want)
	}
	if q := service.Qualities(r.Judgements, service.ByOwner); len(q) != 1 || q[0] != (service.Quality{Group: "o-7", N: 10, Resolving: 4, Confusing: 3, Interim: 3}) {
		t.Errorf("quality: %+v", q)
	}
}

// drawFacts is any story: entries of all kinds in any order of kinds, by instant.
func drawFacts(t *rapid.T) service.Facts {
	kinds := append([]onboarding.EventKind{onboarding.EventContacted, onboarding.EventAnswered, onboarding.EventContactAttempted, onboarding.EventResolved,
		onboarding.EventOwnerChanged, onboarding.EventLogin}, service.Asks...)
	at, f := signed.Add(-48*time.Hour), facts()
	for range rapid.IntRange(0, 60).Draw(t, "entries") {
		at = at.Add(time.Duration(rapid.IntRange(0, 30*60).Draw(t, "minutes")) * time.Minute)
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 0:
			f.Entries = append(f.Entries, onboarding.Entry{At: at, Kind: onboarding.EntryPhaseEntered, Phase: rapid.SampledFrom(onboarding.Phases).Draw(t, "phase")})
		case 1:
			f.Entries = append(f.Entries, onboarding.Entry{At: at, Kind: onboarding.EntryStageEntered, Stage: rapid.SampledFrom(onboarding.Stages).Draw(t, "stage")})
		case 2:
			f.Entries = append(f.Entries, quality(at, rapid.SampledFrom([]string{"resolving", "confusing", "interim", "9", ""}).Draw(t, "value")))
		default:
			e := event(at, rapid.SampledFrom(kinds).Draw(t, "kind"), onboarding.Channel(rapid.SampledFrom(onboarding.Channels).Draw(t, "channel")))
			e.To = rapid.SampledFrom([]string{"", "o-7", "o-8"}).Draw(t, "to")
			f.Entries = append(f.Entries, e)
		}
	}
	f.Until = at.Add(time.Duration(rapid.IntRange(-5000, 5000).Draw(t, "until")) * time.Minute)
	return f
}

// TestAMeasureEndsOnceAndNeverBeforeItBegan: what was measured of the beginning of a story stays as it was, but for what
// was open, whatever comes later; and no time is negative.
func TestAMeasureEndsOnceAndNeverBeforeItBegan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		begun := 1
		for _, e := range f.Entries {
			if !e.At.Before(signed) && e.Kind == onboarding.EntryEvent && (e.Event == onboarding.EventContactAttempted || slices.Contains(service.Asks, e.Event)) {
				begun++
			}
		}
		all := service.Of(f).Measures
		for _, m := range all {
			if m.Elapsed < 0 || m.Working < 0 || m.Working > m.Elapsed || !m.Open() && m.To.Before(m.From) {
				t.Fatalf("%+v", m)
			}
			if m.Kind != service.Resolution {
				begun--
			}
		}
		if begun != 0 {
			t.Fatalf("%d measures too few", begun)
		}
		early := f
		early.Entries = f.Entries[:rapid.IntRange(0, len(f.Entries)).Draw(t, "seen")]
		for i, m := range service.Of(early).Measures {
			if later := all[i]; later.Kind != m.Kind || !later.From.Equal(m.From) || later.Setting != m.Setting || !m.Open() && !later.To.Equal(m.To) {
				t.Fatalf("%+v became %+v", m, later)
			}
		}
	})
}

// TestEveryDivisionCountsTheSame: however a report is divided, its parts add up to the whole, and no quantile is outside
// of what was measured.
func TestEveryDivisionCountsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := service.Of(drawFacts(t))
		r.Add(service.Of(drawFacts(t)))
		by := rapid.SampledFrom(service.Divisions).Draw(t, "by")
		n, open := map[service.Kind]int{}, map[service.Kind]int{}
		for _, c := range service.Clocks(r.Measures, by) {
			n[c.Kind], open[c.Kind] = n[c.Kind]+c.N, open[c.Kind]+c.Open
			if (c.Median == nil) != (c.N == c.Open) || c.Median != nil && (*c.Median > *c.P90 || *c.WorkingMedian > *c.Median) {
				t.Fatalf("%+v", c)
			}
		}
		for _, c := range service.Clocks(r.Measures, "") {
			if n[c.Kind] != c.N || open[c.Kind] != c.Open {
				t.Fatalf("by %s %d of %s, %d open; in all %d, %d open", by, n[c.Kind], c.Kind, open[c.Kind], c.N, c.Open)
			}
			delete(n, c.Kind)
		}
		if len(n) > 0 {
			t.Fatalf("by %s there are %v besides", by, n)
		}
		judged := 0
		for _, q := range service.Qualities(r.Judgements, by) {
			judged += q.N
			if q.N != q.Resolving+q.Confusing+q.Interim {
				t.Fatalf("%+v", q)
			}
		}
		if judged != len(r.Judgements) {
			t.Fatalf("%d judgements of %d", judged, len(r.Judgements))
		}
	})
}
