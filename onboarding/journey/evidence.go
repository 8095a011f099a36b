package journey

import (
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/remorse"
)

// mute is a kind of evidence that the owner called a false alarm.
type mute struct {
	Signal string    `json:"signal"`
	Until  time.Time `json:"until"`
}

// Feelings is what the state keeps of remorse: the evidence and what follows from it.
type Feelings struct {
	Evidence []remorse.Evidence `json:"evidence,omitempty"`
	Health   onboarding.Health  `json:"health,omitempty"`
	// ReviewAt is the morning on which health changes though nothing happens: evidence fades.
	ReviewAt time.Time `json:"review_at,omitzero"`
	Mutes    []mute    `json:"mutes,omitempty"`
	// TalkedAt is when one of ours last spoke with them; AwayUntil is when who answered automatically is back.
	TalkedAt  time.Time `json:"talked_at,omitzero"`
	AwayUntil time.Time `json:"away_until,omitzero"`
	LoginAt   time.Time `json:"login_at,omitzero"` // the last
}

// IsZero reports whether there is nothing to keep; JSON then leaves it out.
func (f Feelings) IsZero() bool {
	return len(f.Evidence) == 0 && len(f.Mutes) == 0 && f.Health == "" && f.ReviewAt.IsZero() && f.TalkedAt.IsZero() && f.AwayUntil.IsZero() && f.LoginAt.IsZero()
}

func (f Feelings) clone() Feelings {
	f.Evidence, f.Mutes = slices.Clone(f.Evidence), slices.Clone(f.Mutes)
	return f
}

// said lists what a reply amounts to beside being one: the careful reading, since a person answers each of these, and
// that its writer wants no more of our mails.
func said(r *onboarding.Reading) []onboarding.EventKind {
	var out []onboarding.EventKind
	switch {
	case r == nil:
		return nil
	case r.Withdrawal:
		out = append(out, onboarding.EventWithdrawal)
	case r.Intent == onboarding.IntentRefund, r.Intent == onboarding.IntentCancel:
		out = append(out, onboarding.EventRefundInquiry)
	case r.Intent == onboarding.IntentComplaint:
		out = append(out, onboarding.EventComplaint)
	case r.Intent == onboarding.IntentQuestion:
		out = append(out, onboarding.EventQuestion)
	}
	if r.OptOut {
		out = append(out, onboarding.EventUnsubscribed)
	}
	return out
}

// longestAway is for how many working days an absence puts anything off: whoever is away longer has somebody who is not.
const longestAway = 15

// read takes what a reply says besides: when its writer is back, and that a person must read it. Only the absence of who
// decides or leads the project is that of the customer.
func (j *run) read(e onboarding.Event) {
	r := e.Reading
	if r == nil {
		return
	}
	if r.Intent == onboarding.IntentAuto {
		w := j.customer()
		today := w.Date(j.s.Now)
		c, known := j.contact(e.Contact)
		leads := !known || c.Role == onboarding.RoleDecisionMaker || c.Role == onboarding.RoleChampion
		if day, ok := r.Return(today); ok && leads {
			if most := w.AddWorking(today, longestAway); most.Before(day) {
				day = most
			}
			j.s.AwayUntil, _ = w.At(day, w.Open)
		}
		return
	}
	j.s.AwayUntil = time.Time{}
	if r.Unsure {
		j.raise("", onboarding.AudienceOwner, "please_read")
	}
}

// weighEvent takes what an event says about remorse: it ends some evidence and is some itself.
func (j *run) weighEvent(e onboarding.Event) {
	switch e.Kind {
	case onboarding.EventContacted:
		j.s.TalkedAt, j.s.AwayUntil, j.s.Hushed = j.s.Now, time.Time{}, false
	case onboarding.EventLogin:
		j.s.LoginAt = j.s.Now
	}
	about := e.What
	if e.SaysByWhen() {
		about = "" // it is evidence of an answer, not of what that promises
	}
	for i := range j.plan.Remorse.Signals {
		s := &j.plan.Remorse.Signals[i]
		if slices.Contains(s.Ends, e.Kind) {
			j.keptInTime(s.ID, e)
			j.endEvidenceOf(s.ID, func(x remorse.Evidence) bool { return mends(e, x) })
		}
		if matches(s, e) {
			j.note(s, about, e.Reading, j.s.Now)
		}
	}
}

