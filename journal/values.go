package journal

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// micro is the instant as the journal keeps it: UTC, whole microseconds.
func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// moment is an instant as a query argument; the zero time is NULL.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micro(t)
}

// instant reads an instant from either database; NULL is the zero time.
type instant time.Time

func (i *instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = instant{}
	case int64:
		*i = instant(time.UnixMicro(v).UTC())
	case time.Time:
		*i = instant(v.UTC())
	default:
		return fmt.Errorf("a %T is no instant", src)
	}
	return nil
}

// toJSON is a value as a JSON argument.
func toJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// document reads a JSON column into what To points at.
type document struct{ To any }

func (d document) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), d.To)
	case []byte:
		return json.Unmarshal(v, d.To)
	}
	return fmt.Errorf("a %T is no JSON document", src)
}

// clean makes text from outside fit for both databases: PostgreSQL takes neither NUL nor broken UTF-8.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// fold is an e-mail address as the ledger and the suppressions compare it.
func fold(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// orNotFound turns an empty result into ErrNotFound and says what was sought.
func orNotFound(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf(format+": %w", append(args, err)...)
	}
	return nil
}
