package wiring

import (
	"context"
	"errors"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

// People answers the activities from the journal's people: those of people.yaml, as they were imported last.
type People struct{ Journal *journal.Journal }

// Find looks somebody up by id; not ok where people.yaml does not know them.
func (p People) Find(ctx context.Context, id string) (person onboarding.Person, ok bool, err error) {
	person, err = p.Journal.Person(ctx, id)
	if errors.Is(err, journal.ErrNotFound) {
		return person, false, nil
	}
	return person, err == nil, err
}
