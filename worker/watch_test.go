package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
)

func TestAnAlarmIsRaisedBeyondItsBound(t *testing.T) {
	well := journal.Vitals{Accepted: 1000, Bounced: 50, SpamReported: 1, InboxLag: 5 * time.Minute}
	for name, c := range map[string]struct {
		vitals journal.Vitals
		want   string
	}{
		"at the bounds nothing rings":              {well, ""},
		"a mail due for half an hour":              {journal.Vitals{Overdue: 1}, "overdue"},
		"a send without a result for an hour":      {journal.Vitals{Unknown: 1}, "send_unknown"},
		"a customer without a next promise":        {journal.Vitals{WithoutPromise: 1}, "no_promise"},
		"an event that waits":                      {journal.Vitals{InboxLag: 5*time.Minute + time.Second}, "inbox_lag"},
		"more than five in a hundred bounce":       {journal.Vitals{Accepted: 1000, Bounced: 51}, "bounces"},
		"more than one in a thousand report spam":  {journal.Vitals{Accepted: 1000, SpamReported: 2}, "spam"},
		"one report of spam is one person":         {journal.Vitals{Accepted: 100, SpamReported: 1}, ""},
		"a share of a handful of mails is nothing": {journal.Vitals{Accepted: 10, Bounced: 2, SpamReported: 1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var on []string
			for _, a := range alarms(c.vitals) {
				if a.on {
					on = append(on, a.code)
				}
			}
			if got := strings.Join(on, " "); got != c.want {
				t.Fatalf("alarms %q; want %q", got, c.want)
			}
		})
	}
}

// ear is a transport that remembers what ops are told.
type ear struct{ codes []string }

func (e *ear) Name() string { return "ear" }
func (e *ear) Post(_ context.Context, a onboarding.Alert) (onboarding.Receipt, error) {
	e.codes = append(e.codes, "alert "+a.Title)
	return onboarding.Receipt{}, nil
}
func (e *ear) Send(_ context.Context, m onboarding.Mail) (onboarding.Receipt, error) {
	e.codes = append(e.codes, "mail "+m.Subject)
	return onboarding.Receipt{}, nil
}
func (e *ear) Find(context.Context, string) (onboarding.Found, error) {
	return onboarding.FoundCannotTell, nil
}

