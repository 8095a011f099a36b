package portfolio

import (
	"fmt"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/remorse"
)

// life is what happens to one customer: what befalls them by itself, and what our people do about it.
type life struct {
	dice
	contract onboarding.Contract
	calendar onboarding.Calendar
	smooth   bool
	events   []onboarding.Event
	count    int
	late     bool // one of their answers comes late, and none has yet
	leaving  bool // they go once they have said so,
	goes     bool // and they have
	// busy is until when the owner has said what they do about a case.
	busy map[string]time.Time
	// hard are the cases of a stated will or of a harm done.
	hard map[string]bool
}

// replies voice a doubt, by language and in the order of onboarding.Doubts.
var replies = map[string][4]string{
	"it": {
		"Non sono sicuro che saremo in grado di usarlo davvero, ci sembra troppo complicato per noi.",
		"Il mio socio dice che ho sbagliato a sceglierlo, e non so cosa rispondergli.",
		"Non sono sicuro che il prodotto funzioni bene: per ora ci sono solo errori.",
		"Ho paura di aver preso una fregatura: con quello che abbiamo speso non vedo che cosa ci torna.",
	},
	"en": {
		"I am not sure we will ever be able to use it, it is too complicated for us.",
		"My partner says I made the wrong choice, and I do not know what to tell him.",
		"I am not sure the product works properly: all we see so far is errors.",
		"I am afraid we were ripped off: for what we paid I do not see what we get.",
	},
}

// ours is so many of the owner's hours after something, from a minute after it.
func (l *life) ours(after time.Time, hours float64) time.Time {
	return l.calendar.Owner.AddHours(after.Add(time.Minute), hours)
}

// theirs is an instant of a working day of the customer's, so many after the signature.
func (l *life) theirs(days int) time.Time {
	w := &l.calendar.Customer
	at, _ := w.At(w.AddWorking(w.Date(l.contract.SignedAt), days), l.between(w.Open, w.Close-1))
	return at
}

// any is an instant of a working day of the customer's somewhere between two days of the onboarding.
func (l *life) any(from, to int) time.Time {
	w := &l.calendar.Customer
	day := w.AddWorking(w.Date(l.contract.SignedAt).AddDays(l.between(from, to)), 0)
	at, _ := w.At(day, l.between(w.Open, w.Close-1))
	return at
}

// happens adds an event.
func (l *life) happens(at time.Time, kind onboarding.EventKind, changes ...func(*onboarding.Event)) {
	l.events = append(l.events, l.event(at, kind, changes...))
}

func (l *life) event(at time.Time, kind onboarding.EventKind, changes ...func(*onboarding.Event)) onboarding.Event {
	l.count++
	e := onboarding.Event{ID: fmt.Sprint(l.count), Kind: kind, At: at.Truncate(time.Second)}
	for _, change := range changes {
		change(&e)
	}
	return remorse.Hear(e, l.contract.Customer.Language)
}

func by(channel string) func(*onboarding.Event) {
	return func(e *onboarding.Event) { e.Channel = channel }
}

func survey(name, value string) func(*onboarding.Event) {
	return func(e *onboarding.Event) { e.Survey, e.Value = name, value }
}

func about(id string) func(*onboarding.Event) {
	return func(e *onboarding.Event) { e.Case = id }
}

// troubled reports whether an assumption comes true for a customer who is not smooth. The dice are thrown for all, so
// that another share of smooth ones changes nothing else.
func (l *life) troubled(id string) bool { return l.falls(id) && !l.smooth }

// live makes up everything that befalls a customer by itself.
func (l *life) live() {
	l.handoff()
	first := l.theirs(l.between(1, 2)) // a working day of the owner's is not always one of the customer's
	if l.troubled("late_contact") {
		first = l.theirs(l.between(3, 6))
	}
	l.happens(l.ours(first, 0), onboarding.EventContacted, by("phone"))
	l.start()
	l.voice()
	l.ask()
	l.suffer()
	l.leave()
	slices.SortStableFunc(l.events, func(a, b onboarding.Event) int { return a.At.Compare(b.At) })
}

