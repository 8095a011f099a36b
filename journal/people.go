package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// putPersonSQL adds a person or replaces them.
	putPersonSQL = "INSERT INTO people (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body"

	peopleSQL = "SELECT body FROM people ORDER BY id"
	personSQL = "SELECT body FROM people WHERE id = $1"
)

func scanPerson(row scanner) (p onboarding.Person, err error) {
	err = row.Scan(document{&p})
	return p, err
}

// PutPeople adds people or replaces those with the same id, all of them or none; who is not named stays as they are.
func (j *Journal) PutPeople(ctx context.Context, people []onboarding.Person) error {
	// In the order of the ids, so that two imports never wait for each other.
	sorted := slices.SortedFunc(slices.Values(people), func(a, b onboarding.Person) int { return cmp.Compare(a.ID, b.ID) })
	return j.change(ctx, "store people", func(tx *sql.Tx) error {
		for _, p := range sorted {
			if p.ID == "" {
				return errors.New("a person needs an id")
			}
			body, err := toJSON(p)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, putPersonSQL, p.ID, body); err != nil {
				return fmt.Errorf("person %s: %w", p.ID, err)
			}
		}
		return nil
	})
}

// People lists everybody by id.
func (j *Journal) People(ctx context.Context) ([]onboarding.Person, error) {
	people, err := list(ctx, j.read, scanPerson, peopleSQL)
	if err != nil {
		return nil, fmt.Errorf("list the people: %w", err)
	}
	return people, nil
}

// Person finds one person, or ErrNotFound.
func (j *Journal) Person(ctx context.Context, id string) (onboarding.Person, error) {
	p, err := scanPerson(j.read.QueryRowContext(ctx, personSQL, id))
	return p, orNotFound(err, "person %s", id)
}
