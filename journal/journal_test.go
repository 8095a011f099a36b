package journal

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/journal/journaltest"
	"github.com/centogiorni/centogiorni/onboarding"
)

// onBoth is the conformance suite's door: the test runs on an empty database of each kind.
func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, journaltest.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, journaltest.Postgres(t)) })
}

// clock is a wall clock that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// noon is the instant most tests begin at, finer than the journal keeps.
var noon = time.Date(2026, 1, 15, 12, 0, 0, 123456789, time.FixedZone("CET", 3600))

// wall is what the test's clock shows at the beginning.
var wall = time.Date(2026, 1, 15, 11, 0, 7, 1000, time.UTC)

func open(t testing.TB, url string) (*Journal, *clock) {
	t.Helper()
	c := &clock{now: wall}
	j, err := Open(t.Context(), url, WithClock(c.Now))
	must(t, err)
	t.Cleanup(func() { must(t, j.Close()) })
	return j, c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got\n  %+v\nwant\n  %+v", got, want)
	}
}

// mail is a relationship mail to Giulia.
func mail(key string, at time.Time) onboarding.Send {
	return onboarding.Send{Key: key, Contract: "C-1", Run: 1, Touch: "case-history-1", Class: onboarding.ClassRelationship,
		Channel: onboarding.ChannelEmail, Address: "giulia@acme.example", At: at}
}

// roomy has spacing and caps that a single mail never meets.
var roomy = onboarding.Limits{Spacing: 20 * time.Hour, FirstWeek: 3, AnyWeek: 2}

const grace = time.Minute

func reserve(t testing.TB, j *Journal, row onboarding.Send, limits onboarding.Limits) onboarding.Reservation {
	t.Helper()
	r, err := j.Reserve(t.Context(), row, limits, grace)
	must(t, err)
	return r
}

// contract is a signed contract; the number makes it another one.
func contract(n int) onboarding.Contract {
	return onboarding.Contract{
		ID: fmt.Sprintf("C-2026-%04d", n), SignedAt: noon.UTC().Truncate(time.Microsecond), Product: "Gestionale Pro",
		Value: onboarding.Money{Amount: "12000.00", Currency: "EUR"},
		Customer: onboarding.Customer{ID: fmt.Sprintf("acme-%d", n), Company: "Società Acme S.r.l.", Kind: onboarding.Business,
			TimeZone: "Europe/Rome", Country: "IT", Language: "it",
			Contacts: []onboarding.Contact{{ID: "giulia", Name: "Giulia Rossi", Email: "giulia@acme.example", Role: onboarding.RoleDecisionMaker}}},
		Owner: &onboarding.Person{ID: "o-7"}, Sales: &onboarding.Person{ID: "s-3"},
	}
}

// begun is the row of a contract's first run.
func begun(n int) ContractRow {
	return ContractRow{Contract: contract(n), Run: 1, Playbook: "hash-1", Mode: onboarding.ModeLive, StartedAt: noon.Add(time.Duration(n) * time.Second)}
}

func put(t testing.TB, j *Journal, row ContractRow) ContractRow {
	t.Helper()
	stored, created, err := j.PutContract(t.Context(), row)
	must(t, err)
	if !created {
		t.Fatalf("%s/%d stood already", row.Contract.ID, row.Run)
	}
	return stored
}

// step is the record of one step of a contract's first run.
func step(n, seq int, at time.Time) onboarding.RecordInput {
	return onboarding.RecordInput{Contract: contract(n).ID, Run: 1,
		Facts: []onboarding.RecordedFact{{Seq: seq, Entry: onboarding.Entry{At: at, Day: seq, Kind: onboarding.EntryScore, Score: &seq}}},
		Row: onboarding.ContractStatus{Phase: onboarding.PhaseAdmit, Stage: onboarding.StagePurchase, Health: "green", Owner: "o-7",
			Playbook: "hash-1", Next: "sales-handover", NextAt: at.Add(24 * time.Hour), At: at}}
}
