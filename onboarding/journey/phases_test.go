package journey_test

import (
	"slices"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// goodPath is a customer for whom it goes well.
func goodPath(s *story) *story {
	return s.on("day 1 09:40", onboarding.EventHandoffAccepted).on("day 1 11:15", onboarding.EventContacted).
		on("day 4 10:20", onboarding.EventKickoffBooked, date("2026-01-27")).on("day 4 10:25", onboarding.EventInvoiceDue, date("2026-02-16")).
		on("day 12 11:30", onboarding.EventKickoffHeld).on("day 15 12:00", onboarding.EventInstalled).
		on("day 15 15:10", onboarding.EventLogin, from("luca")).on("day 20 14:00", onboarding.EventTrainingBooked).
		on("day 26 12:30", onboarding.EventTrainingCompleted).on("day 29 17:40", onboarding.EventFirstValue).
		on("day 62 17:20", onboarding.EventGoalReached)
}

func TestPhases(t *testing.T) {
	noFeeds := func(s *story) { s.plan.Feeds = nil }
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"without a milestone a phase is late, told the owner once, and not entered", func(*story) {}, []string{
			"0 16:20 phase_entered assess", "0 16:20 phase_entered admit", "1 09:00 phase_entered affirm",
			"14 09:00 task_raised phase_late: activate", "21 09:00 task_raised phase_late: acclimate",
			"46 09:00 task_raised phase_late: accomplish", "70 09:00 task_raised phase_late: adopt",
			"85 09:00 task_raised phase_late: advocate"}},
		{"each phase begins at its milestone, the last one not before its day", func(s *story) { goodPath(s) }, []string{
			"0 16:20 phase_entered assess", "0 16:20 phase_entered admit", "1 09:00 phase_entered affirm",
			"12 11:30 phase_entered activate", "15 12:00 phase_entered acclimate", "29 17:40 phase_entered accomplish",
			"62 17:20 phase_entered adopt", "85 09:00 phase_entered advocate"}},
		{"where a milestone's source is no feed the phase begins on its day", noFeeds, []string{
			"0 16:20 phase_entered assess", "0 16:20 phase_entered admit", "1 09:00 phase_entered affirm",
			"14 09:00 phase_entered activate", "21 09:00 phase_entered acclimate", "45 09:00 phase_entered accomplish",
			"70 09:00 phase_entered adopt", "85 09:00 phase_entered advocate"}},
		{"without a feed a milestone that comes all the same begins the phase before its day", func(s *story) {
			noFeeds(s)
			s.on("day 10 15:00", onboarding.EventKickoffHeld)
		}, []string{
			"0 16:20 phase_entered assess", "0 16:20 phase_entered admit", "1 09:00 phase_entered affirm",
			"10 15:00 phase_entered activate", "21 09:00 phase_entered acclimate", "45 09:00 phase_entered accomplish",
			"70 09:00 phase_entered adopt", "85 09:00 phase_entered advocate"}},
		{"the first touch of the day takes the phase change with it", func(s *story) {
			noFeeds(s)
			touch(t, s.plan, "owner-review").Offset.Days = 14
			s.contract().Owner.Hours = "15:00-18:00"
		}, []string{
			"0 16:20 phase_entered assess", "0 16:20 phase_entered admit", "1 09:00 phase_entered affirm",
			"14 15:00 phase_entered activate", "21 09:00 phase_entered acclimate", "45 09:00 phase_entered accomplish",
			"70 09:00 phase_entered adopt", "85 09:00 phase_entered advocate"}},
		{"an event takes the phase change of its day with it", func(s *story) { s.on("day 1 03:00", onboarding.EventQuestion) }, []string{
			"0 16:20 phase_entered assess", "0 16:20 phase_entered admit", "1 03:00 phase_entered affirm",
			"14 09:00 task_raised phase_late: activate", "21 09:00 task_raised phase_late: acclimate",
			"46 09:00 task_raised phase_late: accomplish", "70 09:00 task_raised phase_late: adopt",
			"85 09:00 task_raised phase_late: advocate"}},
		{"phases move forwards only, past those whose milestone came later", func(s *story) {
			s.on("day 10 15:00", onboarding.EventFirstValue).on("day 12 15:00", onboarding.EventInstalled).on("day 13 15:00", onboarding.EventKickoffHeld)
		}, []string{
			"0 16:20 phase_entered assess", "0 16:20 phase_entered admit", "1 09:00 phase_entered affirm",
			"10 15:00 phase_entered accomplish", "70 09:00 task_raised phase_late: adopt", "85 09:00 phase_entered advocate"}},
		{"the last phase begins with a first value that came after its day", func(s *story) { s.on("day 90 15:00", onboarding.EventFirstValue) }, []string{
			"0 16:20 phase_entered assess", "0 16:20 phase_entered admit", "1 09:00 phase_entered affirm",
			"14 09:00 task_raised phase_late: activate", "21 09:00 task_raised phase_late: acclimate",
			"46 09:00 task_raised phase_late: accomplish", "70 09:00 task_raised phase_late: adopt",
			"85 09:00 task_raised phase_late: advocate", "90 15:00 phase_entered accomplish", "90 15:00 phase_entered advocate"}},
		{"a pause stops the calendar, not the milestones", func(s *story) {
			s.on("day 13 10:00", onboarding.EventPaused, until("2026-02-06")).on("day 20 15:00", onboarding.EventKickoffHeld)
		}, []string{
			"0 16:20 phase_entered assess", "0 16:20 phase_entered admit", "1 09:00 phase_entered affirm",
			"20 15:00 phase_entered activate", "22 00:00 task_raised phase_late: acclimate",
			"46 09:00 task_raised phase_late: accomplish", "70 09:00 task_raised phase_late: adopt",
			"85 09:00 task_raised phase_late: advocate"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			want(t, s.play().lines(func(e onboarding.Entry) bool {
				return e.Kind == onboarding.EntryPhaseEntered || e.Kind == onboarding.EntryTaskRaised && e.Touch == ""
			}), c.want...)
		})
	}
}

