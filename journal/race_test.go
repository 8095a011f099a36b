package journal

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/centogiorni/centogiorni/onboarding"
)

// race runs every call at once and waits for all.
func race(calls ...func()) {
	var gate, all sync.WaitGroup
	gate.Add(1)
	for _, call := range calls {
		all.Go(func() {
			gate.Wait()
			call()
		})
	}
	gate.Done()
	all.Wait()
}

func TestOfManyMailsToOneAddressAtOnceExactlyOneGoes(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		one, _ := open(t, url)
		two, _ := open(t, url)
		for round := range 20 {
			var calls []func()
			outcomes := make([]onboarding.ReserveOutcome, 6)
			for i := range outcomes {
				row := mail(fmt.Sprintf("%d/%d", round, i), noon.Add(time.Duration(i)*time.Minute))
				row.Address = fmt.Sprintf("giulia-%d@acme.example", round)
				j := []*Journal{one, two}[i%2]
				calls = append(calls, func() {
					r, err := j.Reserve(t.Context(), row, roomy, grace)
					if err != nil {
						t.Error(err)
					}
					outcomes[i] = r.Outcome
				})
			}
			race(calls...)
			if went := count(outcomes, onboarding.Reserved); went != 1 || count(outcomes, onboarding.Deferred) != 5 {
				t.Fatalf("round %d: %v", round, outcomes)
			}
		}
	})
}

func TestOfManyReservationsOfOneKeyAtOnceExactlyOneGoes(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		one, _ := open(t, url)
		two, _ := open(t, url)
		for round := range 20 {
			var calls []func()
			outcomes := make([]onboarding.ReserveOutcome, 6)
			for i := range outcomes {
				row := mail(fmt.Sprint(round), noon)
				row.Address = fmt.Sprintf("%d-%d@acme.example", round, i%3) // an amended address in the middle of it
				j := []*Journal{one, two}[i%2]
				calls = append(calls, func() {
					r, err := j.Reserve(t.Context(), row, roomy, grace)
					if err != nil {
						t.Error(err)
					}
					outcomes[i] = r.Outcome
				})
			}
			race(calls...)
			if went := count(outcomes, onboarding.Reserved); went != 1 || count(outcomes, onboarding.Existing) != 5 {
				t.Fatalf("round %d: %v", round, outcomes)
			}
		}
	})
}

func TestOfManyStartsAtOnceExactlyOneIsStored(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		one, _ := open(t, url)
		two, _ := open(t, url)
		for round := range 10 {
			var calls []func()
			won := make([]bool, 6)
			for i := range won {
				j := []*Journal{one, two}[i%2]
				row := begun(round)
				row.Playbook = fmt.Sprint("hash-", i)
				calls = append(calls, func() {
					var err error
					if _, won[i], err = j.PutContract(t.Context(), row); err != nil {
						t.Error(err)
					}
				})
			}
			race(calls...)
			equal(t, count(won, true), 1)
		}
	})
}

func TestAnEventThatRacesItsContractIsNotLost(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		one, _ := open(t, url)
		two, clock := open(t, url)
		clock.pass(time.Hour)
		for round := range 20 {
			race(
				func() {
					_, _ = one.Receive(t.Context(), contract(round).ID, onboarding.Event{ID: "e", Kind: onboarding.EventLogin})
				},
				func() { put(t, two, begun(round)) },
			)
			ev, err := one.InboxEvent(t.Context(), contract(round).ID, "e")
			must(t, err)
			equal(t, ev.State, InboxReceived)
		}
	})
}

func TestAnEventWaitsForAStartThatIsUnderWay(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		one, _ := open(t, url)
		two, _ := open(t, url)
		tx, err := one.write.BeginTx(t.Context(), nil)
		must(t, err)
		defer tx.Rollback()
		must(t, one.dialect.lock(t.Context(), tx, lockSQL, "contract/"+contract(1).ID))
		must(t, putRun(t.Context(), tx, begun(1)))
		received := make(chan error, 1)
		go func() {
			_, err := two.Receive(t.Context(), contract(1).ID, onboarding.Event{ID: "e", Kind: onboarding.EventLogin})
			received <- err
		}()
		if one.dialect == onPostgres {
			someoneWaits(t, two)
		}
		must(t, tx.Commit())
		must(t, <-received)
	})
}

