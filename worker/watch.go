package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.temporal.io/sdk/client"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/service"
	"github.com/centogiorni/centogiorni/wiring"
)

// Bounds of the alarms, of the plan's page "who hears that mail stopped".
const (
	lagBound    = 5 * time.Minute
	bounceBound = 0.05
	spamBound   = 0.001
	fewMails    = 20 // below so many mails a day a share says nothing
	fewReports  = 2  // one report of spam is one person
	remindAfter = 4 * time.Hour
	remindFeed  = 14 * 24 * time.Hour
	// Signals are judged once a day; ops are told of a useless one again after a quarter.
	judgeEvery   = 24 * time.Hour
	remindSignal = 90 * 24 * time.Hour
)

// noteSignal is the code of the note that a signal opens mostly false alarms; the signal follows it.
const noteSignal = "signal_useless_"

// watch looks after the engine: it sweeps the inbox, counts what alarms are raised by, and tells ops by Slack and by
// mail at once, since one of the two may be what is broken.
type watch struct {
	cfg     config.Config
	journal *journal.Journal
	c       client.Client
	engine  *engine.Engine
	facts   *recorder
	acts    *activities.Activities
	meters  *meters
	log     *slog.Logger
	feeds   map[onboarding.Fact]time.Duration // that must be alive, see feedsOf
	signals []onboarding.Signal               // whose cases are judged
	judged  time.Time                         // when they last were
	address string                            // where metrics and health are served

	mu     sync.Mutex
	raised map[string]time.Time // alarm codes, by when ops were last told
}

func newWatch(cfg config.Config, facts *recorder, c client.Client, e *engine.Engine, acts *activities.Activities, m *meters, log *slog.Logger) *watch {
	w := &watch{cfg: cfg, journal: facts.Journal, facts: facts, c: c, engine: e, acts: acts, meters: m, log: log, raised: map[string]time.Time{}}
	acts.Alarm = func(ctx context.Context, code, text string) { w.tell(ctx, alarm{code: code, text: text, on: true}) }
	return w
}

// listen serves /metrics, /healthz (this process lives) and /readyz (journal and Temporal answer).
func (w *watch) listen(address string) (stop func(), err error) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(w.meters.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprintln(rw, "ok") })
	mux.HandleFunc("GET /readyz", func(rw http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := w.ready(ctx); err != nil {
			w.log.Warn("not ready", "error", err)
			http.Error(rw, "not ready", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(rw, "ready")
	})
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on CENTOGIORNI_METRICS_ADDRESS %s: %w: is another worker running here?", address, err)
	}
	w.address = l.Addr().String()
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }()
	return func() { _ = server.Close() }, nil
}

func (w *watch) ready(ctx context.Context) error {
	if err := w.journal.Ping(ctx); err != nil {
		return err
	}
	_, err := w.c.CheckHealth(ctx, &client.CheckHealthRequest{})
	return err
}

// sweep forwards events that a crash left in the inbox.
func (w *watch) sweep(ctx context.Context) {
	n, err := w.engine.Sweep(ctx, time.Now().Add(-w.cfg.Worker.SweepEvery.Duration), w.log)
	switch {
	case err != nil && ctx.Err() == nil:
		w.log.Error("the inbox cannot be swept", "code", "sweep", "error", err)
	case n > 0:
		w.log.Info("events that were left behind are forwarded", "count", n)
	}
}

// alarm is something that ops must know.
type alarm struct {
	code, text string
	on         bool
}

// ofFeed reports whether it is about a dead feed: nothing is lost meanwhile, so ops are reminded seldom and the heart beats on.
func ofFeed(code string) bool { return strings.HasPrefix(code, activities.AlarmFeed) }

// remind is how long after it was told an alarm is told again.
func remind(code string) time.Duration {
	if ofFeed(code) {
		return remindFeed
	}
	return remindAfter
}

