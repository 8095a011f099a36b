package main

import (
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

func TestAnEventThatIsWrongIsNotKept(t *testing.T) {
	tests := []struct {
		name, stdin, says string
		args              []string
	}{
		{"an unknown contract", "", "no onboarding of this contract: C-9", []string{"event", "C-9", "--kind", "login"}},
		{"an unknown kind", "", `the flags:
kind: no such kind "log_in": did you mean login?`, []string{"event", "C-1", "--kind", "log_in"}},
		{"a kind that is ops' alone", "", "touch_skipped can only be sent by ops", []string{"event", "C-1", "--kind", "touch_skipped"}},
		{"no kind", "", "kind: required", []string{"event", "C-1", "--contact", "luca"}},
		{"an instant that is none", "", `at: "yesterday" is no instant`, []string{"event", "C-1", "--kind", "login", "--at", "yesterday"}},
		{"a date that is none", "", `date: "soon" is neither a date nor an instant`, []string{"event", "C-1", "--kind", "kickoff_booked", "--date", "soon"}},
		{"an unknown channel", "", "channel:", []string{"event", "C-1", "--kind", "complaint", "--channel", "pigeon"}},
		{"a reply without its text", "", "text: required", []string{"event", "C-1", "--kind", "email_reply"}},
		{"a survey that is none", "", "survey:", []string{"event", "C-1", "--kind", "survey_answered", "--survey", "joy", "--value", "3"}},
		{"an answer that is none", "", `value: "9" is no csat answer`, []string{"event", "C-1", "--kind", "survey_answered", "--survey", "csat", "--value", "9"}},
		{"a contact of somebody else", "", `contact: "nobody" is no contact of C-1: write one of giulia`, []string{"event", "C-1", "--kind", "login", "--contact", "nobody"}},
		{"somebody of ours whom nobody knows", "", `by: nobody has the id "o-99": write one of o-7, s-3, m-1, o-8, or add them`, []string{"event", "C-1", "--kind", "contacted", "--by", "o-99"}},
		{"a contact as one of ours", "", `by: "giulia" is a contact of the customer: name them in contact`, []string{"event", "C-1", "--kind", "contacted", "--by", "giulia"}},
		{"a side where a person belongs", "", `by: nobody has the id "us"`, []string{"event", "C-1", "--kind", "contacted", "--by", "us"}},
		{"an owner whom nobody knows", "", `owner.id: nobody has the id "o-99"`, []string{"event", "C-1", "--kind", "owner_changed", "--owner", "o-99"}},
		{"a dossier that is not there", "", "nowhere.json: there is no such file", []string{"event", "C-1", "--kind", "handoff_filled", "--dossier", "nowhere.json"}},
		{"a file that is not there", "", "nowhere.json: there is no such file", []string{"event", "C-1", "nowhere.json"}},
		{"a file that is no JSON", "{", "standard input:\nline 1, column 2: the JSON ends too early", []string{"event", "C-1", "-"}},
		{"an unknown field", `{"kind":"login","user":"x"}`, "standard input:\nuser: no such field", []string{"event", "C-1", "-"}},
		{"an amendment that changes who it is", `{"kind":"amended","contract":{"contract_id":"C-2"}}`, "contract.", []string{"event", "C-1", "-"}},
	}
	d := begun(t, contract(t, "C-1", 0))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d.run(tt.stdin, tt.args...).says(t, exitInput, "starter: ", tt.says)
		})
	}
	if seen := d.temporal.state("onboarding/C-1/1").Seen; len(seen) > 0 {
		t.Errorf("it saw %v", seen)
	}
	j := openJournal(t)
	waiting, err := j.Pending(t.Context(), clock().Add(time.Hour), 10)
	if v, vErr := j.Vitals(t.Context(), clock()); err != nil || vErr != nil || len(waiting)+v.Orphans > 0 {
		t.Errorf("kept: %v and %d orphans", waiting, v.Orphans)
	}
}

