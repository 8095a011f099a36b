package interact

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Slack's limits on dialogs, in characters.
const (
	inputLimit  = 3000
	optionLimit = 75
	groupLimit  = 100
)

// dialog is what a button asks before it is carried out.
type dialog struct {
	title  string // key
	submit string // key of what the button says; "submit" where it is empty
	// blocks are the inputs as they are shown.
	blocks func(f form) []api.Block
	// events are what the answers mean, none where they change nothing, or their faults by input; both may depend on
	// nothing but the answers and what the dialog carries.
	events func(w words, in answers, c click, today onboarding.Date) ([]onboarding.Event, map[string]string)
	// prepare adds to the form what must be looked up before it is shown, in no more time than ctx has; nil where nothing
	// must. What it could not find the form does without.
	prepare func(ctx context.Context, h *Handler, f *form)
	// complete adds what must be looked up; nil where nothing must. Its error is told.
	complete func(e *onboarding.Event, in answers, s Standing, people []onboarding.Person) error
}

// form is what a dialog is drawn from.
type form struct {
	w        words
	click    click
	standing Standing
	people   []onboarding.Person
	today    onboarding.Date
	// draft is the mail to edit, nil where it could not be had in time; noMail says that there is none.
	draft  *Draft
	noMail bool
}

var dialogs = map[onboarding.ActionID]dialog{
	onboarding.ActionSnooze:     {title: "snooze_title", blocks: snoozeForm, events: snoozed},
	onboarding.ActionFalseAlarm: {title: "false_alarm_title", blocks: choiceForm("reason", falseAlarmReasons), events: chosen(onboarding.EventFalseAlarm, "reason")},
	onboarding.ActionResolve:    {title: "resolve_title", blocks: choiceForm("outcome", onboarding.Outcomes), events: chosen(onboarding.EventResolved, "outcome")},
	onboarding.ActionReassign:   {title: "reassign_title", blocks: ownerForm, events: ownerChanged, complete: resolveOwner},
	onboarding.ActionReturn:     {title: "return_title", blocks: returnForm, events: returned},
	onboarding.ActionCalled:     {title: "called_title", blocks: contactForm, events: inTouch(onboarding.EventContacted, "phone")},
	onboarding.ActionAnswered:   {title: "answered_title", blocks: answerForm, events: inTouch(onboarding.EventAnswered, answerChannels[0])},
	onboarding.ActionEdit:       {title: "touch_edit_title", blocks: editForm, events: edited, prepare: fetchDraft(ofTouch)},
	onboarding.ActionAdmit:      {title: "admit_title", submit: "admit_submit", blocks: admitForm, events: admitted, prepare: fetchDraft(ofApology)},
	onboarding.ActionDossier:    {title: "dossier_title", blocks: dossierForm, events: filledIn, complete: mergeDossier},
}

// falseAlarmReasons are what mutes a reason for a customer; a report counts them.
var falseAlarmReasons = []string{"misread", "known", "usual", "wrong_data"}

// open shows a dialog, which must be within three seconds of the click.
func (h *Handler) open(ctx context.Context, c click, by onboarding.Person, s Standing, w words, d dialog) {
	people, err := h.people(ctx, s.Contract)
	if err != nil {
		h.fail(ctx, c, w, err)
		return
	}
	c.Language, c.Zone = cmp.Or(c.Language, by.Language), s.Contract.Customer.TimeZone
	f := form{w: w, click: c, standing: s, people: people, today: h.today(c.Zone)}
	if d.prepare != nil {
		look, cancel := context.WithDeadline(ctx, c.look)
		d.prepare(look, h, &f)
		cancel()
	}
	blocks := d.blocks(f)
	meta, err := json.Marshal(f.click)
	if err == nil && len(meta) > inputLimit {
		err = errors.New("what the dialog must carry is too long")
	}
	if err != nil {
		h.fail(ctx, c, w, err)
		return
	}
	_, err = h.slack.OpenViewContext(ctx, c.Trigger, api.ModalViewRequest{
		Type: api.VTModal, CallbackID: string(c.Action), PrivateMetadata: string(meta),
		Title: text(w[d.title]), Submit: text(w[cmp.Or(d.submit, "submit")]), Close: text(w["close"]), Blocks: api.Blocks{BlockSet: blocks},
	})
	if err != nil {
		h.Log.Warn("a dialog could not be opened in Slack", "code", "slack_dialog", "contract", c.Contract, "action", string(c.Action), "error", plainError(err))
		h.answer(ctx, c, w, "no_dialog")
	}
}

