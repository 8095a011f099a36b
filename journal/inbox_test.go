package journal

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func reply(id string) onboarding.Event {
	return onboarding.Event{ID: id, Kind: onboarding.EventEmailReply, At: noon.UTC(), Channel: "email", Text: "Perché? 💔 \x00"}
}

func TestAnEventIsKeptOnceAContract(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		put(t, j, begun(1))
		put(t, j, begun(2))
		for _, c := range []struct {
			contract, id string
			fresh        bool
		}{{contract(1).ID, "e-1", true}, {contract(1).ID, "e-1", false}, {contract(2).ID, "e-1", true}, {contract(1).ID, "e-2", true}} {
			fresh, err := j.Receive(t.Context(), c.contract, reply(c.id))
			must(t, err)
			equal(t, fresh, c.fresh)
		}
		ev, err := j.InboxEvent(t.Context(), contract(1).ID, "e-1")
		must(t, err)
		equal(t, ev, InboxEvent{Contract: contract(1).ID, Event: reply("e-1"), State: InboxReceived, ReceivedAt: wall})
		if _, err := j.Receive(t.Context(), contract(1).ID, reply("")); err == nil {
			t.Error("an event without an id passed")
		}
	})
}

func TestAnEventBeforeItsContractWaitsForIt(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		for _, want := range []bool{true, false} {
			fresh, err := j.Receive(t.Context(), contract(1).ID, reply("e-1"))
			if !errors.Is(err, ErrOrphan) || fresh != want {
				t.Fatal(fresh, err)
			}
		}
		clock.pass(time.Hour)
		pending, err := j.Pending(t.Context(), clock.Now(), 10)
		must(t, err)
		equal(t, len(pending), 0)
		put(t, j, begun(1))
		pending, err = j.Pending(t.Context(), clock.Now(), 10)
		must(t, err)
		equal(t, len(pending), 1)
		equal(t, pending[0].Event, reply("e-1"))
	})
}

func TestAnEventGoesForwardsOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		put(t, j, begun(1))
		id := contract(1).ID
		_, err := j.Receive(t.Context(), id, reply("e"))
		must(t, err)
		for _, c := range []struct {
			do      func() error
			state   InboxState
			outcome string
		}{
			{func() error { return j.Forwarded(t.Context(), id, "e") }, InboxForwarded, ""},
			{func() error { return j.Forwarded(t.Context(), id, "e") }, InboxForwarded, ""},
			{func() error { return j.SettleEvent(t.Context(), id, "e", OutcomeRefused+"no case is open") }, InboxSettled, "refused: no case is open"},
			{func() error { return j.SettleEvent(t.Context(), id, "e", OutcomeApplied) }, InboxSettled, "refused: no case is open"},
			{func() error { return j.Forwarded(t.Context(), id, "e") }, InboxSettled, "refused: no case is open"},
		} {
			must(t, c.do())
			ev, err := j.InboxEvent(t.Context(), id, "e")
			must(t, err)
			equal(t, []string{string(ev.State), ev.Outcome}, []string{string(c.state), c.outcome})
		}
		for _, err := range []error{j.Forwarded(t.Context(), id, "none"), j.SettleEvent(t.Context(), id, "none", OutcomeEnded)} {
			if !errors.Is(err, ErrNotFound) {
				t.Error(err)
			}
		}
	})
}

