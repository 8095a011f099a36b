package activities

import (
	"context"
	"errors"
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
)

// mails lists what leaves today in an owner's name, and what waits for their yes.
func (g *gathering) mails(ctx context.Context, who playbook.DigestCustomer, s *journey.State, book *playbook.Playbook, owner string) ([]playbook.DigestMail, error) {
	own, err := g.ownersMode(ctx, s.Start.Contract.Owner)
	if err != nil {
		return nil, err
	}
	mode := onboarding.Strictest(g.Mode, book.Plan().Mode, own, s.Start.Mode)
	tomorrow, _ := g.reader.windows.At(g.order.Day.AddDays(1), 0)
	var mails []playbook.DigestMail
	for _, l := range journey.New(book.Plan()).Leaving(*s, tomorrow) {
		if sales := s.Start.Contract.Sales; l.Order.From == onboarding.AudienceSales && sales != nil && sales.ID != owner {
			continue
		}
		subject, ok := g.subject(book, l.Order)
		if !ok {
			continue
		}
		waits := l.Waits || mode == onboarding.ModeReview && !l.Order.Approved && l.Order.Class != onboarding.ClassConfirmation
		mails = append(mails, playbook.DigestMail{DigestCustomer: who, Touch: l.Touch, Subject: subject, At: l.At,
			Waits: waits && mode != onboarding.ModeShadow, Shadow: mode == onboarding.ModeShadow})
	}
	return mails, nil
}

// subject is what the customer will read above a mail; not ok for one that would be dropped for want of a term or a case
// history.
func (g *gathering) subject(book *playbook.Playbook, o onboarding.Order) (string, bool) {
	for _, c := range o.Contract.Customer.Contacts {
		if c.ID != o.To[0] {
			continue
		}
		letter, err := book.Compose(o, c, g.Settings)
		if errors.Is(err, playbook.ErrNoCaseHistory) || errors.Is(err, playbook.ErrTermAbsent) {
			return "", false
		}
		return letter.Subject, true
	}
	return "", true
}

func byTime(mails []playbook.DigestMail) {
	slices.SortStableFunc(mails, func(a, b playbook.DigestMail) int { return a.At.Compare(b.At) })
}
