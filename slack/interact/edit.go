package interact

import (
	"context"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

// ofTouch is the mail of a button.
func ofTouch(ctx context.Context, o Office, c click) (Draft, bool, error) {
	return o.Draft(ctx, c.Contract, c.Value)
}

// fetchDraft finds a mail as it would go now. Whoever is asked may take their time; the form is not kept waiting.
func fetchDraft(ask func(context.Context, Office, click) (Draft, bool, error)) func(context.Context, *Handler, *form) {
	type answer struct {
		draft Draft
		ok    bool
		err   error
	}
	return func(ctx context.Context, h *Handler, f *form) {
		c, came := f.click, make(chan answer, 1)
		h.work.Go(func() {
			var a answer
			a.draft, a.ok, a.err = ask(ctx, h.Office, c)
			came <- a
		})
		var a answer
		select {
		case a = <-came:
		case <-ctx.Done():
			a.err = ctx.Err()
		}
		if a.err != nil {
			h.Log.Warn("a dialog shows no mail, since it could not be read in time", "code", "slack_draft", "contract", c.Contract, "action", string(c.Action), "touch", c.Value, "error", a.err)
			return
		}
		if f.noMail = !a.ok; a.ok {
			f.draft = &a.draft
			f.click.SubjectWas, f.click.BodyWas = printOf(a.draft.Subject), printOf(a.draft.Body)
		}
	}
}

func editForm(f form) []api.Block { return mailForm(f, "edit_late") }

// mailForm shows a mail as it would go now, where that is known and Slack and all its recipients can take it; where it is
// not known, the hint late says so.
func mailForm(f form, late string) []api.Block {
	subject := api.NewPlainTextInputBlockElement(nil, "subject")
	body := area(f.w, "body", "edit_hint", "")
	box := body.Element.(*api.PlainTextInputBlockElement)
	hint := func(key string, args ...any) { body.Hint.Text = f.w.say(key, args...) }
	if f.draft == nil {
		hint(late)
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
	subject, body := rewritten(in, c)
	if subject == "" && body == "" {
		return nil, nil
	}
	return []onboarding.Event{{Kind: onboarding.EventTouchEdited, Touch: c.Value, Subject: subject, Body: body}}, nil
}

// rewritten is what somebody made of a mail that a dialog showed; what they left alone is empty.
func rewritten(in answers, c click) (subject, body string) {
	changed := func(now, was string) string {
		if was != "" && printOf(now) == was {
			return ""
		}
		return now
	}
	return changed(in["subject"], c.SubjectWas), changed(in["body"], c.BodyWas)
}

// asTyped leaves out what an input may change by itself: line ends, and spaces that keep words together.
var asTyped = strings.NewReplacer("\r\n", "\n", "\u00a0", " ", "\u202f", " ")

// printOf tells two texts apart in a few characters.
func printOf(s string) string { return digest("print", strings.TrimSpace(asTyped.Replace(s))) }
