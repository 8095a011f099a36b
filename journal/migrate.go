package journal

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// versionTable holds the numbers of the migrations that have run.
const versionTable = "journal_version"

// migrateUp brings the schema up to date under a lock, so that programs starting at once do it once.
func migrateUp(ctx context.Context, db *sql.DB, d dialect) error {
	files, err := fs.Sub(migrations, "migrations/"+string(d))
	if err != nil {
		return err
	}
	return migrate(ctx, db, d, files)
}

func migrate(ctx context.Context, db *sql.DB, d dialect, files fs.FS) error {
	dialect, options := goose.DialectPostgres, []goose.ProviderOption{
		goose.WithTableName(versionTable),
		goose.WithDisableGlobalRegistry(true),
	}
	locker := &wholeUpgrade{}
	if d == onSQLite {
		// Isolated statements are run without a transaction of goose's own, inside the locker's.
		dialect = goose.DialectSQLite3
		options = append(options, goose.WithSessionLocker(locker), goose.WithIsolateDDL(true))
	} else {
		options = append(options, goose.WithSessionLocker(advisory{}))
	}
	provider, err := goose.NewProvider(dialect, db, files, options...)
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	known := sources[len(sources)-1].Version
	locker.version = known
	if _, err := provider.Up(ctx); err != nil {
		if d == onPostgres {
			return fmt.Errorf("bring the schema up to date: %w (%s)", err, postgresRemedy(err))
		}
		return fmt.Errorf("bring the schema up to date: %w%s", err, sqliteRemedy(err))
	}
	stands, err := provider.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if stands > known {
		return fmt.Errorf("%w: its schema is number %d, this program knows %d: run the newer program, or restore the backup made before it ran",
			ErrNewerSchema, stands, known)
	}
	return nil
}

// advisory holds a PostgreSQL advisory lock for the session of an upgrade. Unlike goose's own it waits in the database
// instead of asking every few seconds.
type advisory struct{}

// upgradeLock is an arbitrary number that nothing else in the database should use.
const upgradeLock int64 = 0x63656e746f // "cento"

func (advisory) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", upgradeLock)
	return err
}

func (advisory) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", upgradeLock)
	return err
}

// wholeUpgrade runs an upgrade of SQLite as one immediate transaction: a second process waits for it, and an upgrade
// that fails half way leaves the schema as it was.
type wholeUpgrade struct{ version int64 }

func (*wholeUpgrade) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	return err
}

func (w *wholeUpgrade) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	var stands int64
	err := conn.QueryRowContext(ctx, "SELECT max(version_id) FROM "+versionTable).Scan(&stands)
	end := "COMMIT"
	if err != nil || stands < w.version {
		end = "ROLLBACK"
	}
	_, err = conn.ExecContext(ctx, end)
	return err
}
