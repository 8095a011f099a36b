package interact

import (
	"cmp"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

// answerChannels are the ways of an answer, the usual one first.
var answerChannels = []string{"email", "phone", "chat", "meeting"}

// contactForm asks what was promised, if anything was: whoever promised nothing saves at once.
func contactForm(f form) []api.Block {
	what := api.NewPlainTextInputBlockElement(nil, "what")
	what.MaxLength = inputLimit
	return []api.Block{
		input(f.w, "due", "due_hint", api.NewDatePickerBlockElement("due")).WithOptional(true),
		input(f.w, "what", "what_hint", what).WithOptional(true),
	}
}

// answerForm asks by which channel as well, since an answer in person is a contact.
func answerForm(f form) []api.Block {
	return append([]api.Block{choice(f.w, "channel", answerChannels)}, contactForm(f)...)
}

// inTouch is what one of ours did, by the channel given where the dialog asks for none, and what they promised for a day.
func inTouch(kind onboarding.EventKind, channel string) func(words, answers, click, onboarding.Date) ([]onboarding.Event, map[string]string) {
	return func(w words, in answers, c click, today onboarding.Date) ([]onboarding.Event, map[string]string) {
		e := onboarding.Event{Kind: kind, Case: c.Case, Channel: cmp.Or(in["channel"], channel), Due: in["due"], What: in["what"]}
		faults := map[string]string{}
		due, err := onboarding.ParseDate(e.Due)
		switch {
		case e.Due == "" && e.What != "":
			faults["due"] = w["due_missing"]
		case e.Due != "" && (err != nil || due.Before(today)):
			faults["due"] = w["due_past"]
		}
		if e.Due != "" && e.What == "" {
			faults["what"] = w["what_missing"]
		}
		return []onboarding.Event{e}, faults
	}
}
