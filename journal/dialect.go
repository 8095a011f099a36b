package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// dialect is what differs between the two databases; both take $1 as a placeholder and the same SQL otherwise.
type dialect string

const (
	onSQLite   dialect = "sqlite"
	onPostgres dialect = "postgres"
)

// forUpdate ends a SELECT whose row the transaction will change. On SQLite every write transaction is alone anyway.
func (d dialect) forUpdate() string {
	if d == onPostgres {
		return " FOR UPDATE"
	}
	return ""
}

// filterOnly is a column whose index must not be chosen: SQLite, without statistics, takes any index that fits.
// PostgreSQL knows better.
func (d dialect) filterOnly(column string) string {
	if d == onSQLite {
		return "+" + column
	}
	return column
}

// lockSQL and lockSharedSQL take a lock on a name until the transaction ends, on PostgreSQL.
const (
	lockSQL       = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
	lockSharedSQL = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))"
)

// lock makes transactions that name the same thing run one after the other. SQLite's are alone from their beginning.
func (d dialect) lock(ctx context.Context, tx *sql.Tx, query, name string) error {
	if d != onPostgres {
		return nil
	}
	_, err := tx.ExecContext(ctx, query, name)
	return err
}

// location is where a journal lies.
type location struct {
	dialect dialect
	path    string // SQLite
	url     string // PostgreSQL
	label   string // for people: no password
}

// locate reads the URL of a journal.
func locate(where string) (location, error) {
	scheme, rest, _ := strings.Cut(where, ":")
	switch {
	case where == "" || where == "sqlite:":
		return location{}, errors.New("no database is named: give a file (sqlite:/var/lib/centogiorni/journal.db) or postgres://user@host/name")
	case scheme == "postgres" || scheme == "postgresql":
		parsed, err := url.Parse(where)
		if err != nil {
			return location{}, errors.New("the PostgreSQL URL cannot be read: write postgres://user:password@host:5432/name, with special characters of the password as %XX")
		}
		return location{dialect: onPostgres, url: where, label: parsed.Redacted()}, nil
	case scheme == "sqlite":
		rest = strings.TrimPrefix(rest, "//")
		if rest == ":memory:" {
			return location{}, errors.New("a journal in memory forgets what was sent: name a file")
		}
		return location{dialect: onSQLite, path: rest, label: rest}, nil
	case strings.Contains(where, "://"):
		return location{}, fmt.Errorf("%s:// is no database we know: give a file (sqlite:PATH) or postgres://user@host/name", scheme)
	}
	return location{dialect: onSQLite, path: where, label: where}, nil
}

// connect opens the pools for reading and for writing.
func (l location) connect(ctx context.Context) (read, write *sql.DB, err error) {
	if l.dialect == onSQLite {
		return connectSQLite(ctx, l.path)
	}
	db, err := connectPostgres(ctx, l.url, l.label)
	return db, db, err
}

// postgresConnections bounds the pool: a worker's and a server's together stay well below PostgreSQL's default of 100.
const postgresConnections = 16

func connectPostgres(ctx context.Context, where, label string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(where)
	if err != nil {
		return nil, err // pgx has taken the password out
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "centogiorni"
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach PostgreSQL at %s: %w (%s)", label, err, postgresRemedy(err)), db.Close())
	}
	return db, nil
}

// postgresRemedy says what to do about a connection that fails, by SQLSTATE.
func postgresRemedy(err error) string {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return "is it running, and are host and port right?"
	}
	switch answer.Code {
	case "28P01", "28000":
		return "user or password is wrong, or pg_hba.conf refuses this host"
	case "3D000":
		return "make the database first: createdb NAME"
	case "53300":
		return "PostgreSQL has no connection left: raise max_connections"
	case "42501":
		return "grant the user its schema: GRANT CREATE, USAGE ON SCHEMA public TO the user"
	}
	return "see PostgreSQL's log"
}
