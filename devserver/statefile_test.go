package main

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sqliteFile writes a database with other statements than ours.
func sqliteFile(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// opened opens a state file for the length of the test.
func opened(t *testing.T, path string) *stateFile {
	t.Helper()
	f, err := openStateFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.release() })
	return f
}

func TestStateFileThatIsNotOursIsRefusedAndLeftAsItIs(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string)
		says string
	}{
		"a text": {func(path string) {
			if err := os.WriteFile(path, []byte("dear diary"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "not a SQLite file"},
		"another program's database": {func(path string) { sqliteFile(t, path, "CREATE TABLE invoices (id INT)") }, "another program's tables"},
		"another version's state": {func(path string) {
			f, err := openStateFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f.release()
			sqliteFile(t, path, "PRAGMA user_version = 7")
		}, "another schema than that of Temporal 1.32.1"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "some.db")
			c.make(path)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = openStateFile(path)
			var f fault
			if !errors.As(err, &f) || f.code != exitInput || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("it is answered %v", err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file has changed: %v", err)
			}
		})
	}
}

func TestStateFileIsMadeOnceAndOpenedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "temporal.db")
	f, err := openStateFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sqliteFile(t, path, "INSERT INTO shards VALUES (1, 1, '', '')")
	if err := f.release(); err != nil {
		t.Fatal(err)
	}
	opened(t, path)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var shards int
	if err := db.QueryRow("SELECT count(*) FROM shards").Scan(&shards); err != nil || shards != 1 {
		t.Errorf("%d rows are left of 1: %v", shards, err)
	}
}

func TestStateFileBelongsToOneServerAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "temporal.db")
	opened(t, path)
	_, err := openStateFile(path)
	var f fault
	if !errors.As(err, &f) || f.code != exitEngine || !strings.Contains(err.Error(), "in use") {
		t.Errorf("the second is answered %v", err)
	}
}

func TestStateThatIsNotKeptIsRemoved(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	f := opened(t, ephemeral)
	if _, err := os.Stat(f.path); err != nil || !strings.HasPrefix(f.path, tmp) {
		t.Errorf("state is at %s: %v", f.path, err)
	}
	if err := f.release(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
}
