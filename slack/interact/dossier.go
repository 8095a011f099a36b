package interact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	api "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"github.com/centogiorni/centogiorni/onboarding"
)

func escape(s string) string { return slackutilsx.EscapeMessage(s) }

// noWords stands for a worry that nobody put into words.
const noWords = "-"

// dossierForm shows the dossier as it stands. What is too long for Slack is left out, and stays.
func dossierForm(f form) []api.Block {
	d := onboarding.Dossier{}
	if f.standing.Contract.Dossier != nil {
		d = *f.standing.Contract.Dossier
	}
	var goals, promises []string
	for _, g := range d.Goals {
		goals = append(goals, oneLine(g.Text))
	}
	for _, p := range d.Promises {
		line := oneLine(p.Text)
		if p.Due != nil {
			line += "; " + p.Due.String()
		}
		promises = append(promises, line)
	}
	var blocks []api.Block
	add := func(name, hint, initial string) {
		if fits(initial) {
			blocks = append(blocks, area(f.w, name, hint, initial).WithOptional(true))
		}
	}
	add("goals", "", strings.Join(goals, "\n"))
	add("promises", "promises_hint", strings.Join(promises, "\n"))
	blocks = append(blocks, saidBy(f)...)
	for _, known := range onboarding.Doubts {
		add(doubt(known), "worries_hint", worry(d, known))
	}
	for _, c := range f.standing.Contract.Customer.Contacts {
		if was := caresAbout(d, c.ID); fits(was) {
			blocks = append(blocks, caresInput(f.w, c, was))
		}
	}
	blocks = append(blocks, preferred(f.w, d.Channel))
	add("notes", "", d.Notes)
	return blocks
}

// cares names the input of what a contact cares about.
func cares(contact string) string { return "cares_" + contact }

func caresAbout(d onboarding.Dossier, contact string) string {
	for _, p := range d.People {
		if p.Contact == contact {
			return oneLine(p.Cares)
		}
	}
	return ""
}

// caresInput asks about one contact by name, so that nobody has to know ids.
func caresInput(w words, c onboarding.Contact, was string) api.Block {
	e := api.NewPlainTextInputBlockElement(nil, cares(c.ID))
	e.InitialValue, e.MaxLength = was, inputLimit
	label := text(w.say("cares", cmp.Or(c.Name, c.ID)))
	return api.NewInputBlock(cares(c.ID), label, nil, e).WithOptional(true)
}

// reach are the channels by which a customer may like to be reached.
var reach = []string{"phone", "email", "chat", "whatsapp", "meeting", "social", "slack", "pec", "post"}

// preferred is the choice of a channel. One that stands is among them, whatever it is: Slack shows no other.
func preferred(w words, was string) api.Block {
	channels := reach
	if was != "" && !slices.Contains(reach, was) {
		channels = append(slices.Clone(reach), was)
	}
	e := api.NewOptionsSelectBlockElement(api.OptTypeStatic, nil, "preferred")
	for _, c := range channels {
		o := api.NewOptionBlockObject(c, text(cmp.Or(w["channel_"+c], c)), nil)
		if e.Options = append(e.Options, o); c == was {
			e.InitialOption = o
		}
	}
	return input(w, "preferred", "", e).WithOptional(true)
}

// saidBy asks who said what is new, and whether mails may repeat it.
func saidBy(f form) []api.Block {
	var options []*api.OptionBlockObject
	for _, c := range f.standing.Contract.Customer.Contacts {
		if len(options) < groupLimit {
			options = append(options, api.NewOptionBlockObject(c.ID, text(cut(c.Name, optionLimit)), nil))
		}
	}
	if len(options) == 0 {
		return nil
	}
	who := api.NewOptionsSelectBlockElement(api.OptTypeStatic, nil, "said_by", options...)
	may := api.NewCheckboxGroupsBlockElement("may_repeat", api.NewOptionBlockObject("yes", text(f.w["may_repeat_yes"]), nil))
	return []api.Block{input(f.w, "said_by", "", who).WithOptional(true), input(f.w, "may_repeat", "", may).WithOptional(true)}
}

