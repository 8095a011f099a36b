package playbook

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Reasons why a touch has no letter; the caller drops it for good.
var (
	// ErrTermAbsent: the text is about a term that the contract does not grant.
	ErrTermAbsent = errors.New("the contract does not grant this term")
	// ErrNoCaseHistory: no case history in this language that may be shown.
	ErrNoCaseHistory = errors.New("no approved case history")
)

// data is what a template sees. Its fields are a public interface: docs/playbook.md lists them. Worries and notes of
// the dossier are not in it.
type data struct {
	Contact          contactData
	Customer         customerData
	ContractID       string
	Product          string
	Brand            string
	Owner, Sales     personData
	Goals            []string // said by this contact, and may be repeated
	Promises         []promiseData
	Commitments      []promiseData // ours that stand,
	TheirCommitments []promiseData // and the customer's
	Refund           *refundData
	Training         *trainingData
	Assistance       *assistanceData
	Return           *returnData
	KickoffAt        string
	KickoffTwoTimes  []string
	InvoiceDate      string
	ReceivedAt       string // the order's instant, with its year: when what the mail confirms was received
	NextDates        []nextDateData
	CaseHistory      *caseData
	Doubt            string
	Late             bool
	MergedHandover   bool
	Other            otherData // whom this recipient is introduced to

	order    onboarding.Order
	contact  onboarding.Contact
	settings *Settings // nil for messages to ours, which hold no customer's link
}

type contactData struct{ Name, FirstName, Role string }
type customerData struct{ Company, Kind, Industry, Size string }
type otherData struct{ Name, FirstName, Company, Email, Phone string }
type personData struct{ Name, FirstName, Phone, Email string }
type promiseData struct{ Text, Due string }
type returnData struct {
	Days int
	How  string
}

type trainingData struct{ Sessions int }
type assistanceData struct{ Kind, Until string }
type nextDateData struct{ What, When string }

type refundData struct {
	Days    int
	LastDay string // "" while what it counts from has not happened
	How     string
	URL     string
	Rule    string // "30 days from signing"
	OffDay  string // "" or "which falls on a weekend"
	Short   bool   // under ten days: said in the welcome
	Over    bool   // the last day has passed
}

type caseData struct {
	Title, Company, Sector, URL string
	Body                        Markdown
}

// calendarPage is where and in which language dates are written, and today's date there.
type calendarPage struct {
	*locale
	zone  *time.Location
	today onboarding.Date
}

// newData gathers what a text may print for one contact. It fails on a contract that no letter can be made of.
func newData(o onboarding.Order, contact onboarding.Contact, language string, s Settings) (*data, error) {
	zone, err := location(o.Contract.Customer.TimeZone)
	if err != nil {
		return nil, err
	}
	if o.Contract.Owner == nil || o.Contract.Sales == nil {
		return nil, errors.New("the contract has no owner or no sales")
	}
	c, now := o.Contract, o.At.In(zone)
	cal := calendarPage{locales[language], zone, onboarding.DateOf(now)}
	d := &data{
		Contact:    contactData{contact.Name, firstName(contact.Name), string(contact.Role)},
		Customer:   customerData{c.Customer.Company, string(c.Customer.Kind), cal.word(c.Customer.Industry), cal.word(c.Customer.Segment)},
		ContractID: c.ID, Product: c.Product,
		Brand: s.Company.brand(),
		Owner: person(c.Owner), Sales: person(c.Sales),
		KickoffAt:       cal.named(o.KickoffAt),
		KickoffTwoTimes: cal.twoTimes(now),
		InvoiceDate:     cal.day(o.InvoiceAt),
		ReceivedAt:      cal.stamp(now),
		Doubt:           string(o.Doubt),
		Late:            o.Variant == variantLate,
		MergedHandover:  o.Variant == variantMerged || slices.Contains(o.Facts, onboarding.FactOwnerIsSales),
		order:           o, contact: contact,
	}
	d.other()
	d.dossier(c.Dossier, cal)
	d.commitments(o.Commitments, c.Dossier, cal)
	d.terms(c.Terms, o, cal)
	for _, n := range o.NextDates {
		if what, ok := cal.next[n.What]; ok {
			what = strings.ReplaceAll(what, "%s", d.Owner.Name)
			d.NextDates = append(d.NextDates, nextDateData{what, cal.date(onboarding.DateOf(n.At.In(zone)), cal.today)})
		}
	}
	return d, nil
}