// someoneWaits returns when a transaction waits for a lock.
func someoneWaits(t *testing.T, j *Journal) {
	t.Helper()
	const query = `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	deadline := time.Now().Add(10 * time.Second)
	for waiting := 0; waiting == 0; {
		must(t, j.read.QueryRowContext(t.Context(), query).Scan(&waiting))
		if time.Now().After(deadline) {
			t.Fatal("nobody waits")
		}
	}
}

func count[T comparable](all []T, one T) (n int) {
	for _, x := range all {
		if x == one {
			n++
		}
	}
	return n
}

// TestSpacingAndCapHoldAfterAnySequence plays random reservations and answers at two addresses.
func TestSpacingAndCapHoldAfterAnySequence(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		limits := onboarding.Limits{Spacing: 20 * time.Hour, FirstWeekUntil: noon.Add(168 * time.Hour), FirstWeek: 3, AnyWeek: 2}
		sequence := 0
		rapid.Check(t, func(rt *rapid.T) {
			sequence++
			keys := []string{}
			for n := range rapid.IntRange(1, 25).Draw(rt, "steps") {
				if len(keys) > 0 && rapid.Bool().Draw(rt, "settle") {
					key := rapid.SampledFrom(keys).Draw(rt, "key")
					state := rapid.SampledFrom([]onboarding.SendState{onboarding.SendAccepted, onboarding.SendRejected,
						onboarding.SendUnknown, onboarding.SendReleased}).Draw(rt, "state")
					stands, err := j.SendsOf(t.Context(), key)
					must(t, err)
					if stands[0].State == onboarding.SendReleased && state == onboarding.SendAccepted {
						continue // a surprise from the provider: it may break the spacing, and is the truth
					}
					_ = j.Settle(t.Context(), key, state, "", "")
					continue
				}
				key := fmt.Sprintf("%d/%d", sequence, n)
				if len(keys) > 0 && rapid.IntRange(0, 3).Draw(rt, "again") == 0 {
					key = rapid.SampledFrom(keys).Draw(rt, "key")
				} else {
					keys = append(keys, key)
				}
				row := mail(key, noon.Add(time.Duration(rapid.IntRange(0, 20*24).Draw(rt, "hour"))*time.Hour))
				row.Address = fmt.Sprintf("%d-%s@acme.example", sequence, rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "address"))
				row.Class = rapid.SampledFrom([]onboarding.Class{onboarding.ClassService, onboarding.ClassRelationship, onboarding.ClassConfirmation}).Draw(rt, "class")
				clock.pass(time.Duration(rapid.IntRange(0, 90).Draw(rt, "seconds")) * time.Second)
				r := reserveUntil(rt, j, row, limits)
				if r.Outcome == onboarding.Reserved {
					hold(rt, j, r.Row, limits)
				}
				if sends, err := j.SendsOf(t.Context(), key); err != nil || len(sends) == 0 {
					rt.Fatalf("no row for %s: %v", key, err)
				}
			}
		})
	})
}

// reserveUntil asks again at each deferral's instant; every deferral must lead on, and soon to an answer.
func reserveUntil(t *rapid.T, j *Journal, row onboarding.Send, limits onboarding.Limits) onboarding.Reservation {
	for range 60 {
		r, err := j.Reserve(t.Context(), row, limits, grace)
		if err != nil {
			t.Fatal(err)
		}
		if r.Outcome != onboarding.Deferred {
			return r
		}
		if !r.Until.After(micro(row.At)) {
			t.Fatalf("deferred from %s to %s", row.At, r.Until)
		}
		row.At = r.Until
	}
	t.Fatal("deferred without end")
	return onboarding.Reservation{}
}

// hold checks the law for the mail that was just let through, with arithmetic of its own.
func hold(t *rapid.T, j *Journal, row onboarding.Send, limits onboarding.Limits) {
	if row.Class == onboarding.ClassConfirmation {
		return
	}
	const query = "SELECT " + sendColumns + ` FROM sends WHERE address = $1 AND class <> 'confirmation'
		AND state <> 'released' AND state <> 'rejected' ORDER BY at`
	counted, err := list(t.Context(), j.read, scanSend, query, row.Address)
	if err != nil {
		t.Fatal(err)
	}
	inWeek := 0
	for i, s := range counted {
		if i > 0 && s.At.Sub(counted[i-1].At) < limits.Spacing {
			t.Fatalf("%s and %s lie %s apart", counted[i-1].Key, s.Key, s.At.Sub(counted[i-1].At))
		}
		if age := row.At.Sub(s.At); age >= 0 && age < 7*24*time.Hour {
			inWeek++
		}
	}
	most := limits.AnyWeek
	if !row.At.After(limits.FirstWeekUntil) {
		most = limits.FirstWeek
	}
	if row.Class == onboarding.ClassRelationship && inWeek > most {
		t.Fatalf("%d mails in the week before %s", inWeek, row.At)
	}
}
