package journal

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestAReservationIsKeptToTheMicrosecondInUTC(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		row := mail("C-1/1/case-history-1#giulia", noon)
		row.Address = " Giulia@ACME.example "
		r := reserve(t, j, row, roomy)
		equal(t, r.Outcome, onboarding.Reserved)
		want := row
		want.Address, want.State = "giulia@acme.example", onboarding.SendAttempting
		want.At, want.WallAt = time.Date(2026, 1, 15, 11, 0, 0, 123456000, time.UTC), wall
		equal(t, r.Row, want)
		sends, err := j.Sends(t.Context(), "C-1", 1)
		must(t, err)
		equal(t, sends, []onboarding.Send{want})
	})
}

func TestAReservationWithoutKeyAddressOrInstantIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		for _, row := range []onboarding.Send{mail("", noon), mail("k", time.Time{}), {Key: "k", At: noon}} {
			if _, err := j.Reserve(t.Context(), row, roomy, grace); err == nil {
				t.Errorf("%+v passed", row)
			}
		}
	})
}

func TestAKeyIsReservedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		for _, c := range []struct {
			state onboarding.SendState
			then  onboarding.ReserveOutcome
		}{
			{onboarding.SendAccepted, onboarding.Existing},
			{onboarding.SendRejected, onboarding.Existing},
			{onboarding.SendUnknown, onboarding.Existing},
			{onboarding.SendReleased, onboarding.Reserved},
		} {
			row := mail(string(c.state), noon)
			row.Address = string(c.state) + "@acme.example"
			equal(t, reserve(t, j, row, roomy).Outcome, onboarding.Reserved)
			again := reserve(t, j, row, roomy)
			equal(t, again.Outcome, onboarding.Existing)
			equal(t, again.Row.State, onboarding.SendAttempting)
			must(t, j.Settle(t.Context(), row.Key, c.state, "m-1", "because"))
			clock.pass(time.Hour)
			settled := reserve(t, j, row, roomy)
			equal(t, settled.Outcome, c.then)
			if c.then == onboarding.Existing {
				equal(t, []string{string(settled.Row.State), settled.Row.MessageID, settled.Row.Reason}, []string{string(c.state), "m-1", "because"})
			}
		}
	})
}

func TestAnAttemptLeftForTheGracePeriodIsUnknown(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		row := mail("k", noon)
		reserve(t, j, row, roomy)
		clock.pass(grace - time.Microsecond)
		equal(t, reserve(t, j, row, roomy).Row.State, onboarding.SendAttempting)
		clock.pass(time.Microsecond)
		r := reserve(t, j, row, roomy)
		equal(t, []string{string(r.Outcome), string(r.Row.State), r.Row.Reason}, []string{"existing", "unknown", noAnswer})
		sends, err := j.SendsOf(t.Context(), "k")
		must(t, err)
		equal(t, sends[0].State, onboarding.SendUnknown)
	})
}

func TestAReleasedSendIsAttemptedAnewUnderTheSameChecks(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		row, other := mail("k", noon), mail("other", noon.Add(time.Hour))
		reserve(t, j, row, roomy)
		must(t, j.Settle(t.Context(), "k", onboarding.SendReleased, "", "429"))
		equal(t, reserve(t, j, other, roomy).Outcome, onboarding.Reserved)
		row.At = noon.Add(2 * time.Hour)
		equal(t, reserve(t, j, row, roomy).Outcome, onboarding.Deferred)
		clock.pass(time.Hour)
		row.At = noon.Add(21 * time.Hour)
		r := reserve(t, j, row, roomy)
		equal(t, r.Outcome, onboarding.Reserved)
		equal(t, r.Row.WallAt, wall.Add(time.Hour))
		must(t, j.Settle(t.Context(), "k", onboarding.SendReleased, "", "429"))
		must(t, j.Suppress(t.Context(), []onboarding.Suppression{{Address: row.Address, Reason: "unsubscribed", At: noon}}))
		equal(t, reserve(t, j, row, roomy), onboarding.Reservation{Outcome: onboarding.Suppressed, Reason: "unsubscribed"})
		var attempts int
		must(t, j.read.QueryRowContext(t.Context(), "SELECT attempts FROM sends WHERE key = 'k'").Scan(&attempts))
		equal(t, attempts, 2)
	})
}

