package activities_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

var elena = onboarding.Person{ID: "o-8", Name: "Elena Verdi", Email: "elena@vendor.example", SlackID: "U08", TimeZone: "Europe/Rome"}

// absent is a press at which Elena's customer C-2 has a mail today, as people.yaml has Elena, Marco and others.
func absent(t *testing.T, change func(today onboarding.Date, elena *onboarding.Person, c *onboarding.Contract)) (press, string) {
	t.Helper()
	p := newPress(t)
	c, who := p.customer("C-2", elena), elena
	p.lives(t, c, nil, c.SignedAt.Add(time.Hour))
	at := p.firstMailDay(t, "C-2")
	change(onboarding.DateOf(at), &who, &c)
	p.stored(t, c)
	p.lives(t, c, nil, at)
	if err := p.journal.PutPeople(t.Context(), []onboarding.Person{marco, who, {ID: "o-9", TimeZone: "Europe/Rome"},
		{ID: "o-10", TimeZone: "Europe/Rome", Leave: []onboarding.DateRange{{From: onboarding.DateOf(at).AddDays(-3), To: onboarding.DateOf(at).AddDays(3)}}}}); err != nil {
		t.Fatal(err)
	}
	return p, at.Format(time.RFC3339)
}

func TestWhoStandsInGetsTheMailsOfWhoIsOnLeave(t *testing.T) {
	leave := func(today onboarding.Date, from, to int) onboarding.DateRange {
		return onboarding.DateRange{From: today.AddDays(from), To: today.AddDays(to)}
	}
	for name, c := range map[string]struct {
		change func(today onboarding.Date, elena *onboarding.Person, c *onboarding.Contract)
		want   bool
		until  int // days from today
	}{
		"their backup": {func(d onboarding.Date, e *onboarding.Person, _ *onboarding.Contract) {
			e.Backup, e.Leave = "o-7", []onboarding.DateRange{leave(d, -1, 2)}
		}, true, 2},
		"on the first and last day": {func(d onboarding.Date, e *onboarding.Person, _ *onboarding.Contract) {
			e.Backup, e.Leave = "o-7", []onboarding.DateRange{leave(d, 0, 0)}
		}, true, 0},
		"two leaves in a row": {func(d onboarding.Date, e *onboarding.Person, _ *onboarding.Contract) {
			e.Backup, e.Leave = "o-7", []onboarding.DateRange{leave(d, 4, 8), leave(d, -1, 3)}
		}, true, 8},
		"the manager where there is no backup": {func(d onboarding.Date, e *onboarding.Person, c *onboarding.Contract) {
			e.Leave, c.Manager = []onboarding.DateRange{leave(d, 0, 1)}, &marco
		}, true, 1},
		"the manager where nobody knows the backup": {func(d onboarding.Date, e *onboarding.Person, c *onboarding.Contract) {
			e.Backup, e.Leave, c.Manager = "o-99", []onboarding.DateRange{leave(d, 0, 1)}, &marco
		}, true, 1},
		"the manager where the backup is on leave too": {func(d onboarding.Date, e *onboarding.Person, c *onboarding.Contract) {
			e.Backup, e.Leave, c.Manager = "o-10", []onboarding.DateRange{leave(d, 0, 1)}, &marco
		}, true, 1},
		"not the manager where there is a backup": {func(d onboarding.Date, e *onboarding.Person, c *onboarding.Contract) {
			e.Backup, e.Leave, c.Manager = "o-9", []onboarding.DateRange{leave(d, 0, 1)}, &marco
		}, false, 0},
		"not who is no manager of theirs": {func(d onboarding.Date, e *onboarding.Person, c *onboarding.Contract) {
			e.Leave, c.Manager = []onboarding.DateRange{leave(d, 0, 1)}, &onboarding.Person{ID: "o-9"}
		}, false, 0},
		"nobody where there is neither": {func(d onboarding.Date, e *onboarding.Person, c *onboarding.Contract) {
			e.Leave, c.Manager = []onboarding.DateRange{leave(d, 0, 1)}, nil
		}, false, 0},
		"not another's backup": {func(d onboarding.Date, e *onboarding.Person, _ *onboarding.Contract) {
			e.Backup, e.Leave = "o-9", []onboarding.DateRange{leave(d, 0, 1)}
		}, false, 0},
		"not before the leave": {func(d onboarding.Date, e *onboarding.Person, _ *onboarding.Contract) {
			e.Backup, e.Leave = "o-7", []onboarding.DateRange{leave(d, 1, 5)}
		}, false, 0},
		"not after it": {func(d onboarding.Date, e *onboarding.Person, _ *onboarding.Contract) {
			e.Backup, e.Leave = "o-7", []onboarding.DateRange{leave(d, -5, -1)}
		}, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p, at := absent(t, c.change)
			out := p.digest(t, "o-7", at, nil)
			if !c.want {
				if len(p.alerts) > 0 || out.Reason != onboarding.ReasonNothing {
					t.Errorf("%+v:\n%s", out, said(p.alerts[0]))
				}
				return
			}
			if len(p.alerts) != 1 {
				t.Fatalf("%+v, %d messages", out, len(p.alerts))
			}
			text, until := said(p.alerts[0]), onboarding.DateOf(instant(t, at)).AddDays(c.until)
			day := fmt.Sprintf("%d %s", until.Day, map[time.Month]string{time.January: "gennaio", time.February: "febbraio"}[until.Month])
			wants(t, text, "Mail che partono oggi a nome di Elena Verdi, assente fino a ", " "+day+": ci pensi tu", " · *Customer C-2* (C-2) · ",
				"touch_skip=C-2/1/", "touch_edit=C-2/1/", "touch_called=C-2/1/")
			if strings.Contains(text, "a tuo nome") {
				t.Errorf("they are said to leave in the reader's name:\n%s", text)
			}
		})
	}
}

