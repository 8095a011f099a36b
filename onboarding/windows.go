package onboarding

import "time"

// DayKind says what a calendar day is to somebody's working week.
type DayKind byte

const (
	DayWorking DayKind = 'w'
	DayWeekend DayKind = 'e'
	DayHoliday DayKind = 'h'
	DayClosure DayKind = 'c'
	DayLeave   DayKind = 'l'
)

// Windows is a compact table of somebody's days: 200 of them, with the zone's offsets. It is made by the calendar in
// an activity, so that a new holiday or zone database never changes what a running workflow replays; the core does
// arithmetic on it alone.
type Windows struct {
	Start Date   `json:"start"` // the first day of Days
	Days  string `json:"days"`  // one DayKind a day
	// Zone is the offset in seconds east of UTC from each instant on (Unix seconds), ascending; the first entry holds
	// before it too.
	Zone []ZoneShift `json:"zone"`
	// Open and Close are the working hours in minutes after midnight; for the customer the default window.
	Open  int `json:"open"`
	Close int `json:"close"`
}

// ZoneShift is the offset of a zone from an instant on.
type ZoneShift struct {
	From   int64 `json:"from"`   // Unix seconds
	Offset int   `json:"offset"` // seconds east of UTC
}

// Calendar is everybody's windows, as the activity Plan returns them.
type Calendar struct {
	Customer Windows `json:"customer"`
	Owner    Windows `json:"owner"`
	Sales    Windows `json:"sales"`
	Manager  Windows `json:"manager"`
	// Backup stands in for the owner; without one its table is empty.
	Backup   Windows  `json:"backup,omitzero"`
	BackupID string   `json:"backup_id,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Kind is what the day is; beyond the table weekdays are working days.
func (w *Windows) Kind(d Date) DayKind {
	i := d.DaysSince(w.Start)
	if i >= 0 && i < len(w.Days) {
		return DayKind(w.Days[i])
	}
	if wd := d.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return DayWeekend
	}
	return DayWorking
}

// End is the first day the table does not cover.
func (w *Windows) End() Date { return w.Start.AddDays(len(w.Days)) }

func (w *Windows) offset(unix int64) int {
	off := 0
	for i, z := range w.Zone {
		if i > 0 && unix < z.From {
			break
		}
		off = z.Offset
	}
	return off
}

// Local is the instant on the wall clock of the table's zone.
func (w *Windows) Local(t time.Time) time.Time {
	return t.In(time.FixedZone("", w.offset(t.Unix())))
}

// Date is the calendar day of the instant in the table's zone.
func (w *Windows) Date(t time.Time) Date { return DateOf(w.Local(t)) }

// At is the instant of a minute after midnight on a day. An hour that the clock skips is moved forwards to the end of
// the gap and reported; of an hour that comes twice the first is taken.
func (w *Windows) At(d Date, minute int) (at time.Time, skipped bool) {
	wall := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, time.UTC).Unix()
	for i, z := range w.Zone {
		unix := wall - int64(z.Offset)
		if i > 0 && unix < z.From {
			// Before the shift on the new offset, after it on the old one: the clock skipped this minute.
			return time.Unix(z.From, 0).UTC(), true
		}
		if i+1 == len(w.Zone) || unix < w.Zone[i+1].From {
			return time.Unix(unix, 0).UTC(), false
		}
	}
	return time.Unix(wall, 0).UTC(), false
}
