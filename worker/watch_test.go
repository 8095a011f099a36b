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
type ear struct{ codes, texts []string }

func (e *ear) Name() string { return "ear" }
func (e *ear) Post(_ context.Context, a onboarding.Alert) (onboarding.Receipt, error) {
	e.codes, e.texts = append(e.codes, "alert "+a.Title), append(e.texts, a.Text)
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
	return newTestWatchAt(t, log, time.Now)
}

func newTestWatchAt(t *testing.T, log io.Writer, clock func() time.Time) (*watch, *ear) {
	t.Helper()
	j, err := journal.Open(t.Context(), filepath.Join(t.TempDir(), "journal.db"), journal.WithClock(clock))
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
	now := time.Date(2025, 12, 19, 12, 0, 0, 0, time.UTC) // a Friday; Italy works on the Monday and the Tuesday, and from 7 January on
	w, heard := newTestWatchAt(t, io.Discard, func() time.Time { return now })
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	w.feeds = feedsOf(book.Plan())
	c := onboarding.Contract{ID: "C-1", Customer: onboarding.Customer{Country: "IT", TimeZone: "Europe/Rome"}}
	if _, _, err := w.journal.PutContract(t.Context(), journal.ContractRow{Contract: c, Run: 1, StartedAt: now}); err != nil {
		t.Fatal(err)
	}
	login := func(id string) {
		if _, err := w.journal.Receive(t.Context(), "C-1", onboarding.Event{ID: id, Kind: onboarding.EventLogin}); err != nil {
			t.Fatal(err)
		}
	}
	const day = 24 * time.Hour
	// at looks so many days after the beginning and says which alarms are raised then.
	at := func(after time.Duration, want ...string) {
		t.Helper()
		w.hearFeeds(t.Context(), now.Add(after))
		if got := w.codes(); !slices.Equal(got, want) {
			t.Fatalf("after %s the alarms are %q; want %q", after, got, want)
		}
	}
	at(90 * day) // never heard: whether it should have been, a customer's watch finds out
	login("l1")
	at(20*day - time.Minute)
	at(20*day+time.Minute, "feed_dead_login")
	at(21*day, "feed_dead_login")
	w.acts.Alarm(t.Context(), "feed_dead_training_arranged", "never heard")
	now = now.Add(21 * day)
	login("l2")
	at(time.Minute, "feed_dead_training_arranged")
	if want := []string{"alert Centogiorni: feed_dead_login", "mail Centogiorni: feed_dead_login",
		"alert Centogiorni: feed_dead_training_arranged", "mail Centogiorni: feed_dead_training_arranged"}; !slices.Equal(heard.codes, want) {
		t.Fatalf("ops heard %q; want %q", heard.codes, want)
	}
}

func TestAFeedMaySleepWhereNobodyWouldUseIt(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	w, _ := newTestWatchAt(t, io.Discard, func() time.Time { return now })
	w.feeds = map[onboarding.Fact]time.Duration{onboarding.FactLogin: time.Hour}
	if _, err := w.journal.Receive(t.Context(), "C-old", onboarding.Event{ID: "l1", Kind: onboarding.EventLogin}); err != nil && !errors.Is(err, journal.ErrOrphan) {
		t.Fatal(err)
	}
	if _, _, err := w.journal.PutContract(t.Context(), journal.ContractRow{Contract: onboarding.Contract{ID: "C-new"}, Run: 1, StartedAt: now.Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	w.hearFeeds(t.Context(), now.Add(24*time.Hour))
	if !w.well() {
		t.Fatalf("%q though nobody was there who had been heard", w.codes())
	}
}

// falseAlarms records twenty cases that no_login and complaint opened, of which six were useful, and returns the signals.
func falseAlarms(t *testing.T, w *watch, at time.Time) []onboarding.Signal {
	t.Helper()
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.journal.PutContract(t.Context(), journal.ContractRow{Contract: onboarding.Contract{ID: "C-1"}, Run: 1, StartedAt: at}); err != nil {
		t.Fatal(err)
	}
	in := onboarding.RecordInput{Contract: "C-1", Run: 1, Row: onboarding.ContractStatus{At: at, NextAt: at.Add(time.Hour)}}
	for i, outcome := range slices.Concat(slices.Repeat([]string{"false_alarm"}, 14), slices.Repeat([]string{"fixed"}, 6)) {
		for n, e := range []onboarding.Entry{{Kind: onboarding.EntryCaseOpened, Reason: "no_login, complaint"}, {Kind: onboarding.EntryCaseResolved, Reason: outcome}} {
			e.At, e.Case = at, "case-1"
			in.Facts = append(in.Facts, onboarding.RecordedFact{Seq: 2*i + n + 1, Entry: e})
		}
	}
	if err := w.journal.Record(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return book.Plan().Remorse.Signals
}

func TestALookJudgesTheSignals(t *testing.T) {
	w, heard := newTestWatch(t, io.Discard)
	w.signals = falseAlarms(t, w, time.Now())
	w.look(t.Context())
	if want := []string{"alert Centogiorni: signal_useless_no_login", "mail Centogiorni: signal_useless_no_login"}; !slices.Equal(heard.codes, want) {
		t.Fatalf("ops heard %q; want %q", heard.codes, want)
	}
	if want := "the signal no_login was useful in 30 % of the 20 cases that it opened in the last 180 days and that somebody decided. " +
		"Its weight is 15; 5 is proposed. See `starter report signals`"; heard.texts[0] != want {
		t.Errorf("ops heard %q; want %q", heard.texts[0], want)
	}
	if !w.well() || len(w.codes()) > 0 {
		t.Errorf("the alarms are %q; want a note and no alarm", w.codes())
	}
}

func TestOpsAreToldOnceOfASignalThatOpensFalseAlarms(t *testing.T) {
	begin := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	w, heard := newTestWatchAt(t, io.Discard, func() time.Time { return begin })
	signals := falseAlarms(t, w, begin)
	const day = 24 * time.Hour
	for _, c := range []struct {
		after time.Duration
		told  int
		name  string
	}{
		{0, 0, "a worker that does not judge"}, {0, 1, "the first look"}, {time.Hour, 1, "the next one"}, {2 * day, 1, "on another day"},
		{2 * day, 1, "after a restart"}, {90*day - time.Second, 1, "within a quarter"}, {91 * day, 2, "after it"}, {182 * day, 2, "once the cases are old"},
	} {
		switch c.name {
		case "the first look":
			w.signals = signals
		case "after a restart":
			w.judged = time.Time{}
		}
		w.judgeSignals(t.Context(), begin.Add(c.after))
		if len(heard.texts) != c.told || len(heard.codes) != 2*c.told {
			t.Errorf("%s: ops heard %q; want %d alerts and as many mails", c.name, heard.codes, c.told)
		}
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
