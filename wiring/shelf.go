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
	// Current is the playbook for new onboardings; nil on a shelf that only reads.
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

// ReadShelf is a shelf that stores nothing: it holds what the journal has, as far as Reload or Find took it in.
func ReadShelf(j *journal.Journal, log *slog.Logger) *Shelf { return &Shelf{journal: j, log: log} }

// Find is a playbook by its hash, from the journal where the shelf has it not yet.
func (s *Shelf) Find(ctx context.Context, hash string) (*playbook.Playbook, error) {
	if book, ok := s.Get(hash); ok {
		return book, nil
	}
	archive, err := s.journal.PlaybookArchive(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("playbook %s: %w", hash, err)
	}
	book, err := playbook.FromArchive(archive)
	if err != nil {
		return nil, fmt.Errorf("playbook %s: %w", hash, err)
	}
	s.Add(book)
	return book, nil
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
		if _, err := s.Find(ctx, row.Hash); err != nil {
			errs = append(errs, err)
			continue
		}
		s.log.Info("a playbook came onto the shelf", "playbook", row.Hash, "name", row.Name)
	}
	return errors.Join(errs...)
}