func TestADossierWithAFaultNamesItsFile(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	wrong := text2file(t, "dossier.json", `{"goal":[]}`)
	d.run("", "event", "C-1", "--kind", "handoff_filled", "--dossier", wrong).says(t, exitInput, "dossier.json:\ngoal: no such field: did you mean goals?")
	stranger := text2file(t, "dossier.json", `{"goals":[{"text":"t","said_by":"nobody"}]}`)
	d.run("", "event", "C-1", "--kind", "handoff_filled", "--dossier", stranger).says(t, exitInput, `dossier.goals[0].said_by: "nobody" is no contact`)
	good := text2file(t, "dossier.json", `{"goals":[{"text":"t","said_by":"luca"}]}`)
	d.run("", "event", "C-1", "--kind", "handoff_filled", "--dossier", good).says(t, exitDone, "told C-1: handoff_filled")
}

func TestAnEventIsToldOnce(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	d.run("", "event", "C-1", "--kind", "kickoff_booked", "--date", day(5), "--contact", "luca", "--id", "e-1").says(t, exitDone, "told C-1: kickoff_booked")
	d.run("", "event", "C-1", "--kind", "kickoff_booked", "--date", day(6), "--id", "e-1").says(t, exitDone, "e-1 was told before; nothing was done twice")
	if s := d.temporal.state("onboarding/C-1/1"); s.KickoffAt != day(5) || len(s.Seen) != 1 {
		t.Errorf("the kickoff is on %s, after %v", s.KickoffAt, s.Seen)
	}
	var told struct {
		ID    string `json:"id"`
		Fresh bool   `json:"fresh"`
	}
	d.run(`{"kind":"survey_answered","survey":"csat","value":4,"id":"e-2"}`, "event", "C-1", "-", "--output", "json").read(t, &told)
	if told.ID != "e-2" || !told.Fresh {
		t.Errorf("told %+v", told)
	}
}

func TestAnEventAfterTheEndIsKeptAndSaidSo(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	d.run("", "void", "C-1", "--reason", "a slip", "--id", "v-1").says(t, exitDone)
	d.run("", "event", "C-1", "--kind", "login", "--id", "e-1").says(t, exitDone, "C-1: the onboarding has ended; the event is kept and changes nothing")
	ev, err := openJournal(t).InboxEvent(t.Context(), "C-1", "e-1")
	if err != nil || ev.State != journal.InboxSettled || ev.Outcome != journal.OutcomeEnded {
		t.Errorf("kept as %+v, %v", ev, err)
	}
	d.run("", "void", "C-1", "--reason", "a slip", "--id", "v-1").says(t, exitDone, "v-1 was told before")
	d.run("", "pause", "C-1").says(t, exitInput, "the onboarding has ended")
	d.run("", "resume", "C-1").says(t, exitInput, "the onboarding has ended")
	d.run("", "amend", "C-1", file(t, contract(t, "C-1", 0)), "--yes").says(t, exitInput, "the onboarding has ended")
}

func TestARefusedEventSaysWhyAndIsSettled(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	d.run("", "skip", "C-1", "welcome-back", "--id", "s-1").says(t, exitInput, `refused: touch: "welcome-back" is not in the playbook`)
	ev, err := openJournal(t).InboxEvent(t.Context(), "C-1", "s-1")
	if err != nil || ev.Outcome != journal.OutcomeRefused+`touch: "welcome-back" is not in the playbook` {
		t.Errorf("settled as %+v, %v", ev, err)
	}
}

