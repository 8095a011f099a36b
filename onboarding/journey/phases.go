package journey

import (
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// begin enters what the signature brings.
func (j *run) begin() {
	s := j.s
	for _, m := range s.Start.Milestones {
		s.reach(m.Fact, wholeSecond(m.At))
	}
	if s.contract().Dossier != nil {
		s.reach(onboarding.FactDossier, s.Now)
	}
	j.enterPhase(onboarding.PhaseAssess)
	j.enterPhase(onboarding.PhaseAdmit)
	j.enterStage(onboarding.StagePurchase)
	if !s.Start.Joined.IsZero() {
		j.join()
	}
	j.phases()
	j.stops("")
	if _, ok := j.s.happened(onboarding.FactHandoffAccepted); ok {
		j.s.Handoff = Handoff{Closed: true, Accepted: true}
	}
	if len(j.plan.Remorse.Signals) > 0 {
		mood := j.plan.Remorse.Mood
		j.emit(onboarding.Entry{Kind: onboarding.EntryMood, Mood: &mood})
	}
	if s.contract().Dossier != nil {
		j.handoffFilled()
	}
}

// join takes over a customer in mid-onboarding: what their earlier weeks would have brought is not made up for.
func (j *run) join() {
	came := slices.Clone(j.s.Milestones)
	slices.SortStableFunc(came, func(a, b Milestone) int { return a.At.Compare(b.At) })
	for _, m := range came {
		j.stageFor(onboarding.EventKind(m.Fact))
	}
	for _, p := range j.place() {
		if p.ready && p.first.Before(j.s.Now) {
			j.drop(p.touch, reasonBefore)
		}
	}
}

func (j *run) enterPhase(p onboarding.Phase) {
	j.s.Phase = p
	j.emit(onboarding.Entry{Kind: onboarding.EntryPhaseEntered, Phase: p})
}

// phases enters each phase whose milestone has come or whose day it is, and notes the late ones. The current phase
// moves forwards only, to the furthest that holds; one that is passed over is not late. A pause stops the calendar's
// part in it.
func (j *run) phases() {
	furthest := j.s.Phase
	for _, rule := range j.plan.Phases {
		if rule.Phase.Order() > furthest.Order() && j.phaseCame(rule) {
			furthest = rule.Phase
		}
	}
	for _, rule := range j.plan.Phases {
		if rule.Phase.Order() <= j.s.Phase.Order() {
			continue
		}
		at, late, ok := j.phaseTurn(rule)
		switch {
		case j.phaseCame(rule):
			j.enterPhase(rule.Phase)
		case !ok || j.customer().Date(j.s.Now).Before(j.customer().Date(at)):
		case !late:
			j.enterPhase(rule.Phase)
		case rule.Phase.Order() > furthest.Order():
			j.s.LatePhases = append(j.s.LatePhases, rule.Phase)
			if !j.s.Gone && !j.leaving() {
				j.raise("", onboarding.AudienceOwner, "phase_late: "+string(rule.Phase))
			}
		}
	}
}

// phaseCame reports whether a phase's milestone has come, whatever the day. The last phase asks for its day too.
func (j *run) phaseCame(rule onboarding.PhaseRule) bool {
	_, came := j.s.happened(rule.Milestone)
	return came && rule.Phase != onboarding.PhaseAdvocate
}

// phaseTurn is when the calendar moves a phase that has not begun: at 09:00 of its day it begins, where its milestone is
// not waited for, or else, on the owner's first working hour from then on, it is late. Not ok when the calendar does
// neither.
func (j *run) phaseTurn(rule onboarding.PhaseRule) (at time.Time, late, ok bool) {
	signed := j.s.contract().SignedAt
	day := j.shifted(j.customer().Date(signed), signed).AddDays(rule.Day)
	at, _ = j.customer().At(day, nineOClock)
	_, came := j.s.happened(rule.Milestone)
	if late = rule.Milestone != "" && !came && j.plan.HasFeed(rule.Milestone); late {
		at = j.s.Calendar.Owner.NextOpen(at)
	}
	return at, late, j.s.Pause == nil && !(late && slices.Contains(j.s.LatePhases, rule.Phase))
}

// phaseItems are the instants at which a phase's day must be looked at: the first touch that day, so that it needs no
// timer of its own, else its turn.
func (j *run) phaseItems(sends []time.Time, add func(time.Time, int, func())) {
	for _, rule := range j.plan.Phases {
		if rule.Phase.Order() <= j.s.Phase.Order() {
			continue
		}
		at, _, ok := j.phaseTurn(rule)
		if !ok {
			continue
		}
		day, first := j.customer().Date(at), time.Time{}
		for _, send := range sends {
			if j.customer().Date(send) == day && (first.IsZero() || send.Before(first)) {
				first = send
			}
		}
		if !first.IsZero() {
			at = first
		}
		add(at, rankPhase, j.phases)
	}
}

func (j *run) enterStage(st onboarding.Stage) {
	if j.s.Stage == st {
		return
	}
	j.s.Stage = st
	j.emit(onboarding.Entry{Kind: onboarding.EntryStageEntered, Stage: st})
}

// inTrouble reports whether the stage is one that the customer comes back from.
func (j *run) inTrouble() bool {
	return j.s.Stage == onboarding.StageMishap || j.s.Stage == onboarding.StageReconsideration
}

// settle moves to a stage of the ordinary way; under trouble it becomes the stage to come back to.
func (j *run) settle(st onboarding.Stage) {
	if j.inTrouble() {
		j.s.Before = st
		return
	}
	j.enterStage(st)
}

// stageFor moves the stage by an event.
func (j *run) stageFor(k onboarding.EventKind) {
	_, installed := j.s.happened(onboarding.FactInstalled)
	early := j.way() == onboarding.StagePurchase
	switch k {
	case onboarding.EventKickoffHeld, onboarding.EventInstalled:
		if early {
			j.settle(onboarding.StageInstallation)
		}
	case onboarding.EventLogin:
		if installed && (early || j.way() == onboarding.StageInstallation) {
			j.settle(onboarding.StageFirstUse)
		}
	case onboarding.EventFirstValue, onboarding.EventUpgradeCompleted:
		j.settle(onboarding.StageSteadyUse)
	case onboarding.EventUpgradeRequested:
		j.settle(onboarding.StageChangeOfUse)
	case onboarding.EventMishap:
		j.leaveWay(onboarding.StageMishap)
	case onboarding.EventMishapSolved:
		if j.s.Stage == onboarding.StageMishap {
			j.leaveWay(onboarding.StageReconsideration)
			if !j.leaving() {
				j.s.Until = j.s.Now.Add(10 * 24 * time.Hour)
			}
		}
	case onboarding.EventRefundRequested, onboarding.EventWithdrawal, onboarding.EventCancellation:
		j.leaveWay(onboarding.StageReconsideration)
		j.s.Until = time.Time{}
	}
}

// way is the stage of the ordinary way: the current one, or the one to come back to.
func (j *run) way() onboarding.Stage {
	if j.inTrouble() {
		return j.s.Before
	}
	return j.s.Stage
}

// leaveWay enters a stage of trouble and remembers where from.
func (j *run) leaveWay(st onboarding.Stage) {
	if !j.inTrouble() {
		j.s.Before = j.s.Stage
	}
	j.s.Until = time.Time{}
	j.enterStage(st)
}

// stayed ends a reconsideration with a good answer.
func (j *run) stayed() {
	if j.s.Stage != onboarding.StageReconsideration || j.leaving() {
		return
	}
	j.s.Until = time.Time{}
	j.enterStage(onboarding.StageSteadyUse)
}

// stageBack ends a reconsideration that nobody answered.
func (j *run) stageBack() {
	j.s.Until = time.Time{}
	j.enterStage(j.s.Before)
}

// leaving reports whether the customer said that they want to go, and nobody resolved it.
func (j *run) leaving() bool {
	return slices.ContainsFunc(j.s.Troubles, func(t Trouble) bool { return toLeave(t.Kind) })
}

// toLeave reports whether a customer who tells this wants to go.
func toLeave(k onboarding.EventKind) bool {
	return k == onboarding.EventRefundRequested || k == onboarding.EventWithdrawal || k == onboarding.EventCancellation
}

// depart enters the last stage where the customer's end follows what they said or their reconsideration.
func (j *run) depart() {
	if j.leaving() || j.s.Stage == onboarding.StageReconsideration {
		j.enterStage(onboarding.StageDeparture)
	}
}