// handoff passes the dossier on.
func (l *life) handoff() {
	given := l.contract.SignedAt
	if !l.falls("dossier") {
		d := l.contract.Dossier
		l.contract.Dossier = nil
		given = l.calendar.Sales.AddHours(given, l.hours(1, 17))
		l.happens(given, onboarding.EventHandoffFilled, func(e *onboarding.Event) { e.Dossier = d })
	}
	l.happens(l.ours(given, l.hours(0.5, 7)), onboarding.EventHandoffAccepted)
	if l.troubled("promise_broken") {
		l.happens(l.any(5, 40), onboarding.EventCommitmentMade, func(e *onboarding.Event) {
			e.What, e.Due = "what we promised", onboarding.DateOf(e.At).AddDays(l.between(3, 15)).String()
		})
	} else if d := l.contract.Dossier; d != nil && len(d.Promises) > 0 {
		l.happens(d.Promises[0].Due.AddDays(-l.between(1, 5)).In(time.UTC, l.between(9*60, 16*60)), onboarding.EventCommitmentKept,
			func(e *onboarding.Event) { e.What = promised })
	}
}

// start takes them from the kickoff to their goal.
func (l *life) start() {
	booked := l.between(2, 6)
	if l.troubled("late_kickoff") {
		booked = l.between(9, 20)
	}
	held := l.theirs(booked + l.between(2, 7))
	book := func(at, date time.Time) {
		l.happens(at, onboarding.EventKickoffBooked, by("email"), func(e *onboarding.Event) { e.Date = date.UTC().Format(time.RFC3339) })
	}
	book(l.theirs(booked), held)
	for _, miss := range []struct{ id, who string }{{"missed_by_us", "us"}, {"missed_by_them", "them"}} {
		if l.troubled(miss.id) {
			l.happens(held.Add(30*time.Minute), onboarding.EventMeetingMissed, by("meeting"), func(e *onboarding.Event) { e.By = miss.who })
			again := l.calendar.Customer.AddHours(held, l.hours(18, 50))
			book(l.calendar.Customer.AddHours(held, l.hours(2, 9)), again)
			held = again
		}
	}
	l.happens(held.Add(time.Hour), onboarding.EventKickoffHeld, by("meeting"))
	l.happens(held.Add(time.Hour), onboarding.EventContacted, by("meeting"))
	installed := l.calendar.Customer.AddHours(held, l.hours(10, 60))
	l.happens(installed, onboarding.EventInstalled)
	l.happens(l.any(3, 8), onboarding.EventInvoiceDue, func(e *onboarding.Event) { e.Date = onboarding.DateOf(l.contract.SignedAt).AddDays(30).String() })
	if t := l.contract.Terms; t != nil && t.Training != nil {
		l.happens(l.calendar.Customer.AddHours(installed, l.hours(5, 60)), onboarding.EventTrainingBooked)
		l.happens(l.calendar.Customer.AddHours(installed, l.hours(70, 150)), onboarding.EventTrainingCompleted, by("meeting"))
	}
	l.use(installed)
}

// use is what they do with it.
func (l *life) use(installed time.Time) {
	end := l.contract.SignedAt.AddDate(0, 0, 100)
	if l.troubled("not_used") {
		end = installed.AddDate(0, 0, l.between(5, 14))
	}
	for at := l.calendar.Customer.AddHours(installed, l.hours(0.5, 20)); at.Before(end); at = l.calendar.Customer.AddHours(at, l.hours(20, 60)) {
		l.happens(at, onboarding.EventLogin)
	}
	if value := installed.AddDate(0, 0, l.between(6, 30)); value.Before(end) {
		l.happens(value, onboarding.EventFirstValue)
		if l.IntN(10) < 7 {
			l.happens(value.AddDate(0, 0, l.between(14, 45)), onboarding.EventGoalReached)
		}
	}
}

