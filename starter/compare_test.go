package main

import (
	"testing"
	"time"
)

func TestAPlayOnAServerWithoutAWorkerEndsAndSaysSo(t *testing.T) {
	for name, asked := range map[string]time.Time{"none ever asked for work": {}, "the last one is gone": time.Now().Add(-2 * time.Minute)} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.takeUp, d.temporal.asked = 0, asked
			d.run("", "rehearse", "../examples/acme.json", "--against-server").says(t, exitUnreachable,
				"no worker takes work from the task queue onboarding: start one with the same environment")
			if len(d.temporal.started) > 0 {
				t.Errorf("it started %v", d.temporal.started)
			}
		})
	}
}

func TestAPlayThatStandsStillEndsAndSaysSo(t *testing.T) {
	d := newDesk(t)
	d.stall, d.temporal.hung = 0, true
	d.run("", "rehearse", "../examples/acme.json", "--against-server").says(t, exitUnreachable, "nothing has happened for 0s: read what the worker prints")
}

func TestAPlayThatTheServerTellsOtherwiseNamesTheDifference(t *testing.T) {
	d := newDesk(t) // where time stands still
	d.run("", "rehearse", "../examples/acme.json", "--against-server").says(t, exitInput, "the server and the rehearsal differ at entry")
}
