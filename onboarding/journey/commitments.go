package journey

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Commitment is a promise with a date that stands.
type Commitment = onboarding.Commitment

// CommitmentOf is the commitment that an event is about: one that stands, else one that was missed or kept, of which only
// What is known. Its name may come in whatever case, with or without its article; of one that is moved or kept a part that
// only it has will do. An event that names none means the only one that stands; kept where none stands, the only one that was
// missed. Not ok of every other event, and where the name fits none.
func CommitmentOf(s State, e onboarding.Event) (c Commitment, ok bool) {
	kept := e.Kind == onboarding.EventCommitmentKept
	what := ""
	switch {
	case !e.Kind.OfCommitment() && !e.SaysByWhen():
	case e.What != "":
		what = s.commitmentName(e.What, kept || e.Kind == onboarding.EventCommitmentMoved)
	case len(s.Commitments) == 1:
		return s.Commitments[0], true
	case len(s.Commitments) == 0 && kept:
		if missed := s.missedCommitments(); len(missed) == 1 {
			what = missed[0]
		}
	}
	for _, c := range s.Commitments {
		if c.What == what {
			return c, true
		}
	}
	return Commitment{What: what}, what != ""
}

// commitmentName is what a name means: of what stands, else of what was missed, else of all that is over.
func (s *State) commitmentName(name string, parts bool) string {
	var stand []string
	for _, c := range s.Commitments {
		stand = append(stand, c.What)
	}
	for _, names := range [][]string{stand, s.missedCommitments(), s.Done} {
		if found := nameAmong(names, name, parts); found != "" {
			return found
		}
	}
	return ""
}

// missedCommitments lists the broken promises that nobody has kept since.
func (s *State) missedCommitments() []string {
	var missed []string
	for _, x := range s.Evidence {
		if x.What != "" && x.Ended.IsZero() && !slices.Contains(missed, x.What) {
			missed = append(missed, x.What)
		}
	}
	return missed
}

// nameAmong is the first of the names that means the same; where parts count, else the only one that holds all the words.
func nameAmong(names []string, name string, parts bool) string {
	want := plainWords(name)
	for _, n := range names {
		if n == name || want != "" && plainWords(n) == want {
			return n
		}
	}
	found := ""
	for _, n := range names {
		if !parts || want == "" || n == found || !strings.Contains(" "+plainWords(n)+" ", " "+want+" ") {
			continue
		}
		if found != "" {
			return ""
		}
		found = n
	}
	return found
}

// articles may stand before the name of a thing or not.
var articles = []string{"the", "a", "an", "il", "lo", "la", "i", "gli", "le", "l", "un", "uno", "una"}

