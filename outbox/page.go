package outbox

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"

	"github.com/centogiorni/centogiorni/onboarding"
)

//go:embed *.html.tmpl
var files embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"address": func(a onboarding.Address) string {
		if a.Name == "" {
			return a.Email
		}
		return a.Name + " <" + a.Email + ">"
	},
	"time":  func(t time.Time) string { return t.Format("Mon 2 Jan 2006, 15:04 MST") },
	"clock": func(t time.Time) string { return t.Format("15:04") },
	"href": func(p string) string {
		parts := strings.Split(p, "/")
		for i := range parts {
			parts[i] = url.PathEscape(parts[i])
		}
		return strings.Join(parts, "/")
	},
	"mrkdwn": mrkdwn,
	// Links of a mail open beside the page, not inside its small frame.
	"frame": func(html string) string { return `<base target="_blank">` + html },
}).ParseFS(files, "*.html.tmpl"))

// writePage writes the page beside a mail that shows it as a mail program would.
func (o *Outbox) writePage(eml string, m onboarding.Mail) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "mail.html.tmpl", m); err != nil {
		return err
	}
	return o.replace(filepath.Join(o.dir, filepath.FromSlash(pageOf(eml))), b.Bytes())
}

func pageOf(eml string) string { return strings.TrimSuffix(eml, ".eml") + ".html" }

// entry is a line of the index.
type entry struct {
	Key, Contract, Touch string
	Path                 string // what to open, below the outbox
	At                   time.Time
	To, Subject          string
	Class, Redirected    string
	Alert                *onboarding.Alert
	Follows              string // what an alert has to do with an earlier one
}

// day is a heading of the index and what happened on it.
type day struct {
	Date    string
	Entries []entry
}

// WriteIndex writes index.html, a page that lists all mails and alerts of a folder in the order of their logical time,
// and returns its path. It reads the folder anew, so call it when somebody wants to look.
func WriteIndex(dir string) (string, error) {
	o, err := New(dir)
	if err != nil {
		return "", err
	}
	entries, err := o.entries()
	if err != nil {
		return "", fmt.Errorf("outbox: listing the folder: %w", err)
	}
	follow(entries)
	data := struct {
		Days          []day
		Mails, Alerts int
		First         string // the first mail's page
	}{}
	for _, e := range entries {
		if e.Alert != nil {
			data.Alerts++
		} else if data.Mails++; data.First == "" {
			data.First = e.Path
		}
		date := e.At.Format("Monday 2 January 2006")
		if n := len(data.Days); n == 0 || data.Days[n-1].Date != date {
			data.Days = append(data.Days, day{Date: date})
		}
		last := &data.Days[len(data.Days)-1]
		last.Entries = append(last.Entries, e)
	}
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "index.html.tmpl", data); err != nil {
		return "", fmt.Errorf("outbox: writing the index: %w", err)
	}
	index := filepath.Join(dir, "index.html")
	if err := o.replace(index, b.Bytes()); err != nil {
		return "", fmt.Errorf("outbox: writing the index: %w", err)
	}
	return index, nil
}

func (o *Outbox) entries() ([]entry, error) {
	var all []entry
	root := os.DirFS(o.dir)
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		var read func([]byte) (entry, error)
		switch {
		case strings.HasPrefix(p, mailFolder+"/") && path.Ext(p) == ".eml":
			read = readMail
		case strings.HasPrefix(p, alertFolder+"/") && path.Ext(p) == ".json":
			read = readAlert
		default:
			return nil
		}
		body, err := fs.ReadFile(root, p)
		if err != nil {
			return err
		}
		e, err := read(body)
		if err != nil {
			e = entry{Subject: "this file cannot be read"}
		}
		e.Path = p
		if _, err := fs.Stat(root, pageOf(p)); err == nil {
			e.Path = pageOf(p)
		}
		if e.Key, err = keyOf(p); err != nil {
			e.Key = p
		}
		e.Contract, e.Touch, _ = strings.Cut(e.Key, "/")
		if e.Alert != nil && e.Alert.Contract != "" {
			e.Contract = e.Alert.Contract
		}
		_, e.Touch, _ = strings.Cut(e.Touch, "/")
		e.Touch, _, _ = strings.Cut(e.Touch, "#")
		all = append(all, e)
		return nil
	})
	slices.SortStableFunc(all, func(a, b entry) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.Key, b.Key)
	})
	return all, err
}

// follow says of the alerts that rewrite a message, or go to its thread, which message that is: its id is its path.
func follow(entries []entry) {
	sent := map[string]string{}
	for _, e := range entries {
		sent[e.Path] = "the message of " + e.At.Format("Mon 2 Jan, 15:04")
	}
	for i, e := range entries {
		switch a := e.Alert; {
		case a == nil:
		case a.Rewrite != "":
			entries[i].Follows = "rewrites " + cmp.Or(sent[a.Rewrite], "an earlier message")
		case a.Thread != "":
			entries[i].Follows = "in the thread of " + cmp.Or(sent[a.Thread], "an earlier message")
		}
	}
}

func readMail(eml []byte) (e entry, err error) {
	r, err := mail.CreateReader(bytes.NewReader(eml))
	if err != nil {
		return e, err
	}
	var to []*mail.Address
	var errs [5]error
	e.At, errs[0] = r.Header.Date()
	e.Subject, errs[1] = r.Header.Subject()
	to, errs[2] = r.Header.AddressList("To")
	e.Class, errs[3] = r.Header.Text(headerClass)
	e.Redirected, errs[4] = r.Header.Text(headerRedirected)
	for _, a := range to {
		e.To = a.Name
		if e.To == "" {
			e.To = a.Address
		}
	}
	return e, errors.Join(errs[:]...)
}

func readAlert(body []byte) (e entry, err error) {
	e.Alert = new(onboarding.Alert)
	err = json.Unmarshal(body, e.Alert)
	e.At, e.To, e.Subject, e.Class = e.Alert.At, e.Alert.To, e.Alert.Title, "alert"
	return e, err
}