// matches reports whether an event is evidence of a signal.
func matches(s *onboarding.Signal, e onboarding.Event) bool {
	if !slices.Contains(s.On, e.Kind) {
		return false
	}
	reply := e.Kind == onboarding.EventEmailReply
	switch {
	case s.By != "" && s.By != e.By,
		s.Survey != "" && (s.Survey != e.Survey || !slices.Contains(s.Values, e.Value)),
		s.Intent != "" && (e.Reading == nil || e.Reading.Intent != s.Intent),
		s.Doubtful && (e.Reading == nil || e.Reading.Unsure || e.Reading.Doubt == onboarding.DoubtNone):
		return false
	}
	return !reply || s.Intent != "" || s.Doubtful
}

// note adds evidence of an instant, unless it is muted: of what became of a commitment, or of a reply, where it is of one.
func (j *run) note(s *onboarding.Signal, what string, r *onboarding.Reading, at time.Time) {
	if j.muted(s) {
		return
	}
	e := remorse.Evidence{Signal: s.ID, At: at, Delicate: j.s.Stage.Delicate(), What: what}
	if r != nil {
		e.Said = r.Evidence[:min(len(r.Evidence), keptSaid)]
		if r.Doubt != onboarding.DoubtNone {
			e.Doubt = r.Doubt
		}
		if s.Doubtful {
			e.Share = max(1, int(float64(r.Confidence*100)+0.5))
		}
	}
	j.thin(s.ID)
	j.s.Evidence = append(j.s.Evidence, e)
	j.fresh = append(j.fresh, e)
	said := j.s.ContactDue && s.Watch != nil && s.Watch.Fact == onboarding.FactContacted // the owner has that task already
	if s.Task != "" && !said {
		j.raise("", onboarding.AudienceOwner, s.Task)
	}
}

// keptOfAKind is how many pieces of evidence of one kind are kept: more than that are beyond the weight of a kind. The last
// quoted of them keep what the customer wrote, keptSaid sentences each.
const (
	keptOfAKind = 6
	quoted      = 2
	keptSaid    = 2
)

// thin makes room for one more piece of evidence of a kind: it forgets the oldest, and what the older ones quote.
func (j *run) thin(signal string) {
	n := 0
	for i := len(j.s.Evidence) - 1; i >= 0; i-- {
		if j.s.Evidence[i].Signal != signal {
			continue
		}
		if n++; n >= quoted {
			j.s.Evidence[i].Said = nil
		}
		if n >= keptOfAKind {
			j.s.Evidence = slices.Delete(j.s.Evidence, i, i+1)
		}
	}
}

// muted reports whether a signal says nothing now: the owner called it a false alarm. What is hard or good is always heard.
func (j *run) muted(s *onboarding.Signal) bool {
	if s.Hard || s.Weight <= 0 {
		return false
	}
	for _, m := range j.s.Mutes {
		if m.Signal == s.ID && j.s.Now.Before(m.Until) {
			return true
		}
	}
	return false
}

// talkQuiet is until when, after a talk with the customer, soft signals wake nobody and cheerful mails wait. The evidence
// counts all the same, and is looked at when the quiet is over.
func (j *run) talkQuiet() time.Time {
	if j.s.TalkedAt.IsZero() || j.plan.Remorse.ContactQuiet == 0 {
		return time.Time{}
	}
	w := j.customer()
	at, _ := w.At(w.AddWorking(w.Date(j.s.TalkedAt), j.plan.Remorse.ContactQuiet), w.Close)
	return at
}

// endEvidence ends what a signal stands for; evidence without a tail is forgotten.
func (j *run) endEvidence(signal string) {
	j.endEvidenceOf(signal, func(remorse.Evidence) bool { return true })
}

// endEvidenceOf ends that part of a signal's evidence.
func (j *run) endEvidenceOf(signal string, part func(remorse.Evidence) bool) {
	s, _ := j.plan.Remorse.Signal(signal)
	j.s.Evidence = slices.DeleteFunc(j.s.Evidence, func(e remorse.Evidence) bool {
		return e.Signal == signal && s.TailWeight == 0 && part(e)
	})
	for i, e := range j.s.Evidence {
		if e.Signal == signal && e.Ended.IsZero() && part(e) {
			j.s.Evidence[i].Ended = j.s.Now
		}
	}
}

