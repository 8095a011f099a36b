package journal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestStartingTwiceIsTheSameOnboarding(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		row := begun(1)
		row.Joined = true
		stored := put(t, j, row)
		want := row
		want.StartedAt, want.WorkflowID = micro(row.StartedAt), "onboarding/C-2026-0001/1"
		want.Status = onboarding.ContractStatus{Owner: "o-7", Playbook: "hash-1"}
		equal(t, stored, want)
		other := begun(1)
		other.Contract.Product, other.Playbook = "something else", "hash-2"
		again, created, err := j.PutContract(t.Context(), other)
		must(t, err)
		equal(t, created, false)
		equal(t, again, want)
		found, err := j.Contract(t.Context(), row.Contract.ID)
		must(t, err)
		equal(t, found, want)
	})
}

func TestARestartIsARunOfItsOwn(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		id := contract(1).ID
		next, err := j.NextRun(t.Context(), id)
		must(t, err)
		equal(t, next, 1)
		put(t, j, begun(1))
		must(t, j.Record(t.Context(), step(1, 1, noon)))
		next, err = j.NextRun(t.Context(), id)
		must(t, err)
		second := begun(1)
		second.Run = next
		put(t, j, second)
		newest, err := j.Contract(t.Context(), id)
		must(t, err)
		equal(t, []any{newest.Run, newest.WorkflowID}, []any{2, "onboarding/C-2026-0001/2"})
		stored, created, err := j.PutContract(t.Context(), begun(1))
		must(t, err)
		equal(t, []any{stored.Run, created}, []any{2, false})
		// The first run's facts stay, and it may still record its end; the lists show the second only.
		must(t, j.Record(t.Context(), step(1, 2, noon.Add(time.Hour))))
		facts, err := j.Facts(t.Context(), id, 1)
		must(t, err)
		equal(t, len(facts), 2)
		older, err := j.ContractRun(t.Context(), id, 1)
		must(t, err)
		equal(t, []any{older.Run, older.Status.At.IsZero()}, []any{1, false})
		if _, err := j.ContractRun(t.Context(), id, 3); !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
		rows, _, err := j.Contracts(t.Context(), Filter{})
		must(t, err)
		equal(t, len(rows), 1)
		equal(t, rows[0].Run, 2)
		overdue, err := j.Overdue(t.Context(), noon.Add(1000*time.Hour))
		must(t, err)
		equal(t, len(overdue), 0)
	})
}

func TestAContractThatIsNotThereIsNotFound(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		if _, err := j.OriginalContract(t.Context(), "C-0"); !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
		if _, err := j.Contract(t.Context(), "C-0"); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "C-0") {
			t.Fatal(err)
		}
		for _, row := range []ContractRow{{Run: 1}, {Contract: contract(1)}} {
			if _, _, err := j.PutContract(t.Context(), row); err == nil {
				t.Errorf("%+v passed", row)
			}
		}
	})
}

// fill stores a portfolio: owners o-0 to o-2, phases and healths in turn, every fourth ended, some started at once.
func fill(t *testing.T, j *Journal, n int) []ContractRow {
	t.Helper()
	var rows []ContractRow
	for i := range n {
		row := begun(i)
		row.Contract.Customer.Company = []string{"Officine Rossi S.n.c.", "Società Però & Figli", "Acme Rosetta"}[i%3]
		row.StartedAt = noon.Add(time.Duration(i/5) * time.Hour)
		put(t, j, row)
		in := step(i, 1, noon)
		in.Row.Owner = fmt.Sprintf("o-%d", i%3)
		in.Row.Phase = onboarding.Phases[i%len(onboarding.Phases)]
		in.Row.Health = []string{"green", "amber", "red"}[i%5%3]
		if i%4 == 0 {
			in.Row.EndedAt, in.Row.EndedFor = noon.Add(time.Hour), "completed"
		}
		must(t, j.Record(t.Context(), in))
		stored, err := j.Contract(t.Context(), row.Contract.ID)
		must(t, err)
		rows = append(rows, stored)
	}
	slices.SortFunc(rows, func(a, b ContractRow) int {
		if c := b.StartedAt.Compare(a.StartedAt); c != 0 {
			return c
		}
		return strings.Compare(b.Contract.ID, a.Contract.ID)
	})
	return rows
}

