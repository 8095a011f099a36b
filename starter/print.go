package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// How instants are printed for people, in the customer's zone.
const (
	clockTime = "Mon 2 Jan 15:04"
	yearTime  = "Mon 2 Jan 2006 15:04"
	rfc3339   = time.RFC3339
)

// taskUnknown is the reason of the task that asks what became of a send.
const taskUnknown = "send_unknown"

// printPromises writes the plan as a table; touches without a date come late, with what they wait for, and last those that
// will not go, with the reason.
func printPromises(w io.Writer, ps []onboarding.Promise, moot map[string]string) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "day\tdue\ttouch\tclass\tto\tnote")
	for _, p := range ps {
		if moot[p.Touch] != "" {
			continue
		}
		day := ""
		if p.Day != nil {
			day = fmt.Sprint(*p.Day)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", day, due(p.DueAt), p.Touch, p.Class, p.Audience, promiseNote(p))
	}
	for _, p := range ps {
		if why := moot[p.Touch]; why != "" {
			fmt.Fprintf(t, "\tdoes not go\t%s\t%s\t%s\t%s\n", p.Touch, p.Class, p.Audience, why)
		}
	}
	_ = t.Flush()
}

// due is a promise's instant, or that it has none yet.
func due(at *time.Time) string {
	if at == nil {
		return "not dated yet"
	}
	return at.Format(yearTime)
}

func promiseNote(p onboarding.Promise) string {
	var notes []string
	if p.WaitsFor != nil {
		notes = append(notes, "waits for "+*p.WaitsFor)
	}
	if len(p.Moved) > 0 {
		notes = append(notes, "moved: "+words(p.Moved))
	}
	return strings.Join(notes, "; ")
}

// printStory writes a rehearsal.
func printStory(w io.Writer, r report) {
	fmt.Fprintf(w, "contract %s\n\n", r.Contract)
	printEntries(w, r.Entries)
	if r.Ended != nil {
		fmt.Fprintf(w, "\nended %s: %s\n", r.Ended.At.Format("Mon 2 Jan 2006"), r.Ended.Reason)
	}
}

// printEntries writes the entries a line each, the day at its first.
func printEntries(w io.Writer, entries []onboarding.Entry) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	day := -1 << 30
	for _, e := range entries {
		label := ""
		if e.Day != day {
			label, day = fmt.Sprintf("day %d", e.Day), e.Day
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", label, e.At.Format(clockTime), sentence(e))
	}
	_ = t.Flush()
}

// feeling is what evidence did to score, health and mood.
func feeling(e onboarding.Entry) string {
	switch {
	case e.Kind == onboarding.EntryHealth:
		return "health: " + e.Health
	case e.Mood != nil:
		return fmt.Sprintf("mood %+d", *e.Mood)
	case e.Score == nil:
		return string(e.Kind)
	}
	s := fmt.Sprintf("score %d: %s", *e.Score, e.Reason)
	if e.Doubt != "" {
		s += fmt.Sprintf(" (%s)", e.Doubt)
	}
	return s
}

// caseSentence is what happened to a case, and whom it went to.
func caseSentence(e onboarding.Entry) string {
	about := strings.TrimSpace(e.Case)
	switch e.Kind {
	case onboarding.EntryCaseOpened:
		s := fmt.Sprintf("▲ %s opens: %s", about, e.Reason)
		if e.Doubt != "" {
			s += fmt.Sprintf(" (%s)", e.Doubt)
		}
		return s
	case onboarding.EntryCaseAcknowledged:
		return fmt.Sprintf("▲ %s: %s is on it", about, e.To)
	case onboarding.EntryCaseEscalated:
		return fmt.Sprintf("▲ %s goes up to %s: %s", about, e.To, e.Reason)
	case onboarding.EntryCaseResolved:
		return fmt.Sprintf("▼ %s closes, by %s: %s", about, e.To, e.Reason)
	case onboarding.EntryAnswerSent:
		return fmt.Sprintf("→ %s to %s for %s: “%s”", e.Touch, e.To, about, e.Subject)
	}
	return strings.Join(strings.Fields(fmt.Sprintf("☎ alert to %s: %s %s", e.To, about, e.Reason)), " ")
}

// sentence is an entry in words.
func sentence(e onboarding.Entry) string {
	switch e.Kind {
	case onboarding.EntryPhaseEntered:
		return "phase: " + string(e.Phase)
	case onboarding.EntryStageEntered:
		return "stage: " + string(e.Stage)
	case onboarding.EntryTouchSent:
		s := fmt.Sprintf("%s to %s", e.Touch, e.To)
		if e.Subject != "" {
			s += fmt.Sprintf(": “%s”", e.Subject)
		}
		return "→ " + s
	case onboarding.EntryTouchHeld:
		return fmt.Sprintf("… %s is held: %s", e.Touch, e.Reason)
	case onboarding.EntryTouchDropped:
		return fmt.Sprintf("✕ %s does not go: %s", e.Touch, e.Reason)
	case onboarding.EntryEvent:
		return strings.Join(strings.Fields(fmt.Sprintf("• %s %s %s", e.Event, e.Touch, e.Reason)), " ")
	case onboarding.EntryTaskRaised:
		if e.Reason == taskUnknown {
			return fmt.Sprintf("! task for %s: %s: find out whether %s went, then starter settle", e.To, e.Reason, e.Touch)
		}
		return strings.TrimSpace(fmt.Sprintf("! task for %s: %s", e.To, e.Reason))
	case onboarding.EntryEnded:
		return "ended: " + e.Reason
	case onboarding.EntryScore, onboarding.EntryHealth, onboarding.EntryMood:
		return feeling(e)
	case onboarding.EntryCaseOpened, onboarding.EntryCaseAcknowledged, onboarding.EntryCaseEscalated, onboarding.EntryCaseResolved,
		onboarding.EntryAlertSent, onboarding.EntryAnswerSent:
		return caseSentence(e)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", strings.ReplaceAll(string(e.Kind), "_", " "), e.To, e.Reason))
}
