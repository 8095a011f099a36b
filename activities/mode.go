package activities

import (
	"context"
	"fmt"
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
)

// nextMorning is the hour at which a mail that nobody approved asks again; the core moves it into the touch's window.
const nextMorning = 8 * 60

// modeOf is how far an order may go now. It is asked at each try and never kept: a worker with another MODE, an import
// of people and an adoption reach the customers who are on their way.
func (a *Activities) modeOf(ctx context.Context, book *playbook.Playbook, o onboarding.Order) (onboarding.Mode, error) {
	owner, err := a.ownersMode(ctx, o.Contract.Owner)
	if err != nil {
		return "", err
	}
	return onboarding.Strictest(a.Mode, book.Plan().Mode, owner, o.Mode), nil
}

// ownersMode is what people.yaml says of the owner now. The copy in the contract is as old as the run and counts only
// for somebody whom people.yaml does not know.
func (a *Activities) ownersMode(ctx context.Context, owner *onboarding.Person) (onboarding.Mode, error) {
	if owner == nil {
		return "", nil
	}
	p, ok, err := a.People.Find(ctx, owner.ID)
	if err != nil {
		return "", fmt.Errorf("find the owner's mode: %w", err)
	}
	if !ok {
		return owner.Mode, nil
	}
	return p.Mode, nil
}

// kept is the answer for an order that the mode keeps from going; the zero outcome where it goes. Review keeps neither
// what was approved, nor confirmations, which are owed at once, nor messages to ours.
func kept(m onboarding.Mode, o onboarding.Order) onboarding.Outcome {
	switch {
	case m == onboarding.ModeShadow:
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: onboarding.ReasonShadow}
	case m == onboarding.ModeReview && (o.Audience == onboarding.AudienceCustomer || o.Audience == onboarding.AudiencePeer) && o.Class != onboarding.ClassConfirmation && !o.Approved:
		at := local(o)
		return onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Reason: onboarding.ReasonApproval,
			Until: onboarding.DateOf(at).AddDays(1).In(at.Location(), nextMorning)}
	}
	return onboarding.Outcome{}
}

// permitted is what of an order may be carried out now: all of it, or in a mode that keeps it what an earlier try began
// before the mode was as it is, since what may have gone is told as it is. With nothing to carry out, the second result
// is the answer.
func (a *Activities) permitted(ctx context.Context, book *playbook.Playbook, o onboarding.Order) (onboarding.Order, onboarding.Outcome, error) {
	m, err := a.modeOf(ctx, book, o)
	if err != nil {
		return o, onboarding.Outcome{}, err
	}
	out := kept(m, o)
	if out.Kind == "" {
		return o, out, nil
	}
	rows, err := a.Ledger.SendsOf(ctx, o.Key)
	if err != nil {
		return o, onboarding.Outcome{}, fmt.Errorf("read the ledger: %w", err)
	}
	o.Resend = false
	o.To = slices.DeleteFunc(slices.Clone(o.To), func(id string) bool {
		return !slices.ContainsFunc(rows, func(r onboarding.Send) bool {
			return r.State != onboarding.SendReleased && (r.Key == o.Key || r.Key == onboarding.MailKey(o.Key, id))
		})
	})
	if len(o.To) > 0 {
		return o, onboarding.Outcome{}, nil
	}
	if m == onboarding.ModeShadow {
		a.count(o.Channel, onboarding.ReasonShadow)
	} else {
		a.count(o.Channel, string(out.Kind))
	}
	return o, out, nil
}
