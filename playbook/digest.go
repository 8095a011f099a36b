package playbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Digest is what one of ours, or ops, reads in the morning. It goes over many customers and their playbooks, so it is
// written by the program's own words and not by those of a playbook.
type Digest struct {
	Key      string
	To       onboarding.Person
	Language string    // of the words; English where there are none
	At       time.Time // in the reader's zone: its day is the digest's
	Cases    []DigestCase
	Tasks    []DigestTask
	// Commitments are due today or on the next working day, Mails leave today.
	Commitments []DigestCommitment
	Mails       []DigestMail
	// StandIns are the mails that leave today in the name of those on leave for whom the reader stands in.
	StandIns []DigestStandIn
	// Kept are mails that the mode kept from going since the last digest.
	Kept []DigestMail
	// Silent are customers whose onboarding did not answer in time: their cases and mails are missing.
	Silent []DigestCustomer
	// Alarms and Unknown are for ops: the codes of the alarms that are raised, and the keys of sends without a result.
	Alarms  []string
	Unknown []string
}

// DigestCustomer is whom a line is about.
type DigestCustomer struct {
	Contract string
	Run      int
	Name     string
}

// DigestCase is a case that nobody resolved, or one that came to ops.
type DigestCase struct {
	DigestCustomer
	ID     string
	Hard   bool
	Doubt  onboarding.Doubt
	Sure   bool
	Since  time.Time
	Status onboarding.CaseStatus
	By     string // the name of whoever took it
}

// DigestTask is something to do.
type DigestTask struct {
	DigestCustomer
	Touch, Case, Reason string
}

// DigestCommitment is a promise that falls due.
type DigestCommitment struct {
	DigestCustomer
	What string
	Due  string // as it was written: a date or RFC 3339
	By   string // onboarding.ByThem, BySales, or "" for ours
}

// DigestMail is a mail to the customer.
type DigestMail struct {
	DigestCustomer
	Touch   string
	Subject string
	At      time.Time
	Waits   bool // for the reader's yes
	Shadow  bool // it would go, and does not
}

// DigestStandIn is what leaves in the name of one of ours who is on leave.
type DigestStandIn struct {
	ID    string // of whom the reader stands in for
	Name  string
	Until onboarding.Date // the last day of the leave
	Mails []DigestMail
}

// Empty reports whether there is nothing to say.
func (d Digest) Empty() bool {
	return len(d.Cases)+len(d.Tasks)+len(d.Commitments)+len(d.Mails)+len(d.StandIns)+len(d.Kept)+len(d.Silent)+len(d.Alarms)+len(d.Unknown) == 0
}

// How many lines of each part are shown: together they stay within what one Slack message takes.
const (
	mostDigestLines = 10
	mostDigestMails = 12 // in one name
	mostDigestDrawn = 18 // with those of everybody for whom the reader stands in
)

// DigestLanguage is the language that a digest is written in: the first of these there are words in, else English.
func DigestLanguage(languages ...string) string {
	for _, l := range languages {
		if _, ok := digestTexts[l]; ok {
			return l
		}
	}
	return "en"
}

// ComposeDigest writes a digest. Its texts are Slack mrkdwn, escaped. Of mails that leave today each has its buttons.
func ComposeDigest(d Digest) onboarding.Alert {
	d.Language = DigestLanguage(d.Language)
	w := digestWriter{Digest: d, texts: digestTexts[d.Language],
		cal: calendarPage{locales[d.Language], d.At.Location(), onboarding.DateOf(d.At)}}
	title := "title"
	if d.To.ID == ops {
		title = "title_ops"
	}
	w.alert = onboarding.Alert{Key: d.Key, Touch: onboarding.TouchDigest, To: d.To.ID, SlackID: d.To.SlackID, Email: d.To.Email,
		Language: d.Language, At: d.At, Title: w.say(title, "day", w.cal.date(w.cal.today, w.cal.today))}
	w.part("alarms", w.alarms())
	w.part("cases", w.cases())
	w.part("tasks", w.tasks())
	w.part("commitments", w.commitments())
	w.mails()
	w.standIns()
	w.part("kept", w.kept())
	w.part("unknown", w.unknown())
	w.part("silent", w.silent())
	w.alert.Text = strings.Join(w.counts, " · ")
	return w.alert
}

// digestWriter is a digest while it is written.
type digestWriter struct {
	Digest
	texts  map[string]string
	cal    calendarPage
	alert  onboarding.Alert
	counts []string
	drawn  int // mails
}

// say is a text with its braces filled in, in pairs of name and value.
func (w *digestWriter) say(key string, fill ...string) string {
	return words{"": w.texts}.say("", key, fill...)
}

// known is the text of a key, or the key itself in words where there is none.
func (w *digestWriter) known(key string) (string, bool) {
	text, ok := w.texts[key]
	return text, ok
}

// count adds a part to the first line.
func (w *digestWriter) count(part string, n int, fill ...string) {
	key := part + "_many"
	if n == 1 {
		key = part + "_one"
	}
	w.counts = append(w.counts, w.say(key, append(fill, "n", fmt.Sprint(n))...))
}

