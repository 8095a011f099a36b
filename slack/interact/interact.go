// Package interact takes what our people do in Slack, a click on a button or a dialog filled in, and tells the
// onboarding it is about. The same handler serves HTTP and Socket Mode.
package interact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack"
)

const (
	// callTimeout bounds one call to Slack, workTimeout all that follows a click: longer than an engine is patient.
	callTimeout = 10 * time.Second
	workTimeout = 45 * time.Second
	// lookTimeout is until when after a click a dialog waits for what it shows: Slack opens none after three seconds.
	lookTimeout = 1500 * time.Millisecond
)

// ErrUnknown: there is no onboarding of this contract.
var ErrUnknown = errors.New("no onboarding of this contract")

// Refused is an event that the onboarding answered with no.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return "refused: " + r.Reason }

// Teller gives an event to the newest run of a contract, once for each event id; fresh is false for one that was told
// before. A no is *Refused; after any other error the event may or may not have been taken.
type Teller interface {
	Tell(ctx context.Context, contract string, e onboarding.Event) (fresh bool, err error)
}

// Standing is how a contract's newest run stands.
type Standing struct {
	Contract onboarding.Contract
	Run      int
	EndedAt  time.Time // zero while it goes on
	EndedFor string
}

// Case is how a case stands.
type Case struct {
	Status  onboarding.CaseStatus
	By      string // a person's id
	Outcome string
}

// Draft is a mail as it would go now, in the words that an edit takes.
type Draft struct {
	Subject string
	Body    string // Markdown
	// Recipients is how many get it; Personal says that the body holds links which are those of the first alone.
	Recipients int
	Personal   bool
}

// Office knows what a click is held against.
type Office interface {
	// Standing finds the newest run of a contract, or ErrUnknown.
	Standing(ctx context.Context, contract string) (Standing, error)
	// Case finds a case of that run; not ok where it does not know it.
	Case(ctx context.Context, contract, id string) (c Case, ok bool, err error)
	// Draft writes a mail to the customer as that run would send it now; not ok for one that it will not send.
	Draft(ctx context.Context, contract, touch string) (d Draft, ok bool, err error)
	// DraftOn is Draft for the mail that an event about a case would set off now; not ok where none would go.
	DraftOn(ctx context.Context, contract, about string, event onboarding.EventKind) (d Draft, ok bool, err error)
	// People lists those of ours who may act.
	People(ctx context.Context) ([]onboarding.Person, error)
}

// Config is what a Handler needs; Teller and Office are required.
type Config struct {
	Token  string // the bot's
	APIURL string // Slack's own when empty
	// SigningSecret tells Slack's requests from others', over HTTP.
	SigningSecret string
	AppToken      string // of Socket Mode
	Teller        Teller
	Office        Office
	Log           *slog.Logger
	Now           func() time.Time // time.Now when nil
	// Patience is how long after a click a dialog waits for what it shows; a second and a half when 0.
	Patience time.Duration
}

// Handler answers interactions. It is safe for concurrent use.
type Handler struct {
	Config
	slack  *api.Client
	client *http.Client
	socket socketState

	// What goes on after an interaction was acknowledged; Close ends it.
	work   sync.WaitGroup
	ctx    context.Context
	cancel context.CancelFunc
}

// New makes a handler; it calls nobody.
func New(c Config) *Handler {
	if c.Now == nil {
		c.Now = time.Now
	}
	h := &Handler{Config: c, client: &http.Client{Timeout: callTimeout}}
	options := []api.Option{api.OptionHTTPClient(h.client), api.OptionAppLevelToken(c.AppToken)}
	if c.APIURL != "" {
		options = append(options, api.OptionAPIURL(strings.TrimRight(c.APIURL, "/")+"/"))
	}
	h.slack = api.New(c.Token, options...)
	h.ctx, h.cancel = context.WithCancel(context.Background())
	return h
}

