package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/onboarding"
)

// steering is a command that steers one onboarding by one event.
type steering struct {
	use, short, long string
	kind             onboarding.EventKind
	args             int
	// prepare fills the event from the arguments and checks it against the onboarding.
	prepare func(ctx context.Context, ev *onboarding.Event, args []string) error
	// done says what was done.
	done func(ev onboarding.Event) string
}

// nothingToDo says that an onboarding is already as was asked.
type nothingToDo string

func (n nothingToDo) Error() string { return string(n) }

const steeringHelp = "Under one --id it is done once. What the onboarding refuses, and anything to one that has ended: exit code 1."

// command makes the command; flags of its own write into the event.
func (s steering) command(a *app, flags func(c *cobra.Command, ev *onboarding.Event)) *cobra.Command {
	ev := onboarding.Event{Kind: s.kind}
	c := &cobra.Command{
		Use: s.use, Short: s.short, Long: s.short + ".\n\n" + s.long + steeringHelp,
		Args: cobra.ExactArgs(s.args),
		RunE: func(cmd *cobra.Command, args []string) error {
			err := s.prepare(cmd.Context(), &ev, args)
			var nothing nothingToDo
			if errors.As(err, &nothing) {
				return a.say(map[string]any{"contract_id": args[0], "fresh": false}, "%s %s; nothing was done", args[0], string(nothing))
			}
			if err != nil {
				return err
			}
			return a.steer(cmd, args[0], ev, s.done)
		},
	}
	c.Flags().StringVar(&ev.ID, "id", "", "the event's own id: given twice it counts once; a new one without")
	c.Flags().StringVar(&ev.Reason, "reason", "", "why")
	if flags != nil {
		flags(c, &ev)
	}
	c.ValidArgsFunction = a.completeContract(nil)
	if slices.Contains(onboarding.SteeringKinds, s.kind) {
		c.ValidArgsFunction = a.completeContract(a.completeTouch)
	}
	return c
}

// steer tells a steering event and says what was done.
func (a *app) steer(cmd *cobra.Command, contract string, ev onboarding.Event, done func(onboarding.Event) string) error {
	if err := ev.ValidateSteering(); err != nil {
		return err
	}
	told, err := a.send(cmd, contract, ev, "")
	if err != nil {
		return err
	}
	if !told.Fresh {
		return a.say(told, "%s was told before; nothing was done twice", told.ID)
	}
	return a.say(told, "%s: %s", contract, done(ev))
}

func pauseCommand(a *app) *cobra.Command {
	return steering{
		use: "pause CONTRACT_ID", short: "Stop everything but confirmations for a while", kind: onboarding.EventPaused, args: 1,
		long: "With --dates keep the dates stay, and what falls into the pause follows its late rule; with shift all dates that lie\n" +
			"ahead move by the length of the pause. Pausing again prolongs the pause.\n\n",
		prepare: func(ctx context.Context, ev *onboarding.Event, args []string) error {
			return a.comes(ctx, args[0], ev.Until)
		},
		done: func(ev onboarding.Event) string {
			until := "until somebody resumes it"
			if ev.Until != "" {
				until = "until " + ev.Until
			}
			return fmt.Sprintf("paused %s; dates: %s", until, ev.Dates)
		},
	}.command(a, func(c *cobra.Command, ev *onboarding.Event) {
		c.Flags().StringVar(&ev.Until, "until", "", "resume by itself on this day or at this instant, as 2026-03-06 or RFC 3339")
		c.Flags().StringVar(&ev.Dates, "dates", "keep", "shift or keep")
		complete(c, "dates", onboarding.PauseDates...)
	})
}

