package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// sqliteSettings: every transaction takes the write lock at its beginning and waits for it up to ten seconds; a
	// commit is on the disk when it returns; instants are stored as whole microseconds.
	sqliteSettings = "?_txlock=immediate&_busy_timeout=10000&_foreign_keys=on&_synchronous=full&_dqs=0&_time_integer_format=unix_micro"
	// sqliteReaders bounds the pool of reading connections.
	sqliteReaders = 8
	// sqlitePatience is how long the switch to the write-ahead log may wait for another process.
	sqlitePatience = 10 * time.Second
)

func connectSQLite(ctx context.Context, path string) (read, write *sql.DB, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, nil, err
	}
	if err := makeFile(path); err != nil {
		return nil, nil, fmt.Errorf("make the file %s: %w (name a folder this user may write to)", path, err)
	}
	source := "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + sqliteSettings
	if write, err = sql.Open("sqlite", source); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	if err := writeAhead(ctx, write); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open %s: %w%s", path, err, sqliteRemedy(err)), write.Close())
	}
	if read, err = sql.Open("sqlite", source+"&_query_only=on"); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(sqliteReaders)
	read.SetMaxIdleConns(sqliteReaders)
	return read, write, nil
}

// making serialises makeFile within the process: closing a file drops every POSIX lock the process holds on it, so no
// connection may be opened between its making and its closing.
var making sync.Mutex

// makeFile makes the file, readable by its owner only, and the folder it lies in. SQLite gives the log and the index
// beside it the same permissions.
func makeFile(path string) error {
	making.Lock()
	defer making.Unlock()
	if info, err := os.Stat(path); err == nil {
		if info.IsDir() {
			return errors.New("it is a folder")
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) { // another process was first
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// writeAhead switches the database to its write-ahead log. The switch wants the file for itself for an instant and does
// not always wait its turn, so a busy answer is asked again.
func writeAhead(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, sqlitePatience)
	defer cancel()
	for {
		var mode string
		err := db.QueryRowContext(ctx, "PRAGMA journal_mode = wal").Scan(&mode)
		switch {
		case err == nil && mode == "wal":
			return nil
		case err == nil:
			return fmt.Errorf("no write-ahead log here, SQLite stays in mode %s: put the file on a local disk", mode)
		case sqliteCode(err) != sqlite3.SQLITE_BUSY:
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// sqliteCode is the primary result code of an error, 0 when it is not SQLite's.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

func sqliteRemedy(err error) string {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_NOTADB:
		return " (this file is no SQLite database: name another one)"
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return " (this user must be able to write the file and its folder)"
	case sqlite3.SQLITE_BUSY:
		return " (another program holds the file locked: stop it, or put the file on a local disk)"
	case sqlite3.SQLITE_FULL:
		return " (the disk is full)"
	}
	return ""
}