func TestSuppressionsStopWhatTheyShould(t *testing.T) {
	optOut := onboarding.Suppression{Address: "Giulia@acme.example", Reason: "unsubscribed", At: noon}
	bounce := onboarding.Suppression{Address: "giulia@ACME.example", Reason: "bounced", All: true, At: noon.Add(time.Hour)}
	spam := onboarding.Suppression{Address: "giulia@acme.example", Reason: "spam_reported", All: true, At: noon.Add(2 * time.Hour)}
	cases := []struct {
		name    string
		stands  []onboarding.Suppression
		class   onboarding.Class
		channel onboarding.Channel
		reason  string // "" is: it goes
	}{
		{"an opt-out stops a relationship mail", []onboarding.Suppression{optOut}, onboarding.ClassRelationship, onboarding.ChannelEmail, "unsubscribed"},
		{"an opt-out does not stop a service mail", []onboarding.Suppression{optOut}, onboarding.ClassService, onboarding.ChannelEmail, ""},
		{"an opt-out does not stop a confirmation", []onboarding.Suppression{optOut}, onboarding.ClassConfirmation, onboarding.ChannelEmail, ""},
		{"a bounce stops a relationship mail", []onboarding.Suppression{bounce}, onboarding.ClassRelationship, onboarding.ChannelEmail, "bounced"},
		{"a bounce stops a service mail", []onboarding.Suppression{bounce}, onboarding.ClassService, onboarding.ChannelEmail, "bounced"},
		{"a bounce stops a confirmation", []onboarding.Suppression{bounce}, onboarding.ClassConfirmation, onboarding.ChannelEmail, "bounced"},
		{"a spam report stops a confirmation", []onboarding.Suppression{spam}, onboarding.ClassConfirmation, onboarding.ChannelEmail, "spam_reported"},
		{"a bounce stops a mail to one of ours", []onboarding.Suppression{bounce}, onboarding.ClassInternal, onboarding.ChannelEmail, "bounced"},
		{"a suppression does not stop Slack", []onboarding.Suppression{bounce}, onboarding.ClassInternal, onboarding.ChannelSlack, ""},
		{"the gravest reason is told", []onboarding.Suppression{optOut, bounce, spam}, onboarding.ClassRelationship, onboarding.ChannelEmail, "bounced"},
		{"nothing stands against others", []onboarding.Suppression{{Address: "other@acme.example", Reason: "bounced", All: true}}, onboarding.ClassRelationship, onboarding.ChannelEmail, ""},
		{"without an address nothing is stopped", []onboarding.Suppression{{Address: " ", Reason: "bounced", All: true}}, onboarding.ClassRelationship, onboarding.ChannelEmail, ""},
	}
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		for i, c := range cases {
			// Every case has addresses of its own.
			here := func(address string) string { return strings.ReplaceAll(address, "@", fmt.Sprint(i, "@")) }
			for _, s := range c.stands {
				s.Address = here(s.Address)
				must(t, j.Suppress(t.Context(), []onboarding.Suppression{s, s}))
			}
			row := mail(fmt.Sprint(i), noon)
			row.Address, row.Class, row.Channel = here(row.Address), c.class, c.channel
			want := onboarding.Reservation{Outcome: onboarding.Suppressed, Reason: c.reason}
			r := reserve(t, j, row, roomy)
			if c.reason == "" {
				want, r.Row = onboarding.Reservation{Outcome: onboarding.Reserved}, onboarding.Send{}
			}
			if r != want {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
	})
}

func TestASuppressionNeverWeakens(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		s := onboarding.Suppression{Address: "giulia@acme.example", Reason: "unsubscribed", At: noon.UTC().Truncate(time.Microsecond)}
		hard := s
		hard.All = true
		for _, said := range []onboarding.Suppression{s, hard, s} {
			must(t, j.Suppress(t.Context(), []onboarding.Suppression{said}))
		}
		stands, err := j.Suppressions(t.Context(), "GIULIA@acme.example")
		must(t, err)
		equal(t, stands, []onboarding.Suppression{hard})
	})
}