// look counts the vital signs, raises or ends alarms, and beats the heart outwards when the engine is well.
func (w *watch) look(ctx context.Context) {
	v, err := w.journal.Vitals(ctx, time.Now())
	if err != nil {
		if ctx.Err() == nil {
			w.tell(ctx, alarm{code: "journal_down", text: "the journal does not answer: facts and sends wait for it", on: true})
		}
		return
	}
	w.meters.vital("unknown", float64(v.Unknown))
	w.meters.vital("overdue", float64(v.Overdue))
	w.meters.vital("without_promise", float64(v.WithoutPromise))
	w.meters.vital("inbox_lag_seconds", v.InboxLag.Seconds())
	w.meters.vital("orphans", float64(v.Orphans))
	hold := false
	for _, a := range append(alarms(v), w.facts.behind()) {
		w.tell(ctx, a)
		hold = hold || a.on && (a.code == "bounces" || a.code == "spam")
	}
	w.acts.HoldRelationship.Store(hold)
	w.hearFeeds(ctx, time.Now())
	w.judgeSignals(ctx, time.Now())
	w.forget("provider_configuration")
	w.beat(ctx)
}

// hearFeeds looks whether each feed that a silence is told by has been heard lately. One that never was is found out by the
// first customer who is watched by it (see activities.Feed), and ends here too.
func (w *watch) hearFeeds(ctx context.Context, now time.Time) {
	for feed, lately := range w.feeds {
		last, err := w.journal.LastHeard(ctx, feed.Reports(), now)
		if err == nil && last.IsZero() {
			continue
		}
		a := alarm{code: activities.AlarmFeed + string(feed), text: activities.FeedDead(feed, lately)}
		if err == nil {
			a.on, err = activities.FeedSilent(ctx, w.journal, last, now, lately)
		}
		if err != nil {
			w.log.Warn("the feeds cannot be looked after", "error", err)
			return
		}
		if a.on {
			// Who began since may have nothing to report yet.
			open, err := w.journal.OpenSince(ctx, last)
			if err != nil || open == 0 {
				continue
			}
		}
		w.tell(ctx, a)
	}
}

// judgeSignals looks once a day which signals open mostly false alarms, and notes each to ops once and again after 90 days. A
// note is no alarm: nothing is broken, and the heart beats on.
func (w *watch) judgeSignals(ctx context.Context, now time.Time) {
	if len(w.signals) == 0 || now.Sub(w.judged) < judgeEvery {
		return
	}
	runs, err := w.journal.CaseFacts(ctx, now.Add(-service.JudgedOver))
	if err != nil {
		w.log.Warn("the signals cannot be judged", "error", err)
		return
	}
	w.judged = now
	for _, s := range service.Judge(runs, w.signals) {
		if s.Proposed == 0 {
			continue
		}
		code := noteSignal + s.Signal
		mine, err := w.takeNote(ctx, code, now)
		if err != nil {
			w.log.Warn("a note to ops cannot be kept", "code", code, "error", err)
		}
		if mine {
			w.say(ctx, code, fmt.Sprintf("the signal %s was useful in %d %% of the %d cases that it opened in the last 180 days and that somebody decided. "+
				"Its weight is %d; %d is proposed. See `starter report signals`", s.Signal, *s.Percent, s.Decided, s.Weight, s.Proposed))
		}
	}
}

// takeNote reports whether a note to ops is due and this worker's to tell. The ledger remembers it over restarts.
func (w *watch) takeNote(ctx context.Context, code string, now time.Time) (bool, error) {
	order := "ops/" + code
	told, err := w.journal.SendsOf(ctx, order)
	if err != nil || slices.ContainsFunc(told, func(s onboarding.Send) bool { return now.Sub(s.At) < remindSignal }) {
		return false, err
	}
	row := onboarding.Send{Key: onboarding.MailKey(order, onboarding.DateOf(now).String()), Touch: code, Class: onboarding.ClassInternal,
		Channel: onboarding.ChannelSlack, Address: "ops", At: now}
	r, err := w.journal.Reserve(ctx, row, onboarding.Limits{}, time.Minute)
	if err != nil || r.Outcome != onboarding.Reserved {
		return false, err
	}
	return true, w.journal.Settle(ctx, row.Key, onboarding.SendAccepted, "", "")
}

// feedsOf are the feeds that a playbook's watches go by, each with how long it counts as alive.
func feedsOf(plan *onboarding.Playbook) map[onboarding.Fact]time.Duration {
	feeds := map[onboarding.Fact]time.Duration{}
	for _, s := range plan.Remorse.Signals {
		if s.Watch != nil && s.Watch.Feed != "" && plan.HasFeed(s.Watch.Feed) {
			feeds[s.Watch.Feed] = max(feeds[s.Watch.Feed], s.Watch.Lately)
		}
	}
	return feeds
}

