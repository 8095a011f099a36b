package playbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack/slackutilsx"

	"github.com/centogiorni/centogiorni/onboarding"
)

// ops is the recipient that is a channel and no person.
const ops = string(onboarding.AudienceOps)

// ComposeNotice writes a message to one of ours that no touch describes: o.Notice must be set. It is in the person's
// language and on the clock of their zone, else the customer's. Rewrite and Thread are left to the caller, who knows which
// message stands. The dossier's worries are printed: nobody but our own people reads this.
func (p *Playbook) ComposeNotice(o onboarding.Order, to onboarding.Person, s Settings) (onboarding.Alert, error) {
	a, err := p.composeNotice(o, to, s)
	if err != nil {
		return onboarding.Alert{}, fmt.Errorf("composing %s of contract %s: %w", o.Touch, o.Contract.ID, err)
	}
	return a, nil
}

func (p *Playbook) composeNotice(o onboarding.Order, to onboarding.Person, s Settings) (onboarding.Alert, error) {
	if o.Notice == nil {
		return onboarding.Alert{}, ErrNoText
	}
	n, a, err := p.message(o, o.Notice, to, s)
	if err != nil {
		return onboarding.Alert{}, err
	}
	a.Case, a.Mention = n.Case, !n.Step.Rewrites() && to.ID != ops
	switch n.Kind {
	case onboarding.NoticeCase:
		n.aboutCase(&a)
	case onboarding.NoticeDossier:
		n.aboutDossier(&a)
	case onboarding.NoticeAccept:
		n.aboutHandoff(&a, "accept", "accept_opened", "accept_reminder")
		a.Actions = []onboarding.AlertAction{n.button(onboarding.ActionAccept, primary), n.button(onboarding.ActionReturn, "")}
	case onboarding.NoticeOwner:
		n.aboutHandoff(&a, "owner", "owner", "owner")
	case onboarding.NoticeWithdrawal:
		n.aboutWithdrawal(&a)
	case onboarding.NoticeAnswer:
		n.aboutAnswer(&a)
	default:
		return onboarding.Alert{}, ErrNoText
	}
	return a, nil
}

// message begins a message to one of ours.
func (p *Playbook) message(o onboarding.Order, about *onboarding.Notice, to onboarding.Person, s Settings) (*notice, onboarding.Alert, error) {
	language := p.ours(to)
	zone, err := location(cmp.Or(to.TimeZone, o.Contract.Customer.TimeZone))
	if err != nil {
		return nil, onboarding.Alert{}, err
	}
	d, err := newData(o, decisionMaker(o.Contract.Customer), language, s)
	if err != nil {
		return nil, onboarding.Alert{}, err
	}
	n := &notice{Notice: about, plan: p.plan, words: p.words[language], order: o, data: d, to: to,
		cal: calendarPage{locales[language], zone, onboarding.DateOf(o.At.In(zone))}}
	return n, onboarding.Alert{Key: o.Key, Contract: o.Contract.ID, Run: o.Run, Touch: o.Touch, To: to.ID, SlackID: to.SlackID,
		Email: to.Email, Language: language, At: o.At}, nil
}

// ours is the language of one of ours: their own where the playbook has it, else its first.
func (p *Playbook) ours(to onboarding.Person) string {
	if slices.Contains(p.plan.Languages, to.Language) {
		return to.Language
	}
	return p.plan.Languages[0]
}

// notice is a message to one of ours while it is written. Its texts are Slack mrkdwn: every value is escaped on its way in.
type notice struct {
	*onboarding.Notice
	plan  *onboarding.Playbook
	words words
	order onboarding.Order
	data  *data
	to    onboarding.Person
	cal   calendarPage // of the reader
}

const primary = "primary"

// mostItems is how many lines of a list are shown, mostRunes how much of what somebody wrote.
const (
	mostItems = 8
	mostRunes = 300
)

// escaped makes one line of a value: it can neither mention a channel nor hide a link.
func escaped(s string) string {
	s = oneLine(s)
	if r := []rune(s); len(r) > mostRunes {
		s = strings.TrimSpace(string(r[:mostRunes])) + "…"
	}
	return slackutilsx.EscapeMessage(s)
}