// voice is what they write of their doubts, most of it in the first weeks, and the marks they give.
func (l *life) voice() {
	texts, ok := replies[l.contract.Customer.Language]
	if !ok {
		texts = replies["en"]
	}
	for i, doubt := range onboarding.Doubts {
		if l.troubled("doubt_" + string(doubt)) {
			l.happens(l.any(2, 35), onboarding.EventEmailReply, by("email"), func(e *onboarding.Event) { e.Text = texts[i] })
		}
	}
	if l.troubled("low_mark") {
		l.happens(l.any(20, 60), onboarding.EventSurveyAnswered, survey("csat", fmt.Sprint(l.between(1, 2))))
		l.happens(l.any(83, 90), onboarding.EventSurveyAnswered, survey("nps", fmt.Sprint(l.between(2, 6))))
	} else if l.IntN(2) == 0 {
		l.happens(l.any(83, 90), onboarding.EventSurveyAnswered, survey("nps", fmt.Sprint(l.between(7, 10))))
	}
	if l.troubled("unsubscribed") {
		l.happens(l.any(5, 60), onboarding.EventUnsubscribed, by("email"))
	}
}

// ask is what they ask us; what our people answer follows from it.
func (l *life) ask() {
	channels := []string{"email", "email", "email", "phone", "phone", "chat"}
	for range l.between(0, 3) {
		l.happens(l.any(3, 90), onboarding.EventQuestion, by(one(l.dice, channels)))
	}
	if l.late = l.troubled("late_answer"); l.late {
		l.happens(l.any(3, 60), onboarding.EventQuestion, by("email"))
	}
	if l.troubled("unreachable") {
		for range l.between(1, 2) {
			l.happens(l.any(2, 60), onboarding.EventContactAttempted, by("phone"))
		}
	}
	if l.troubled("confusing_answer") {
		l.happens(l.any(5, 60), onboarding.EventSurveyAnswered, survey("quality", "confusing"))
	}
}

// suffer is what goes wrong for them.
func (l *life) suffer() {
	if l.troubled("mishap") {
		at := l.any(10, 80)
		l.happens(at, onboarding.EventMishap, by("product"))
		solved := l.ours(at, l.hours(6, 36))
		l.happens(solved, onboarding.EventMishapSolved)
		l.happens(solved.Add(time.Hour), onboarding.EventFaultAdmitted, by("phone"))
	}
	for _, wrong := range []struct {
		id       string
		kind     onboarding.EventKind
		from, to int
	}{
		{"complaint", onboarding.EventComplaint, 3, 80}, {"invoice_disputed", onboarding.EventInvoiceDisputed, 25, 40},
		{"champion_left", onboarding.EventChampionLeft, 10, 90}, {"refund_inquiry", onboarding.EventRefundInquiry, 5, 30},
	} {
		if l.troubled(wrong.id) {
			l.happens(l.any(wrong.from, wrong.to), wrong.kind, by(one(l.dice, []string{"email", "phone"})))
		}
	}
}

// leave is the will to go, stated.
func (l *life) leave() {
	for _, will := range []struct {
		id   string
		kind onboarding.EventKind
		to   int
	}{
		{"refund_requested", onboarding.EventRefundRequested, 30}, {"cancellation", onboarding.EventCancellation, 80},
		{"withdrawal", onboarding.EventWithdrawal, 13},
	} {
		if l.troubled(will.id) {
			at := l.any(3, will.to)
			l.happens(at, will.kind, by("email"))
			if l.leaving = l.falls("leaves"); l.leaving {
				l.happens(at.AddDate(0, 0, l.between(5, 14)), onboarding.EventEnded, func(e *onboarding.Event) { e.Reason = "left" })
			}
			return
		}
	}
}
