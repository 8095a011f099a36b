package interact

import (
	"context"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

// fetchDraft finds the mail as it would go now. Whoever is asked may take their time; the form is not kept waiting.
func fetchDraft(ctx context.Context, h *Handler, f *form) {
	type answer struct {
		draft Draft
		ok    bool
		err   error
	}
	came := make(chan answer, 1)
	h.work.Go(func() {
		var a answer
		a.draft, a.ok, a.err = h.Office.Draft(ctx, f.click.Contract, f.click.Value)
		came <- a
	})
	var a answer
	select {
	case a = <-came:
	case <-ctx.Done():
		a.err = ctx.Err()
	}
	if a.err != nil {
		h.Log.Warn("a dialog shows no mail, since it could not be read in time", "code", "slack_draft", "contract", f.click.Contract, "touch", f.click.Value, "error", a.err)
	}
	if a.err == nil && a.ok {
		f.draft = &a.draft
		f.click.SubjectWas, f.click.BodyWas = printOf(a.draft.Subject), printOf(a.draft.Body)
	}
}

// editForm shows the mail as it would go now, where that is known and Slack and all its recipients can take it.
func editForm(f form) []api.Block {
	subject := api.NewPlainTextInputBlockElement(nil, "subject")
	body := area(f.w, "body", "edit_hint", "")
	box := body.Element.(*api.PlainTextInputBlockElement)
	hint := func(key string, args ...any) { body.Hint.Text = f.w.say(key, args...) }
	if f.draft == nil {
		hint("edit_late")
		return []api.Block{input(f.w, "subject", "edit_hint", subject).WithOptional(true), body.WithOptional(true)}
	}
	d := *f.draft
	if fits(d.Subject) {
		subject.InitialValue = d.Subject
	}
	switch box.InitialValue = d.Body; {
	case d.Personal:
		box.InitialValue = ""
		hint("edit_personal")
	case !fits(d.Body):
		box.InitialValue = ""
		hint("edit_long", inputLimit)
	case d.Recipients > 1:
		hint("edit_several", d.Recipients)
	default:
		hint("edit_shown")
	}
	return []api.Block{input(f.w, "subject", "edit_hint", subject).WithOptional(true), body.WithOptional(true)}
}

func fits(s string) bool { return len([]rune(s)) <= inputLimit }

// edited is the edit of a mail: what is empty, or as the dialog showed it, is none.
func edited(w words, in answers, c click, _ onboarding.Date) ([]onboarding.Event, map[string]string) {
	if in["subject"] == "" && in["body"] == "" {
		return nil, map[string]string{"body": w["edit_missing"]}
	}
	changed := func(now, was string) string {
		if was != "" && printOf(now) == was {
			return ""
		}
		return now
	}
	e := onboarding.Event{Kind: onboarding.EventTouchEdited, Touch: c.Value, Subject: changed(in["subject"], c.SubjectWas), Body: changed(in["body"], c.BodyWas)}
	if e.Subject == "" && e.Body == "" {
		return nil, nil
	}
	return []onboarding.Event{e}, nil
}

// asTyped leaves out what an input may change by itself: line ends, and spaces that keep words together.
var asTyped = strings.NewReplacer("\r\n", "\n", "\u00a0", " ", "\u202f", " ")

// printOf tells two texts apart in a few characters.
func printOf(s string) string { return digest("print", strings.TrimSpace(asTyped.Replace(s))) }