func TestSteeringDoesWhatItSays(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	text := text2file(t, "text.md", "Buongiorno,\n\nuna parola.\n")
	steps := []struct {
		args []string
		code int
		says string
	}{
		{[]string{"resume", "C-1"}, exitDone, "C-1 was not paused; nothing was done"},
		{[]string{"pause", "C-1", "--until", "2001-01-01"}, exitInput, "until: 2001-01-01 has passed already"},
		{[]string{"pause", "C-1", "--until", "later"}, exitInput, `until: "later" is neither a date nor an instant`},
		{[]string{"pause", "C-1", "--dates", "drift"}, exitInput, `dates: "drift" is not known: write one of shift, keep`},
		{[]string{"pause", "C-1", "--until", day(9), "--dates", "shift", "--id", "p-1"}, exitDone, "C-1: paused until " + day(9) + "; dates: shift"},
		{[]string{"pause", "C-1", "--id", "p-1"}, exitDone, "p-1 was told before; nothing was done twice"},
		{[]string{"show", "C-1"}, exitDone, "paused: until it is resumed nothing goes"},
		{[]string{"resume", "C-1"}, exitDone, "C-1: resumed"},
		{[]string{"resume", "C-1"}, exitDone, "nothing was done"},
		{[]string{"hold", "C-1", "case-history-1", "--until", "2001-01-01"}, exitInput, "until: 2001-01-01 has passed already"},
		{[]string{"hold", "C-1", "case-history-1", "--until", day(30)}, exitDone, "case-history-1 waits until " + day(30)},
		{[]string{"edit", "C-1", "owner-review", "--subject", "s"}, exitInput, "touch: owner-review goes by task: only a mail can be edited"},
		{[]string{"edit", "C-1", "case-history-1", "--body", "nowhere.md"}, exitInput, "nowhere.md: there is no such file"},
		{[]string{"edit", "C-1", "case-history-1", "--body", text2file(t, "empty.md", "")}, exitInput, "body: the file is empty"},
		{[]string{"edit", "C-1", "case-history-1", "--subject", "s", "--body", text}, exitDone, "will go with the new words"},
		{[]string{"send-now", "C-1", "case-history-1"}, exitDone, "case-history-1 goes as soon as"},
		{[]string{"skip", "C-1", "goal-review"}, exitDone, "goal-review will not go"},
		{[]string{"skip", "C-1", "goal-review"}, exitInput, "refused: touch: goal-review was dropped"},
		{[]string{"owner", "C-1", "o-99"}, exitInput, `owner.id: nobody has the id "o-99"`},
		{[]string{"owner", "C-1", "o-8"}, exitDone, "C-1: the owner is o-8 now"},
		{[]string{"pause", "C-9"}, exitInput, "no onboarding of this contract: C-9"},
		{[]string{"edit", "C-9", "welcome", "--subject", "s"}, exitInput, "no onboarding of this contract: C-9"},
		{[]string{"skip", "C-1", "next-step", "--id", "with spaces"}, exitInput, "id: "},
	}
	for _, s := range steps {
		d.run("", s.args...).says(t, s.code, s.says)
	}
	state := d.temporal.state("onboarding/C-1/1")
	if state.Start.Contract.Owner.Name != "Irene Costa" {
		t.Errorf("the owner is %+v", state.Start.Contract.Owner)
	}
	for _, touch := range state.Touches {
		if touch.ID == "case-history-1" && (touch.Subject != "s" || touch.Body == "") {
			t.Errorf("the mail is %+v", touch)
		}
	}
}

func TestAPauseIsMeasuredByTheLaterOfTheTwoClocks(t *testing.T) {
	alone(t)
	stand(t, "C-1", onboarding.ContractStatus{Owner: "o-7"})
	a := newApp(nil, nil, nil)
	defer a.close()
	for until, ok := range map[string]bool{day(-1): false, day(2): true, clock().Add(time.Hour).Format(rfc3339): true, clock().Add(-time.Hour).Format(rfc3339): false, "": true} {
		if err := a.comes(t.Context(), "C-1", until); (err == nil) != ok {
			t.Errorf("until %q: %v", until, err)
		}
	}
}

func TestAnEventIsKeptWhereTemporalCannotBeReached(t *testing.T) {
	d := newDesk(t)
	d.run("", "start", file(t, contract(t, "C-1", 0))).says(t, exitDone)
	login := []string{"event", "C-1", "--kind", "login", "--id", "e-1"}
	starter(t, "", login...).says(t, exitUnreachable, "temporal cannot be reached", "the event is kept and follows by itself")
	d.run("", login...).says(t, exitDone, "e-1 was told before")
	starter(t, "", "event", "C-1", "--kind", "paused", "--id", "e-2").says(t, exitUnreachable, "temporal cannot be reached")
	d.run("", "event", "C-1", "--kind", "paused", "--id", "e-2").says(t, exitDone, "told C-1: paused") // it waits for an answer, so it was not kept
}

