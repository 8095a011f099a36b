package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/wiring"
)

// eventFields are the flags of event: the fields of its JSON form, by their names.
var eventFields = []struct{ name, help string }{
	{"kind", "what happened, such as kickoff_held or email_reply"},
	{"id", "the event's own id: told twice it counts once; a new one without"},
	{"at", "when it happened, RFC 3339; now without"},
	{"channel", words(onboarding.Channels)},
	{"by", "who did it; of meeting_missed: us or them"},
	{"contact", "id of the customer's contact"},
	{"date", "the date it is about, as 2026-02-03 or RFC 3339"},
	{"what", "what was promised"},
	{"due", "by when it was promised"},
	{"text", "what the customer wrote or said"},
	{"survey", words(onboarding.Surveys)},
	{"value", "the answer to the survey"},
	{"case", "id of the case; the newest open one without"},
	{"until", "of snoozed and paused, as 2026-02-03 or RFC 3339"},
	{"outcome", words(onboarding.Outcomes)},
	{"peer", "id of the peer"},
	{"dates", "of paused: shift or keep"},
	{"reason", "why"},
	{"owner", "of owner_changed: id of the new owner, of people.yaml"},
	{"dossier", "of handoff_filled: JSON file with the dossier"},
}

func eventCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "event CONTRACT_ID [EVENT.json|-]",
		Short: "Tell an onboarding what happened",
		Long: "Tell an onboarding what happened, as a JSON file or by flags, which have the names of the JSON fields. An event is\n" +
			"stored before it is acted on, and told twice under one id it counts once. One to an onboarding that has ended is kept,\n" +
			"changes nothing and is said so: exit code 0. One that the onboarding refuses: exit code 1.",
		Example: "  starter event C-2026-0042 --kind kickoff_booked --date 2026-02-03 --contact luca\n" +
			"  echo '{\"kind\":\"email_reply\",\"text\":\"...\"}' | starter event C-2026-0042 -",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeContract(nil),
		RunE: func(cmd *cobra.Command, args []string) error {
			ev, source, err := a.event(cmd, args[1:])
			if err != nil {
				return err
			}
			err = a.tell(cmd, args[0], ev, source)
			if errors.Is(err, engine.ErrEnded) {
				fmt.Fprintf(a.err, "starter: %s: %v\n", args[0], err)
				return nil
			}
			return err
		},
	}
	for _, f := range eventFields {
		c.Flags().String(f.name, "", f.help)
	}
	complete(c, "kind", strings.Split(words(onboarding.EventKinds), ", ")...)
	complete(c, "channel", onboarding.Channels...)
	complete(c, "survey", onboarding.Surveys...)
	complete(c, "outcome", onboarding.Outcomes...)
	complete(c, "dates", onboarding.PauseDates...)
	return c
}

// event reads the event from its file, or from the flags; source names where its faults lie.
func (a *app) event(cmd *cobra.Command, file []string) (ev onboarding.Event, source string, err error) {
	given := false
	cmd.Flags().Visit(func(f *pflag.Flag) {
		given = given || slices.ContainsFunc(eventFields, func(e struct{ name, help string }) bool { return e.name == f.Name })
	})
	var data []byte
	switch {
	case given == (len(file) > 0):
		return ev, "", usagef("say what happened by EVENT.json or by flags such as --kind, one of the two\nusage: %s", cmd.UseLine())
	case given:
		source = "the flags"
		data, err = a.eventFlags(cmd)
	default:
		source = file[0]
		data, err = a.read(source)
	}
	if err != nil {
		return ev, source, err
	}
	ev, err = onboarding.ParseEvent(data)
	return ev, source, in(source, err)
}

// eventFlags writes the flags as the JSON form, so that both forms are read and refused alike.
func (a *app) eventFlags(cmd *cobra.Command) ([]byte, error) {
	fields := map[string]any{}
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch value := f.Value.String(); f.Name {
		case "output", "help":
		case "owner":
			fields["owner"] = map[string]string{"id": value}
		case "dossier":
			var data []byte
			if data, err = a.read(value); err == nil {
				err = in(value, onboarding.Decode(data, new(onboarding.Dossier)))
				fields["dossier"] = json.RawMessage(data)
			}
		default:
			fields[f.Name] = value
		}
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}

// tell checks an event against its contract, tells it and reports the answer. A contract that the journal does not know
// is refused here: what is kept for later is for feeds, not for a slip of the pen.
func (a *app) tell(cmd *cobra.Command, contract string, ev onboarding.Event, source string) error {
	told, err := a.send(cmd, contract, ev, source)
	if err != nil {
		return err
	}
	if !told.Fresh {
		return a.say(told, "%s was told before; nothing was done twice", told.ID)
	}
	about := ""
	if told.about != "" {
		about = " (" + told.about + ")"
	}
	return a.say(told, "told %s: %s%s", contract, ev.Kind, about)
}

// sent is an event that was told.
type sent struct {
	engine.Told

	about string // which commitment it took; "" where there is none or the onboarding could not be asked
}

