package activities

import (
	"cmp"
	"context"
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
)

// absence is an owner on leave for whom the reader of a digest stands in.
type absence struct {
	owner   onboarding.Person
	until   onboarding.Date      // the last day
	running []onboarding.Running // for which the reader does
}

// absences lists the owners who are on leave on the digest's day, as the cases have it: their backup stands in for them,
// and where people.yaml knows none, or the backup is on leave too, the manager of the contract. The owners are taken as they
// are now.
func (g *gathering) absences(ctx context.Context) ([]absence, error) {
	people, err := g.Morning.People(ctx)
	if err != nil {
		return nil, err
	}
	if _, known := onboarding.PersonByID(people, g.reader.ID); !known {
		return nil, nil // whom nobody can name
	}
	owners, err := g.Morning.OpenOwners(ctx)
	if err != nil {
		return nil, err
	}
	var away []absence
	for _, id := range owners {
		owner, err := g.ownerNow(ctx, id, people)
		if err != nil {
			return nil, err
		}
		until, on := onLeave(owner, g.order.Day)
		standIn, backup := onboarding.PersonByID(people, owner.Backup)
		_, both := onLeave(standIn, g.order.Day)
		backup = backup && !both
		if id == g.reader.ID || !on || backup && owner.Backup != g.reader.ID {
			continue
		}
		running, err := g.running(ctx, id)
		if err != nil {
			return nil, err
		}
		if !backup {
			running = slices.DeleteFunc(running, func(r onboarding.Running) bool {
				return r.Contract.Manager == nil || r.Contract.Manager.ID != g.reader.ID
			})
		}
		if len(running) > 0 { // the language of their customers, for who has none
			g.reader.language = cmp.Or(g.reader.language, running[0].Contract.Customer.Language)
		}
		away = append(away, absence{owner, until, running})
	}
	return away, nil
}

// ownerNow is an owner as people.yaml has them, else as their newest contract writes them out.
func (g *gathering) ownerNow(ctx context.Context, id string, people []onboarding.Person) (onboarding.Person, error) {
	if p, ok := onboarding.PersonByID(people, id); ok {
		return p, nil
	}
	newest, err := g.Morning.Running(ctx, id, 1)
	for _, c := range newest {
		if o := c.Contract.Owner; o != nil && o.ID == id {
			return *o, err
		}
	}
	return onboarding.Person{ID: id}, err
}

// onLeave reports whether somebody is on leave on a day, and the last day before they are not.
func onLeave(p onboarding.Person, day onboarding.Date) (onboarding.Date, bool) {
	next := day
	for {
		i := slices.IndexFunc(p.Leave, func(r onboarding.DateRange) bool { return !next.Before(r.From) && !r.To.Before(next) })
		if i < 0 {
			return next.AddDays(-1), next != day
		}
		next = p.Leave[i].To.AddDays(1)
	}
}

// standIns adds what leaves today in the names of those on leave; the states are those of their onboardings, in order.
func (g *gathering) standIns(ctx context.Context, away []absence, states []*journey.State) error {
	for _, a := range away {
		in := playbook.DigestStandIn{ID: a.owner.ID, Name: a.owner.Name, Until: a.until}
		for i, c := range a.running {
			who, s := about(c.Contract, c.Run), states[i]
			book := g.bookOf(who, s)
			if book == nil || s.Ended != nil {
				continue
			}
			mails, err := g.mails(ctx, who, s, book, a.owner.ID)
			if err != nil {
				return err
			}
			in.Mails = append(in.Mails, mails...)
		}
		states = states[len(a.running):]
		if byTime(in.Mails); len(in.Mails) > 0 {
			g.out.StandIns = append(g.out.StandIns, in)
		}
	}
	return nil
}
