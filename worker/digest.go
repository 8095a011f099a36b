package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/engine"
)

// scheduleAgain is when a Schedule that could not be made is tried again.
const scheduleAgain = 5 * time.Minute

// scheduleDigest makes the Schedule of the digest, or takes it away where there is to be none, until it is done. The
// Schedule runs in real time: beside customers whose time is skipped it would tell of tomorrow what is over.
func scheduleDigest(ctx context.Context, e *engine.Engine, cfg config.Config, log *slog.Logger) {
	do := e.ScheduleDigest
	if cfg.Worker.DigestAt.Off || cfg.Worker.TimeSkipping {
		do = e.UnscheduleDigest
	}
	for {
		err := do(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		log.Error("the schedule of the digest cannot be set; it is tried again", "code", "digest_schedule", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(scheduleAgain):
		}
	}
}
