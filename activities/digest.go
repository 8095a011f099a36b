package activities

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
)

// Morning is the part of the journal that a digest reads.
type Morning interface {
	OpenOwners(ctx context.Context) ([]string, error)
	People(ctx context.Context) ([]onboarding.Person, error)
	Running(ctx context.Context, owner string, most int) ([]onboarding.Running, error)
	Addressed(ctx context.Context, person string, from, until time.Time) ([]onboarding.Addressed, error)
	Digested(ctx context.Context, person string, before time.Time) (time.Time, error)
	Unknowns(ctx context.Context, olderThan time.Time, limit int) ([]onboarding.Send, error)
}

// Live asks a running onboarding how it stands.
type Live interface {
	State(ctx context.Context, contract string) (journey.State, error)
}

// Digests writes the morning digest of each of our people, and that of ops. It implements onboarding.DigestActivities.
type Digests struct {
	*Activities
	Morning Morning
	Live    Live
	// At is when a digest goes, in minutes after midnight on the reader's clock; half an hour before their hours begin
	// where that is later.
	At int
	// Patience is how long an onboarding may take to answer; a second when 0.
	Patience time.Duration
	// Raised lists the codes of the alarms that are raised; nil where nobody knows.
	Raised func() []string
}

var _ onboarding.DigestActivities = (*Digests)(nil)

const (
	// digestFor is how long after its time a digest still goes: one that was missed by more says old things.
	digestFor = 4 * time.Hour
	// early is how long before somebody's hours begin their digest is there.
	early = 30
	// firstReach and longestReach are how far the first digest, and one after a leave, look back.
	firstReach   = 3 * 24 * time.Hour
	longestReach = 30 * 24 * time.Hour
	// margin keeps a fact from falling between two digests that is being written while the first of them reads.
	margin = time.Minute
	// askedAtOnce bounds the onboardings that are asked at the same time, askedFor the time for all of one digest: half of
	// what one try has.
	askedAtOnce = 8
	askedFor    = 45 * time.Second
	// unknownAfter is when a send without a result is shown to ops.
	unknownAfter = time.Hour
	unknownMost  = 100
)

// DigestDue lists whose digest is due: on a working day of theirs, from its time on for four hours, once a day.
func (d *Digests) DigestDue(ctx context.Context, in onboarding.DigestDueInput) (onboarding.DigestDueOutput, error) {
	var out onboarding.DigestDueOutput
	readers, err := d.readers(ctx)
	if err != nil {
		return out, err
	}
	for _, id := range readers {
		r, err := d.reader(ctx, id, in.Now)
		var bad *badClock
		if errors.As(err, &bad) {
			d.Log.Error("somebody gets no digest: mend their zone or hours", "code", "digest_clock", "person", id, "error", err)
			continue
		}
		if err != nil {
			return out, err
		}
		due, day := r.due(in.Now, d.At)
		if !due {
			continue
		}
		order := onboarding.DigestOrder{Person: id, Day: day, Now: in.Now}
		_, done, err := d.done(ctx, order)
		if err != nil {
			return out, err
		}
		if !done {
			out.Due = append(out.Due, order)
		}
	}
	return out, nil
}