// line is a text of the words with what it is about filled in.
func (n *notice) line(key string, more ...string) string {
	fill := append([]string{"customer", escaped(n.customer()), "contact", escaped(n.data.Contact.Name), "product", escaped(n.data.Product),
		"owner", escaped(n.data.Owner.Name), "sales", escaped(n.data.Sales.Name)}, more...)
	return n.words.say("lines", key, fill...)
}

// title is plain text: the adapter escapes it.
func (n *notice) title(key string, more ...string) string {
	return oneLine(n.words.say("titles", key, append([]string{"customer", oneLine(n.customer()), "contract", n.order.Contract.ID}, more...)...))
}

// customer is the company, or the consumer's own name.
func (n *notice) customer() string { return cmp.Or(n.data.Customer.Company, n.data.Contact.Name) }

// person is the name of one of ours; the id of whom the contract does not name.
func (n *notice) person(id string) string {
	for _, p := range append([]onboarding.Person{n.to}, n.order.Contract.Ours()...) {
		if p.ID == id && p.Name != "" {
			return p.Name
		}
	}
	return id
}

// time writes an instant on the reader's clock.
func (n *notice) time(t time.Time) string {
	return n.cal.dateTime(t.In(n.cal.zone), n.cal.today)
}

func (n *notice) button(id onboarding.ActionID, style string) onboarding.AlertAction {
	return onboarding.AlertAction{ID: id, Label: n.words.say("buttons", string(id)), Style: style}
}

// fact adds a labelled piece of the message; an empty one is left out.
func (n *notice) fact(a *onboarding.Alert, label string, lines ...string) {
	lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" })
	if len(lines) > mostItems {
		lines = append(lines[:mostItems:mostItems], "…")
	}
	if len(lines) > 0 {
		a.Facts = append(a.Facts, onboarding.AlertFact{Label: n.words.say("labels", label), Text: strings.Join(lines, "\n")})
	}
}

// bullets makes a list of what there is.
func bullets(lines []string) []string {
	for i, l := range lines {
		lines[i] = "• " + l
	}
	return lines
}

