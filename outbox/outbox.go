// Package outbox is the transport of a machine without keys: mails land in a folder as .eml files with a page to read
// them in a browser, alerts as JSON.
//
//	<dir>/mail/<contract>/<run>+<touch>@<contact>.eml   and .html beside it
//	<dir>/alerts/<contract>+<run>+<touch>.json
//	<dir>/log.jsonl    a line for every call that was taken, repeated ones too
//	<dir>/index.html   by WriteIndex
package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	mailFolder  = "mail"
	alertFolder = "alerts"
	tempFolder  = ".tmp"
	logFile     = "log.jsonl"
)

// Outbox sends mails and posts alerts into a folder. Any number of them, in any number of processes, may share one.
type Outbox struct{ dir string }

// New makes the folder where it is missing.
func New(dir string) (*Outbox, error) {
	for _, sub := range []string{mailFolder, alertFolder, tempFolder} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, fmt.Errorf("outbox: making the folder: %w", err)
		}
	}
	return &Outbox{dir: dir}, nil
}

// Name names the transport in the ledger.
func (o *Outbox) Name() string { return "outbox" }

// Logged is a line of log.jsonl: one call that was taken. A key with two lines was sent twice.
type Logged struct {
	Key  string    `json:"key"`
	At   time.Time `json:"at"`   // logical
	Kind string    `json:"kind"` // mail or alert
}

// Send writes a mail. One key is one file: a second Send with it succeeds with the same receipt, changes nothing, and
// leaves a second line in the log. The receipt's MessageID is the file's path in the folder, with slashes.
func (o *Outbox) Send(ctx context.Context, m onboarding.Mail) (onboarding.Receipt, error) {
	eml, err := compose(m)
	if err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultRefused, "composing the mail: %w", err)
	}
	path, err := mailPath(m.Key)
	if err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultRefused, "%w", err)
	}
	return o.put(ctx, path, eml, Logged{m.Key, m.At, "mail"}, mailKey, func() error { return o.writePage(path, m) })
}

// Post writes an alert, by the same rules as Send.
func (o *Outbox) Post(ctx context.Context, a onboarding.Alert) (onboarding.Receipt, error) {
	body, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultRefused, "composing the alert: %w", err)
	}
	path, err := alertPath(a.Key)
	if a.Key == "" {
		err = errors.New("the alert has no key")
	}
	if err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultRefused, "%w", err)
	}
	return o.put(ctx, path, append(body, '\n'), Logged{a.Key, a.At, "alert"}, alertKey, func() error { return nil })
}

// Find looks for the file of a mail or an alert; both answers are certain.
func (o *Outbox) Find(_ context.Context, key string) (onboarding.Found, error) {
	for _, pathOf := range []func(string) (string, error){mailPath, alertPath} {
		path, err := pathOf(key)
		if err == nil { // otherwise no file can have this name
			_, err = os.Stat(filepath.Join(o.dir, filepath.FromSlash(path)))
			if err == nil {
				return onboarding.FoundAccepted, nil
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return onboarding.FoundCannotTell, fmt.Errorf("outbox: looking for a file: %w", err)
			}
		}
	}
	return onboarding.FoundNot, nil
}

func fault(kind onboarding.FaultKind, format string, args ...any) *onboarding.DeliveryError {
	return &onboarding.DeliveryError{Kind: kind, Err: fmt.Errorf("outbox: "+format, args...)}
}

// put writes the file, once, and then the log. keyIn reads the key back from a file that was there; page is called only
// for a new file.
func (o *Outbox) put(ctx context.Context, path string, body []byte, line Logged, keyIn func([]byte) string, page func() error) (onboarding.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultUnreached, "nothing was written: %w", err)
	}
	full := filepath.Join(o.dir, filepath.FromSlash(path))
	err := o.create(full, body)
	fresh := err == nil
	if errors.Is(err, fs.ErrExist) {
		err = holds(full, line.Key, keyIn)
	}
	if err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultConfiguration, "writing into the folder: %w", err)
	}
	// From here on the message is taken, and Find says so.
	if fresh {
		err = page()
	}
	if err = errors.Join(err, o.log(line)); err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultUnknown, "the message stands but not its log or page: %w", err)
	}
	return onboarding.Receipt{MessageID: path}, nil
}

// holds checks that a file that was there belongs to this key: a file system that ignores case gives "A" and "a" one
// name, and to take the other's file for ours would lose a message.
func holds(path, key string, keyIn func([]byte) string) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if keyIn(body) != key {
		return fmt.Errorf("%s holds another message: use a folder on a file system that tells upper from lower case", path)
	}
	return nil
}

// create makes a whole file or none: link(2) fails where the name exists, which rename(2) would replace.
func (o *Outbox) create(path string, body []byte) error {
	temp, err := o.temp(body)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.Link(temp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// replace makes or replaces a whole file.
func (o *Outbox) replace(path string, body []byte) error {
	temp, err := o.temp(body)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return nil
}

func (o *Outbox) temp(body []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Join(o.dir, tempFolder), "*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(body)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// syncDir makes a new name in a folder outlast a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// log appends a line by one write, so that lines of several processes do not mix.
func (o *Outbox) log(line Logged) error {
	b, err := json.Marshal(line)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(o.dir, logFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	return errors.Join(err, f.Close())
}

// ReadLog reads the log of a folder; a missing one is empty. A last line without its end is still being written.
func ReadLog(dir string) ([]Logged, error) {
	b, err := os.ReadFile(filepath.Join(dir, logFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("outbox: reading the log: %w", err)
	}
	var lines []Logged
	for {
		line, rest, ok := bytes.Cut(b, []byte{'\n'})
		if !ok {
			return lines, nil
		}
		var l Logged
		if err := json.Unmarshal(line, &l); err != nil {
			return nil, fmt.Errorf("outbox: line %d of the log: %w", len(lines)+1, err)
		}
		lines, b = append(lines, l), rest
	}
}