// toPeer reports whether the recipient is the peer of an introduction.
func (d *data) toPeer() bool {
	return d.order.Peer != nil && d.contact.ID == onboarding.PeerRecipient(d.order.Peer.ID)
}

// other is who stands on the other side of an introduction: the peer, for the peer the contact who said yes.
func (d *data) other() {
	p := d.order.Peer
	switch {
	case p == nil:
	case !d.toPeer():
		d.Other = otherData{Name: p.Contact, Company: p.Company, Email: p.Email}
	default:
		for _, c := range d.order.Contract.Customer.Contacts {
			if len(d.order.To) > 0 && c.ID == d.order.To[0] {
				d.Other = otherData{Name: c.Name, Company: d.order.Contract.Customer.Company, Email: c.Email, Phone: c.Phone}
			}
		}
	}
	if d.Other.Name == "" {
		d.Other.Name, d.Other.Company = d.Other.Company, ""
	}
	d.Other.FirstName = firstName(d.Other.Name)
}

// dossier takes over what this contact may be told: their own goals, and the promises made to them. A promise to
// nobody in particular was made to the decision maker.
func (d *data) dossier(dossier *onboarding.Dossier, cal calendarPage) {
	if dossier == nil {
		return
	}
	for _, g := range dossier.Goals {
		if g.MayRepeat && g.SaidBy == d.contact.ID && g.SaidBy != "" {
			d.Goals = append(d.Goals, g.Text)
		}
	}
	for _, p := range dossier.Promises {
		if !d.mayHear(p) {
			continue
		}
		due := ""
		if p.Due != nil {
			due = cal.date(*p.Due, cal.today)
		}
		d.Promises = append(d.Promises, promiseData{p.Text, due})
	}
}

// mayHear reports whether a promise of the dossier may be repeated to this contact.
func (d *data) mayHear(p onboarding.DossierPromise) bool {
	mine := p.SaidTo == d.contact.ID || p.SaidTo == "" && d.contact.Role == onboarding.RoleDecisionMaker
	return p.MayRepeat && mine
}

// commitments takes over what stands between the two sides. A dated promise of the dossier is a commitment as well, and
// stays what it was: told only to whom it may be repeated.
func (d *data) commitments(all []onboarding.Commitment, dossier *onboarding.Dossier, cal calendarPage) {
	for _, c := range all {
		if dossier != nil && slices.ContainsFunc(dossier.Promises, func(p onboarding.DossierPromise) bool { return p.Text == c.What && !d.mayHear(p) }) {
			continue
		}
		side := &d.Commitments
		if c.By == onboarding.ByThem {
			side = &d.TheirCommitments
		}
		*side = append(*side, promiseData{c.What, cal.named(c.Due)})
	}
}

// shortRefund is under how many days a refund's window is told in the welcome.
const shortRefund = 10

func (d *data) terms(t *onboarding.Terms, o onboarding.Order, cal calendarPage) {
	if t == nil {
		return
	}
	if r := t.Refund; r != nil {
		d.Refund = &refundData{Days: r.Days, How: r.How, Rule: cal.rule(r), Short: r.Days < shortRefund}
		if isWebAddress(r.URL) {
			d.Refund.URL = r.URL
		}
		if !o.RefundDay.IsZero() {
			d.Refund.LastDay = cal.date(o.RefundDay, cal.today)
			d.Refund.OffDay = cal.offDays[o.RefundOff]
			d.Refund.Over = o.RefundDay.Before(cal.today)
		}
	}
	if t.Return != nil {
		d.Return = &returnData{t.Return.Days, t.Return.How}
	}
	if t.Training != nil {
		d.Training = &trainingData{t.Training.Sessions}
	}
	if a := t.Assistance; a != nil {
		d.Assistance = &assistanceData{Kind: a.Kind}
		if a.Until != nil {
			d.Assistance.Until = cal.date(*a.Until, cal.today)
		}
	}
}

