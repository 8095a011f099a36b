package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/centogiorni/centogiorni/onboarding"
)

// TestTheMorningDigest: the Schedule stands beside customers whose time is skipped and does not keep them from skipping;
// what it starts is started here by hand, for the virtual morning.
func TestTheMorningDigest(t *testing.T) {
	s := newSystem(t, "CENTOGIORNI_DIGEST_AT=08:30")
	w := s.startWorker()
	schedule := func() *client.ScheduleDescription {
		t.Helper()
		var d *client.ScheduleDescription
		await(t, "the schedule", func() bool {
			var err error
			d, err = s.engine.Temporal.ScheduleClient().GetHandle(t.Context(), onboarding.ScheduleDigest).Describe(t.Context())
			return err == nil
		})
		return d
	}
	d := schedule()
	if iv := d.Schedule.Spec.Intervals; len(iv) != 1 || iv[0].Every != 15*time.Minute || d.Schedule.Policy.Overlap != enums.SCHEDULE_OVERLAP_POLICY_SKIP {
		t.Errorf("the schedule is %+v, %+v", iv, d.Schedule.Policy)
	}

	p := s.play("../examples/acme.json", "../examples/scenarios/quiet.yaml", "MORNING")
	started, err := s.engine.Start(t.Context(), p.start, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.skipper.To(t.Context(), started.WorkflowID, started.SignedAt.Add(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	promises, err := s.engine.Promises(t.Context(), "MORNING")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(promises, func(p onboarding.Promise) bool {
		return p.DueAt != nil && p.Audience == onboarding.AudienceCustomer && p.Channel == onboarding.ChannelEmail &&
			p.Touch != "sales-handover" && p.DueAt.After(started.SignedAt.Add(36*time.Hour))
	})
	if i < 0 {
		t.Fatalf("no mail is ahead: %+v", promises)
	}
	mail := promises[i]
	morning := time.Date(mail.DueAt.Year(), mail.DueAt.Month(), mail.DueAt.Day(), 8, 30, 0, 0, mail.DueAt.Location())
	if err := s.skipper.To(t.Context(), started.WorkflowID, morning); err != nil {
		t.Fatal(err)
	}
	look := func() onboarding.DigestResult {
		t.Helper()
		run, err := s.engine.Temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "digest-by-hand", TaskQueue: onboarding.QueueOnboarding},
			onboarding.WorkflowDigest, onboarding.DigestInput{Now: morning})
		var out onboarding.DigestResult
		if err == nil {
			err = run.Get(t.Context(), &out)
		}
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if out := look(); out.Sent != 1 {
		t.Errorf("the first look: %+v", out)
	}
	w.kill9()
	w.restart()
	if out := look(); out.Sent != 0 {
		t.Errorf("the second look sent it again: %+v", out)
	}
	if len(schedule().Schedule.Spec.Intervals) != 1 {
		t.Error("the restarted worker did not leave the schedule as it was")
	}

	key := onboarding.DigestOrder{Person: p.start.Contract.Owner.ID, Day: onboarding.DateOf(morning)}.Key()
	text, err := os.ReadFile(filepath.Join(s.file("outbox"), "alerts", strings.ReplaceAll(key, "/", "+")+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var a onboarding.Alert
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	want := onboarding.AlertAction{ID: onboarding.ActionSkip, Value: mail.Touch, Contract: "MORNING", Run: 1}
	skips := slices.ContainsFunc(a.Facts, func(f onboarding.AlertFact) bool {
		return slices.ContainsFunc(f.Actions, func(x onboarding.AlertAction) bool {
			want.Label = x.Label
			return x == want
		})
	})
	if !skips || !strings.Contains(string(text), mail.DueAt.Format("15:04")+" · ") {
		t.Errorf("%s at %s cannot be skipped from\n%s", mail.Touch, mail.DueAt, text)
	}

	for range 2 {
		if err := s.engine.UnscheduleDigest(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.engine.Temporal.ScheduleClient().GetHandle(t.Context(), onboarding.ScheduleDigest).Describe(t.Context()); err == nil {
		t.Error("the schedule still stands")
	}
}
