package main

import (
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/headers"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema/sqlite"
)

// stateFile is the server's SQLite file, held by this process alone.
type stateFile struct {
	path string
	kept bool     // false: it lives in a temporary folder of its own, removed by release
	lock *os.File // <path>.lock; the kernel lets go of it even after kill -9
}

// openStateFile makes the file at path ready for the server, or says why it cannot be used. The caller releases it.
func openStateFile(path string) (_ *stateFile, err error) {
	f := &stateFile{path: path, kept: path != ephemeral}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.release())
		}
	}()
	if !f.kept {
		dir, err := os.MkdirTemp("", "centogiorni-devserver-")
		if err != nil {
			return nil, faultf(exitInput, "make a folder for a state that is not kept: %w\nSet TMPDIR to a folder that can be written", err)
		}
		f.path = filepath.Join(dir, "temporal.db")
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return nil, faultf(exitInput, "make the folder of state file %s: %w\nChoose another with --db FILE", path, err)
	}
	if err := f.check(); err != nil {
		return nil, faultf(exitInput, "state file %s: %w", path, err)
	}
	if err := f.acquire(); err != nil {
		return nil, err
	}
	if err := f.prepare(); err != nil {
		return nil, faultf(exitInput, "state file %s: %w", path, err)
	}
	return f, nil
}

// acquire keeps a second server off the file: two would take the one history shard from each other without end. The lock is on
// a file beside it, because on macOS it would meet SQLite's own locks.
func (f *stateFile) acquire() error {
	lock, err := os.OpenFile(f.path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return faultf(exitInput, "lock state file: %w\nChoose another with --db FILE", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return faultf(exitEngine, "state file %s is in use by another devserver\nStop that one, or choose another with --db FILE", f.path)
		}
		return faultf(exitEngine, "lock state file %s: %w", f.path, err)
	}
	f.lock = lock
	return nil
}

// check refuses what is no SQLite file by its first bytes, before SQLite writes anything beside it.
func (f *stateFile) check() error {
	file, err := os.OpenFile(f.path, os.O_RDWR|os.O_CREATE, 0o600) // SQLite would let every user read it
	if err != nil {
		return fmt.Errorf("%w\nGive it to the user who runs devserver, or choose another with --db FILE", err)
	}
	defer file.Close()
	const magic = "SQLite format 3\x00"
	begin := make([]byte, len(magic))
	if n, _ := file.Read(begin); n > 0 && string(begin) != magic {
		return errors.New("it is not a SQLite file\nChoose another with --db FILE; this one is left as it is")
	}
	return nil
}

// madeHere is written to the application_id of the file's header ("100d"); user_version holds the schema's checksum.
const madeHere = 0x31303064

// prepare makes the tables in an empty file, and refuses a file that holds anything but this server's own. All tables come in
// one transaction: a kill -9 in the middle leaves an empty file, not a broken one.
func (f *stateFile) prepare() error {
	statements, err := schema()
	if err != nil {
		return err
	}
	checksum := int64(crc32.ChecksumIEEE([]byte(strings.Join(statements, "\n"))) >> 1) // user_version is signed
	db, err := sql.Open("sqlite", "file:"+f.uri()+"?_pragma=busy_timeout=10000&_txlock=immediate")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		return fmt.Errorf("%w\nMove it away or choose another with --db FILE", err)
	}
	defer tx.Rollback()
	var maker, version, tables int64
	row := tx.QueryRow(`SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
		FROM pragma_application_id, pragma_user_version`)
	if err := row.Scan(&maker, &version, &tables); err != nil {
		return fmt.Errorf("%w\nMove it away or choose another with --db FILE", err)
	}
	switch {
	case tables > 0 && maker != madeHere:
		return errors.New("it holds another program's tables\nChoose another with --db FILE; this one is left as it is")
	case tables > 0 && version != checksum:
		return fmt.Errorf("it was made for another schema than that of Temporal %s, and SQLite state cannot be migrated\nMove it away or choose another with --db FILE", headers.ServerVersion)
	case tables > 0:
		return nil
	}
	statements = append(statements,
		fmt.Sprintf("PRAGMA application_id = %d", madeHere), fmt.Sprintf("PRAGMA user_version = %d", checksum))
	for _, s := range statements {
		if _, err := tx.Exec(s); err != nil {
			return fmt.Errorf("make the tables: %w", err)
		}
	}
	return tx.Commit()
}

// recorder collects the statements of the schema that is embedded in the server, which has no other door.
type recorder struct {
	sqlplugin.AdminDB
	statements []string
}

func (r *recorder) Exec(stmt string, _ ...any) error {
	r.statements = append(r.statements, stmt)
	return nil
}

func schema() ([]string, error) {
	var r recorder
	err := sqlite.SetupSchemaOnDB(&r)
	return r.statements, err
}

// uri is the path as SQLite reads it in a file: URI; the server's plug-in pastes it in unescaped.
func (f *stateFile) uri() string { return (&url.URL{Path: f.path}).EscapedPath() }

// config is the file as the server opens it. The pragmas carry their plain names: the plug-in itself looks for "journal_mode",
// and the "_journal_mode" of the server's own test helper is a pragma that does not exist. synchronous=normal survives a
// kill -9; the last commits can be lost when the power fails, which is fair for development.
func (f *stateFile) config() *config.SQL {
	return &config.SQL{
		PluginName:   sqliteplugin.PluginName,
		DatabaseName: f.uri(),
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			"synchronous":  "normal",
			"busy_timeout": "10000",
		},
	}
}

// release lets go of the file, and removes it where it was not to be kept. Only for the end of the process: the server's plug-in
// never closes its connection.
func (f *stateFile) release() error {
	if f.lock != nil {
		f.lock.Close()
	}
	if f.kept || f.path == ephemeral {
		return nil
	}
	return os.RemoveAll(filepath.Dir(f.path))
}