// readers are whoever owns an open onboarding, everybody of people.yaml, and ops.
func (d *Digests) readers(ctx context.Context) ([]string, error) {
	ids, err := d.Morning.OpenOwners(ctx)
	if err != nil {
		return nil, err
	}
	people, err := d.Morning.People(ctx)
	if err != nil {
		return nil, fmt.Errorf("list whose digest may be due: %w", err)
	}
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	if d.Ops.SlackID != "" || d.Ops.Email != "" {
		ids = append(ids, string(onboarding.AudienceOps))
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// reader is who reads a digest, with their days and hours around now.
type reader struct {
	onboarding.Person
	windows onboarding.Windows
	zone    *time.Location
	// language is that of their customers, for a reader without one.
	language string
}

// badClock is a person whose zone or hours cannot be read.
type badClock struct{ err error }

func (b *badClock) Error() string { return b.err.Error() }
func (b *badClock) Unwrap() error { return b.err }

// reader finds one of ours: as people.yaml knows them, else as the newest contract that they own writes them out.
func (d *Digests) reader(ctx context.Context, id string, now time.Time) (reader, error) {
	r := reader{Person: onboarding.Person{ID: id}}
	in := onboarding.PlanInput{From: onboarding.DateOf(now.UTC()).AddDays(-2), Days: 16}
	if id == string(onboarding.AudienceOps) {
		r.Person = d.Ops
		r.ID, r.TimeZone = id, cmp.Or(d.Ops.TimeZone, time.UTC.String())
	} else {
		p, known, err := d.People.Find(ctx, id)
		if err != nil {
			return r, fmt.Errorf("find whose digest it is: %w", err)
		}
		newest, err := d.Morning.Running(ctx, id, 1)
		if err != nil {
			return r, err
		}
		if known {
			r.Person = p
		}
		for _, c := range newest {
			if o := c.Contract.Owner; !known && o != nil && o.ID == id {
				r.Person = *o
			}
			r.language = c.Contract.Customer.Language
			in.Contract.Customer = onboarding.Customer{TimeZone: c.Contract.Customer.TimeZone, Country: c.Contract.Customer.Country}
		}
	}
	in.Contract.Owner = &r.Person
	in.Contract.Customer.TimeZone = cmp.Or(in.Contract.Customer.TimeZone, r.TimeZone, time.UTC.String())
	cal, err := calendar.Make(in)
	if err != nil {
		return r, &badClock{err}
	}
	r.windows = cal.Owner
	if r.zone, err = onboarding.LoadZone(cmp.Or(r.TimeZone, in.Contract.Customer.TimeZone)); err != nil {
		return r, &badClock{err}
	}
	return r, nil
}

// due reports whether a digest is due now, and for which day.
func (r *reader) due(now time.Time, minute int) (bool, onboarding.Date) {
	day := r.windows.Date(now)
	at, _ := r.windows.At(day, max(minute, r.windows.Open-early))
	return r.windows.IsWorking(day) && !now.Before(at) && now.Before(at.Add(digestFor)), day
}

// done reports whether a digest went, or will not go any more, and what became of it.
func (d *Digests) done(ctx context.Context, order onboarding.DigestOrder) (onboarding.Outcome, bool, error) {
	rows, err := d.Ledger.SendsOf(ctx, order.Key())
	if err != nil {
		return onboarding.Outcome{}, false, fmt.Errorf("read the ledger: %w", err)
	}
	for _, row := range rows {
		if row.State == onboarding.SendAccepted || row.State == onboarding.SendRejected {
			out, err := d.existing(row)
			return out, true, err
		}
	}
	return onboarding.Outcome{}, false, nil
}

// Digest writes one digest and sends it, at most once for its person and day. One with nothing to say is dropped, and
// does not come later in the day.
func (d *Digests) Digest(ctx context.Context, order onboarding.DigestOrder) (onboarding.Outcome, error) {
	defer alive(ctx)()
	if out, done, err := d.done(ctx, order); done || err != nil {
		return out, err
	}
	r, err := d.reader(ctx, order.Person, order.Now)
	if err != nil {
		return onboarding.Outcome{}, err
	}
	digest, err := d.write(ctx, order, &r)
	if err != nil {
		return onboarding.Outcome{}, err
	}
	o := onboarding.Order{Key: order.Key(), At: order.Now, Touch: onboarding.TouchDigest, Resend: order.Resend}
	row := onboarding.Send{Key: o.Key, Touch: o.Touch, Class: onboarding.ClassInternal, Channel: onboarding.ChannelSlack, Address: r.ID, At: order.Now}
	if digest.Empty() {
		return d.silence(ctx, o, row)
	}
	alert := playbook.ComposeDigest(digest)
	out, err := d.atMostOnce(ctx, o, row, func(ctx context.Context) (onboarding.Receipt, error) { return d.post(ctx, alert, nobody) })
	if err == nil && out.Kind == onboarding.OutcomeUnknown && order.Last {
		out = onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: string(onboarding.OutcomeUnknown)}
		err = d.settleAs(ctx, row.Key, out.Reason)
	}
	d.count(onboarding.ChannelSlack, string(out.Kind))
	return out, err
}

// silence notes that a digest had nothing to say.
func (d *Digests) silence(ctx context.Context, o onboarding.Order, row onboarding.Send) (onboarding.Outcome, error) {
	res, err := d.Ledger.Reserve(ctx, row, o.Limits, d.Grace)
	if err != nil {
		return onboarding.Outcome{}, fmt.Errorf("reserve in the ledger: %w", err)
	}
	if res.Outcome == onboarding.Existing {
		return d.existing(res.Row)
	}
	return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: onboarding.ReasonNothing}, d.settleAs(ctx, row.Key, onboarding.ReasonNothing)
}