func TestStages(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"the signature is the purchase", func(*story) {}, nil},
		{"the good path", func(s *story) { goodPath(s) }, []string{
			"12 11:30 installation", "15 15:10 first_use", "29 17:40 steady_use"}},
		{"installation begins with the installation where no kickoff was held", func(s *story) {
			s.on("day 3 10:00", onboarding.EventLogin).on("day 5 10:00", onboarding.EventInstalled).on("day 6 10:00", onboarding.EventKickoffHeld).
				on("day 7 10:00", onboarding.EventLogin).on("day 8 10:00", onboarding.EventLogin)
		}, []string{"5 10:00 installation", "7 10:00 first_use"}},
		{"an upgrade is a change of use", func(s *story) {
			s.on("day 30 10:00", onboarding.EventFirstValue).on("day 40 10:00", onboarding.EventUpgradeRequested).on("day 50 10:00", onboarding.EventUpgradeCompleted)
		}, []string{"30 10:00 steady_use", "40 10:00 change_of_use", "50 10:00 steady_use"}},
		{"a complaint alone changes no stage", func(s *story) { s.on("day 30 10:00", onboarding.EventComplaint) }, nil},
		{"after a mishap and its solution ten days of reconsideration, then back", func(s *story) {
			s.on("day 5 10:00", onboarding.EventInstalled).on("day 20 10:00", onboarding.EventMishap).on("day 22 12:00", onboarding.EventMishapSolved)
		}, []string{"5 10:00 installation", "20 10:00 mishap", "22 12:00 reconsideration", "32 12:00 installation"}},
		{"they stay by a good answer", func(s *story) {
			s.on("day 20 10:00", onboarding.EventMishap).on("day 22 12:00", onboarding.EventMishapSolved).
				on("day 23 09:00", onboarding.EventSurveyAnswered, answer("csat", "2")).on("day 24 09:00", onboarding.EventSurveyAnswered, answer("quality", "resolving"))
		}, []string{"20 10:00 mishap", "22 12:00 reconsideration", "24 09:00 steady_use"}},
		{"what they reach meanwhile is what they go back to", func(s *story) {
			s.on("day 20 10:00", onboarding.EventMishap).on("day 21 10:00", onboarding.EventFirstValue).on("day 22 12:00", onboarding.EventMishapSolved)
		}, []string{"20 10:00 mishap", "22 12:00 reconsideration", "32 12:00 steady_use"}},
		{"a second mishap begins again", func(s *story) {
			s.on("day 20 10:00", onboarding.EventMishap).on("day 22 12:00", onboarding.EventMishapSolved).on("day 25 10:00", onboarding.EventMishap)
		}, []string{"20 10:00 mishap", "22 12:00 reconsideration", "25 10:00 mishap"}},
		{"a refund request is reconsidered, and the end after it is a departure", func(s *story) {
			s.on("day 20 10:00", onboarding.EventRefundRequested).on("day 45 10:00", onboarding.EventEnded, because("refunded"))
		}, []string{"20 10:00 reconsideration", "45 10:00 departure"}},
		{"so is a withdrawal with a mishap after it", func(s *story) {
			s.on("day 20 10:00", onboarding.EventWithdrawal).on("day 22 10:00", onboarding.EventMishap).on("day 23 10:00", onboarding.EventMishapSolved).
				on("day 45 10:00", onboarding.EventEnded)
		}, []string{"20 10:00 reconsideration", "22 10:00 mishap", "23 10:00 reconsideration", "45 10:00 departure"}},
		{"a case that reassured them means that they stay", func(s *story) {
			s.on("day 20 10:00", onboarding.EventCancellation).on("day 21 10:00", onboarding.EventResolved, outcome("reassured")).on("day 45 10:00", onboarding.EventEnded)
		}, []string{"20 10:00 reconsideration", "21 10:00 steady_use"}},
		{"an end out of the blue is no departure", func(s *story) { s.on("day 45 10:00", onboarding.EventEnded) }, nil},
		{"a void contract is no departure", func(s *story) {
			s.on("day 20 10:00", onboarding.EventRefundRequested).on("day 21 10:00", onboarding.EventVoided)
		}, []string{"20 10:00 reconsideration"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			var got []string
			for _, e := range s.play().kinds(onboarding.EntryStageEntered) {
				got = append(got, remove(e, " stage_entered"))
			}
			want(t, got, slices.Concat([]string{"0 16:20 purchase"}, c.want)...)
		})
	}
}