func TestASendBecomesOnlyWhatItMay(t *testing.T) {
	states := []onboarding.SendState{onboarding.SendAttempting, onboarding.SendAccepted, onboarding.SendRejected, onboarding.SendUnknown, onboarding.SendReleased}
	// Each row says, for the states in the order above: y yes, n ErrSettled, = nothing changes.
	may := map[onboarding.SendState]string{
		onboarding.SendAttempting: "nyyyy",
		onboarding.SendAccepted:   "n=nnn",
		onboarding.SendRejected:   "nn=nn",
		onboarding.SendUnknown:    "nyy=y",
		onboarding.SendReleased:   "nynn=",
	}
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		for _, from := range states {
			for i, to := range states {
				key := string(from) + "-" + string(to)
				row := mail(key, noon)
				row.Address = key + "@acme.example"
				reserve(t, j, row, roomy)
				if from != onboarding.SendAttempting {
					must(t, j.Settle(t.Context(), key, from, "first", "first"))
				}
				err := j.Settle(t.Context(), key, to, "second", "second")
				sends, _ := j.SendsOf(t.Context(), key)
				switch may[from][i] {
				case 'y':
					must(t, err)
					equal(t, sends[0].State, to)
					equal(t, sends[0].Reason, "second")
				case '=':
					must(t, err)
					equal(t, []string{sends[0].MessageID, sends[0].Reason}, []string{"first", "first"})
				case 'n':
					if !errors.Is(err, ErrSettled) {
						t.Errorf("%s -> %s: %v", from, to, err)
					}
					equal(t, sends[0].State, from)
				}
			}
		}
		if err := j.Settle(t.Context(), "nobody", onboarding.SendAccepted, "", ""); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestAMessageIDLearntLaterIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		reserve(t, j, mail("k", noon), roomy)
		must(t, j.Settle(t.Context(), "k", onboarding.SendAccepted, "", "by a webhook"))
		must(t, j.Settle(t.Context(), "k", onboarding.SendAccepted, "m-1", ""))
		must(t, j.Settle(t.Context(), "k", onboarding.SendAccepted, "m-2", ""))
		sends, err := j.SendsOf(t.Context(), "k")
		must(t, err)
		equal(t, sends[0].MessageID, "m-1")
	})
}

func TestTextFromOutsideIsMadeFit(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		reserve(t, j, mail("k", noon), roomy)
		must(t, j.Settle(t.Context(), "k", onboarding.SendRejected, "m\x00", "caff\xe8 '; DROP TABLE sends; --"))
		sends, err := j.SendsOf(t.Context(), "k")
		must(t, err)
		equal(t, []string{sends[0].MessageID, sends[0].Reason}, []string{"m\uFFFD", "caff\uFFFD '; DROP TABLE sends; --"})
	})
}

func TestTheSendsOfAnOrderAreItsOwn(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		keys := []string{"C_1/1/a", "C_1/1/a#g", "C_1/1/a#z", "C_1/1/ab", "C_1/1/a!x", "C_1/1/a$x", "Cx1/1/a#g", "C_1/1/A#g"}
		for i, key := range keys {
			row := mail(key, noon)
			row.Address = string(rune('a'+i)) + "@acme.example"
			reserve(t, j, row, roomy)
		}
		sends, err := j.SendsOf(t.Context(), "C_1/1/a")
		must(t, err)
		var got []string
		for _, s := range sends {
			got = append(got, s.Key)
		}
		equal(t, got, []string{"C_1/1/a", "C_1/1/a#g", "C_1/1/a#z"})
	})
}

func TestSendsInDoubtAreListedTheLongestWaitingFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		for i, state := range []onboarding.SendState{onboarding.SendAttempting, onboarding.SendUnknown, onboarding.SendAccepted, onboarding.SendUnknown} {
			key := strings.Repeat("k", i+1)
			row := mail(key, noon)
			row.Address = key
			reserve(t, j, row, roomy)
			if state != onboarding.SendAttempting {
				must(t, j.Settle(t.Context(), key, state, "", ""))
			}
			clock.pass(time.Minute)
		}
		doubtful, err := j.Unknowns(t.Context(), wall.Add(3*time.Minute), 10)
		must(t, err)
		equal(t, []string{doubtful[0].Key, doubtful[1].Key}, []string{"k", "kk"})
		equal(t, len(doubtful), 2)
		doubtful, err = j.Unknowns(t.Context(), wall.Add(time.Hour), 1)
		must(t, err)
		equal(t, len(doubtful), 1)
	})
}

func TestAMailEventIsKeptOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		at := noon.UTC().Truncate(time.Microsecond)
		later := MailEvent{ID: "e-2", Key: "k", Event: "delivered", At: at.Add(time.Second), Raw: []byte("{\"a\":\"\x00\"}")}
		first := MailEvent{ID: "e-1", Key: "k", Event: "processed", At: at, Raw: []byte("{}")}
		for _, c := range []struct {
			ev    MailEvent
			fresh bool
		}{{later, true}, {first, true}, {later, false}, {MailEvent{ID: "e-3", Key: "other", Event: "bounce", At: at}, true}} {
			fresh, err := j.AddMailEvent(t.Context(), c.ev)
			must(t, err)
			equal(t, fresh, c.fresh)
		}
		events, err := j.MailEvents(t.Context(), "k")
		must(t, err)
		equal(t, events, []MailEvent{first, later})
		if _, err := j.AddMailEvent(t.Context(), MailEvent{Key: "k"}); err == nil {
			t.Error("an event without an id passed")
		}
	})
}