func (d *Digests) settleAs(ctx context.Context, key, reason string) error {
	if err := d.Ledger.Settle(ctx, key, onboarding.SendRejected, "", reason); err != nil {
		return fmt.Errorf("settle in the ledger: %w", err)
	}
	return nil
}

// write gathers what a digest says.
func (d *Digests) write(ctx context.Context, order onboarding.DigestOrder, r *reader) (playbook.Digest, error) {
	out := playbook.Digest{Key: order.Key(), To: r.Person, At: order.Now.In(r.zone)}
	since, err := d.Morning.Digested(ctx, r.ID, order.Now)
	if err != nil {
		return out, err
	}
	if since.IsZero() {
		since = order.Now.Add(-firstReach)
	}
	if earliest := order.Now.Add(-longestReach); since.Before(earliest) {
		since = earliest
	}
	w := gathering{Digests: d, order: order, reader: r, since: since, out: &out}
	if err := w.gather(ctx); err != nil {
		return out, err
	}
	out.Language = playbook.DigestLanguage(r.Language, r.language)
	return out, nil
}

// gathering is a digest while its contents are collected.
type gathering struct {
	*Digests
	order  onboarding.DigestOrder
	reader *reader
	since  time.Time
	out    *playbook.Digest
}

func (g *gathering) gather(ctx context.Context) error {
	running, err := g.running(ctx, g.reader.ID)
	if err != nil {
		return err
	}
	away, err := g.absences(ctx)
	if err != nil {
		return err
	}
	asked := slices.Clone(running)
	for _, a := range away {
		asked = append(asked, a.running...)
	}
	states := g.ask(ctx, asked)
	for i, c := range running {
		if err := g.look(ctx, c, states[i]); err != nil {
			return err
		}
	}
	if err := g.standIns(ctx, away, states[len(running):]); err != nil {
		return err
	}
	byTime(g.out.Mails)
	facts, err := g.Morning.Addressed(ctx, g.reader.ID, g.since.Add(-margin), g.order.Now.Add(-margin))
	if err != nil {
		return err
	}
	for _, f := range facts {
		g.hear(ctx, f)
	}
	if g.reader.ID == string(onboarding.AudienceOps) {
		return g.operations(ctx)
	}
	return nil
}

// running lists an owner's onboardings by the customers' names.
func (g *gathering) running(ctx context.Context, owner string) ([]onboarding.Running, error) {
	running, err := g.Morning.Running(ctx, owner, 0)
	slices.SortStableFunc(running, func(a, b onboarding.Running) int {
		return cmp.Or(strings.Compare(nameOf(a.Contract), nameOf(b.Contract)), strings.Compare(a.Contract.ID, b.Contract.ID))
	})
	return running, err
}

// ask asks each onboarding how it stands; nil for one that does not answer in time.
func (g *gathering) ask(ctx context.Context, running []onboarding.Running) []*journey.State {
	ctx, cancel := context.WithTimeout(ctx, askedFor)
	defer cancel()
	states := make([]*journey.State, len(running))
	var wg sync.WaitGroup
	slots := make(chan struct{}, askedAtOnce)
	for i, c := range running {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			states[i] = g.state(ctx, c.Contract.ID)
		})
	}
	wg.Wait()
	return states
}

func (g *gathering) state(ctx context.Context, contract string) *journey.State {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(g.Patience, time.Second))
	defer cancel()
	s, err := g.Live.State(ctx, contract)
	if err != nil {
		g.Log.Warn("an onboarding did not answer for a digest, which says so", "code", "digest_silent", "contract", contract, "error", err)
		return nil
	}
	return &s
}

func nameOf(c onboarding.Contract) string {
	if c.Customer.Company != "" || len(c.Customer.Contacts) == 0 {
		return c.Customer.Company
	}
	return c.Customer.Contacts[0].Name
}

func about(c onboarding.Contract, run int) playbook.DigestCustomer {
	return playbook.DigestCustomer{Contract: c.ID, Run: run, Name: nameOf(c)}
}