// mends reports whether an event that ends a signal ends this evidence of it: what becomes of one commitment says nothing
// of another.
func mends(e onboarding.Event, x remorse.Evidence) bool {
	return !e.Kind.OfCommitment() || x.What == "" || x.What == e.What
}

// keptInTime forgets that a commitment was missed which was kept before its day was over, and of which we heard later.
func (j *run) keptInTime(signal string, e onboarding.Event) {
	if signal != j.plan.Clocks.Missed || e.Kind != onboarding.EventCommitmentKept || e.What == "" {
		return
	}
	j.s.Evidence = slices.DeleteFunc(j.s.Evidence, func(x remorse.Evidence) bool {
		return x.Signal == signal && x.What == e.What && j.when(e).Before(x.At)
	})
}

// judge weighs all evidence after something happened: the score, a case, health and mood.
func (j *run) judge() {
	rules := &j.plan.Remorse
	j.s.ReviewAt = time.Time{}
	if len(rules.Signals) == 0 || j.s.Ended != nil {
		return
	}
	j.s.Evidence = slices.DeleteFunc(j.s.Evidence, func(e remorse.Evidence) bool {
		s, ok := rules.Signal(e.Signal)
		return !ok || remorse.Spent(s, e, j.s.Now)
	})
	w := remorse.Weigh(rules, j.s.Evidence, j.s.Now)
	if len(j.fresh) > 0 {
		j.emit(onboarding.Entry{Kind: onboarding.EntryScore, Score: &w.Score, Doubt: w.Doubt, Reason: names(j.fresh)})
	}
	j.caseFor(w)
	j.setHealth(w.Score)
	if len(j.fresh) > 0 {
		mood := j.mood(w)
		j.emit(onboarding.Entry{Kind: onboarding.EntryMood, Mood: &mood})
	}
	j.fresh = nil
	j.s.ReviewAt = j.nextReview()
}

// mood is the emotional curve at this instant, -100 to +100.
func (j *run) mood(w remorse.Weighed) int {
	return max(-100, min(100, w.Mood+remorse.Euphoria(&j.plan.Remorse, j.s.contract().SignedAt, j.s.Now)))
}

func names(evidence []remorse.Evidence) string {
	var out []string
	for _, e := range evidence {
		if !slices.Contains(out, e.Signal) {
			out = append(out, e.Signal)
		}
	}
	return strings.Join(out, ", ")
}

// setHealth enters the health that a score and the cases mean.
func (j *run) setHealth(score int) {
	h := j.healthAt(score)
	if h == j.health() {
		return
	}
	j.s.Health = h
	j.emit(onboarding.Entry{Kind: onboarding.EntryHealth, Health: string(h), Score: &score})
}

// healthAt is red while a case is open, else amber from the one threshold on until below the other.
func (j *run) healthAt(score int) onboarding.Health {
	rules := &j.plan.Remorse
	switch {
	case j.openCase() != nil:
		return onboarding.HealthRed
	case score >= rules.Amber, score >= rules.Green && j.health() != onboarding.HealthGreen:
		return onboarding.HealthAmber
	}
	return onboarding.HealthGreen
}

func (j *run) health() onboarding.Health { return health(*j.s) }

func health(s State) onboarding.Health {
	if s.Health == "" {
		return onboarding.HealthGreen
	}
	return s.Health
}

// reviewDays is how far ahead a change of health is looked for: the longest half-lives are spent by then.
const reviewDays = 60

// nextReview is the first morning on which fading evidence changes health; zero where none does.
func (j *run) nextReview() time.Time {
	if j.openCase() != nil || j.health() == onboarding.HealthGreen && !j.couldWorsen() {
		return time.Time{} // what could open a case turns amber before
	}
	for d := 1; d <= reviewDays; d++ {
		at, _ := j.customer().At(j.customer().Date(j.s.Now).AddDays(d), nineOClock)
		if j.healthAt(remorse.Weigh(&j.plan.Remorse, j.s.Evidence, at).Score) != j.health() || j.ripens(at) {
			return at
		}
	}
	return time.Time{}
}

