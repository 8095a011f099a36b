package journey

import (
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// FeedWatch is a watch whose date has come and which asks whether its feed was alive: the silence of a customer means
// something only where others are heard.
type FeedWatch struct {
	Signal string    `json:"signal"`
	From   time.Time `json:"from"`         // the watch counts from here; once it counts from elsewhere this is void
	Due    time.Time `json:"due,omitzero"` // when to ask again; zero while an answer is awaited
}

// FeedHeard answers which silences a feed had.
type FeedHeard struct {
	Input  onboarding.FeedInput
	Output onboarding.FeedOutput
}

// mayAskFeed is when a watch that is due at an instant asks about its feed; not ok while it awaits the answer.
func (j *run) mayAskFeed(signal string, from, at time.Time) (time.Time, bool) {
	i := j.feedWatch(signal, from)
	switch {
	case i < 0:
		return at, true
	case j.s.Feeds[i].Due.IsZero():
		return at, false
	case j.s.Feeds[i].Due.After(at):
		at = j.s.Feeds[i].Due
	}
	return at, true
}

func (j *run) feedWatch(signal string, from time.Time) int {
	return slices.IndexFunc(j.s.Feeds, func(f FeedWatch) bool { return f.Signal == signal && f.From.Equal(from) })
}

func (j *run) askFeed(s *onboarding.Signal, from time.Time) {
	j.forgetFeed(s.ID)
	j.s.Feeds = append(j.s.Feeds, FeedWatch{Signal: s.ID, From: from})
	j.step.Feeds = append(j.step.Feeds, onboarding.FeedInput{Signal: s.ID, Feed: s.Watch.Feed, Lately: s.Watch.Lately, From: from, At: j.s.Now})
}

func (j *run) forgetFeed(signal string) {
	j.s.Feeds = slices.DeleteFunc(j.s.Feeds, func(f FeedWatch) bool { return f.Signal == signal })
}

// heardFeed takes the answer: the customer's working days on which the feed was silent at the close do not count. With
// what is then still missing the watch asks again; without, the silence is the customer's own.
func (j *run) heardFeed(f FeedHeard) {
	i := j.feedWatch(f.Input.Signal, f.Input.From)
	if i < 0 || !j.s.Feeds[i].Due.IsZero() {
		return
	}
	s, ok := j.plan.Remorse.Signal(f.Input.Signal)
	if !ok || s.Watch == nil {
		return
	}
	if from, ok := j.watchedFrom(s.Watch); !ok || !from.Equal(f.Input.From) || j.watchesRest() {
		j.forgetFeed(s.ID)
		return
	}
	cust := j.customer()
	due := j.watched(s.Watch, f.Input.From, j.silentDays(f.Input.From, f.Output.Silences))
	if f.Output.Unknown {
		due, _ = cust.At(cust.AddWorking(cust.Date(j.s.Now), 1), cust.Close)
	}
	if due.After(j.s.Now) {
		j.s.Feeds[i].Due = due
		return
	}
	j.forgetFeed(s.ID)
	j.missed(s.ID)
}

// silentDays counts the customer's working days since an instant whose close fell into a silence.
func (j *run) silentDays(from time.Time, silences []onboarding.Span) int {
	cust, n := j.customer(), 0
	for d := j.shifted(cust.Date(from), from).AddDays(1); ; d = d.AddDays(1) {
		at, _ := cust.At(d, cust.Close)
		if at.After(j.s.Now) {
			return n
		}
		if cust.IsWorking(d) && slices.ContainsFunc(silences, func(s onboarding.Span) bool { return s.Holds(at) }) {
			n++
		}
	}
}
