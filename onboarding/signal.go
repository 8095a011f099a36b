package onboarding

import "time"

// Signal is one kind of evidence that a customer regrets the purchase, or (with a negative weight) that they do not. It
// comes with an event, or it is a watch: something that should have happened by now and did not.
type Signal struct {
	ID string `json:"id"`
	// On lists the events that are evidence; the fields up to Intent narrow them where set.
	On     []EventKind `json:"on,omitempty"`
	By     string      `json:"by,omitempty"`     // of meeting_missed: us or them
	Survey string      `json:"survey,omitempty"` // csat, nps, ces, quality
	Values []string    `json:"values,omitempty"` // the survey's values that count
	Intent Intent      `json:"intent,omitempty"` // of a reply that was read without doubt about its intent
	// Doubtful takes the replies that voice one of the four doubts; they weigh by their confidence.
	Doubtful bool `json:"doubtful,omitempty"`
	// Watch makes it evidence that something did not happen.
	Watch *Watch `json:"watch,omitempty"`
	// Weight is in points of the score, 0 to 100; it halves every HalfLife, and with none counts in full until it ends.
	Weight   int           `json:"weight"`
	HalfLife time.Duration `json:"half_life,omitempty"`
	// Hard opens a case by itself, at any hour, until it ends.
	Hard bool `json:"hard,omitempty"`
	// Ends lists the events that end it. What is left then weighs TailWeight and halves every TailHalfLife.
	Ends         []EventKind   `json:"ends,omitempty"`
	TailWeight   int           `json:"tail_weight,omitempty"`
	TailHalfLife time.Duration `json:"tail_half_life,omitempty"`
	Doubt        Doubt         `json:"doubt,omitempty"`
	// Task is raised for the owner with it.
	Task string `json:"task,omitempty"`
}

// Silence reports whether the signal is that nothing happened.
func (s Signal) Silence() bool { return s.Watch != nil }

// Watch is a date by which a fact should hold. It counts working days of the customer, closures and announced absences
// left out.
type Watch struct {
	Anchor Anchor `json:"anchor"`
	Days   int    `json:"days"` // working days after the anchor, at the close of the last
	Fact   Fact   `json:"fact"`
	// Feed is what must report the fact; "" is our own record, which always does. Watches of a feed that is not among the
	// playbook's stand still.
	Feed Fact `json:"feed,omitempty"`
	// Lately is for how long a feed counts as alive after an event of it for any customer. Days on which it is not do not
	// count. Without it the feed is taken for alive: a playbook of before there was such a key.
	Lately time.Duration `json:"lately,omitempty"`
	// Needs must hold too, and until it does nothing is watched.
	Needs Fact `json:"needs,omitempty"`
	// Stopped watches from the last log-in on instead of for the first.
	Stopped bool `json:"stopped,omitempty"`
}

// Remorse is how a playbook weighs signals; percentages are whole numbers.
type Remorse struct {
	Signals     []Signal `json:"signals"`
	Amber       int      `json:"amber"`        // 30: health is amber from here
	Green       int      `json:"green"`        // 25: and green again below
	Case        int      `json:"case"`         // 55: a case from here,
	Kinds       int      `json:"kinds"`        // 2: with that many kinds of evidence
	KindMost    int      `json:"kind_most"`    // 150 %: one kind counts at most this much of its weight
	SilenceMost int      `json:"silence_most"` // 30: all silence together
	Delicate    int      `json:"delicate"`     // 125 %: evidence of a delicate stage
	// Sure is the confidence from which a doubt in a reply opens a case by itself.
	Sure int `json:"sure"` // 80 %
	// ContactQuiet is for how many working days a talk with the customer mutes soft signals and puts off cheerful mails.
	ContactQuiet int `json:"contact_quiet"` // 2
	// FalseAlarmDays mutes the kinds of a false alarm for this customer.
	FalseAlarmDays int `json:"false_alarm_days"` // 14
	// JoinQuietDays is for how long a customer who was taken over opens no case by score.
	JoinQuietDays int `json:"join_quiet_days"` // 7
	// Mood starts here at the signature, and the euphoria halves every MoodHalfLife.
	Mood         int           `json:"mood"`
	MoodHalfLife time.Duration `json:"mood_half_life"`
	// ReopenDays is for how long new evidence opens a resolved case again instead of another.
	ReopenDays int `json:"reopen_days"` // 14
	// RepayDays is until when money must be back after a withdrawal, in calendar days from its receipt.
	RepayDays int `json:"repay_days"` // 14
}

// Signal finds a signal by its id.
func (r *Remorse) Signal(id string) (Signal, bool) {
	for i := range r.Signals {
		if r.Signals[i].ID == id {
			return r.Signals[i], true
		}
	}
	return Signal{}, false
}

// Clock is the time within which a customer's question must have its first human answer.
type Clock struct {
	On      []EventKind `json:"on"`
	Channel string      `json:"channel,omitempty"` // "" is any
	Minutes int         `json:"minutes"`           // working, of the owner
}

// Ladder is whom an unacknowledged case goes to, each so many working minutes of the owner after it opened; 0 leaves the
// rung out.
type Ladder struct {
	Reminder int `json:"reminder"`
	Backup   int `json:"backup"`
	Manager  int `json:"manager"`
	Ops      int `json:"ops"`
	// Back is after how long a case that was acknowledged without anything done comes back.
	Back int `json:"back"`
}

// Clocks are the playbook's clocks, in working minutes of who must act.
type Clocks struct {
	Answers []Clock `json:"answers"` // the first that fits
	// Resolution runs from an interim answer to the resolving one.
	Resolution int `json:"resolution"`
	// Least is what is left of a clock that a delicate stage halves, at the least.
	Least  int    `json:"least"`
	Hard   Ladder `json:"hard"`
	Scored Ladder `json:"scored"`
	// DossierReminders go to sales, DossierLead to who leads them, each so long after the request, in their hours.
	DossierReminders []int `json:"dossier_reminders"`
	DossierLead      int   `json:"dossier_lead"`
	// Accept is how long the owner may take to accept a dossier; then the manager hears of it.
	Accept int `json:"accept"`
	// Contact is how long after the handoff the owner may take to speak with the customer; then they have a task.
	Contact int `json:"contact,omitempty"`
	// Late and LateTwice name the signals of a question past its clock, and past twice of it; Missed that of a commitment.
	Late      string `json:"late"`
	LateTwice string `json:"late_twice"`
	Missed    string `json:"missed"`
}

// Whose a commitment is.
const (
	ByUs    = "us"
	ByThem  = "them"
	BySales = "sales" // promised before the signature, and the owner has not accepted the dossier yet
)

// Commitment is a promise with a date.
type Commitment struct {
	What string `json:"what"`
	Due  string `json:"due"`          // a date or RFC 3339; a date is missed at the end of that day
	By   string `json:"by,omitempty"` // them or sales; "" is us
	// Solves says that it was made with an answer: by when what the customer asked about will be settled.
	Solves bool `json:"solves,omitempty"`
}

// Health is what a score and its cases mean for whoever looks at many customers.
type Health string

const (
	HealthGreen Health = "green"
	HealthAmber Health = "amber"
	HealthRed   Health = "red" // a case is open
)