// comes checks that a moment lies ahead of an onboarding.
func (a *app) comes(ctx context.Context, contract, until string) error {
	m, err := onboarding.ParseMoment(until)
	if err != nil { // absent, or a fault that the event's own check names
		return nil //nolint:nilerr // see above
	}
	row, err := a.row(ctx, contract)
	if err != nil {
		return err
	}
	at := m.At
	if at.IsZero() {
		at = m.Date.In(zone(row.Contract), 0)
	}
	if now := latest(time.Now(), row.Status.At); !at.After(now) {
		return fmt.Errorf("until: %s has passed already: write a day or an instant that is still to come", until)
	}
	return nil
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func resumeCommand(a *app) *cobra.Command {
	return steering{
		use: "resume CONTRACT_ID", short: "End a pause", kind: onboarding.EventResumed, args: 1,
		long: "An onboarding that is not paused is left alone and said so: exit code 0.\n\n",
		prepare: func(ctx context.Context, _ *onboarding.Event, args []string) error {
			row, err := a.row(ctx, args[0])
			if err != nil || !row.Status.EndedAt.IsZero() {
				return err
			}
			eng, err := a.engine(ctx)
			if err != nil {
				return err
			}
			state, err := eng.State(ctx, args[0])
			if err == nil && state.Pause == nil {
				return nothingToDo("was not paused")
			}
			return err
		},
		done: func(onboarding.Event) string { return "resumed" },
	}.command(a, nil)
}

// withTouch fills in the touch that the second argument names.
func withTouch(_ context.Context, ev *onboarding.Event, args []string) error {
	ev.Touch = args[1]
	return nil
}

func skipCommand(a *app) *cobra.Command {
	return steering{
		use: "skip CONTRACT_ID TOUCH", short: "Leave one touch out", kind: onboarding.EventTouchSkipped, args: 2, prepare: withTouch,
		done: func(ev onboarding.Event) string { return ev.Touch + " will not go" },
	}.command(a, nil)
}

func sendNowCommand(a *app) *cobra.Command {
	return steering{
		use: "send-now CONTRACT_ID TOUCH", short: "Send one touch at once", kind: onboarding.EventTouchHurried, args: 2, prepare: withTouch,
		long: "It waits for nothing that holds it back and counts as approved; the customer's hours, the spacing, opt-outs and dead\n" +
			"addresses are respected all the same.\n\n",
		done: func(ev onboarding.Event) string { return ev.Touch + " goes as soon as its hours and the spacing allow" },
	}.command(a, nil)
}

func holdCommand(a *app) *cobra.Command {
	return steering{
		use: "hold CONTRACT_ID TOUCH --until DATE", short: "Keep one touch back until a day", kind: onboarding.EventTouchParked, args: 2,
		prepare: func(ctx context.Context, ev *onboarding.Event, args []string) error {
			ev.Touch = args[1]
			if ev.Until == "" {
				return usagef("--until is missing: not before when?")
			}
			return a.comes(ctx, args[0], ev.Until)
		},
		done: func(ev onboarding.Event) string { return fmt.Sprintf("%s waits until %s", ev.Touch, ev.Until) },
	}.command(a, func(c *cobra.Command, ev *onboarding.Event) {
		c.Flags().StringVar(&ev.Until, "until", "", "not before this day or instant, as 2026-03-06 or RFC 3339")
	})
}

func editCommand(a *app) *cobra.Command {
	var body string
	return steering{
		use: "edit CONTRACT_ID TOUCH [--subject S] [--body FILE|-]", short: "Change the subject or the text of one mail before it goes",
		kind: onboarding.EventTouchEdited, args: 2,
		long: "The text is Markdown, as in the playbook's templates. What is not given keeps the playbook's.\n\n",
		prepare: func(ctx context.Context, ev *onboarding.Event, args []string) error {
			ev.Touch = args[1]
			if body == "" && ev.Subject == "" {
				return usagef("nothing to change: give --subject, --body or both")
			}
			if body != "" {
				data, err := a.read(body)
				if err != nil {
					return err
				}
				if ev.Body = string(data); len(data) == 0 {
					return fmt.Errorf("%s: body: the file is empty", body)
				}
			}
			return a.isMail(ctx, args[0], ev.Touch)
		},
		done: func(ev onboarding.Event) string { return ev.Touch + " will go with the new words" },
	}.command(a, func(c *cobra.Command, ev *onboarding.Event) {
		c.Flags().StringVar(&ev.Subject, "subject", "", "the new subject")
		c.Flags().StringVar(&body, "body", "", "file with the new text")
	})
}

// isMail checks that a touch of the onboarding's playbook is a mail; whether it is there at all the onboarding says.
func (a *app) isMail(ctx context.Context, contract, touch string) error {
	row, err := a.row(ctx, contract)
	if err != nil {
		return err
	}
	book, err := a.shelved(ctx, row.Status.Playbook)
	if err != nil {
		return err
	}
	if t, ok := book.Plan().Touch(touch); ok && t.Channel != onboarding.ChannelEmail {
		return fmt.Errorf("touch: %s goes by %s: only a mail can be edited", touch, t.Channel)
	}
	return nil
}

func ownerCommand(a *app) *cobra.Command {
	return steering{
		use: "owner CONTRACT_ID PERSON_ID", short: "Give an onboarding to another owner", kind: onboarding.EventOwnerChanged, args: 2,
		long: "The person must have been imported: starter people import.\n\n",
		prepare: func(_ context.Context, ev *onboarding.Event, args []string) error {
			ev.Owner = &onboarding.Person{ID: args[1]}
			return nil
		},
		done: func(ev onboarding.Event) string { return "the owner is " + ev.Owner.ID + " now" },
	}.command(a, nil)
}

func endCommand(a *app) *cobra.Command {
	return final("end CONTRACT_ID --reason WHY", "End an onboarding before its time", onboarding.EventEnded, "ended").command(a, nil)
}

func voidCommand(a *app) *cobra.Command {
	return final("void CONTRACT_ID --reason WHY", "End an onboarding because its contract is void", onboarding.EventVoided, "void").command(a, nil)
}

// final is a command that ends an onboarding; why, it must say.
func final(use, short string, kind onboarding.EventKind, word string) steering {
	return steering{
		use: use, short: short, kind: kind, args: 1,
		long: "Everything open is closed at once. starter restart begins another run.\n\n",
		prepare: func(_ context.Context, ev *onboarding.Event, _ []string) error {
			if ev.Reason == "" {
				return usagef("--reason is missing: whoever reads the story later wants to know why")
			}
			return nil
		},
		done: func(ev onboarding.Event) string { return word + ": " + ev.Reason },
	}
}