func TestAnEventThatIsStillToComeIsRefused(t *testing.T) {
	in := func(d time.Duration) string { return time.Now().Add(d).Format(rfc3339) }
	tests := []struct {
		name    string
		virtual time.Duration // by how much the onboarding's clock is ahead of ours; 0 is the same clock
		at      string
		code    int
	}{
		{"what has happened", 0, in(-time.Hour), exitDone},
		{"what has just happened, by a clock that goes fast", 0, in(30 * time.Second), exitDone},
		{"what comes tomorrow", 0, in(24 * time.Hour), exitInput},
		{"what has happened on a clock that is ahead", 48 * time.Hour, in(24 * time.Hour), exitDone},
		{"what is to come there too", 48 * time.Hour, in(72 * time.Hour), exitInput},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := begun(t, contract(t, "C-1", 0))
			if tt.virtual > 0 {
				d.temporal.virtual = time.Now().Add(tt.virtual)
			}
			says := "told C-1: login"
			if tt.code != exitDone {
				says = "the flags:\nat: "
			}
			d.run("", "event", "C-1", "--kind", "login", "--at", tt.at).says(t, tt.code, says)
		})
	}
	t.Run("whether Temporal is there or not", func(t *testing.T) {
		begun(t, contract(t, "C-1", 0))
		starter(t, "", "event", "C-1", "--kind", "login", "--at", in(24*time.Hour)).says(t, exitInput, "is still to come")
		starter(t, "", "event", "C-1", "--kind", "login", "--at", in(30*time.Second)).says(t, exitUnreachable, "the event is kept")
	})
}

func TestWhoDidItIsSomebodyOfOurs(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0, func(c *onboarding.Contract) {
		c.Manager = &onboarding.Person{ID: "m-5", Name: "Livia Sala", Email: "livia@vendor.example"}
	}))
	for _, flags := range [][]string{
		{"contacted", "--by", "m-5"}, {"contacted", "--by", "o-8"}, {"meeting_missed", "--by", "them"},
		{"commitment_made", "--what", "i dati", "--due", day(4), "--by", "them"},
	} {
		d.run("", append([]string{"event", "C-1", "--kind"}, flags...)...).says(t, exitDone, "told C-1: "+flags[0])
	}
	d.run(`{"kind":"owner_changed","owner":{"id":"o-20","name":"Ada Riva","email":"ada@vendor.example"}}`, "event", "C-1", "-").says(t, exitDone)
	d.run("", "event", "C-1", "--kind", "contacted", "--by", "o-20").says(t, exitDone, "told C-1: contacted")
}

func TestAPromiseIsMadeForADayToCome(t *testing.T) {
	promise, kickoff := []string{"commitment_made", "--what", "i dati", "--due"}, []string{"kickoff_booked", "--date"}
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"yesterday", append(promise, day(-1)), exitInput, "due: " + day(-1) + " is past: a promise is made for a day to come; what was kept is commitment_kept"},
		{"an instant of yesterday", append(promise, day(-1)+"T10:00:00Z"), exitInput, "is past"},
		{"today", append(promise, onboarding.DateOf(time.Now().In(zone(contract(t, "C-1", 0)))).String()), exitDone, "told C-1"},
		{"yesterday, said the day before", append(promise, day(-1), "--at", day(-2)+"T10:00:00Z"), exitDone, "told C-1"},
		{"moved to yesterday", []string{"commitment_moved", "--what", "i dati", "--due", day(-1)}, exitInput, "is past"},
		{"a kickoff", append(kickoff, day(-1)), exitInput, "date: " + day(-1) + " is past: a kickoff is booked for a day to come; what was held is kickoff_held"},
		{"a kickoff that was booked before", append(kickoff, day(-1), "--at", day(-2)+"T10:00:00Z"), exitDone, "told C-1"},
		{"what is about a day that was", []string{"invoice_due", "--date", day(-1)}, exitDone, "told C-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := begun(t, contract(t, "C-1", 2))
			d.run("", append([]string{"event", "C-1", "--kind"}, tt.args...)...).says(t, tt.code, tt.says)
		})
	}
}