// submitted reads a dialog that was filled in. Faults of its answers are shown in it; all else follows.
func (h *Handler) submitted(ic api.InteractionCallback) *api.ViewSubmissionResponse {
	var c click
	if err := json.Unmarshal([]byte(ic.View.PrivateMetadata), &c); err != nil || c.Contract == "" {
		h.Log.Warn("a dialog in Slack is none of ours", "code", "slack_button", "dialog", fmt.Sprintf("%.40q", ic.View.CallbackID))
		return nil
	}
	c.Button.Action, c.User, c.Trigger = c.Action, ic.User.ID, ic.TriggerID
	c.id = viewID(ic.View.ID, c)
	d, ok := dialogs[c.Action]
	if !ok {
		h.begin(func(ctx context.Context) { h.answer(ctx, c, speak(c.Language), "unknown_action") })
		return nil
	}
	in := answersOf(ic.View.State)
	events, faults := d.events(speak(c.Language), in, c, h.today(c.Zone))
	if len(faults) > 0 {
		return api.NewErrorsViewSubmissionResponse(faults)
	}
	if len(events) == 0 {
		h.begin(func(ctx context.Context) { h.answer(ctx, c, speak(c.Language), "unchanged") })
		return nil
	}
	h.begin(func(ctx context.Context) { h.carryOut(ctx, c, d, events, in) })
	return nil
}

// carryOut does what a dialog asks for, by somebody who may.
func (h *Handler) carryOut(ctx context.Context, c click, d dialog, events []onboarding.Event, in answers) {
	by, s, w, ok := h.admit(ctx, c)
	if !ok {
		return
	}
	if d.complete != nil {
		people, err := h.people(ctx, s.Contract)
		if err != nil {
			h.fail(ctx, c, w, err)
			return
		}
		if err := d.complete(&events[0], in, s, people); err != nil {
			h.answer(ctx, c, w, "refused", escape(err.Error()))
			return
		}
	}
	h.tell(ctx, c, by, w, events)
}

// today is the date in a zone; in ours where the zone is not known.
func (h *Handler) today(zone string) onboarding.Date {
	now := h.Now()
	if at, err := onboarding.LoadZone(zone); zone != "" && err == nil {
		now = now.In(at)
	}
	return onboarding.DateOf(now)
}

// answers are the values of a dialog's inputs by their names; a choice of several is joined by commas.
type answers map[string]string

func answersOf(state *api.ViewState) answers {
	in := answers{}
	if state == nil {
		return in
	}
	for _, block := range state.Values {
		for name, a := range block {
			value := cmp.Or(a.Value, a.SelectedOption.Value, a.SelectedDate)
			for _, o := range a.SelectedOptions {
				value = strings.TrimPrefix(value+","+o.Value, ",")
			}
			in[name] = strings.TrimSpace(value)
		}
	}
	return in
}

func snoozeForm(f form) []api.Block {
	date := api.NewDatePickerBlockElement("date")
	date.InitialDate = f.today.AddDays(1).String()
	return []api.Block{choice(f.w, "until", []string{"tomorrow", "days3", "date"}), input(f.w, "date", "", date).WithOptional(true)}
}

// snoozed rests a case until the next working morning, for three days, or until a date.
func snoozed(w words, in answers, c click, today onboarding.Date) ([]onboarding.Event, map[string]string) {
	e := onboarding.Event{Kind: onboarding.EventSnoozed, Case: c.Case}
	switch in["until"] {
	case "days3":
		e.Until = today.AddDays(3).String()
	case "date":
		date, err := onboarding.ParseDate(in["date"])
		if err != nil || !today.Before(date) {
			return nil, map[string]string{"date": w["date_missing"]}
		}
		e.Until = date.String()
	}
	return []onboarding.Event{e}, nil
}

