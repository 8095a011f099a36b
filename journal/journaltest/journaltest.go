// Package journaltest gives tests an empty database each: a SQLite file, or a PostgreSQL database on a cluster that the
// test process starts for itself.
package journaltest

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// PostgresVariable names the environment variable with the URL of a PostgreSQL to test on, as a user who may create
// databases.
const PostgresVariable = "CENTOGIORNI_TEST_POSTGRES"

// SQLite is the URL of a SQLite file of the test's own.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "journal.db")
}

// shared is the cluster of this test process, or the one the environment names.
var shared = sync.OnceValues(func() (string, error) {
	if named := os.Getenv(PostgresVariable); named != "" {
		return named, nil
	}
	return StartPostgres()
})

// Postgres is the URL of an empty PostgreSQL database of the test's own, dropped when the test ends. It lies on the
// cluster named by CENTOGIORNI_TEST_POSTGRES, else on one started for this process. Where there is no PostgreSQL the
// test is skipped, and fails when CI=true.
func Postgres(t testing.TB) string {
	t.Helper()
	cluster, err := shared()
	if errors.Is(err, ErrNoPostgres) && os.Getenv("CI") != "true" {
		t.Skipf("NOT TESTED ON POSTGRESQL: %v", err)
	}
	if err != nil {
		t.Fatalf("test on PostgreSQL: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	admin(t, cluster, "CREATE DATABASE "+name)
	t.Cleanup(func() { admin(t, cluster, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	at, err := url.Parse(cluster)
	if err != nil {
		t.Fatalf("test on PostgreSQL: %s cannot be read as a URL", PostgresVariable)
	}
	at.Path = "/" + name
	return at.String()
}

// admin runs one statement on the cluster.
func admin(t testing.TB, cluster, statement string) {
	t.Helper()
	ctx := context.Background() // a cleanup runs after the test's own context ended
	conn, err := pgx.Connect(ctx, cluster)
	if err != nil {
		t.Fatalf("test on PostgreSQL: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
