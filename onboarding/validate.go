package onboarding

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Sizes of what comes in from outside, in characters where not said otherwise.
const (
	maxInput = 64 << 10 // bytes of one contract, event or dossier
	maxID    = 100
	maxLine  = 200
	maxText  = 4000
	maxList  = 50 // entries of one list
)

// FieldFault is one thing wrong with an input. Field is its JSON path, such as customer.contacts[1].email, and empty
// where the whole input is meant; Problem says what is wrong and what to write instead.
type FieldFault struct {
	Field   string `json:"field,omitempty"`
	Problem string `json:"problem"`
}

func (f FieldFault) String() string {
	if f.Field == "" {
		return f.Problem
	}
	return f.Field + ": " + f.Problem
}

// Faults is everything wrong with an input, one line each. ParseContract, ParseEvent, Decode and the Validate methods
// return no other error, so that a caller can show each fault beside its field.
type Faults []FieldFault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// checker collects faults. A field that could not be read at all is reported once, so nothing is added at or below a
// fault of the reading.
type checker struct {
	faults Faults
	read   int // how many of them come from reading
}

func (c *checker) add(field, format string, args ...any) {
	for _, f := range c.faults[:c.read] {
		if field == f.Field || within(field, f.Field) {
			return
		}
	}
	c.faults = append(c.faults, FieldFault{Field: field, Problem: fmt.Sprintf(format, args...)})
}

// addWhole reports something about a list as a whole, unless a part of it could not be read.
func (c *checker) addWhole(field, format string, args ...any) {
	for _, f := range c.faults[:c.read] {
		if within(f.Field, field) {
			return
		}
	}
	c.add(field, format, args...)
}

func (c *checker) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	return c.faults
}

// within reports whether the path lies below another one.
func within(path, above string) bool {
	rest, ok := strings.CutPrefix(path, above)
	return ok && rest != "" && (above == "" || rest[0] == '.' || rest[0] == '[')
}

// join is the path of a field of the object at a path.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// at is the path of an entry of the list at a path.
func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// id checks a required id. Ids become parts of workflow ids, keys and file names, hence the narrow alphabet.
func (c *checker) id(field, s string) {
	switch {
	case s == "":
		c.add(field, "required: a short name of your own that never changes")
	case utf8.RuneCountInString(s) > maxID:
		c.add(field, "%d characters: an id has at most %d", utf8.RuneCountInString(s), maxID)
	case !idPattern.MatchString(s):
		c.add(field, "%q is no id: write letters, digits, dots, dashes and underscores, a letter or digit first", s)
	}
}

// line checks text that ends up in a subject, a header or a table.
func (c *checker) line(field, s string) {
	if utf8.RuneCountInString(s) > maxLine {
		c.add(field, "%d characters: write at most %d", utf8.RuneCountInString(s), maxLine)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		c.add(field, "line breaks and control characters are not allowed here: write one line of text")
	}
}

func (c *checker) requiredLine(field, s, what string) {
	if strings.TrimSpace(s) == "" {
		c.add(field, "required: %s", what)
		return
	}
	c.line(field, s)
}

// text checks text of several lines.
func (c *checker) text(field, s string, limit int) {
	if utf8.RuneCountInString(s) > limit {
		c.add(field, "%d characters: write at most %d", utf8.RuneCountInString(s), limit)
	}
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
	if !utf8.ValidString(s) || strings.ContainsFunc(s, control) {
		c.add(field, "control characters are not allowed: write plain text")
	}
}

func (c *checker) requiredText(field, s, what string) {
	if strings.TrimSpace(s) == "" {
		c.add(field, "required: %s", what)
		return
	}
	c.text(field, s, maxText)
}

// email checks a bare address, as it goes to a transport.
func (c *checker) email(field, s string) {
	if s == "" {
		c.add(field, "required: an address such as name@company.example")
		return
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 {
		c.add(field, "%q is no bare address: write it as name@company.example, without a display name", s)
	}
}

// oneOf checks a closed list; an empty value is a fault only where the field is required.
func oneOf[T ~string](c *checker, field string, s T, required bool, allowed ...T) {
	switch {
	case s == "" && required:
		c.add(field, "required: write one of %s", list(allowed))
	case s != "" && !slices.Contains(allowed, s):
		c.add(field, "%q is not known: write one of %s", s, list(allowed))
	}
}

func list[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

func (c *checker) between(field string, n, low, high int) {
	if n < low || n > high {
		c.add(field, "%d is out of range: write a whole number from %d to %d", n, low, high)
	}
}

func (c *checker) atMost(field string, n int) {
	if n > maxList {
		c.add(field, "%d entries: write at most %d", n, maxList)
	}
}

// zone checks a required IANA time zone and gives it, nil when there is none.
func (c *checker) zone(field, s string) *time.Location {
	const remedy = "write an IANA name such as Europe/Rome"
	if s == "" {
		c.add(field, "required: %s", remedy)
		return nil
	}
	loc, err := LoadZone(s)
	if err != nil {
		c.add(field, "%q is no time zone: %s", s, remedy)
		return nil
	}
	return loc
}

// LoadZone is the location of an IANA time zone. It refuses what time.LoadLocation would read but no contract may say:
// the empty name, the machine's own zone, and the database's variants with leap seconds.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" || strings.HasPrefix(name, "posix/") || strings.HasPrefix(name, "right/") {
		return nil, fmt.Errorf("%q is no time zone: write an IANA name such as Europe/Rome", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is no time zone: write an IANA name such as Europe/Rome", name)
	}
	return loc, nil
}

var languagePattern = regexp.MustCompile(`^[a-z]{2}$`)

func (c *checker) language(field, s string, required bool) {
	switch {
	case s == "" && required:
		c.add(field, "required: write a two-letter language such as it or en")
	case s != "" && !languagePattern.MatchString(s):
		c.add(field, "%q is no language: write two small letters such as it or en", s)
	}
}

func (c *checker) country(field, s string, required bool) {
	switch {
	case s == "" && required:
		c.add(field, "required: write an ISO 3166-1 code such as IT")
	case s == "UK":
		c.add(field, `"UK" is no country code: write GB for the United Kingdom`)
	case s != "" && !listed(countries, s):
		c.add(field, "%q is no country code: write ISO 3166-1 in two capital letters, such as IT", s)
	}
}

func (c *checker) webAddress(field, s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || len(s) > 2000 {
		c.add(field, "%q is no web address: write it in full, such as https://vendor.example/refund", s)
	}
}

// ranges checks spans of days.
func (c *checker) ranges(field string, spans []DateRange) {
	c.atMost(field, len(spans))
	for i, r := range spans {
		from, to := join(at(field, i), "from"), join(at(field, i), "to")
		if r.From.IsZero() {
			c.add(from, "required: the first day, such as 2026-08-03")
		}
		if r.To.IsZero() {
			c.add(to, "required: the last day, such as 2026-08-21")
		}
		if !r.From.IsZero() {
			c.thisAge(from, r.From.Year)
		}
		if !r.To.IsZero() {
			c.thisAge(to, r.To.Year)
		}
		if !r.From.IsZero() && !r.To.IsZero() && r.To.Before(r.From) {
			c.add(to, "%s is before %s: write the last day, not before the first", r.To, r.From)
		}
	}
}