// part adds a labelled list, cut with how to see the rest.
func (w *digestWriter) part(name string, lines []string) {
	if len(lines) == 0 {
		return
	}
	w.count(name, len(lines))
	w.alert.Facts = append(w.alert.Facts, onboarding.AlertFact{Label: w.say(name), Text: strings.Join(bullets(w.cut(lines, mostDigestLines)), "\n")})
}

func (w *digestWriter) cut(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	return append(slices.Clone(lines[:most]), w.more(len(lines)-most, w.To.ID))
}

// more says how to see the rest of what is one owner's.
func (w *digestWriter) more(n int, owner string) string {
	how := "starter list --owner " + owner
	if w.To.ID == ops {
		how = "starter list"
	}
	return w.say("more", "n", fmt.Sprint(n), "how", how)
}

func customerOf(c DigestCustomer) string {
	if c.Name == "" {
		return "*" + escaped(c.Contract) + "*"
	}
	return "*" + escaped(c.Name) + "* (" + escaped(c.Contract) + ")"
}

func (w *digestWriter) alarms() []string {
	var lines []string
	for _, code := range w.Digest.Alarms {
		lines = append(lines, "`"+escaped(code)+"`")
	}
	return lines
}

func (w *digestWriter) unknown() []string {
	var lines []string
	for _, key := range w.Digest.Unknown {
		lines = append(lines, "`"+escaped(key)+"`")
	}
	return lines
}

func (w *digestWriter) silent() []string {
	var lines []string
	for _, c := range w.Digest.Silent {
		lines = append(lines, customerOf(c))
	}
	return lines
}

// cases lists the open cases: what cannot wait first, then the oldest.
func (w *digestWriter) cases() []string {
	all := slices.Clone(w.Digest.Cases)
	slices.SortStableFunc(all, func(a, b DigestCase) int {
		return cmp.Or(cmp.Compare(boolInt(b.Hard), boolInt(a.Hard)), a.Since.Compare(b.Since))
	})
	var lines []string
	for _, c := range all {
		doubt := w.say("doubt_" + string(c.Doubt))
		if c.Doubt != "" && !c.Sure {
			doubt = w.say("perhaps", "doubt", doubt)
		}
		status := w.say("status_open")
		if c.Status == onboarding.CaseAcknowledged || c.Status == onboarding.CaseSnoozed {
			status = w.say("status_"+string(c.Status), "person", escaped(c.By))
		}
		line := customerOf(c.DigestCustomer) + ": "
		if c.Hard {
			line += w.say("hard") + ", "
		}
		line += doubt
		if !c.Since.IsZero() {
			line += ", " + w.say("since", "when", w.cal.dateTime(c.Since.In(w.cal.zone), w.cal.today))
		}
		lines = append(lines, line+"; "+status)
	}
	return lines
}

// tasks lists what there is to do: first what nobody was alerted of, then what must be read, then the rest as it came.
func (w *digestWriter) tasks() []string {
	all := slices.Clone(w.Digest.Tasks)
	rank := func(t DigestTask) int {
		switch reason, _, _ := strings.Cut(t.Reason, ": "); reason {
		case "not_alerted":
			return 0
		case "please_read":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b DigestTask) int { return cmp.Compare(rank(a), rank(b)) })
	var lines []string
	for _, t := range all {
		line := customerOf(t.DigestCustomer) + ": " + w.task(t)
		if t.Touch != "" {
			line += " (" + escaped(t.Touch) + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// task says what to do: by the reason's code where it is one of the engine's, else in the plan's own words.
func (w *digestWriter) task(t DigestTask) string {
	code, detail, _ := strings.Cut(t.Reason, ": ")
	text, ok := w.known("task_" + code)
	if !ok {
		return escaped(strings.ReplaceAll(t.Reason, "_", " "))
	}
	if code == "not_alerted" {
		about, _ := w.known("about_" + t.Case)
		detail = cmp.Or(w.texts["kept_"+detail], strings.ReplaceAll(detail, "_", " "))
		return strings.NewReplacer("{about}", cmp.Or(about, w.texts["about_case"]), "{why}", escaped(detail), "{contract}", escaped(t.Contract)).Replace(text)
	}
	return strings.TrimSpace(strings.ReplaceAll(strings.NewReplacer("{what}", w.detail(detail), "{contract}", escaped(t.Contract)).Replace(text), "  ", " "))
}

// detail is what a task is about; a date in it is written out.
func (w *digestWriter) detail(s string) string {
	if day := w.cal.named(s); day != "" {
		return escaped(day)
	}
	if named, ok := w.known("phase_" + s); ok {
		return named
	}
	return escaped(s)
}

func (w *digestWriter) commitments() []string {
	var lines []string
	for _, c := range w.Digest.Commitments {
		line := customerOf(c.DigestCustomer) + ": " + dated(c.What, w.cal.named(c.Due))
		if c.By != "" {
			line += " (" + w.say("by_"+c.By) + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

func (w *digestWriter) kept() []string {
	var lines []string
	for _, m := range w.Digest.Kept {
		lines = append(lines, customerOf(m.DigestCustomer)+": "+escaped(cmp.Or(m.Subject, m.Touch))+", "+w.cal.dateTime(m.At.In(w.cal.zone), w.cal.today))
	}
	return lines
}