// choiceForm asks for one of some values: one tap.
func choiceForm(name string, values []string) func(form) []api.Block {
	return func(f form) []api.Block { return []api.Block{choice(f.w, name, values)} }
}

func chosen(kind onboarding.EventKind, name string) func(words, answers, click, onboarding.Date) ([]onboarding.Event, map[string]string) {
	return func(w words, in answers, c click, _ onboarding.Date) ([]onboarding.Event, map[string]string) {
		e := onboarding.Event{Kind: kind, Case: c.Case}
		if name == "outcome" {
			e.Outcome = in[name]
		} else {
			e.Reason = in[name]
		}
		if in[name] == "" {
			return nil, map[string]string{name: w[name]}
		}
		return []onboarding.Event{e}, nil
	}
}

// ownerForm lists our people but the owner, in groups where Slack takes no more.
func ownerForm(f form) []api.Block {
	var options []*api.OptionBlockObject
	people := slices.SortedFunc(slices.Values(f.people), func(a, b onboarding.Person) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, p := range people {
		if o := f.standing.Contract.Owner; o == nil || o.ID != p.ID {
			options = append(options, api.NewOptionBlockObject(p.ID, text(cut(cmp.Or(p.Name, p.ID), optionLimit)), nil))
		}
	}
	e := api.NewOptionsSelectBlockElement(api.OptTypeStatic, nil, "owner", options...)
	if len(options) > groupLimit {
		e.Options = nil
		for group := range slices.Chunk(options, groupLimit) {
			label := cut(group[0].Text.Text, 30) + " - " + cut(group[len(group)-1].Text.Text, 30)
			e.OptionGroups = append(e.OptionGroups, api.NewOptionGroupBlockElement(text(label), group...))
		}
	}
	return []api.Block{input(f.w, "owner", "", e)}
}

func ownerChanged(w words, in answers, _ click, _ onboarding.Date) ([]onboarding.Event, map[string]string) {
	if in["owner"] == "" {
		return nil, map[string]string{"owner": w["owner"]}
	}
	return []onboarding.Event{{Kind: onboarding.EventOwnerChanged}}, nil
}

// resolveOwner writes out the new owner.
func resolveOwner(e *onboarding.Event, in answers, _ Standing, people []onboarding.Person) error {
	p, ok := onboarding.PersonByID(people, in["owner"])
	if !ok {
		return fmt.Errorf("%q is not in people.yaml", in["owner"])
	}
	e.Owner = &p
	return nil
}

func returnForm(f form) []api.Block { return []api.Block{area(f.w, "question", "", "")} }

func returned(w words, in answers, _ click, _ onboarding.Date) ([]onboarding.Event, map[string]string) {
	if in["question"] == "" {
		return nil, map[string]string{"question": w["question"]}
	}
	return []onboarding.Event{{Kind: onboarding.EventHandoffReturned, Reason: in["question"]}}, nil
}

// choice is a list of values of which one is chosen, the first at once; their labels are the keys name_value.
func choice(w words, name string, values []string) *api.InputBlock {
	var options []*api.OptionBlockObject
	for _, v := range values {
		options = append(options, api.NewOptionBlockObject(v, text(w[name+"_"+v]), nil))
	}
	e := api.NewRadioButtonsBlockElement(name, options...)
	e.InitialOption = options[0]
	return input(w, name, "", e)
}

// area is a text of several lines.
func area(w words, name, hint, initial string) *api.InputBlock {
	e := api.NewPlainTextInputBlockElement(nil, name)
	e.Multiline, e.InitialValue, e.MaxLength = true, initial, inputLimit
	return input(w, name, hint, e)
}

// input is a labelled element; block and action have the same name, by which faults and answers find it.
func input(w words, name, hint string, e api.BlockElement) *api.InputBlock {
	var h *api.TextBlockObject
	if hint != "" {
		h = text(w[hint])
	}
	return api.NewInputBlock(name, text(w[name]), h, e)
}

func text(s string) *api.TextBlockObject {
	return api.NewTextBlockObject(api.PlainTextType, s, false, false)
}

func cut(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}
