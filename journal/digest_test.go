package journal

import (
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestADigestReadsWhatItsPersonMustHearOfSinceTheLastOne(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		for i, owner := range []string{"o-7", "o-8", "o-7"} {
			row := ContractRow{Contract: contract(i + 1), Run: 1}
			row.Contract.Owner = &onboarding.Person{ID: owner}
			_, _, err := j.PutContract(t.Context(), row)
			must(t, err)
		}
		task := func(id string, seq int, kind onboarding.EntryKind, to, reason string) {
			t.Helper()
			must(t, j.Record(t.Context(), onboarding.RecordInput{Contract: id, Run: 1, Facts: []onboarding.RecordedFact{
				{Seq: seq, Entry: onboarding.Entry{At: noon, Kind: kind, To: to, Reason: reason}}}}))
		}
		first := contract(1).ID
		before := wall
		task(first, 1, onboarding.EntryTaskRaised, "o-7", "old")
		clock.pass(time.Hour)
		from := before.Add(time.Hour)
		task(first, 2, onboarding.EntryTaskRaised, "o-7", "please_read")
		task(first, 3, onboarding.EntryTaskRaised, "m-1", "unfinished")
		task(first, 4, onboarding.EntryEvent, "o-7", "no task")
		task(contract(2).ID, 1, onboarding.EntryCaseEscalated, "o-7", "not_acknowledged")
		clock.pass(time.Hour)
		task(first, 5, onboarding.EntryTaskRaised, "o-7", "later")
		all, err := j.Addressed(t.Context(), "o-7", from, from.Add(time.Hour))
		must(t, err)
		var said []string
		for _, a := range all {
			said = append(said, a.Contract.ID+" "+a.Entry.Reason)
		}
		equal(t, said, []string{first + " please_read", contract(2).ID + " not_acknowledged"})

		owners, err := j.OpenOwners(t.Context())
		must(t, err)
		equal(t, owners, []string{"o-7", "o-8"})
		running, err := j.Running(t.Context(), "o-7", 0)
		must(t, err)
		equal(t, len(running), 2)
		running, err = j.Running(t.Context(), "o-7", 1)
		must(t, err)
		equal(t, len(running), 1)
		must(t, j.Record(t.Context(), onboarding.RecordInput{Contract: contract(2).ID, Run: 1,
			Row: onboarding.ContractStatus{Owner: "o-8", At: noon, EndedAt: noon, EndedFor: "void"}}))
		owners, err = j.OpenOwners(t.Context())
		must(t, err)
		equal(t, owners, []string{"o-7"})
	})
}

func TestTheLastDigestIsTheOneThatGotThereOrHadNothingToSay(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		write := func(day int, state onboarding.SendState, reason string) time.Time {
			t.Helper()
			at := micro(noon.AddDate(0, 0, day))
			o := onboarding.DigestOrder{Person: "o-7", Day: onboarding.DateOf(at)}
			_, err := j.Reserve(t.Context(), onboarding.Send{Key: o.Key(), Touch: onboarding.TouchDigest, Class: onboarding.ClassInternal,
				Channel: onboarding.ChannelSlack, Address: "o-7", At: at}, onboarding.Limits{}, time.Minute)
			must(t, err)
			must(t, j.Settle(t.Context(), o.Key(), state, "", reason))
			return at
		}
		last := func(want time.Time) {
			t.Helper()
			got, err := j.Digested(t.Context(), "o-7", noon.AddDate(0, 0, 9))
			must(t, err)
			equal(t, got, want)
		}
		last(time.Time{})
		sent := write(1, onboarding.SendAccepted, "")
		last(sent)
		write(2, onboarding.SendRejected, "unknown")
		write(3, onboarding.SendReleased, "")
		last(sent)
		last(write(4, onboarding.SendRejected, onboarding.ReasonNothing))
	})
}