// Close waits until what was acknowledged is done; when ctx ends first, it is broken off.
func (h *Handler) Close(ctx context.Context) error {
	done := make(chan struct{})
	go func() { h.work.Wait(); close(done) }()
	defer h.cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Interact begins what an interaction asks for and gives what Slack is answered at once: nothing, or the faults of a
// dialog. Slack waits three seconds, so the rest follows by itself and its end is told to the person alone.
func (h *Handler) Interact(ic api.InteractionCallback) *api.ViewSubmissionResponse {
	switch ic.Type {
	case api.InteractionTypeBlockActions:
		for _, a := range ic.ActionCallback.BlockActions {
			if ic.Container.Type == "view" || a == nil {
				continue // a choice inside a dialog; its submission carries it
			}
			c := clickOf(ic, a)
			c.look = time.Now().Add(cmp.Or(h.Patience, lookTimeout))
			h.begin(func(ctx context.Context) { h.clicked(ctx, c, a) })
		}
	case api.InteractionTypeViewSubmission:
		return h.submitted(ic)
	}
	return nil
}

func (h *Handler) begin(do func(context.Context)) {
	h.work.Go(func() {
		ctx, cancel := context.WithTimeout(h.ctx, workTimeout)
		defer cancel()
		do(ctx)
	})
}

// click is a button pressed, and whom to answer how. A dialog carries it from the click to the submission.
type click struct {
	slack.Button
	Action      onboarding.ActionID `json:"action"`
	User        string              `json:"-"`
	Channel     string              `json:"channel"`
	TS          string              `json:"ts"` // of the message
	ResponseURL string              `json:"response_url"`
	Zone        string              `json:"zone,omitempty"` // the customer's, for dates
	Trigger     string              `json:"-"`
	// SubjectWas and BodyWas are the prints of what a dialog showed, so that what comes back as it was is no edit.
	SubjectWas string `json:"subject_was,omitempty"`
	BodyWas    string `json:"body_was,omitempty"`
	// look is until when a dialog may wait for what it shows.
	look time.Time
	// id makes the events' ids: equal for two deliveries, or two clicks, that mean one thing.
	id string
}

func clickOf(ic api.InteractionCallback, a *api.BlockAction) click {
	c := click{User: ic.User.ID, Channel: ic.Container.ChannelID, TS: ic.Container.MessageTs, ResponseURL: ic.ResponseURL, Trigger: ic.TriggerID}
	if c.Channel == "" {
		c.Channel = ic.Channel.ID
	}
	c.Button, _ = slack.ParseButton(a.ActionID, a.Value)
	c.Action = c.Button.Action
	return c
}

// clicked carries out a button, or opens its dialog.
func (h *Handler) clicked(ctx context.Context, c click, a *api.BlockAction) {
	if c.Contract == "" {
		h.Log.Warn("a button in Slack is none of ours", "code", "slack_button", "action", fmt.Sprintf("%.40q", a.ActionID))
		h.answer(ctx, c, speak(c.Language), "unknown_action")
		return
	}
	by, s, w, ok := h.admit(ctx, c)
	if !ok {
		return
	}
	if d, ok := dialogs[c.Action]; ok {
		h.open(ctx, c, by, s, w, d)
		return
	}
	c.id = clickID(c)
	events, ok := plain(c)
	if !ok {
		h.Log.Warn("a button in Slack asks for something unknown", "code", "slack_button", "action", fmt.Sprintf("%.40q", a.ActionID))
		h.answer(ctx, c, w, "unknown_action")
		return
	}
	h.tell(ctx, c, by, w, events)
}

// admit finds out who clicked and whether the onboarding still is what the message was about. Where it is not ok, the
// person was told.
func (h *Handler) admit(ctx context.Context, c click) (by onboarding.Person, s Standing, w words, ok bool) {
	w = speak(c.Language)
	s, err := h.Office.Standing(ctx, c.Contract)
	if errors.Is(err, ErrUnknown) {
		h.answer(ctx, c, w, "unknown_contract")
		return by, s, w, false
	}
	if err == nil {
		by, ok, err = h.who(ctx, c.User, s.Contract)
	}
	if err != nil {
		h.fail(ctx, c, w, err)
		return by, s, w, false
	}
	if !ok {
		h.Log.Warn("somebody who is not in people.yaml pressed a button in Slack", "code", "slack_stranger", "contract", c.Contract, "user", c.User)
		h.answer(ctx, c, w, "stranger")
		return by, s, w, false
	}
	w = speak(c.Language, by.Language)
	switch {
	case c.Run != s.Run:
		h.answer(ctx, c, w, "other_run")
	case !s.EndedAt.IsZero():
		h.answer(ctx, c, w, "ended", day(s), escape(s.EndedFor))
	default:
		return by, s, w, true
	}
	return by, s, w, false
}

// day is when a run ended, on the customer's calendar.
func day(s Standing) string {
	at := s.EndedAt
	if zone, err := onboarding.LoadZone(s.Contract.Customer.TimeZone); err == nil {
		at = at.In(zone)
	}
	return onboarding.DateOf(at).String()
}

// who finds a Slack user among our people: by their id, or by the address that Slack has for those without one.
func (h *Handler) who(ctx context.Context, user string, contract onboarding.Contract) (onboarding.Person, bool, error) {
	people, err := h.people(ctx, contract)
	if err != nil {
		return onboarding.Person{}, false, err
	}
	var byAddress []onboarding.Person
	for _, p := range people {
		switch {
		case p.SlackID == user && user != "":
			return p, true, nil
		case p.SlackID == "" && p.Email != "":
			byAddress = append(byAddress, p)
		}
	}
	if len(byAddress) == 0 || user == "" {
		return onboarding.Person{}, false, nil
	}
	u, err := h.slack.GetUserInfoContext(ctx, user)
	if err != nil {
		return onboarding.Person{}, false, fmt.Errorf("ask Slack who clicked: %w", err)
	}
	for _, p := range byAddress {
		if u.Profile.Email != "" && !u.Deleted && strings.EqualFold(p.Email, u.Profile.Email) {
			return p, true, nil
		}
	}
	return onboarding.Person{}, false, nil
}

// people are those of people.yaml, and those whom a contract writes out.
func (h *Handler) people(ctx context.Context, contract onboarding.Contract) ([]onboarding.Person, error) {
	people, err := h.Office.People(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range contract.Ours() {
		if _, known := onboarding.PersonByID(people, p.ID); !known {
			people = append(people, p)
		}
	}
	return people, nil
}

// tell gives the events to the onboarding and says to the person what became of them.
func (h *Handler) tell(ctx context.Context, c click, by onboarding.Person, w words, events []onboarding.Event) {
	told, err := h.decided(ctx, c, by, w, events[0])
	if told {
		return
	}
	if err != nil { // who cannot look may still write: what is told is kept until the engine is back
		h.Log.Warn("a case could not be looked up for a click in Slack", "code", "slack_case", "contract", c.Contract, "error", err)
	}
	for n, e := range events {
		e.By, e.At, e.ID = by.ID, h.Now().UTC().Truncate(time.Second), fmt.Sprintf("%s-%d", c.id, n)
		if e.Channel == "" {
			e.Channel = string(onboarding.ChannelSlack)
		}
		if err := e.ValidateSteering(); err != nil {
			h.answer(ctx, c, w, "refused", escape(err.Error()))
			return
		}
		fresh, err := h.Teller.Tell(ctx, c.Contract, e)
		var no *Refused
		switch {
		case errors.As(err, &no):
			h.answer(ctx, c, w, "refused", escape(no.Reason))
			return
		case err != nil:
			h.fail(ctx, c, w, err)
			return
		case !fresh:
			h.answer(ctx, c, w, "again")
			return
		}
	}
	h.answer(ctx, c, w, "done")
}

// decided tells the person that their case has been decided, or taken by another, since the message was drawn.
func (h *Handler) decided(ctx context.Context, c click, by onboarding.Person, w words, e onboarding.Event) (bool, error) {
	if !e.Kind.OfCase() || c.Case == "" {
		return false, nil
	}
	now, ok, err := h.Office.Case(ctx, c.Contract, c.Case)
	if err != nil {
		return false, err
	}
	switch taken := e.Kind == onboarding.EventAcknowledged && e.Value == "" && now.Status == onboarding.CaseAcknowledged; {
	case !ok:
		h.answer(ctx, c, w, "case_gone")
	case now.Status == onboarding.CaseResolved:
		h.answer(ctx, c, w, "resolved_by", h.name(ctx, c, now.By), escape(now.Outcome))
	case taken && now.By != "" && now.By != by.ID:
		h.answer(ctx, c, w, "taken_by", h.name(ctx, c, now.By))
	default:
		return false, nil
	}
	return true, nil
}

// name is what to call a person.
func (h *Handler) name(ctx context.Context, c click, id string) string {
	if s, err := h.Office.Standing(ctx, c.Contract); err == nil {
		people, _ := h.people(ctx, s.Contract)
		if p, ok := onboarding.PersonByID(people, id); ok && p.Name != "" {
			return escape(p.Name)
		}
	}
	return escape(id)
}

// fail says that nobody knows what became of a click. To click again is safe: it is the same event.
func (h *Handler) fail(ctx context.Context, c click, w words, err error) {
	h.Log.Error("a click in Slack could not be carried out", "code", "slack_click", "contract", c.Contract, "action", string(c.Action), "error", err)
	h.answer(ctx, c, w, "failed")
}

// answer tells the person alone, by the click's own URL or where that is too old, beside the message.
func (h *Handler) answer(ctx context.Context, c click, w words, key string, args ...any) {
	if ctx.Err() != nil { // the time is up, and yet they must hear that
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer cancel()
	}
	text := w.say(key, args...)
	err := errors.New("no address to answer to")
	if c.ResponseURL != "" {
		err = api.PostWebhookCustomHTTPContext(ctx, c.ResponseURL, h.client, &api.WebhookMessage{ResponseType: api.ResponseTypeEphemeral, Text: text})
	}
	if err != nil && c.Channel != "" {
		_, err = h.slack.PostEphemeralContext(ctx, c.Channel, c.User, api.MsgOptionText(text, false))
	}
	if err != nil {
		h.Log.Warn("a person could not be told what became of a click in Slack", "code", "slack_answer", "contract", c.Contract, "error", plainError(err))
	}
}

// plainError leaves out the URL, by which anybody could answer.
func plainError(err error) string {
	var said api.SlackErrorResponse
	var status api.StatusCodeError
	switch {
	case errors.As(err, &said):
		return said.Err
	case errors.As(err, &status):
		return fmt.Sprintf("status %d", status.Code)
	}
	return "Slack was not reached"
}
