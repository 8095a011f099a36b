package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/wiring"
	"github.com/centogiorni/centogiorni/workflows"
)

// serve runs until the context ends or a worker fails for good; it stops gracefully, sends in flight first.
func serve(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	j, err := journal.Open(ctx, cfg.Engine.JournalURL.Reveal())
	if err != nil {
		return err
	}
	defer func() { _ = j.Close() }()
	shelf, err := wiring.OpenShelf(ctx, j, cfg.Engine.PlaybookDir, log)
	if err != nil {
		return err
	}
	meters := newMeters()
	c, _, err := wiring.Dial(log, meters.handler())
	if err != nil {
		return err
	}
	defer c.Close()
	facts := newRecorder(j)
	acts, err := newActivities(cfg, facts, shelf, meters, log)
	if err != nil {
		return err
	}
	eng := &engine.Engine{Temporal: c, Journal: j}
	watch := newWatch(cfg, facts, c, eng, acts, meters, log)
	watch.signals = shelf.Current.Plan().Remorse.Signals
	if cfg.Mail.Transport != config.TransportOutbox { // its onboardings take every feed for alive
		watch.feeds = feedsOf(shelf.Current.Plan())
	}
	digests := &activities.Digests{Activities: acts, Morning: j, Live: eng, At: cfg.Worker.DigestAt.Minute, Raised: watch.codes}
	failed := make(chan error, 1)
	stop, err := startWorkers(c, cfg, acts, digests, activities.Imports{Lines: j, Starter: eng}, shelf, failed)
	if err != nil {
		return err
	}
	defer stop()
	closeHTTP, err := watch.listen(cfg.Ops.MetricsAddress)
	if err != nil {
		return err
	}
	defer closeHTTP()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go every(ctx, cfg.Worker.SweepEvery.Duration, watch.sweep)
	go every(ctx, 5*time.Second, func(ctx context.Context) {
		if err := shelf.Reload(ctx); err != nil && ctx.Err() == nil {
			log.Error("the shelf cannot be filled", "code", "shelf", "error", err)
		}
	})
	go every(ctx, time.Minute, watch.look)
	go scheduleDigest(ctx, eng, cfg, log)
	log.Info("the worker is ready", "mode", cfg.Engine.Mode, "mail", acts.Mail.Name(), "alerts", acts.Alerts.Name())
	select {
	case <-ctx.Done():
		log.Info("the worker stops; sends in flight are finished first")
		return nil
	case err := <-failed:
		return fmt.Errorf("a worker failed for good: %w", err)
	}
}

// every calls do now and then at each interval, until the context ends.
func every(ctx context.Context, interval time.Duration, do func(context.Context)) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		do(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// startWorkers polls three queues: onboardings, mail at the provider's rate, Slack at its own.
func startWorkers(c client.Client, cfg config.Config, acts *activities.Activities, digests *activities.Digests, imports activities.Imports, plans workflows.Plans, failed chan<- error) (stop func(), err error) {
	worker.SetStickyWorkflowCacheSize(cfg.Worker.WorkflowCache)
	common := worker.Options{
		WorkerStopTimeout: cfg.Worker.StopTimeout.Duration,
		OnFatalError:      func(err error) { failed <- err },
	}
	if cfg.Worker.BuildID != "" {
		common.DeploymentOptions = worker.DeploymentOptions{UseVersioning: true,
			Version:                   worker.WorkerDeploymentVersion{DeploymentName: cfg.Worker.DeploymentName, BuildID: cfg.Worker.BuildID},
			DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade}
	}
	main, mail, slack := common, common, common
	main.WorkflowTaskPollerBehavior = worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{})
	mail.DisableWorkflowWorker, slack.DisableWorkflowWorker = true, true
	mail.TaskQueueActivitiesPerSecond = cfg.Mail.PerSecond
	slack.TaskQueueActivitiesPerSecond = cfg.Slack.PerSecond

	onboardings := worker.New(c, onboarding.QueueOnboarding, main)
	w := workflows.Workflows{Plans: plans}
	onboardings.RegisterWorkflowWithOptions(w.Onboarding, workflow.RegisterOptions{Name: onboarding.WorkflowOnboarding})
	onboardings.RegisterWorkflowWithOptions(w.Digest, workflow.RegisterOptions{Name: onboarding.WorkflowDigest})
	onboardings.RegisterWorkflowWithOptions(w.Import, workflow.RegisterOptions{Name: onboarding.WorkflowImport})
	for name, fn := range map[string]any{"Plan": acts.Plan, "Reconcile": acts.Reconcile, "Match": acts.Match, "Feed": acts.Feed, "Record": acts.Record, "DigestDue": digests.DigestDue,
		"ImportBatch": imports.ImportBatch} {
		onboardings.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: name})
	}
	mails := worker.New(c, onboarding.QueueMail, mail)
	mails.RegisterActivityWithOptions(acts.Deliver, activity.RegisterOptions{Name: "Deliver"})
	alerts := worker.New(c, onboarding.QueueSlack, slack)
	alerts.RegisterActivityWithOptions(acts.Alert, activity.RegisterOptions{Name: "Alert"})
	alerts.RegisterActivityWithOptions(digests.Digest, activity.RegisterOptions{Name: "Digest"})

	var running []worker.Worker
	stop = func() {
		for _, r := range running {
			r.Stop()
		}
	}
	for _, r := range []worker.Worker{onboardings, mails, alerts} {
		if err := r.Start(); err != nil {
			stop()
			return nil, fmt.Errorf("%w: %w", wiring.ErrTemporal, err)
		}
		running = append(running, r)
	}
	return stop, nil
}

// newActivities wires the activities to the outside world that the configuration names.
func newActivities(cfg config.Config, facts *recorder, shelf *wiring.Shelf, meters *meters, log *slog.Logger) (*activities.Activities, error) {
	mail, alerts, err := wiring.Transports(cfg, facts.Journal)
	if err != nil {
		return nil, err
	}
	settings, err := wiring.Settings(cfg)
	if err != nil {
		return nil, err
	}
	return &activities.Activities{
		Books: shelf, Ledger: facts.Journal, People: wiring.People{Journal: facts.Journal}, Peers: wiring.Peers{Journal: facts.Journal}, Inbox: facts.Journal, Recorder: facts,
		Mail: mail, Alerts: alerts, Calendars: calendar.ForContract, Settings: settings, Mode: onboarding.Mode(cfg.Engine.Mode),
		Ops:   onboarding.Person{SlackID: cfg.Slack.OpsChannel, Email: cfg.Ops.Email.Email},
		Grace: cfg.Worker.SendGrace.Duration, RedirectTo: cfg.Mail.RedirectTo.Email, AllowDomains: cfg.Mail.AllowDomains,
		Log: log, Count: meters.count,
	}, nil
}