// look takes from an onboarding its open cases, the commitments that fall due and the mails of the day.
func (g *gathering) look(ctx context.Context, c onboarding.Running, s *journey.State) error {
	who := about(c.Contract, c.Run)
	book := g.bookOf(who, s)
	if book == nil || s.Ended != nil {
		return nil
	}
	for _, k := range s.OpenCases() {
		g.out.Cases = append(g.out.Cases, g.caseOf(ctx, who, s, k))
	}
	for _, k := range s.Commitments {
		if g.fallsDue(k.Due) {
			g.out.Commitments = append(g.out.Commitments, playbook.DigestCommitment{DigestCustomer: who, What: k.What, Due: k.Due, By: k.By})
		}
	}
	mails, err := g.mails(ctx, who, s, book, g.reader.ID)
	if err != nil {
		return err
	}
	g.out.Mails = append(g.out.Mails, mails...)
	for _, t := range s.KeptByMode(g.since) {
		if touch, _ := book.Plan().Touch(t.ID); touch.Audience == onboarding.AudienceCustomer {
			g.out.Kept = append(g.out.Kept, playbook.DigestMail{DigestCustomer: who, Touch: t.ID, At: t.At})
		}
	}
	return nil
}

// bookOf is the playbook of an onboarding; nil for one that does not answer, which the digest then lists.
func (g *gathering) bookOf(who playbook.DigestCustomer, s *journey.State) *playbook.Playbook {
	if s != nil {
		if book, ok := g.Books.Get(s.Start.Playbook); ok {
			return book
		}
	}
	g.out.Silent = append(g.out.Silent, who)
	return nil
}

func (g *gathering) caseOf(ctx context.Context, who playbook.DigestCustomer, s *journey.State, k journey.Case) playbook.DigestCase {
	by := k.By
	if p, ok := personIn(s.Start.Contract, []string{k.By}); ok {
		by = p.Name
	} else if p, ok, err := g.People.Find(ctx, k.By); err == nil && ok {
		by = p.Name
	}
	return playbook.DigestCase{DigestCustomer: who, ID: k.ID, Hard: k.Hard, Doubt: k.Doubt, Sure: k.Sure, Since: k.OpenedAt, Status: k.Status, By: cmp.Or(by, k.By)}
}

// fallsDue reports whether something is due today or by the next working day.
func (g *gathering) fallsDue(due string) bool {
	m, err := onboarding.ParseMoment(due)
	if err != nil {
		return false
	}
	w := &g.reader.windows
	return !w.AddWorking(g.order.Day, 1).Before(m.Day(w))
}

// hear takes a task, or for ops a case that nobody acknowledged. An approval is asked for beside its mail.
func (g *gathering) hear(ctx context.Context, f onboarding.Addressed) {
	who, e := about(f.Contract, f.Run), f.Entry
	switch {
	case e.Kind == onboarding.EntryTaskRaised:
		asked := func(m playbook.DigestMail) bool { return m.Contract == who.Contract && m.Touch == e.Touch }
		if e.Reason == "approve" && slices.ContainsFunc(g.out.Mails, asked) {
			return
		}
		task := playbook.DigestTask{DigestCustomer: who, Touch: e.Touch, Case: e.Case, Reason: e.Reason}
		if !slices.Contains(g.out.Tasks, task) {
			g.out.Tasks = append(g.out.Tasks, task)
		}
	case g.reader.ID == string(onboarding.AudienceOps):
		g.notAcknowledged(ctx, who, e)
	}
}

// notAcknowledged takes a case that came to ops, unless somebody has taken it since; one that cannot wait was told to
// ops at once.
func (g *gathering) notAcknowledged(ctx context.Context, who playbook.DigestCustomer, e onboarding.Entry) {
	k := playbook.DigestCase{DigestCustomer: who, ID: e.Case, Doubt: e.Doubt, Since: e.At}
	if slices.ContainsFunc(g.out.Cases, func(c playbook.DigestCase) bool { return c.Contract == k.Contract && c.ID == k.ID }) {
		return
	}
	if s := g.state(ctx, who.Contract); s != nil {
		i := slices.IndexFunc(s.Open, func(c journey.Case) bool { return c.ID == e.Case })
		if i < 0 || s.Open[i].Hard || s.Open[i].Status != onboarding.CaseOpen {
			return
		}
		k.Doubt, k.Sure, k.Since = s.Open[i].Doubt, s.Open[i].Sure, s.Open[i].OpenedAt
	}
	g.out.Cases = append(g.out.Cases, k)
}

// operations adds what only ops can mend.
func (g *gathering) operations(ctx context.Context) error {
	if g.Raised != nil {
		g.out.Alarms = g.Raised()
	}
	sends, err := g.Morning.Unknowns(ctx, g.order.Now.Add(-unknownAfter), unknownMost)
	if err != nil {
		return err
	}
	for _, s := range sends {
		g.out.Unknown = append(g.out.Unknown, s.Key)
	}
	return nil
}
