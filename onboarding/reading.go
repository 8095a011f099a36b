package onboarding

// Intent is what the writer of a reply wants.
type Intent string

const (
	IntentRefund    Intent = "refund"    // money back, or how to get it
	IntentCancel    Intent = "cancel"    // out of the contract, or how to get out
	IntentComplaint Intent = "complaint" // something went wrong: a person must answer
	IntentQuestion  Intent = "question"
	IntentThanks    Intent = "thanks"
	IntentAuto      Intent = "auto" // a machine wrote: out of office, a bounce, a receipt
	IntentNone      Intent = "none"
)

// Intents lists the intents, the gravest first.
var Intents = []Intent{IntentCancel, IntentRefund, IntentComplaint, IntentQuestion, IntentThanks, IntentAuto, IntentNone}

// DoubtNone is the doubt of a reply that voices none of the four.
const DoubtNone Doubt = "none"

// Reading is what a reply says, and how sure that is.
type Reading struct {
	Intent Intent `json:"intent"`
	Doubt  Doubt  `json:"doubt"` // one of the four, or DoubtNone
	// Confidence, 0 to 1, is that of the doubt where there is one, else that of the intent. From 0.8 on the words stand by themselves.
	Confidence float64 `json:"confidence"`
	// Evidence holds the sentences that decided, in the customer's words and their order: three at most, a long one cut
	// around what decided.
	Evidence []string `json:"evidence,omitempty"`
	// Unsure asks a person to read it: the words hint at remorse and do not say it, or speak of two doubts alike, or are in
	// a language nobody taught us. Doubt is then the best guess.
	Unsure bool `json:"unsure,omitempty"`
	// Withdrawal is a declared will to end the contract in explicit words (recedo, disdetta, notice of termination). A
	// question about withdrawal is IntentCancel without it.
	Withdrawal bool `json:"withdrawal,omitempty"`
	// OptOut asks for no more of our mails. That is neither remorse nor a will to end the contract, and may stand beside both.
	OptOut bool `json:"opt_out,omitempty"`
	// Until is the day on which the writer of an automatic reply is back, zero if it names none. Its year is 0 where the
	// reply names no year: Return then finds it.
	Until Date `json:"until,omitzero"`
	// Language is "it" or "en", "" where the text does not tell.
	Language string `json:"language,omitempty"`
}

// Grave reports whether the intent wakes somebody by itself: a will to leave, or a complaint.
func (i Intent) Grave() bool {
	return i == IntentCancel || i == IntentRefund || i == IntentComplaint
}

// Alarms reports whether the reading wakes somebody by itself: a will to leave, a complaint or a clear doubt.
func (r Reading) Alarms() bool {
	return r.Intent.Grave() || r.Doubt != DoubtNone && !r.Unsure
}

// Return is the day on which the writer of an automatic reply is back, for a reply received on the given day: a day
// without a year is the first one from then on.
func (r Reading) Return(received Date) (Date, bool) {
	if r.Until.IsZero() || r.Until.Year != 0 {
		return r.Until, !r.Until.IsZero()
	}
	back := Date{Year: received.Year, Month: r.Until.Month, Day: r.Until.Day}
	if back.Before(received) {
		back.Year++
	}
	return back.AddDays(0), true // the 29th of February of another year is the 1st of March
}
