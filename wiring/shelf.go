package wiring

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/playbook"
)

// Shelf holds every playbook that a running onboarding may need: all that the journal stores, by content hash.
type Shelf struct {
	playbook.Registry
	journal *journal.Journal
	log     *slog.Logger
	// Current is the playbook for new onboardings.
	Current *playbook.Playbook
}

// LoadPlaybook loads the playbook of a folder, or the one built in where dir is empty.
func LoadPlaybook(dir string) (*playbook.Playbook, error) {
	if dir == "" {
		return playbook.Default()
	}
	return playbook.LoadDir(dir)
}

// Store puts a playbook into the journal, from where every worker takes it.
func Store(ctx context.Context, j *journal.Journal, book *playbook.Playbook) error {
	archive, err := book.Archive()
	if err != nil {
		return fmt.Errorf("pack the playbook: %w", err)
	}
	if err := j.PutPlaybook(ctx, book.Hash, book.Plan().Name, archive); err != nil {
		return fmt.Errorf("store the playbook: %w", err)
	}
	return nil
}

// OpenShelf loads the configured playbook, stores it in the journal for other workers, and takes in what they stored.
func OpenShelf(ctx context.Context, j *journal.Journal, dir string, log *slog.Logger) (*Shelf, error) {
	book, err := LoadPlaybook(dir)
	if err != nil {
		return nil, err
	}
	if err := Store(ctx, j, book); err != nil {
		return nil, err
	}
	s := &Shelf{journal: j, log: log, Current: book}
	s.Add(book)
	return s, s.Reload(ctx)
}

// Reload takes in playbooks that the journal got since. One that cannot be read is reported and leaves the others alone.
func (s *Shelf) Reload(ctx context.Context) error {
	rows, err := s.journal.Playbooks(ctx)
	if err != nil {
		return fmt.Errorf("list the playbooks: %w", err)
	}
	var errs []error
	for _, row := range rows {
		if _, ok := s.Get(row.Hash); ok {
			continue
		}
		archive, err := s.journal.PlaybookArchive(ctx, row.Hash)
		if err == nil {
			var book *playbook.Playbook
			if book, err = playbook.FromArchive(archive); err == nil {
				s.Add(book)
				s.log.Info("a playbook came onto the shelf", "playbook", row.Hash, "name", row.Name)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("playbook %s: %w", row.Hash, err))
		}
	}
	return errors.Join(errs...)
}