func (a *app) send(cmd *cobra.Command, contract string, ev onboarding.Event, source string) (told sent, err error) {
	ctx := cmd.Context()
	row, err := a.row(ctx, contract)
	if err != nil {
		return told, err
	}
	j, err := a.journal(ctx)
	if err != nil {
		return told, err
	}
	people, err := j.People(ctx)
	if err != nil {
		return told, err
	}
	_, err = j.InboxEvent(ctx, contract, ev.ID)
	fresh := err != nil // one that was told before was checked then
	err = errors.Join(ev.Resolve(people), fits(ev, row.Contract, people), a.happened(ctx, ev, row))
	if fresh {
		err = errors.Join(err, ahead(ev, row))
	}
	if err := in(source, err); err != nil {
		return told, err
	}
	eng, err := a.engine(ctx)
	if errors.Is(err, wiring.ErrTemporal) && !ev.Kind.Answered() {
		var kept error
		if told.Told, kept = (&engine.Engine{Journal: j}).Keep(ctx, contract, ev); kept != nil {
			return told, errors.Join(err, kept)
		}
		return told, fmt.Errorf("%w; the event is kept and follows by itself", err)
	}
	if err != nil {
		return told, err
	}
	if fresh {
		if told.about, err = a.stands(ctx, eng, ev, row); err != nil {
			return told, in(source, err)
		}
	}
	told.Told, err = eng.Tell(ctx, contract, ev)
	return told, err
}

// skew is how far another clock may be ahead of ours.
const skew = time.Minute

// happened refuses an event that is still to come. On a server that skips time an onboarding's own clock may be ahead of ours.
func (a *app) happened(ctx context.Context, ev onboarding.Event, row journal.ContractRow) error {
	now := latest(time.Now(), row.Status.At).Add(skew)
	if !ev.At.After(now) {
		return nil
	}
	if eng, err := a.engine(ctx); err == nil {
		virtual, err := engine.Skipper{Engine: eng}.Now(ctx, onboarding.WorkflowID(row.Contract.ID, row.Run))
		if err == nil && !ev.At.After(virtual.Add(skew)) {
			return nil
		}
	}
	return fmt.Errorf("at: %s is still to come: tell it when it has happened; what is planned stands in date or due", ev.At.In(zone(row.Contract)).Format(rfc3339))
}

// ahead refuses a promise for a day that was over when it was made, on the customer's calendar.
func ahead(ev onboarding.Event, row journal.ContractRow) error {
	field, value, says := "due", ev.Due, "a promise is made for a day to come; what was kept is commitment_kept"
	switch ev.Kind {
	case onboarding.EventCommitmentMade, onboarding.EventCommitmentMoved:
	case onboarding.EventKickoffBooked:
		field, value, says = "date", ev.Date, "a kickoff is booked for a day to come; what was held is kickoff_held"
	default:
		return nil
	}
	m, err := onboarding.ParseMoment(value)
	if err != nil { // absent, or a fault that the event's own check names
		return nil //nolint:nilerr // see above
	}
	loc, made := zone(row.Contract), ev.At
	if made.IsZero() {
		made = latest(time.Now(), row.Status.At)
	}
	day := m.Date
	if !m.At.IsZero() {
		day = onboarding.DateOf(m.At.In(loc))
	}
	if !day.Before(onboarding.DateOf(made.In(loc))) {
		return nil
	}
	return fmt.Errorf("%s: %s is past: %s. If it was said earlier, say when by at", field, value, says)
}

// fits checks what an event says of people, theirs and ours.
func fits(ev onboarding.Event, c onboarding.Contract, people []onboarding.Person) error {
	errs := []error{theirs(ev, c), ours(ev, c, people)}
	if ev.Dossier != nil {
		errs = append(errs, c.ValidateDossier(*ev.Dossier))
	}
	if ev.Amendment != nil {
		errs = append(errs, stays(c, *ev.Amendment, true))
	}
	return errors.Join(errs...)
}

// theirs refuses a contact whom the customer does not have.
func theirs(ev onboarding.Event, c onboarding.Contract) error {
	if ids := contacts(c); ev.Contact != "" && !slices.Contains(ids, ev.Contact) {
		return fmt.Errorf("contact: %q is no contact of %s: write one of %s", ev.Contact, c.ID, strings.Join(ids, ", "))
	}
	return nil
}

func contacts(c onboarding.Contract) []string {
	ids := make([]string, len(c.Customer.Contacts))
	for i, o := range c.Customer.Contacts {
		ids[i] = o.ID
	}
	return ids
}

// ours refuses a person of ours whom neither the contract nor the people know.
func ours(ev onboarding.Event, c onboarding.Contract, people []onboarding.Person) error {
	if ev.By == "" || side(ev) {
		return nil
	}
	var ids []string
	for _, p := range append(c.Ours(), people...) {
		if !slices.Contains(ids, p.ID) {
			ids = append(ids, p.ID)
		}
	}
	switch among := strings.Join(ids, ", "); {
	case slices.Contains(ids, ev.By):
		return nil
	case slices.Contains(contacts(c), ev.By):
		return fmt.Errorf("by: %q is a contact of the customer: name them in contact, and in by who of ours did it, one of %s", ev.By, among)
	default:
		return fmt.Errorf("by: nobody has the id %q: write one of %s, or add them to people.yaml (starter people import FILE; offline --people FILE)", ev.By, among)
	}
}

// side reports whether an event says by which side it was, and not by whom.
func side(ev onboarding.Event) bool {
	return slices.Contains(onboarding.MissedBy, ev.By) && (ev.Kind == onboarding.EventMeetingMissed || promises(ev))
}