// form chooses between the courteous form and the familiar one.
func (d *data) form(lei, tu string) string {
	if d.contact.Form == onboarding.Tu {
		return tu
	}
	return lei
}

var linkArg = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)

// link signs an address for a purpose, for this contact and touch alone.
func (d *data) link(purpose string, arg ...string) (string, error) {
	p := Purpose(purpose)
	switch {
	case d.settings == nil:
		return "", errors.New("a message to one of ours holds no customer's link")
	case !slices.Contains(Purposes, p):
		return "", fmt.Errorf("there is no link for %q: use one of %s", purpose, strings.Join(purposeNames(), ", "))
	case len(arg) > 1 || len(arg) == 1 && !linkArg.MatchString(arg[0]):
		return "", fmt.Errorf("the link for %q takes one short word more at most", purpose)
	case p == PurposeRefund && d.Refund == nil, p == PurposeTraining && d.Training == nil:
		return "", fmt.Errorf("link %q: %w", purpose, ErrTermAbsent)
	}
	c := Claim{Purpose: p, Contract: d.order.Contract.ID, Run: d.order.Run, Touch: d.order.Touch, Contact: d.contact.ID,
		Expires: p.Expiry(d.order.At).Unix()}
	if d.toPeer() { // the page names them as the peer, no contact of the customer
		c.Contact, c.Arg = "", d.order.Peer.ID
	}
	if len(arg) == 1 {
		c.Arg = arg[0]
	} else if p == PurposeCase {
		c.Arg = d.order.Case
	}
	return d.settings.linkURL(c), nil
}

func purposeNames() []string {
	out := make([]string, len(Purposes))
	for i, p := range Purposes {
		out[i] = string(p)
	}
	return out
}

func person(p *onboarding.Person) personData {
	return personData{p.Name, firstName(p.Name), p.Phone, p.Email}
}

// firstName is the first word of a name that is no title ("Dott. Marco Bianchi" is Marco).
func firstName(name string) string {
	words := strings.Fields(name)
	for len(words) > 1 && strings.HasSuffix(words[0], ".") {
		words = words[1:]
	}
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// named writes a date, or a date and time, as an event named it; "" for what is neither.
func (c calendarPage) named(s string) string {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return c.dateTime(t.In(c.zone), c.today)
	}
	return c.day(s)
}

// day writes the calendar day of a date or instant.
func (c calendarPage) day(s string) string {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return c.date(onboarding.DateOf(t.In(c.zone)), c.today)
	}
	if d, err := onboarding.ParseDate(s); err == nil {
		return c.date(d, c.today)
	}
	return ""
}

// stamp writes an instant with its year, for what may be read years later.
func (c calendarPage) stamp(t time.Time) string {
	d := onboarding.DateOf(t)
	zone := t.Format("MST")
	if strings.HasPrefix(zone, "+") || strings.HasPrefix(zone, "-") { // one without a name
		zone = "UTC" + zone
	}
	return fmt.Sprintf("%s %d %s %s (%s)", c.date(d, d), d.Year, c.at, t.Format("15:04"), zone)
}

// twoTimes proposes the second weekday from now at 10:00 and the third at 15:00. Holidays are not known here: the
// page behind the link shows what is free.
func (c calendarPage) twoTimes(now time.Time) []string {
	var out []string
	day, weekdays := onboarding.DateOf(now), 0
	for len(out) < 2 {
		day = day.AddDays(1)
		if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
			continue
		}
		weekdays++
		switch weekdays {
		case 2:
			out = append(out, c.dateTime(day.In(c.zone, 10*60), c.today))
		case 3:
			out = append(out, c.dateTime(day.In(c.zone, 15*60), c.today))
		}
	}
	return out
}

var zones sync.Map // name -> *time.Location; loading one reads a file

func location(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("the customer's time zone %q is unknown: use an IANA name such as Europe/Rome: %w", name, err)
	}
	zones.Store(name, z)
	return z, nil
}
