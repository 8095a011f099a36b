package main

import (
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/service"
)

// told records events of a run, the first now and the next each so long after the one before.
func told(t *testing.T, contract string, after time.Duration, events ...onboarding.Entry) {
	t.Helper()
	in := onboarding.RecordInput{Contract: contract, Run: 1}
	for i, e := range events {
		e.At = clock().Add(time.Duration(i) * after)
		if e.Kind == "" {
			e.Kind = onboarding.EntryEvent
		}
		in.Facts = append(in.Facts, onboarding.RecordedFact{Seq: i, Entry: e})
	}
	if err := openJournal(t).Record(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// servedTwo are two customers: one asks and is answered after an hour, the other waits.
func servedTwo(t *testing.T) {
	t.Helper()
	alone(t)
	seed(t, contract(t, "C-1", 0))
	seed(t, contract(t, "C-2", 0))
	told(t, "C-1", time.Hour, onboarding.Entry{Kind: onboarding.EntryPhaseEntered, Phase: "affirm"},
		onboarding.Entry{Event: onboarding.EventQuestion, Channel: "chat"}, onboarding.Entry{Event: onboarding.EventAnswered, Channel: "chat"},
		onboarding.Entry{Event: onboarding.EventSurveyAnswered, Reason: "quality: confusing"})
	told(t, "C-2", time.Hour, onboarding.Entry{Event: onboarding.EventComplaint, Channel: "phone"})
}

func TestTheClocksAreReportedFromTheJournalAlone(t *testing.T) {
	servedTwo(t)
	var all struct {
		AsOf        time.Time `json:"as_of"`
		Onboardings int       `json:"onboardings"`
		By          string    `json:"by"`
		Clocks      []service.Clock
		Answers     []service.Quality
	}
	starter(t, "", "report", "clocks", "--output", "json").read(t, &all)
	if all.Onboardings != 2 || all.AsOf.IsZero() || all.By != "" || len(all.Clocks) != 2 {
		t.Fatalf("reported %+v", all)
	}
	if c := all.Clocks[0]; c.Kind != service.FirstContact || c.N != 2 || c.Open != 2 || c.Median != nil {
		t.Errorf("first contact %+v", c)
	}
	if c := all.Clocks[1]; c.Kind != service.Response || c.N != 2 || c.Open != 1 || *c.Median != 60 || *c.WorkingMedian > 60 {
		t.Errorf("response %+v", c)
	}
	if len(all.Answers) != 1 || all.Answers[0].Confusing != 1 {
		t.Errorf("answers %+v", all.Answers)
	}
	starter(t, "", "report", "clocks").says(t, exitDone, "2 onboardings, as of ", "first contact", "response", "1h00m", "answers were")
	starter(t, "", "report", "clocks", "--by", "channel").says(t, exitDone, "channel", "chat", "phone", "-")
	starter(t, "", "report", "clocks", "--by", "phase").says(t, exitDone, "phase", "affirm")
	starter(t, "", "report", "clocks", "--by", "stage").says(t, exitDone, "stage", "purchase")
}

func TestShowHasTheSameFigures(t *testing.T) {
	servedTwo(t)
	starter(t, "", "show", "C-1").says(t, exitUnreachable, "\nService\n", "response", "1h00m", "answers were")
	var v view
	starter(t, "", "show", "C-2", "--output", "json").read(t, &v)
	if len(v.Service.Clocks) != 2 || v.Service.Clocks[1].Open != 1 || v.Service.Answers == nil {
		t.Errorf("service %+v", v.Service)
	}
}

func TestAReportByOwnerIsRefusedUntilItIsAllowed(t *testing.T) {
	servedTwo(t)
	p := starter(t, "", "report", "clocks", "--by", "owner")
	p.says(t, exitInput, "monitoring of workers", "CENTOGIORNI_OWNER_REPORTS=true")
	if strings.Contains(p.out, "o-7") {
		t.Errorf("it prints %s", p.out)
	}
	t.Setenv("CENTOGIORNI_OWNER_REPORTS", "true")
	starter(t, "", "report", "clocks", "--by", "owner").says(t, exitDone, "owner", "o-7")
	t.Setenv("CENTOGIORNI_OWNER_REPORTS", "perhaps")
	starter(t, "", "report", "clocks").says(t, exitInput, "CENTOGIORNI_OWNER_REPORTS is neither true nor false")
}

func TestAReportOfNobodyIsEmpty(t *testing.T) {
	alone(t)
	starter(t, "", "report", "clocks").says(t, exitDone, "0 onboardings")
	if p := starter(t, "", "report", "clocks", "--output", "json"); !strings.Contains(p.out, `"clocks": []`) || !strings.Contains(p.out, `"answers": []`) {
		t.Errorf("it prints %s", p.out)
	}
}

func TestAMeasureBelongsToTheOwnerOfItsBeginning(t *testing.T) {
	t.Setenv("CENTOGIORNI_OWNER_REPORTS", "true")
	d := begun(t, contract(t, "C-1", 0))
	d.run("", "event", "C-1", "--kind", "question", "--channel", "chat").says(t, exitDone)
	d.run("", "owner", "C-1", "o-8").says(t, exitDone)
	d.run("", "event", "C-1", "--kind", "complaint", "--channel", "chat").says(t, exitDone)
	d.run("", "event", "C-1", "--kind", "survey_answered", "--survey", "quality", "--value", "resolving").says(t, exitDone)
	d.run("", "event", "C-1", "--kind", "email_reply", "--text", "Risposta automatica: sono fuori ufficio fino al 7 dicembre.").says(t, exitDone)
	d.run("", "show", "C-1").says(t, exitDone, "email_reply automatic", "owner_changed", "survey_answered quality: resolving")
	var all struct {
		Clocks  []service.Clock
		Answers []service.Quality
	}
	d.run("", "report", "clocks", "--by", "owner", "--output", "json").read(t, &all)
	owners := map[string]int{}
	for _, c := range all.Clocks {
		owners[string(c.Kind)+" "+c.Group] += c.N
	}
	if owners["first_contact o-7"] != 1 || owners["response o-7"] != 1 || owners["response o-8"] != 1 {
		t.Errorf("counted %v", owners)
	}
	if len(all.Answers) != 1 || all.Answers[0] != (service.Quality{Group: "o-8", N: 1, Resolving: 1}) {
		t.Errorf("answers %+v", all.Answers)
	}
}

func TestASpanIsReadable(t *testing.T) {
	for minutes, want := range map[int]string{0: "0m", 59: "59m", 60: "1h00m", 3605: "60h05m"} {
		if got := span(&minutes); got != want {
			t.Errorf("%d minutes: %s, want %s", minutes, got, want)
		}
	}
	if span(nil) != "-" {
		t.Error(span(nil))
	}
}
