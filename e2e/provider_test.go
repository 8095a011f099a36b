package e2e

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/sendgrid"
	"github.com/centogiorni/centogiorni/sendgrid/sendgridtest"
)

// oneInFive makes the first call of one key in five go wrong in one of these ways, always the same for a key.
func oneInFive(ways ...sendgridtest.Fault) func(int, string) sendgridtest.Fault {
	return func(n int, key string) sendgridtest.Fault {
		h := fnv.New32a()
		h.Write([]byte(key))
		sum := h.Sum32() * 0x9E3779B1 >> 8
		if n > 1 || sum%5 != 0 {
			return sendgridtest.Fault{}
		}
		return ways[sum/5%uint32(len(ways))]
	}
}

// The ways in which a mail is taken and nobody hears of it, and those in which it is not taken and nobody can know. One
// in eight of the first never answers: each of these takes the transport's ten seconds.
var (
	taken = slices.Concat([]sendgridtest.Fault{sendgridtest.AcceptedThen(sendgridtest.Hang())},
		slices.Repeat([]sendgridtest.Fault{sendgridtest.AcceptedThen(sendgridtest.Drop())}, 4),
		slices.Repeat([]sendgridtest.Fault{sendgridtest.AcceptedThen(sendgridtest.Answer(http.StatusInternalServerError))}, 3))
	notTaken = slices.Concat(slices.Repeat([]sendgridtest.Fault{sendgridtest.Drop()}, 2),
		slices.Repeat([]sendgridtest.Fault{sendgridtest.Answer(http.StatusServiceUnavailable)}, 2))
)

// sendGrid is the environment of an installation that sends through the fake.
func sendGrid(fake *sendgridtest.Server) []string {
	return []string{
		"CENTOGIORNI_MAIL_TRANSPORT=sendgrid", "CENTOGIORNI_SENDGRID_API_KEY=SG.e2e", "CENTOGIORNI_SENDGRID_HOST=" + fake.URL,
		"CENTOGIORNI_SENDGRID_WEBHOOK_KEY=" + fake.PublicKey(),
		"CENTOGIORNI_MAIL_FROM_SERVICE=Vendor <service@vendor.example>",
		"CENTOGIORNI_MAIL_FROM_RELATIONSHIP=Vendor <people@vendor.example>",
		"CENTOGIORNI_BASE_URL=https://onboarding.vendor.example", "CENTOGIORNI_LINK_KEYS=w7Vb0nJm4TqX2sYc8LdKfH6ZpRgA1eUi",
		"CENTOGIORNI_LEGAL_NAME=Vendor S.r.l.", "CENTOGIORNI_LEGAL_SEAT=Via Roma 1, Milano",
		"CENTOGIORNI_LEGAL_REGISTRATION=P. IVA 00000000000", "CENTOGIORNI_PRIVACY_URL=https://vendor.example/privacy",
	}
}

func TestWithSendGridAMailThatFailsIsNeverDoubledAndIsListedAsUnknown(t *testing.T) {
	t.Parallel()
	fake := sendgridtest.Start(t)
	fake.Faults(oneInFive(slices.Concat(taken, notTaken)...))
	s := newSystem(t, sendGrid(fake)...)
	sum := s.sendThrough(t, fake)
	if sum.unknown == 0 {
		t.Error("no send is unknown: the faults did not reach the worker")
	}
}

func TestWithSendGridAndItsEventsEveryMailGoesOnce(t *testing.T) {
	t.Parallel()
	fake := sendgridtest.Start(t)
	s := newSystem(t, sendGrid(fake)...)
	hook := s.webhook(t, fake)
	wrong := oneInFive(taken...)
	fake.Faults(func(n int, key string) sendgridtest.Fault {
		fault := wrong(n, key)
		go report(t, fake, hook, key)
		return fault
	})
	// What a killed worker had not sent yet has no event either: that stays unknown.
	if sum := s.sendThrough(t, fake); sum.takenUnknown != 0 {
		t.Errorf("%d sends stayed unknown, though SendGrid's events tell of them", sum.takenUnknown)
	}
}

// report posts the event of a mail once SendGrid has taken it.
func report(t *testing.T, fake *sendgridtest.Server, hook, key string) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for fake.Counts()[key] == 0 {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Millisecond):
		}
	}
	if err := fake.PostEvents(ctx, hook, fake.Event("processed", key, nil)); err != nil && t.Context().Err() == nil {
		t.Error(err)
	}
}

