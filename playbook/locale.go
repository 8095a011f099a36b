package playbook

import (
	"fmt"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// locale is what a mail says in a language besides its template: dates, the footer, and the names of coming things.
type locale struct {
	weekdays [7]string // from Sunday
	months   [12]string
	// day writes a date without its year from weekday, day of the month and month.
	day func(weekday string, day int, month string) string
	at  string // before a time of day
	// rules say what a refund's days count from; offDays that its last day is no working day.
	rules   map[onboarding.CountsFrom]string
	days    [2]string // one day, "%d days"
	offDays map[onboarding.DayKind]string
	// next names what is coming: a touch or a date; %s is the owner's name.
	next map[string]string
	// why says why they get this mail, by class: for a business (company, product) and for a consumer (product).
	why map[onboarding.Class]reasonWhy
	// whyPeer is that of a peer (brand). words are industries, sizes and channels as a sentence has them; others stand as they are.
	whyPeer              string
	words                map[string]string
	privacy, unsubscribe string
}

type reasonWhy struct{ business, businessTu, consumer, consumerTu string }

var locales = map[string]*locale{"it": &italian, "en": &englishLocale}

// word writes an industry, a size or a channel.
func (l *locale) word(s string) string {
	if w, ok := l.words[strings.ToLower(s)]; ok {
		return w
	}
	return s
}

// farDay is from how many days off a date is written with its year.
const farDay = 180

// date writes "martedì 20 gennaio", with the year where it is far from now.
func (l *locale) date(d, now onboarding.Date) string {
	s := l.day(l.weekdays[d.Weekday()], d.Day, l.months[d.Month-1])
	if n := d.DaysSince(now); n > farDay || n < -farDay {
		s += fmt.Sprintf(" %d", d.Year)
	}
	return s
}

// dateTime writes "martedì 20 gennaio alle 10:30", on the clock of the instant's own location.
func (l *locale) dateTime(t time.Time, now onboarding.Date) string {
	return fmt.Sprintf("%s %s %s", l.date(onboarding.DateOf(t), now), l.at, t.Format("15:04"))
}

// rule says what gave a refund's last day: "30 giorni dalla firma".
func (l *locale) rule(r *onboarding.Refund) string {
	days := l.days[0]
	if r.Days != 1 {
		days = fmt.Sprintf(l.days[1], r.Days)
	}
	from := r.CountsFrom
	if from == "" {
		from = onboarding.FromSigned
	}
	return days + " " + l.rules[from]
}

// reason is the footer's "why you get this".
func (l *locale) reason(class onboarding.Class, c onboarding.Customer, product string, form onboarding.Form) string {
	w := l.why[class]
	business, consumer := w.business, w.consumer
	if form == onboarding.Tu && w.businessTu != "" {
		business, consumer = w.businessTu, w.consumerTu
	}
	if c.Kind == onboarding.Consumer {
		return fmt.Sprintf(consumer, product)
	}
	return fmt.Sprintf(business, c.Company, product)
}