// who names the people at the customer, the one who decides first.
func (n *notice) who(a *onboarding.Alert) {
	contacts := slices.Clone(n.order.Contract.Customer.Contacts)
	slices.SortStableFunc(contacts, func(x, y onboarding.Contact) int {
		return cmp.Compare(boolInt(x.Role != onboarding.RoleDecisionMaker), boolInt(y.Role != onboarding.RoleDecisionMaker))
	})
	var lines []string
	for _, c := range contacts {
		parts := []string{"*" + escaped(c.Name) + "*", escaped(n.words.called("roles", string(c.Role))), escaped(c.Phone), escaped(c.Email)}
		lines = append(lines, strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · "))
	}
	n.fact(a, "who", lines...)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// known writes what sales learned, and what was promised since.
func (n *notice) known(a *onboarding.Alert) {
	var promised, goals, worries []string
	if d := n.order.Contract.Dossier; d != nil {
		for _, p := range d.Promises {
			due := ""
			if p.Due != nil {
				due = n.cal.date(*p.Due, n.cal.today)
			}
			promised = append(promised, dated(p.Text, due))
		}
		for _, g := range d.Goals {
			goals = append(goals, attributed(g.Text, n.contactName(g.SaidBy)))
		}
		for _, w := range d.Worries {
			worries = append(worries, attributed(cmp.Or(w.Note, n.words.say("doubts", string(w.Doubt))), ""))
		}
	}
	n.fact(a, "promised", bullets(promised)...)
	n.fact(a, "goals", bullets(goals)...)
	n.fact(a, "worries", bullets(worries)...)
	var open []string
	for _, c := range n.Open {
		what := dated(c.What, n.cal.named(c.Due))
		if c.By == onboarding.ByThem {
			what += " (" + escaped(n.words.say("labels", "theirs")) + ")"
		}
		open = append(open, what)
	}
	n.fact(a, "open", bullets(open)...)
}

func dated(text, due string) string {
	if due == "" {
		return escaped(text)
	}
	return escaped(text) + ": " + escaped(due)
}

func attributed(text, by string) string {
	if by == "" {
		return escaped(text)
	}
	return escaped(text) + " (" + escaped(by) + ")"
}

func (n *notice) contactName(id string) string {
	for _, c := range n.order.Contract.Customer.Contacts {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// where writes the phase, the stage and the curve.
func (n *notice) where(a *onboarding.Alert) {
	n.fact(a, "where", n.line("where", "phase", escaped(n.words.called("phases", string(n.Phase))),
		"stage", escaped(n.words.called("stages", string(n.Stage))), "mood", fmt.Sprintf("%+d", n.Mood), "score", fmt.Sprint(n.Score)))
}

// aboutDossier asks for the dossier again, or brings the owner's question.
func (n *notice) aboutDossier(a *onboarding.Alert) {
	a.Title, a.Text = n.title("dossier"), n.line("dossier_reminder")
	switch n.Step {
	case onboarding.StepEscalated:
		a.Text = n.line("dossier_escalated")
	case onboarding.StepBack:
		a.Title, a.Text = n.title("dossier_back"), n.line("dossier_back")
		if n.Text != "" {
			a.Text += "\n> " + escaped(n.Text)
		}
	}
	n.who(a)
	a.Actions = []onboarding.AlertAction{n.button(onboarding.ActionDossier, primary)}
}

// aboutHandoff is the small dossier: what an owner must know before they introduce themself.
func (n *notice) aboutHandoff(a *onboarding.Alert, title, opened, reminder string) {
	a.Title, a.Text = n.title(title), n.line(opened)
	if n.Step == onboarding.StepReminder {
		a.Text = n.line(reminder)
	}
	n.who(a)
	n.known(a)
	if d := n.order.Contract.Dossier; d != nil {
		var people []string
		for _, p := range d.People {
			if p.Cares != "" {
				people = append(people, escaped(cmp.Or(n.contactName(p.Contact), p.Contact))+": "+escaped(p.Cares))
			}
		}
		n.fact(a, "people", bullets(people)...)
		n.fact(a, "channel", escaped(n.cal.word(d.Channel)))
		n.fact(a, "notes", escaped(d.Notes))
		n.fact(a, "missing", bullets(n.missing(d))...)
	}
	n.where(a)
}

// missing lists what a dossier leaves out, in the words that would stand above it.
func (n *notice) missing(d *onboarding.Dossier) []string {
	var out []string
	for _, part := range []struct {
		label string
		there bool
	}{
		{"goals", len(d.Goals) > 0}, {"promised", len(d.Promises) > 0}, {"worries", len(d.Worries) > 0}, {"people", len(d.People) > 0}, {"channel", d.Channel != ""},
	} {
		if !part.there {
			out = append(out, escaped(n.words.say("labels", part.label)))
		}
	}
	return out
}

// aboutWithdrawal tells ops by when the money must be back.
func (n *notice) aboutWithdrawal(a *onboarding.Alert) {
	day := n.cal.date(n.Day, n.cal.today)
	a.Title, a.Text = n.title("withdrawal", "day", day), n.line("withdrawal", "day", day)
	n.who(a)
	c := n.order.Contract
	n.fact(a, "value", escaped(strings.TrimSpace(c.Value.Amount+" "+c.Value.Currency)))
	if r := n.data.Refund; r != nil {
		n.fact(a, "refund", escaped(r.How))
	}
	n.fact(a, "owner", strings.Join(slices.DeleteFunc([]string{escaped(n.data.Owner.Name), escaped(n.data.Owner.Phone), escaped(n.data.Owner.Email)},
		func(s string) bool { return s == "" }), " · "))
}

// aboutAnswer says that the customer did not get through, or waits too long.
func (n *notice) aboutAnswer(a *onboarding.Alert) {
	key := "answer_late"
	if n.Asked == onboarding.EventContactAttempted {
		key = "answer_call"
	}
	a.Title, a.Text = n.title("answer"), n.line(key, "when", n.time(n.AskedAt))
	if n.Step == onboarding.StepEscalated {
		a.Text = "*" + n.line("escalated") + "*\n" + a.Text
	}
	if asked := strings.TrimPrefix(escaped(n.contactName(n.AskedBy))+": "+escaped(n.Text), ": "); n.AskedBy != "" || n.Text != "" {
		a.Text += "\n> " + strings.TrimSuffix(asked, ": ")
	}
	n.who(a)
	n.fact(a, "answer_by", n.time(n.AnswerBy))
	n.where(a)
	a.Actions = []onboarding.AlertAction{n.button(onboarding.ActionCalled, primary), n.button(onboarding.ActionAnswered, "")}
}