func TestAnOwnerWhoIsAwayAndDoesNotAnswerIsListedForWhoStandsIn(t *testing.T) {
	p, at := absent(t, func(d onboarding.Date, e *onboarding.Person, _ *onboarding.Contract) {
		e.Backup, e.Leave = "o-7", []onboarding.DateRange{{From: d, To: d}}
	})
	delete(p.live, "C-2")
	p.digest(t, "o-7", at, nil)
	wants(t, said(p.alerts[0]), "Adesso non rispondono", "*Customer C-2* (C-2)")
}

func TestTheOwnMailsAndThoseOfWhoIsAwayStandApart(t *testing.T) {
	p, at := absent(t, func(d onboarding.Date, e *onboarding.Person, _ *onboarding.Contract) {
		e.Backup, e.Leave = "o-7", []onboarding.DateRange{{From: d, To: d}}
	})
	own := p.customer("C-1", marco)
	p.stored(t, own)
	p.lives(t, own, nil, instant(t, at))
	p.digest(t, "o-7", at, nil)
	text := said(p.alerts[0])
	mine, theirs, found := strings.Cut(text, "a nome di Elena Verdi, assente")
	if !found || !strings.Contains(mine, "touch_skip=C-1/1/") || strings.Contains(mine, "touch_skip=C-2") ||
		!strings.Contains(theirs, "touch_skip=C-2/1/") || strings.Contains(theirs, "touch_skip=C-1") {
		t.Errorf("the digest is\n%s", text)
	}
}

func TestWhoStandsInGetsTheMailThatTheOwnerWritesAsTheirSalesperson(t *testing.T) {
	for name, c := range map[string]struct {
		sales onboarding.Person
		want  bool
	}{"who is away sold": {elena, true}, "who reads sold": {marco, false}} {
		t.Run(name, func(t *testing.T) {
			p := newPress(t)
			monday := instant(t, "2026-01-19T08:30:00+01:00") // the second working day
			day := onboarding.DateOf(monday)
			away := elena
			away.Backup, away.Leave = "o-7", []onboarding.DateRange{{From: day, To: day}}
			contract := p.customer("C-2", elena)
			contract.Sales = &c.sales
			p.stored(t, contract)
			p.lives(t, contract, nil, monday)
			if err := p.journal.PutPeople(t.Context(), []onboarding.Person{marco, away}); err != nil {
				t.Fatal(err)
			}
			p.digest(t, "o-7", monday.Format(time.RFC3339), nil)
			text := ""
			for _, a := range p.alerts {
				text += said(a)
			}
			if strings.Contains(text, "touch_skip=C-2/1/sales-handover") != c.want {
				t.Errorf("the digest is\n%s", text)
			}
		})
	}
}