func newTestWatch(t *testing.T, log io.Writer) (*watch, *ear) {
	t.Helper()
	j, err := journal.Open(t.Context(), filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	e := &ear{}
	cfg := config.Config{}
	cfg.Ops.Email = config.Address{Email: "ops@vendor.example"}
	acts := &activities.Activities{Alerts: e, Mail: e, Log: slog.New(slog.DiscardHandler)}
	return newWatch(cfg, newRecorder(j), nil, nil, acts, newMeters(), slog.New(slog.NewTextHandler(log, nil))), e
}

func TestOpsAreToldOnceByAlertAndByMailAndAgainAfterTheAlarmWasOver(t *testing.T) {
	w, heard := newTestWatch(t, io.Discard)
	on, off := alarm{"overdue", "mail waits", true}, alarm{"overdue", "", false}
	for _, a := range []alarm{on, on, off, off, on} {
		w.tell(t.Context(), a)
	}
	one := []string{"alert Centogiorni: overdue", "mail Centogiorni: overdue"}
	if want := append(slices.Clone(one), one...); !slices.Equal(heard.codes, want) {
		t.Fatalf("ops heard %q; want %q", heard.codes, want)
	}
}

func TestOpsAreToldOnceWhereThereIsMailAlone(t *testing.T) {
	w, heard := newTestWatch(t, io.Discard)
	w.cfg.Slack.Mode, w.cfg.Mail.Transport = config.SlackOff, config.TransportSMTP
	w.tell(t.Context(), alarm{"overdue", "mail waits", true})
	if !slices.Equal(heard.codes, []string{"mail Centogiorni: overdue"}) {
		t.Fatalf("ops heard %q; want one mail", heard.codes)
	}
}

func TestADeadFeedIsToldOnceAndEndsWhenItSpeaks(t *testing.T) {
	w, heard := newTestWatch(t, io.Discard)
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	w.feeds = feedsOf(book.Plan())
	open := func(id string) {
		if _, _, err := w.journal.PutContract(t.Context(), journal.ContractRow{Contract: onboarding.Contract{ID: id}, Run: 1, StartedAt: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	login := func(id string) time.Time {
		if _, err := w.journal.Receive(t.Context(), "C-1", onboarding.Event{ID: id, Kind: onboarding.EventLogin}); err != nil {
			t.Fatal(err)
		}
		return time.Now()
	}
	look := func(after time.Duration) { w.hearFeeds(t.Context(), time.Now().Add(after)) }
	codes := func(want ...string) {
		t.Helper()
		if got := w.codes(); !slices.Equal(got, want) {
			t.Fatalf("the alarms are %q; want %q", got, want)
		}
	}
	const day = 24 * time.Hour
	open("C-1")
	look(90 * day)
	codes() // never heard: whether it should have been, a customer's watch finds out
	login("l1")
	look(4*day - time.Minute)
	codes()
	look(4*day + time.Minute)
	look(5 * day)
	codes("feed_dead_login")
	w.acts.Alarm(t.Context(), "feed_dead_training_arranged", "never heard")
	login("l2")
	look(time.Minute)
	codes("feed_dead_training_arranged")
	if want := []string{"alert Centogiorni: feed_dead_login", "mail Centogiorni: feed_dead_login",
		"alert Centogiorni: feed_dead_training_arranged", "mail Centogiorni: feed_dead_training_arranged"}; !slices.Equal(heard.codes, want) {
		t.Fatalf("ops heard %q; want %q", heard.codes, want)
	}
}

func TestAFeedMaySleepWhereNobodyWouldUseIt(t *testing.T) {
	w, _ := newTestWatch(t, io.Discard)
	w.feeds = map[onboarding.Fact]time.Duration{onboarding.FactLogin: time.Hour}
	if _, err := w.journal.Receive(t.Context(), "C-old", onboarding.Event{ID: "l1", Kind: onboarding.EventLogin}); err != nil && !errors.Is(err, journal.ErrOrphan) {
		t.Fatal(err)
	}
	if _, _, err := w.journal.PutContract(t.Context(), journal.ContractRow{Contract: onboarding.Contract{ID: "C-new"}, Run: 1, StartedAt: time.Now().Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	w.hearFeeds(t.Context(), time.Now().Add(24*time.Hour))
	if !w.well() {
		t.Fatalf("%q though nobody was there who had been heard", w.codes())
	}
}

func TestAnActivityCanRaiseAnAlarm(t *testing.T) {
	w, heard := newTestWatch(t, io.Discard)
	w.acts.Alarm(t.Context(), "provider_configuration", "key refused")
	if len(heard.codes) != 2 || w.well() {
		t.Fatalf("ops heard %q, well %v; want both ways and not well", heard.codes, w.well())
	}
}

func TestTheHeartDoesNotBeatWhileAnAlarmLasts(t *testing.T) {
	w, _ := newTestWatch(t, io.Discard)
	w.tell(t.Context(), alarm{"overdue", "mail waits", true})
	w.cfg.Ops.HeartbeatURL = config.NewSecret("http://127.0.0.1:1/")
	w.beat(t.Context()) // would dereference the missing Temporal client were the alarm not looked at first
}

func TestMetricsAreServedWithoutNamesOrAddresses(t *testing.T) {
	var log bytes.Buffer
	w, _ := newTestWatch(t, &log)
	w.meters.count(onboarding.ChannelEmail, "sent")
	w.look(t.Context())
	h := w.meters.handler()
	h.WithTags(map[string]string{"task-queue": "mail"}).Counter("temporal_requests").Inc(2)
	h.Counter("temporal_requests").Inc(1) // the same name with other tags must not be lost or panic
	h.WithTags(map[string]string{"task-queue": "mail"}).Timer("temporal_latency").Record(time.Second)
	h.Gauge("temporal_cache").Update(7)
	stop, err := w.listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	body := get(t, "http://"+w.address+"/metrics")
	for _, want := range []string{
		`centogiorni_sends_total{channel="email",outcome="sent"} 1`, `centogiorni_vitals{what="overdue"} 0`,
		`temporal_requests_total{task_queue="mail"} 2`, `temporal_latency_seconds_count{task_queue="mail"} 1`, `temporal_cache 7`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if got := get(t, "http://"+w.address+"/healthz"); got != "ok\n" {
		t.Errorf("/healthz says %q", got)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAWrongCommandLineIsUsage(t *testing.T) {
	for _, args := range [][]string{{"-nope"}, {"extra"}} {
		var out bytes.Buffer
		if code := run(args, &out); code != 2 || !strings.Contains(out.String(), "usage: worker") {
			t.Errorf("worker %v: exit %d, %q; want 2 and the usage", args, code, out.String())
		}
	}
}

func TestAWrongConfigurationNamesTheVariableAndExitsWithOne(t *testing.T) {
	t.Setenv("CENTOGIORNI_MODE", "full steam")
	var out bytes.Buffer
	if code := run(nil, &out); code != 1 || !strings.Contains(out.String(), "CENTOGIORNI_MODE") {
		t.Fatalf("exit %d, %q; want 1 and the variable's name", code, out.String())
	}
}

func TestAnUnreachableTemporalExitsWithThree(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CENTOGIORNI_JOURNAL_URL", "sqlite:"+filepath.Join(dir, "journal.db"))
	t.Setenv("CENTOGIORNI_OUTBOX_DIR", filepath.Join(dir, "outbox"))
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
	var out bytes.Buffer
	if code := run(nil, &out); code != 3 || !strings.Contains(out.String(), "TEMPORAL_ADDRESS") {
		t.Fatalf("exit %d, %q; want 3 and what to set", code, out.String())
	}
}