// plainWords is a name in small letters, without punctuation and the article that it begins with.
func plainWords(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	if len(words) > 1 && slices.Contains(articles, words[0]) {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// commitmentEvent takes what was promised, moved and kept. A name that fits none is told to the owner: they know which
// one is meant.
func (j *run) commitmentEvent(e onboarding.Event) {
	if !e.Kind.OfCommitment() && !e.SaysByWhen() || e.What == "" || e.Due == "" && e.Kind == onboarding.EventCommitmentMoved {
		return
	}
	i := slices.IndexFunc(j.s.Commitments, func(c Commitment) bool { return c.What == e.What })
	unknown := i < 0 && j.s.commitmentName(e.What, false) == ""
	if unknown && (e.Kind == onboarding.EventCommitmentKept || e.Kind == onboarding.EventCommitmentMoved) {
		j.raise("", onboarding.AudienceOwner, "commitment_unknown: "+e.What)
	}
	if e.Kind == onboarding.EventCommitmentKept {
		if i >= 0 {
			j.over(j.s.Commitments[i])
		}
		return
	}
	c := Commitment{What: e.What, Due: e.Due, Solves: e.SaysByWhen()}
	if e.By == onboarding.ByThem {
		c.By = e.By
	}
	if i >= 0 {
		was := j.s.Commitments[i]
		if c.Solves = c.Solves || was.Solves; e.Kind == onboarding.EventCommitmentMoved {
			c.By = or(c.By, was.By) // made again it is whose it is made
		}
		j.s.Commitments[i] = c
		j.unwarn(c.What)
	} else {
		j.s.Commitments = append(j.s.Commitments, c)
	}
	if warn, _, ok := j.commitmentDates(c); ok && !warn.After(j.s.Now) {
		j.s.Warned = append(j.s.Warned, c.What) // who promises for tomorrow needs no warning today
	}
}

// unwarn lets the owner be warned of a commitment again.
func (j *run) unwarn(what string) {
	j.s.Warned = slices.DeleteFunc(j.s.Warned, func(w string) bool { return w == what })
}

// solvesBy reports whether a day stands by which what the customer asked about will be settled.
func (j *run) solvesBy() bool {
	return slices.ContainsFunc(j.s.Commitments, func(c Commitment) bool { return c.Solves && c.By == "" })
}

// importCommitments takes the dated promises of the dossier: sales' until the owner accepts it.
func (j *run) importCommitments() {
	d := j.s.contract().Dossier
	if d == nil {
		return
	}
	past := false
	for _, p := range d.Promises {
		known := slices.ContainsFunc(j.s.Commitments, func(c Commitment) bool { return c.What == p.Text })
		switch {
		case p.Due == nil || known || slices.Contains(j.s.Done, p.Text):
		case p.Due.Before(j.customer().Date(j.s.Now)):
			past = true
			j.s.Done = append(j.s.Done, p.Text)
		default:
			j.s.Commitments = append(j.s.Commitments, Commitment{What: p.Text, Due: p.Due.String(), By: onboarding.BySales})
		}
	}
	if past {
		j.raise("", onboarding.AudienceOwner, "ask_promises_kept")
	}
}

// amendCommitments follows the dossier's promises where an amendment dates them anew, adds to them or takes them back, as
// far as nobody has moved, kept or missed them since.
func (j *run) amendCommitments(was *onboarding.Dossier) {
	now := j.s.contract().Dossier
	if was == nil || now == nil || j.plan.Clocks.Accept == 0 {
		return
	}
	for _, p := range was.Promises {
		i := slices.IndexFunc(j.s.Commitments, func(c Commitment) bool { return p.Due != nil && c.What == p.Text && c.Due == p.Due.String() })
		if i < 0 {
			continue
		}
		switch n := slices.IndexFunc(now.Promises, func(q onboarding.DossierPromise) bool { return q.Text == p.Text && q.Due != nil }); {
		case n < 0:
			j.s.Commitments = slices.Delete(slices.Clone(j.s.Commitments), i, i+1)
		case *now.Promises[n].Due != *p.Due:
			j.s.Commitments[i].Due = now.Promises[n].Due.String()
			j.unwarn(p.Text)
		}
	}
	j.importCommitments()
	if j.s.Handoff.Accepted {
		j.acceptCommitments()
	}
}

// acceptCommitments makes what sales promised the owner's.
func (j *run) acceptCommitments() {
	for i, c := range j.s.Commitments {
		if c.By == onboarding.BySales {
			j.s.Commitments[i].By = ""
		}
	}
}

// commitmentItems are the warning on the working day before, and the instant at which a commitment is missed.
func (j *run) commitmentItems(add func(time.Time, int, func())) {
	if j.s.Gone {
		return // nobody waits for it any more
	}
	for i := range j.s.Commitments {
		c := j.s.Commitments[i]
		warn, last, ok := j.commitmentDates(c)
		if !ok {
			continue
		}
		add(last, rankWatch, func() { j.missCommitment(c, last) })
		if !slices.Contains(j.s.Warned, c.What) {
			add(warn, rankFollow, func() {
				j.s.Warned = append(j.s.Warned, c.What)
				j.raise("", onboarding.AudienceOwner, "commitment_due: "+c.What)
			})
		}
	}
}

// commitmentDates are when the owner, or who stands in, is warned, at the opening of the working day before, and when a
// commitment is missed.
func (j *run) commitmentDates(c Commitment) (warn, last time.Time, ok bool) {
	day, _, last, ok := j.namedDay(c.Due)
	if !ok {
		return warn, last, false
	}
	w, before := &j.s.Calendar.Owner, day.AddDays(-1)
	for !w.IsWorking(before) && !j.stoodIn(before) {
		before = before.AddDays(-1)
	}
	warn, _ = w.At(before, w.Open)
	return warn, last, true
}

// missCommitment takes a commitment whose day is over: ours is a broken promise; of theirs, and of what sales promised
// and nobody took over, one of ours must find out. It dates from the end of its day, however late that is noticed.
func (j *run) missCommitment(c Commitment, last time.Time) {
	j.over(c)
	j.raise("", onboarding.AudienceOwner, "commitment_missed: "+c.What)
	if c.By == onboarding.BySales && j.personOf(onboarding.AudienceManager) != j.personOf(j.acting(onboarding.AudienceOwner)) {
		j.raise("", onboarding.AudienceManager, "commitment_missed: "+c.What)
	}
	if c.By == "" {
		j.noteByItself(j.plan.Clocks.Missed, c.What, last)
	}
}

// keptDone is how many promises that are over a state remembers, beside those of the dossier.
const keptDone = 10

// over takes a promise off those that stand.
func (j *run) over(c Commitment) {
	j.s.Commitments = slices.DeleteFunc(j.s.Commitments, func(x Commitment) bool { return x == c })
	j.unwarn(c.What)
	j.s.Done = append(slices.DeleteFunc(j.s.Done, func(what string) bool { return what == c.What }), c.What)
	for i := 0; len(j.s.Done) > keptDone && i < len(j.s.Done); {
		if j.ofDossier(j.s.Done[i]) { // or an amendment would bring it back
			i++
			continue
		}
		j.s.Done = slices.Delete(j.s.Done, i, i+1)
	}
}

func (j *run) ofDossier(what string) bool {
	d := j.s.contract().Dossier
	return d != nil && slices.ContainsFunc(d.Promises, func(p onboarding.DossierPromise) bool { return p.Text == what })
}