// webhook takes SendGrid's events into the journal until the server program does.
func (s *system) webhook(t *testing.T, fake *sendgridtest.Server) (url string) {
	t.Helper()
	key, err := sendgrid.ParsePublicKey(fake.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.takeEvents(r, key); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func (s *system) takeEvents(r *http.Request, key *ecdsa.PublicKey) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	events, err := sendgrid.ParseEvents(body, r.Header.Get(sendgrid.HeaderSignature), r.Header.Get(sendgrid.HeaderTimestamp), key)
	if err != nil {
		return err
	}
	for _, e := range events {
		if _, err := s.journal.AddMailEvent(r.Context(), journal.MailEvent{ID: e.ID, Key: e.Key, Event: e.Name, At: e.At, Raw: e.Raw}); err != nil {
			return err
		}
	}
	return nil
}

// provided is what an audit against the fake counted.
type provided struct{ planned, accepted, unknown, takenUnknown, lost, doubled, resent int }

func (p provided) String() string {
	return fmt.Sprintf("%d mails planned to be sent, %d accepted, %d unknown and listed with a task (SendGrid took %d of them), lost %d, doubled %d, %d resent as their playbook says",
		p.planned, p.accepted, p.unknown, p.takenUnknown, p.lost, p.doubled, p.resent)
}

// sendThrough plays many onboardings whose mail goes to the fake, kills the worker twice and the server once in mid-send,
// and holds the fake, the ledger and the facts against each other.
func (s *system) sendThrough(t *testing.T, fake *sendgridtest.Server) provided {
	t.Helper()
	const customers = 12
	w := s.startWorker()
	plays := make([]*play, customers)
	for i := range plays {
		plays[i] = s.play("../examples/acme.json", "testdata/busy.yaml", fmt.Sprintf("GRID-%02d", i))
		plays[i].start.Samples, plays[i].start.AutoApprove, plays[i].start.FeedsLive = false, false, false // as the starter has it with real mail
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	begun := time.Now()
	wait, running := s.carryAll(ctx, plays)
	cut := s.kills(t, running, func() int { return len(fake.Accepted()) }, w, s.server, w)
	wait(t)
	sum := s.auditProvider(t, plays, fake)
	t.Logf("%d customers in %s, killed 2 workers and a server, %d sends lost their worker: %s", customers,
		time.Since(begun).Round(time.Second), len(cut), sum)
	return sum
}

// auditProvider holds what the fake took against the ledger, the facts and the rehearsal.
func (s *system) auditProvider(t *testing.T, plays []*play, fake *sendgridtest.Server) provided {
	t.Helper()
	var out provided
	counts := fake.Counts()
	for _, p := range plays {
		rows, err := s.journal.Sends(t.Context(), p.contract(), 1)
		if err != nil {
			t.Fatal(err)
		}
		rows = slices.DeleteFunc(rows, func(r onboarding.Send) bool {
			if r.Channel == onboarding.ChannelEmail {
				return false
			}
			if counts[r.Key] > 1 { // an alert, which goes by mail here, may be sent again
				out.resent++
			} else if counts[r.Key] == 0 && r.State == onboarding.SendAccepted {
				out.lost++
				t.Errorf("the ledger has %s as accepted and SendGrid never took it", r.Key)
			}
			delete(counts, r.Key)
			return true
		})
		got := s.entries(p.contract(), 1)
		for _, row := range rows {
			n := counts[row.Key]
			delete(counts, row.Key)
			touch, _ := s.book.Plan().Touch(row.Touch)
			resends := touch.OnUnknown == onboarding.ResendOnUnknown
			switch {
			case n > 1 && resends:
				out.resent++
			case n > 1:
				out.doubled++
				t.Errorf("SendGrid took %s %d times", row.Key, n)
			}
			switch row.State {
			case onboarding.SendAccepted:
				if out.accepted++; n == 0 {
					out.lost++
					t.Errorf("the ledger has %s as accepted and SendGrid never took it", row.Key)
				}
			case onboarding.SendUnknown:
				out.unknown++
				out.takenUnknown += min(n, 1)
				if !listed(got, row.Touch) {
					t.Errorf("%s is unknown, and no task tells the owner", row.Key)
				}
			default:
				t.Errorf("the ledger has %s as %s", row.Key, row.State)
			}
		}
		for _, e := range only(s.rehearse(p), onboarding.EntryTouchSent) {
			if e.Channel != onboarding.ChannelEmail {
				continue
			}
			out.planned++
			if len(sentFacts(got, e.Touch)) != 1 && !listed(got, e.Touch) {
				out.lost++
				t.Errorf("%s: %s was planned, did not go and is not listed as unknown: %v", p.contract(), e.Touch, about(got, e.Touch))
			}
		}
	}
	for key := range counts {
		if strings.Contains(key, "/") {
			t.Errorf("SendGrid took %s, which is not in the ledger", key)
		}
	}
	return out
}

// listed reports whether a touch was given up as unknown and a person told.
func listed(entries []onboarding.Entry, touch string) bool {
	dropped := slices.ContainsFunc(entries, func(e onboarding.Entry) bool {
		return e.Kind == onboarding.EntryTouchDropped && e.Touch == touch && e.Reason == "unknown"
	})
	return dropped && slices.ContainsFunc(entries, func(e onboarding.Entry) bool {
		return e.Kind == onboarding.EntryTaskRaised && e.Touch == touch && e.Reason == "send_unknown"
	})
}

// about are the entries of one touch.
func about(entries []onboarding.Entry, touch string) []onboarding.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e onboarding.Entry) bool { return e.Touch != touch })
}
