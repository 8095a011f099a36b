package portfolio

import (
	"fmt"
	"slices"
)

// Assumption is one thing that is taken for granted about made-up customers and the people who look after them.
type Assumption struct {
	ID      string `json:"id"`
	Percent int    `json:"percent"`
	Of      string `json:"of"` // whom the percentage is of
	What    string `json:"what"`
}

// Whom a percentage is of.
const (
	ofAll      = "all customers"
	ofTroubled = "the customers who are not smooth, each by itself"
	ofCases    = "cases"
	ofLeaving  = "those who say that they want to go"
)

// Assumptions are what a portfolio assumes without being told otherwise. They are judgement, not measurement: nobody's
// customers were counted for them. A report prints them, so that whoever reads it can say where theirs differ.
func Assumptions() []Assumption { return slices.Clone(assumptions) }

var assumptions = []Assumption{
	{"smooth", 60, ofAll, "nothing goes wrong: called within 2 working days, kickoff within 13, in use soon after; what they ask is answered in time"},
	{"consumer", 20, ofAll, "are consumers, with 14 days to withdraw"},
	{"elsewhere", 50, ofAll, "live in another zone or country than the contract given"},
	{"dossier", 70, ofAll, "come with a dossier; of the others sales fills it in within 2 working days"},
	{"dated_promise", 30, ofAll, "were promised something by a date before they signed"},

	{"doubt_ability", 20, ofTroubled, "write that they cannot do it"},
	{"doubt_approval", 8, ofTroubled, "write that others think they chose wrong"},
	{"doubt_product", 12, ofTroubled, "write that it does not work well"},
	{"doubt_value", 12, ofTroubled, "write that it was not worth the money"},
	{"late_contact", 15, ofTroubled, "are spoken with only after 3 to 6 working days"},
	{"late_kickoff", 25, ofTroubled, "book the kickoff only after 9 to 20 working days"},
	{"missed_by_us", 8, ofTroubled, "wait for one of ours who does not come to the kickoff"},
	{"missed_by_them", 12, ofTroubled, "do not come to the kickoff"},
	{"unreachable", 20, ofTroubled, "try once or twice to reach us and do not"},
	{"late_answer", 25, ofTroubled, "wait 9 to 30 working hours for one of their answers"},
	{"mishap", 12, ofTroubled, "have a mishap, solved within 1 to 4 working days"},
	{"complaint", 12, ofTroubled, "complain"},
	{"promise_broken", 15, ofTroubled, "are promised something by a date that we miss"},
	{"invoice_disputed", 6, ofTroubled, "dispute the first invoice"},
	{"champion_left", 4, ofTroubled, "lose the colleague who wanted it"},
	{"not_used", 12, ofTroubled, "stop using it after a week or two"},
	{"low_mark", 15, ofTroubled, "give a low mark in a survey"},
	{"confusing_answer", 10, ofTroubled, "call an answer confusing"},
	{"unsubscribed", 4, ofTroubled, "want no more relationship mail"},
	{"refund_inquiry", 6, ofTroubled, "ask how the refund works"},
	{"refund_requested", 4, ofTroubled, "ask for their money back"},
	{"cancellation", 2, ofTroubled, "want to end the contract"},
	{"withdrawal", 2, ofTroubled, "withdraw within 14 days"},

	{"ignored", 10, ofCases, "lie for 5 to 14 of the owner's hours before anybody takes them; the others 10 minutes to 2 hours"},
	{"false_alarm", 10, ofCases, "that no stated will opened are false alarms, says the owner"},
	{"leaves", 60, ofLeaving, "go"},
}

// Assume puts other percentages in the place of those assumed.
func Assume(percents map[string]int) ([]Assumption, error) {
	out := Assumptions()
	for id, percent := range percents {
		i := slices.IndexFunc(out, func(a Assumption) bool { return a.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("%q is not assumed: the report with --output json names what is", id)
		}
		if percent < 0 || percent > 100 {
			return nil, fmt.Errorf("%s: %d is no percentage: write 0 to 100", id, percent)
		}
		out[i].Percent = percent
	}
	return out, nil
}
