package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// PlaybookRow names a stored playbook.
type PlaybookRow struct {
	Hash    string
	Name    string
	AddedAt time.Time
}

const (
	// putPlaybookSQL keeps a playbook; the same hash is the same content.
	putPlaybookSQL = `
		INSERT INTO playbooks (hash, name, archive, added_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING`

	playbookSQL  = "SELECT archive FROM playbooks WHERE hash = $1"
	playbooksSQL = "SELECT hash, name, added_at FROM playbooks ORDER BY added_at, hash"
)

// PutPlaybook keeps a playbook under the hash of its content; a hash that is there is left alone.
func (j *Journal) PutPlaybook(ctx context.Context, hash, name string, archive []byte) error {
	if hash == "" || len(archive) == 0 {
		return errors.New("store a playbook: it needs a hash and a content")
	}
	_, err := j.exec(ctx, "store playbook "+hash, putPlaybookSQL, hash, clean(name), archive, micro(j.now()))
	return err
}

// PlaybookArchive is the content of a playbook, or ErrNotFound.
func (j *Journal) PlaybookArchive(ctx context.Context, hash string) ([]byte, error) {
	var archive []byte
	err := j.read.QueryRowContext(ctx, playbookSQL, hash).Scan(&archive)
	return archive, orNotFound(err, "playbook %s", hash)
}

// Playbooks lists the stored playbooks, the oldest first.
func (j *Journal) Playbooks(ctx context.Context) ([]PlaybookRow, error) {
	scan := func(row scanner) (p PlaybookRow, err error) {
		err = row.Scan(&p.Hash, &p.Name, (*instant)(&p.AddedAt))
		return p, err
	}
	rows, err := list(ctx, j.read, scan, playbooksSQL)
	if err != nil {
		return nil, fmt.Errorf("list the playbooks: %w", err)
	}
	return rows, nil
}
