package remorse

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/centogiorni/centogiorni/onboarding"
)

// dateWords are the words of a language around a date of return.
type dateWords struct {
	months []string // twelve, January first; a word that begins with the first three letters is that month
	back   []string // "rientro il": the date is the day of return
	until  []string // "fino al": likewise, unless a word of inclusive follows
	last   []string // "through": the date is the last day away
	span   []string // "dal": with a second date after it, that one is the last day away
	incl   []string // "compreso": the date before it is the last day away
}

type dateFile struct {
	Months    []line `yaml:"months"`
	Back      []line `yaml:"back"`
	Until     []line `yaml:"until"`
	Last      []line `yaml:"last"`
	Span      []line `yaml:"span"`
	Inclusive []line `yaml:"inclusive"`
}

func (b *builder) dates(f dateFile) {
	plainLines := func(lines []line) (out []string) {
		for _, l := range lines {
			out = append(out, plain(l.text))
		}
		return out
	}
	b.l.dates = dateWords{plainLines(f.Months), plainLines(f.Back), plainLines(f.Until), plainLines(f.Last), plainLines(f.Span), plainLines(f.Inclusive)}
	if len(f.Months) != 12 {
		b.fault(1, "dates: months are %d: write all twelve", len(f.Months))
	}
}

// found is a date in a text. Its year is 0 where none was written.
type found struct {
	date     onboarding.Date
	from, to int
}

var (
	isoDate     = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`)
	figuresDate = regexp.MustCompile(`\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?\b`)
	dayMonth    = regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th|°|º)?(?: of)? ([a-z]{3,10})\.?,?(?: (\d{4}))?`)
	monthDay    = regexp.MustCompile(`\b([a-z]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4}))?`)
)

// returnDate is the day on which the writer of an automatic reply is back.
func (l *lexicon) returnDate(body string) onboarding.Date {
	s := strings.Join(strings.Fields(plain(body)), " ")
	dates := l.datesIn(s)
	for i, d := range dates {
		if l.follows(s, dates, i, l.dates.back) {
			return d.date
		}
	}
	for i, d := range dates {
		switch {
		case i > 0 && l.follows(s, dates, i-1, l.dates.span) || l.follows(s, dates, i, l.dates.last), l.includes(s[d.to:]):
			return next(d.date)
		case l.follows(s, dates, i, l.dates.until):
			if l.spanned(s[:d.from]) {
				return next(d.date)
			}
			return d.date
		}
	}
	return onboarding.Date{}
}

// follows reports whether one of the wordings stands shortly before a date, with no other date between.
func (l *lexicon) follows(s string, dates []found, i int, wordings []string) bool {
	from := max(0, dates[i].from-40)
	if i > 0 {
		from = max(from, dates[i-1].to)
	}
	before := " " + s[from:dates[i].from]
	for _, w := range wordings {
		if strings.Contains(before, " "+w) {
			return true
		}
	}
	return false
}

// spanned reports whether a span was opened by a bare day: "dal 10 al 21 agosto".
func (l *lexicon) spanned(before string) bool {
	before = " " + before[max(0, len(before)-30):]
	for _, w := range l.dates.span {
		if i := strings.LastIndex(before, " "+w+" "); i >= 0 && strings.ContainsAny(before[i:], "0123456789") {
			return true
		}
	}
	return false
}

func (l *lexicon) includes(after string) bool {
	after = strings.TrimLeft(after[:min(len(after), 20)], " ,(")
	for _, w := range l.dates.incl {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	return false
}

// datesIn lists the dates of a text in their order.
func (l *lexicon) datesIn(s string) []found {
	var out []found
	add := func(at []int, year, month, day int) {
		if month < 1 || month > 12 || day < 1 || day > time.Date(2024, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
			return
		}
		for i, f := range out {
			if at[0] < f.to && f.from < at[1] {
				return // part of a date already found
			}
			if at[0] < f.from {
				out = append(out[:i], append([]found{{onboarding.Date{Year: year, Month: time.Month(month), Day: day}, at[0], at[1]}}, out[i:]...)...)
				return
			}
		}
		out = append(out, found{onboarding.Date{Year: year, Month: time.Month(month), Day: day}, at[0], at[1]})
	}
	for _, m := range isoDate.FindAllStringSubmatchIndex(s, -1) {
		add(m, figure(s, m, 1), figure(s, m, 2), figure(s, m, 3))
	}
	for _, m := range dayMonth.FindAllStringSubmatchIndex(s, -1) {
		add(m, figure(s, m, 3), l.month(s[m[4]:m[5]]), figure(s, m, 1))
	}
	for _, m := range monthDay.FindAllStringSubmatchIndex(s, -1) {
		add(m, figure(s, m, 3), l.month(s[m[2]:m[3]]), figure(s, m, 2))
	}
	for _, m := range figuresDate.FindAllStringSubmatchIndex(s, -1) {
		day, month, year := figure(s, m, 1), figure(s, m, 2), figure(s, m, 3)
		if month > 12 { // the American way can be told only so
			day, month = month, day
		}
		if year > 0 && year < 100 {
			year += 2000
		}
		add(m, year, month, day)
	}
	return out
}

// figure is the number a group of a match holds, 0 where the group is absent.
func figure(s string, m []int, group int) int {
	if m[2*group] < 0 {
		return 0
	}
	n, _ := strconv.Atoi(s[m[2*group]:m[2*group+1]])
	return n
}

// month is the number of a month's name or of its beginning of three letters or more, else 0.
func (l *lexicon) month(w string) int {
	for i, name := range l.dates.months {
		if utf8.RuneCountInString(w) >= 3 && strings.HasPrefix(name, w) || w == name {
			return i + 1
		}
	}
	return 0
}

// next is the day after, without a year where the day had none.
func next(d onboarding.Date) onboarding.Date {
	if d.Year != 0 {
		return d.AddDays(1)
	}
	d.Year = 2024 // a year with a 29th of February
	d = d.AddDays(1)
	d.Year = 0
	return d
}
