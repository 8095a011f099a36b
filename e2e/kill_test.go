package e2e

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/outbox"
)

func TestWithTheOutboxNoMailIsLostOrDoubledWhenWorkerAndServerAreKilledInMidSend(t *testing.T) {
	t.Parallel()
	const customers = 20
	s := newSystem(t)
	w := s.startWorker()
	plays := make([]*play, customers)
	for i := range plays {
		plays[i] = s.play("../examples/acme.json", "testdata/busy.yaml", fmt.Sprintf("KILL-%02d", i))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	begun := time.Now()
	wait, running := s.carryAll(ctx, plays)
	cut := s.kills(t, running, s.logged, w, s.server, w, w, s.server)
	wait(t)
	sum := s.audit(t, plays)
	t.Logf("%d customers in %s, killed 3 workers and 2 servers, %d sends lost their worker: %s", customers,
		time.Since(begun).Round(time.Second), len(cut), sum)
	if len(cut) == 0 {
		t.Error("no kill fell on a send: this test shows nothing")
	}
}

// victim is a process to kill and to start again.
type victim interface {
	kill9()
	restart()
}

// kills kills one process after the other, each time after some more messages went and while another is being sent, and
// returns the keys of the sends that lost their worker.
func (s *system) kills(t *testing.T, running func() bool, sent func() int, victims ...victim) (cut []string) {
	t.Helper()
	const apart = 50 // messages
	next := apart
	for _, v := range victims {
		name := "worker"
		if v == victim(s.server) {
			name = "server"
		}
		await(t, "a send to kill the "+name+" in", func() bool {
			if !running() {
				t.Fatalf("all onboardings ended before the %s was killed", name)
			}
			return sent() >= next && len(s.attempting(t)) > 0
		})
		v.kill9()
		under := s.attempting(t)
		t.Logf("killed the %s after %d messages, with %d under way", name, sent(), len(under))
		for _, row := range under {
			if name == "worker" && !slices.Contains(cut, row.Key) {
				cut = append(cut, row.Key)
			}
		}
		next = sent() + apart
		v.restart()
	}
	return cut
}

// attempting are the ledger's rows whose send has begun and not ended.
func (s *system) attempting(t *testing.T) []onboarding.Send {
	t.Helper()
	rows, err := s.journal.Unknowns(t.Context(), time.Now().Add(time.Hour), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(rows, func(r onboarding.Send) bool { return r.State != onboarding.SendAttempting })
}

// logged counts the calls that the outbox took.
func (s *system) logged() int {
	s.t.Helper()
	lines, err := outbox.ReadLog(s.file("outbox"))
	if err != nil {
		s.t.Fatal(err)
	}
	return len(lines)
}

// sum is what an audit counted.
type sum struct{ planned, sent, lost, doubled, unlogged int }

func (s sum) String() string {
	return fmt.Sprintf("%d touches planned, %d messages sent, lost %d, doubled %d (%d stand without a line in the log, written when their worker was killed)",
		s.planned, s.sent, s.lost, s.doubled, s.unlogged)
}

// audit holds the outbox, the ledger and the journal's facts against each other and against the rehearsal.
func (s *system) audit(t *testing.T, plays []*play) sum {
	t.Helper()
	var out sum
	box, err := outbox.New(s.file("outbox"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := outbox.ReadLog(s.file("outbox"))
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]int{}
	for _, l := range lines {
		calls[l.Key]++
	}
	for _, p := range plays {
		rows, err := s.journal.Sends(t.Context(), p.contract(), 1)
		if err != nil {
			t.Fatal(err)
		}
		got := s.entries(p.contract(), 1)
		for _, row := range rows {
			found, err := box.Find(t.Context(), row.Key)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case row.State != onboarding.SendAccepted:
				t.Errorf("the ledger has %s as %s", row.Key, row.State)
			case found != onboarding.FoundAccepted:
				out.lost++
				t.Errorf("the ledger has %s as accepted and it is not in the outbox", row.Key)
			default:
				out.sent++
			}
			switch calls[row.Key] {
			case 0:
				out.unlogged++
			case 1:
			default:
				out.doubled++
				t.Errorf("%s was sent %d times", row.Key, calls[row.Key])
			}
			delete(calls, row.Key)
			if n := len(goneFacts(got, row.Touch)); n != 1 {
				t.Errorf("%s is in the ledger and went %d times by the facts", row.Key, n)
			}
		}
		want := s.rehearse(p)
		for _, e := range only(want, onboarding.EntryTouchSent) {
			if e.Channel == onboarding.ChannelTask {
				continue
			}
			out.planned++
			if len(sentFacts(got, e.Touch)) != 1 {
				out.lost++
				t.Errorf("%s: %s was planned and did not go", p.contract(), e.Touch)
			}
			if !slices.ContainsFunc(rows, func(r onboarding.Send) bool { return r.Touch == e.Touch }) {
				out.lost++
				t.Errorf("%s: %s went by the facts and is not in the ledger", p.contract(), e.Touch)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(calls)) {
		t.Errorf("%s was sent and is not in the ledger", key)
	}
	return out
}

// goneFacts are the facts that a ledger row went: of a touch that it was sent, of the request to accept a dossier its task.
func goneFacts(entries []onboarding.Entry, touch string) []onboarding.Entry {
	if !strings.HasPrefix(touch, string(onboarding.NoticeAccept)+"/") {
		return sentFacts(entries, touch)
	}
	return slices.DeleteFunc(only(entries, onboarding.EntryTaskRaised), func(e onboarding.Entry) bool { return e.Reason != "accept_handoff" })
}

// sentFacts are the facts that a touch went to the outside.
func sentFacts(entries []onboarding.Entry, touch string) []onboarding.Entry {
	return slices.DeleteFunc(only(entries, onboarding.EntryTouchSent), func(e onboarding.Entry) bool { return e.Touch != touch })
}