// alarms judges the vital signs.
func alarms(v journal.Vitals) []alarm {
	share := func(n int) float64 {
		if v.Accepted < fewMails {
			return 0
		}
		return float64(n) / float64(v.Accepted)
	}
	return []alarm{
		{"journal_down", "", false},
		{"overdue", fmt.Sprintf("%d customers have a mail or task due for more than 30 minutes that did not go: see `starter list --overdue`", v.Overdue), v.Overdue > 0},
		{"send_unknown", fmt.Sprintf("%d sends have had no result for more than an hour: see `starter list --unknown`", v.Unknown), v.Unknown > 0},
		{"no_promise", fmt.Sprintf("%d open customers have nothing ahead of them", v.WithoutPromise), v.WithoutPromise > 0},
		{"inbox_lag", fmt.Sprintf("an event has waited in the inbox for %s: is Temporal up?", v.InboxLag.Round(time.Second)), v.InboxLag > lagBound},
		{"bounces", fmt.Sprintf("%.1f %% of the day's mails bounced", 100*share(v.Bounced)), share(v.Bounced) > bounceBound},
		{"spam", fmt.Sprintf("%.2f %% of the day's mails were reported as spam", 100*share(v.SpamReported)), v.SpamReported >= fewReports && share(v.SpamReported) > spamBound},
	}
}

// tell logs an alarm and tells ops, once and again every four hours while it lasts.
func (w *watch) tell(ctx context.Context, a alarm) {
	if w.news(a) {
		w.say(ctx, a.code, a.text)
	}
}

// say logs something that ops must know and tells them, by alert and by mail.
func (w *watch) say(ctx context.Context, code, text string) {
	w.log.Error(text, "code", code)
	key := fmt.Sprintf("ops/%s/%d", code, time.Now().Unix())
	if !wiring.AlertsByMail(w.cfg) { // else there is one way only, and it follows
		if _, err := w.acts.Alerts.Post(ctx, onboarding.Alert{Key: key, To: "ops", SlackID: w.cfg.Slack.OpsChannel,
			Title: "Centogiorni: " + code, Text: text, At: time.Now()}); err != nil {
			w.log.Error("ops could not be told by alert", "code", "ops_alert", "error", err)
		}
	}
	if !w.cfg.Ops.Email.IsSet() {
		return
	}
	mail := onboarding.Mail{Key: key, Class: onboarding.ClassInternal, Language: "en", At: time.Now(),
		From: w.acts.Settings.FromService, To: onboarding.Address{Name: w.cfg.Ops.Email.Name, Email: w.cfg.Ops.Email.Email},
		Subject: "Centogiorni: " + code, Text: text + "\n", HTML: "<p>" + text + "</p>"}
	if _, err := w.acts.Mail.Send(ctx, mail); err != nil {
		w.log.Error("ops could not be told by mail", "code", "ops_mail", "error", err)
	}
}

// news notes an alarm and reports whether ops must be told of it now.
func (w *watch) news(a alarm) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	last, was := w.raised[a.code]
	if !a.on {
		if was {
			delete(w.raised, a.code)
			w.meters.alarm(a.code, 0)
			w.log.Info("an alarm is over", "code", a.code)
		}
		return false
	}
	if was && time.Since(last) < remind(a.code) {
		return false
	}
	w.raised[a.code] = time.Now()
	w.meters.alarm(a.code, 1)
	return true
}

// forget ends an alarm that is raised by an event and has no vital sign of its own, once it is old.
func (w *watch) forget(code string) {
	w.mu.Lock()
	last, was := w.raised[code]
	w.mu.Unlock()
	if was && time.Since(last) >= remindAfter {
		w.news(alarm{code: code})
	}
}

// codes are those of the alarms that are raised, sorted.
func (w *watch) codes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.raised))
}

// well reports whether no alarm is raised but of feeds.
func (w *watch) well() bool {
	for _, code := range w.codes() {
		if !ofFeed(code) {
			return false
		}
	}
	return true
}

// beat calls the outward heartbeat, so that somebody outside notices when this engine is silent.
func (w *watch) beat(ctx context.Context) {
	url := w.cfg.Ops.HeartbeatURL.Reveal()
	if url == "" || !w.well() || w.ready(ctx) != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.log.Warn("the heartbeat did not get out", "code", "heartbeat")
		return
	}
	resp.Body.Close()
}