func worry(d onboarding.Dossier, about onboarding.Doubt) string {
	for _, w := range d.Worries {
		if w.Doubt == about {
			return cmp.Or(strings.TrimSpace(w.Note), noWords)
		}
	}
	return ""
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// filledIn checks the answers' form; mergeDossier makes the dossier of them.
func filledIn(w words, in answers, _ click, _ onboarding.Date) ([]onboarding.Event, map[string]string) {
	if n := wrongDate(in["promises"]); n > 0 {
		return nil, map[string]string{"promises": w.say("promises_date", n)}
	}
	something := ""
	for name, value := range in {
		if name != "said_by" && name != "may_repeat" { // which say nothing by themselves
			something += value
		}
	}
	if something == "" {
		return nil, map[string]string{"goals": w["dossier_missing"]}
	}
	return []onboarding.Event{{Kind: onboarding.EventHandoffFilled}}, nil
}

// wrongDate is the number of the first line whose end looks like a date and is none; 0 where all are well.
func wrongDate(promises string) int {
	for n, line := range strings.Split(promises, "\n") {
		if _, _, ok := promiseOf(line); !ok {
			return n + 1
		}
	}
	return 0
}

// promiseOf reads "what was promised; 2026-02-28".
func promiseOf(line string) (what string, due *onboarding.Date, ok bool) {
	i := strings.LastIndex(line, ";")
	if i < 0 {
		return strings.TrimSpace(line), nil, true
	}
	after := strings.TrimSpace(line[i+1:])
	date, err := onboarding.ParseDate(after)
	if err != nil {
		return strings.TrimSpace(line), nil, !strings.ContainsAny(after, "0123456789")
	}
	what = strings.TrimSpace(line[:i])
	return what, &date, what != ""
}

// mergeDossier is the dossier that stands with the answers put in. A goal or promise whose words are the same keeps who
// said it and whether it may be repeated; inputs that were not shown leave their part alone.
func mergeDossier(e *onboarding.Event, in answers, s Standing, _ []onboarding.Person) error {
	d := onboarding.Dossier{}
	if s.Contract.Dossier != nil {
		d = *s.Contract.Dossier
	}
	if text, shown := in["goals"]; shown {
		was := d.Goals
		d.Goals = nil
		for _, line := range lines(text) {
			g := onboarding.Goal{Text: line, SaidBy: in["said_by"], MayRepeat: in["may_repeat"] == "yes"}
			if i := slices.IndexFunc(was, func(w onboarding.Goal) bool { return oneLine(w.Text) == line }); i >= 0 {
				g = was[i]
			}
			d.Goals = append(d.Goals, g)
		}
	}
	if text, shown := in["promises"]; shown {
		was := d.Promises
		d.Promises = nil
		for _, line := range lines(text) {
			what, due, _ := promiseOf(line)
			p := onboarding.DossierPromise{Text: what, SaidTo: in["said_by"], MayRepeat: in["may_repeat"] == "yes"}
			if i := slices.IndexFunc(was, func(w onboarding.DossierPromise) bool { return oneLine(w.Text) == what }); i >= 0 {
				p = was[i]
			}
			p.Due = due
			d.Promises = append(d.Promises, p)
		}
	}
	d.Worries = worries(d.Worries, in)
	d.People = people(d.People, in, s.Contract.Customer.Contacts)
	if channel, shown := in["preferred"]; shown {
		d.Channel = channel
	}
	if notes, shown := in["notes"]; shown {
		d.Notes = notes
	}
	e.Dossier = &d
	if err := s.Contract.ValidateDossier(d); err != nil {
		return fmt.Errorf("the dossier: %w", err)
	}
	return nil
}

// worries keeps those whose input was not shown.
func worries(was []onboarding.Worry, in answers) []onboarding.Worry {
	var out []onboarding.Worry
	for _, w := range was {
		if _, shown := in[doubt(w.Doubt)]; !shown {
			out = append(out, w)
		}
	}
	for _, d := range onboarding.Doubts {
		switch note := in[doubt(d)]; note {
		case "":
		case noWords:
			out = append(out, onboarding.Worry{Doubt: d})
		default:
			out = append(out, onboarding.Worry{Doubt: d, Note: note})
		}
	}
	return out
}

// people keeps those whose input was not shown or not changed, and drops whom nothing is written about any more.
func people(was []onboarding.DossierPerson, in answers, contacts []onboarding.Contact) []onboarding.DossierPerson {
	out := slices.Clone(was)
	for _, c := range contacts {
		now, shown := in[cares(c.ID)]
		if !shown {
			continue
		}
		i := slices.IndexFunc(out, func(p onboarding.DossierPerson) bool { return p.Contact == c.ID })
		switch {
		case i < 0 && now == "", i >= 0 && oneLine(out[i].Cares) == oneLine(now):
		case i < 0:
			out = append(out, onboarding.DossierPerson{Contact: c.ID, Cares: now})
		case now == "":
			out = slices.Delete(out, i, i+1)
		default:
			out[i].Cares = now
		}
	}
	return out
}

func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = oneLine(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