func TestTheSweeperSeesWhatACrashLeftBehind(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		put(t, j, begun(1))
		id := contract(1).ID
		lag, err := j.InboxLag(t.Context())
		must(t, err)
		equal(t, lag, time.Duration(0))
		for _, e := range []string{"e-3", "e-1", "e-2"} {
			_, err := j.Receive(t.Context(), id, reply(e))
			must(t, err)
			clock.pass(time.Minute)
		}
		must(t, j.Forwarded(t.Context(), id, "e-1"))
		for _, c := range []struct {
			olderThan time.Duration
			limit     int
			want      []string
		}{{time.Hour, 10, []string{"e-3", "e-2"}}, {2 * time.Minute, 10, []string{"e-3"}}, {time.Hour, 1, []string{"e-3"}}, {0, 10, nil}} {
			pending, err := j.Pending(t.Context(), wall.Add(c.olderThan), c.limit)
			must(t, err)
			var got []string
			for _, ev := range pending {
				got = append(got, ev.Event.ID)
			}
			equal(t, got, c.want)
		}
		lag, err = j.InboxLag(t.Context())
		must(t, err)
		equal(t, lag, 3*time.Minute)
		for kind, want := range map[onboarding.EventKind]time.Time{onboarding.EventEmailReply: wall.Add(2 * time.Minute), onboarding.EventLogin: {}} {
			heard, err := j.LastHeard(t.Context(), []onboarding.EventKind{kind}, wall.Add(time.Hour))
			must(t, err)
			equal(t, heard, want)
		}
	})
}

func TestSilences(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		put(t, j, begun(1))
		put(t, j, begun(2))
		hear := func(n int, id string, kind onboarding.EventKind) {
			_, err := j.Receive(t.Context(), contract(n).ID, onboarding.Event{ID: id, Kind: kind})
			must(t, err)
		}
		begin := wall
		hour := func(n int) time.Time { return begin.Add(time.Duration(n) * time.Hour) }
		hear(1, "a", onboarding.EventTrainingBooked) // at 0
		clock.pass(10 * time.Hour)
		hear(2, "b", onboarding.EventTrainingCompleted) // at 10, of another customer and another kind
		hear(1, "c", onboarding.EventLogin)
		clock.pass(90 * time.Hour)
		hear(1, "d", onboarding.EventTrainingBooked) // at 100
		kinds := onboarding.FactTrainingArranged.Reports()
		span := func(from, to int) onboarding.Span { return onboarding.Span{From: hour(from), To: hour(to)} }
		for _, c := range []struct {
			name             string
			lately, from, to int
			want             []onboarding.Span
		}{
			{"heard often enough", 100, 0, 200, nil},
			{"a gap", 20, 0, 100, []onboarding.Span{span(30, 100)}},
			{"two gaps, the last still open", 20, 0, 150, []onboarding.Span{span(30, 100), span(120, 150)}},
			{"every gap", 5, 0, 150, []onboarding.Span{span(5, 10), span(15, 100), span(105, 150)}},
			{"only the part that is asked about", 20, 50, 60, []onboarding.Span{span(50, 60)}},
			{"before anything was heard", 20, -50, -10, []onboarding.Span{span(-50, -10)}},
			{"until something was heard", 20, -50, 5, []onboarding.Span{span(-50, 0)}},
			{"up to the edge", 20, 0, 30, nil},
		} {
			got, err := j.Silences(t.Context(), kinds, time.Duration(c.lately)*time.Hour, hour(c.from), hour(c.to))
			must(t, err)
			if !slices.EqualFunc(got, c.want, func(a, b onboarding.Span) bool { return a.From.Equal(b.From) && a.To.Equal(b.To) }) {
				t.Errorf("%s: %v; want %v", c.name, got, c.want)
			}
		}
	})
}

func TestEventsThatNoStepRecordedAreOfferedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		put(t, j, begun(1))
		put(t, j, begun(2))
		id, other := contract(1).ID, contract(2).ID
		receive := func(contract, event string) {
			_, err := j.Receive(t.Context(), contract, onboarding.Event{ID: event, Kind: onboarding.EventComplaint})
			must(t, err)
			must(t, j.Forwarded(t.Context(), contract, event))
		}
		receive(id, "lost")
		receive(id, "applied")
		receive(other, "elsewhere")
		must(t, j.SettleEvent(t.Context(), id, "applied", OutcomeApplied))
		n, err := j.OfferAgain(t.Context(), id)
		must(t, err)
		equal(t, n, int64(1))
		waiting, err := j.Pending(t.Context(), clock.Now().Add(time.Hour), 10)
		must(t, err)
		equal(t, len(waiting), 1)
		equal(t, waiting[0].Event.ID, "lost")
	})
}