// company lets through a company that has a word with this beginning.
func company(word string) func(ContractRow) bool {
	return func(r ContractRow) bool { return strings.Contains(" "+r.Contract.Customer.Company, " "+word) }
}

func TestTheListIsFilteredAndPaged(t *testing.T) {
	cases := []struct {
		name   string
		filter Filter
		want   func(ContractRow) bool
	}{
		{"all", Filter{}, func(ContractRow) bool { return true }},
		{"open", Filter{State: StateOpen}, func(r ContractRow) bool { return r.Status.EndedAt.IsZero() }},
		{"ended", Filter{State: StateEnded}, func(r ContractRow) bool { return !r.Status.EndedAt.IsZero() }},
		{"of an owner", Filter{Owner: "o-1"}, func(r ContractRow) bool { return r.Status.Owner == "o-1" }},
		{"in a phase", Filter{Phase: onboarding.PhaseAdopt}, func(r ContractRow) bool { return r.Status.Phase == onboarding.PhaseAdopt }},
		{"of a health", Filter{Health: "red", State: StateOpen}, func(r ContractRow) bool { return r.Status.Health == "red" && r.Status.EndedAt.IsZero() }},
		{"of everything", Filter{Owner: "o-1", Health: "amber", Phase: onboarding.PhaseAdmit}, func(r ContractRow) bool {
			return r.Status.Owner == "o-1" && r.Status.Health == "amber" && r.Status.Phase == onboarding.PhaseAdmit
		}},
		{"by the beginning of a word", Filter{Query: "ROSS"}, company("Ross")},
		{"by a word without its accent", Filter{Query: "pero"}, company("Però")},
		{"by two words", Filter{Query: " figli  societa "}, company("Società")},
		{"by words that are not together", Filter{Query: "figli rossi"}, func(ContractRow) bool { return false }},
		{"by the contract's id", Filter{Query: "c-2026-0007"}, func(r ContractRow) bool { return r.Contract.ID == "C-2026-0007" }},
		{"by the end of the contract's id", Filter{Query: "0007"}, func(r ContractRow) bool { return r.Contract.ID == "C-2026-0007" }},
		{"by the customer's id", Filter{Query: "acme-12"}, func(r ContractRow) bool { return r.Contract.Customer.ID == "acme-12" }},
		{"by a word of one owner", Filter{Query: "ro", Owner: "o-2", State: StateOpen}, func(r ContractRow) bool {
			return company("Ros")(r) && r.Status.Owner == "o-2" && r.Status.EndedAt.IsZero()
		}},
		{"by a wild card, which is none", Filter{Query: "%"}, func(ContractRow) bool { return false }},
	}
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		all := fill(t, j, 43)
		for _, c := range cases {
			var want []ContractRow
			for _, row := range all {
				if c.want(row) {
					want = append(want, row)
				}
			}
			for _, size := range []int{1, 7, 0} {
				var got []ContractRow
				f := c.filter
				f.Limit = size
				for pages := 0; ; pages++ {
					rows, next, err := j.Contracts(t.Context(), f)
					must(t, err)
					got = append(got, rows...)
					if f.After = next; next == "" || pages > len(all) {
						break
					}
				}
				if len(got) != len(want) {
					t.Errorf("%s, %d a page: %d rows, not %d", c.name, size, len(got), len(want))
				} else if len(want) > 0 {
					equal(t, got, want)
				}
			}
		}
	})
}

func TestAPageThatNobodyGaveOutIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		for _, after := range []string{"?", "YWJj", "eC95"} {
			if _, _, err := j.Contracts(t.Context(), Filter{After: after}); !errors.Is(err, ErrCursor) {
				t.Errorf("%q: %v", after, err)
			}
		}
		if _, _, err := j.Contracts(t.Context(), Filter{State: "asleep"}); err == nil {
			t.Error("an unknown state passed")
		}
		equal(t, []int{pageSize(-1), pageSize(0), pageSize(7), pageSize(1e6)}, []int{50, 50, 7, 500})
	})
}