// ripens reports whether the score alone opens a case at an instant though nothing happens: what was good has faded, or the
// quiet after a talk or a late start is over. What was known when the last case closed does not.
func (j *run) ripens(at time.Time) bool {
	if !j.scores(at) || at.Before(j.talkQuiet()) || j.joinedLately(at) {
		return false
	}
	var closed time.Time
	if n := len(j.s.Open); n > 0 {
		closed = j.s.Open[n-1].Closed
	}
	return slices.ContainsFunc(j.s.Evidence, func(e remorse.Evidence) bool {
		s, _ := j.plan.Remorse.Signal(e.Signal)
		return s.Weight > 0 && e.Ended.IsZero() && e.At.After(closed)
	})
}

// couldWorsen reports whether the score would turn amber once all that is good has faded.
func (j *run) couldWorsen() bool {
	bad := slices.DeleteFunc(slices.Clone(j.s.Evidence), func(e remorse.Evidence) bool {
		s, _ := j.plan.Remorse.Signal(e.Signal)
		return s.Weight <= 0
	})
	return len(bad) < len(j.s.Evidence) && remorse.Weigh(&j.plan.Remorse, bad, j.s.Now).Score >= j.plan.Remorse.Amber
}

// watchItems are the watches whose date is still to come, or has come without the fact.
func (j *run) watchItems(add func(time.Time, int, func())) {
	if j.watchesRest() {
		return
	}
	for i := range j.plan.Remorse.Signals {
		s := &j.plan.Remorse.Signals[i]
		if s.Watch == nil || slices.Contains(j.s.Missed, s.ID) {
			continue
		}
		from, ok := j.watchedFrom(s.Watch)
		if !ok {
			continue
		}
		at := j.watched(s.Watch, from, 0)
		if s.Watch.Feed == "" || s.Watch.Lately == 0 || j.s.Start.FeedsLive {
			add(at, rankWatch, func() { j.missed(s.ID) })
		} else if at, ok := j.mayAskFeed(s.ID, from, at); ok {
			add(at, rankWatch, func() { j.askFeed(s, from) })
		}
	}
}

// watchesRest reports whether the silence of this customer means nothing now.
func (j *run) watchesRest() bool { return j.s.Pause != nil || j.s.Gone || j.leaving() }

// watchedFrom is the instant from which a watch counts; not ok while it has nothing to watch for.
func (j *run) watchedFrom(w *onboarding.Watch) (time.Time, bool) {
	if w.Feed != "" && !j.plan.HasFeed(w.Feed) || w.Needs != "" && !j.fact(w.Needs) || j.fact(w.Fact) && !w.Stopped {
		return time.Time{}, false
	}
	_, from, _, ok := j.anchorDay(w.Anchor)
	if !ok || w.Stopped && j.s.LoginAt.IsZero() {
		return time.Time{}, false
	}
	if w.Stopped && j.s.LoginAt.After(from) {
		from = j.s.LoginAt
	}
	for _, later := range []time.Time{j.s.Since, j.s.AwayUntil} {
		if later.After(from) {
			from = later
		}
	}
	return from, true
}

// watched is when a watch comes true that counts so many working days more than its own.
func (j *run) watched(w *onboarding.Watch, from time.Time, more int) time.Time {
	cust := j.customer()
	at, _ := cust.At(cust.AddWorking(j.shifted(cust.Date(from), from), w.Days+more), cust.Close)
	if quiet := j.talkQuiet(); quiet.After(at) {
		at = quiet
	}
	return at
}

// missed notes that what was watched for did not happen.
func (j *run) missed(signal string) {
	j.s.Missed = append(j.s.Missed, signal)
	j.noteByItself(signal, "", j.s.Now)
}

// noteByItself takes evidence that no event brings: time alone did, at an instant. What is the commitment that it is about.
func (j *run) noteByItself(signal, what string, at time.Time) {
	if s, ok := j.plan.Remorse.Signal(signal); ok {
		j.note(&s, what, nil, at)
		j.judge()
	}
}

// happenedAfterAll ends the watches whose fact has come.
func (j *run) happenedAfterAll() {
	j.s.Missed = slices.DeleteFunc(j.s.Missed, func(id string) bool {
		s, ok := j.plan.Remorse.Signal(id)
		came := !ok || s.Watch == nil || j.fact(s.Watch.Fact) && !s.Watch.Stopped || s.Watch.Stopped && j.s.LoginAt.Equal(j.s.Now)
		if came {
			j.endEvidence(id)
		}
		return came
	})
}
