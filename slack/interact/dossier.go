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
		if len([]rune(initial)) <= inputLimit {
			blocks = append(blocks, area(f.w, name, hint, initial).WithOptional(true))
		}
	}
	add("goals", "", strings.Join(goals, "\n"))
	add("promises", "promises_hint", strings.Join(promises, "\n"))
	blocks = append(blocks, saidBy(f)...)
	for _, known := range onboarding.Doubts {
		add(doubt(known), "worries_hint", worry(d, known))
	}
	add("notes", "", d.Notes)
	return blocks
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
	something := in["goals"] + in["promises"] + in["notes"]
	for _, d := range onboarding.Doubts {
		something += in[doubt(d)]
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

func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = oneLine(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
