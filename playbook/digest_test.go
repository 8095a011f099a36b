package playbook

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const digestGoldenDir = "testdata/digest"

// digests are those that the golden files hold, by name; the language comes on top.
func digests(t *testing.T) map[string]Digest {
	t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 8, 30, 0, 0, rome)
	acme := DigestCustomer{Contract: "C-1", Run: 1, Name: "Acme S.r.l."}
	beta := DigestCustomer{Contract: "C-2", Run: 2, Name: "Beta & figli"}
	marco := onboarding.Person{ID: "o-7", Name: "Marco Bianchi", Email: "marco@vendor.example", SlackID: "U07"}
	ago := func(days int) time.Time { return at.AddDate(0, 0, -days) }
	full := Digest{Key: "digest/o-7/2026-03-02", To: marco, At: at,
		Cases: []DigestCase{
			{DigestCustomer: acme, ID: "case-1", Doubt: onboarding.DoubtValue, Since: ago(2), Status: onboarding.CaseOpen},
			{DigestCustomer: beta, ID: "case-2", Hard: true, Doubt: onboarding.DoubtAbility, Sure: true, Since: ago(1), Status: onboarding.CaseAcknowledged, By: "Paola Verdi"},
		},
		Tasks: []DigestTask{
			{DigestCustomer: acme, Touch: "first-invoice", Reason: "unreachable"},
			{DigestCustomer: acme, Reason: "commitment_due: tre sedi collegate"},
			{DigestCustomer: beta, Reason: "please_read"},
			{DigestCustomer: beta, Reason: "not_alerted: budget", Case: "case-2"},
			{DigestCustomer: acme, Reason: "not_alerted: shadow", Case: "dossier"},
			{DigestCustomer: acme, Reason: "call: no one of us has spoken with them since the signature"},
			{DigestCustomer: acme, Reason: "repay_by: 2026-03-09"},
			{DigestCustomer: acme, Reason: "phase_late: activate"},
		},
		Commitments: []DigestCommitment{
			{DigestCustomer: acme, What: "tre sedi collegate", Due: "2026-03-03"},
			{DigestCustomer: beta, What: "export their list", Due: "2026-03-02T17:00:00+01:00", By: onboarding.ByThem},
		},
		Mails: []DigestMail{
			{DigestCustomer: acme, Touch: "case-history-1", Subject: "Uno studio come il vostro <tre>", At: at.Add(100 * time.Minute)},
			{DigestCustomer: beta, Touch: "kickoff-recap", Subject: "Chi fa che cosa", At: ago(1), Waits: true},
		},
		Silent: []DigestCustomer{{Contract: "C-9", Run: 1, Name: "Gamma S.p.A."}},
	}
	trial := Digest{Key: "digest/o-7/2026-03-02", To: marco, At: at,
		Mails: []DigestMail{{DigestCustomer: acme, Touch: "welcome", Subject: "Grazie", At: at.Add(time.Hour), Shadow: true}},
		Kept:  []DigestMail{{DigestCustomer: acme, Touch: "sales-handover", At: ago(1)}},
		Tasks: []DigestTask{{DigestCustomer: acme, Reason: "not_alerted: shadow", Case: "case-1"}}}
	forOps := Digest{Key: "digest/ops/2026-03-02", To: onboarding.Person{ID: "ops", SlackID: "C0OPS"}, At: at.UTC(),
		Alarms: []string{"overdue"}, Unknown: []string{"C-1/1/welcome#giulia"},
		Cases: []DigestCase{{DigestCustomer: acme, ID: "case-1", Doubt: onboarding.DoubtProduct, Since: ago(1), Status: onboarding.CaseOpen}},
		Tasks: []DigestTask{{DigestCustomer: beta, Reason: "handoff_not_made"}}}
	friday := onboarding.Date{Year: 2026, Month: time.March, Day: 6}
	standIn := Digest{Key: "digest/o-7/2026-03-02", To: marco, At: at,
		Mails: []DigestMail{{DigestCustomer: acme, Touch: "kickoff-nudge", Subject: "Due orari", At: at.Add(time.Hour)}},
		StandIns: []DigestStandIn{
			{ID: "o-8", Name: "Elena <Verdi>", Until: friday, Mails: []DigestMail{
				{DigestCustomer: beta, Touch: "case-history-1", Subject: "Uno studio come il vostro", At: at.Add(100 * time.Minute)},
				{DigestCustomer: beta, Touch: "kickoff-recap", Subject: "Chi fa che cosa", At: ago(1), Waits: true},
			}},
			{ID: "o-9", Until: onboarding.DateOf(at), Mails: []DigestMail{{DigestCustomer: acme, Touch: "welcome", Subject: "Grazie", At: at.Add(time.Hour), Shadow: true}}},
		}}
	return map[string]Digest{"full": full, "trial": trial, "ops": forOps, "standin": standIn}
}

func TestTheDigestReadsAsItsGoldenFile(t *testing.T) {
	written := map[string]bool{}
	for name, d := range digests(t) {
		for language := range digestTexts {
			d.Language = language
			file := name + "." + language + ".json"
			written[file] = true
			text, err := json.MarshalIndent(ComposeDigest(d), "", " ")
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, digestGoldenDir, file, strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(string(text))+"\n")
		}
	}
	noOtherGolden(t, digestGoldenDir, written)
}

func TestTheWordsOfTheDigestAreTheSameInEachLanguage(t *testing.T) {
	brace := regexp.MustCompile(`\{[a-z]+\}`)
	en := digestTexts["en"]
	for language, texts := range digestTexts {
		if got, want := slices.Sorted(maps.Keys(texts)), slices.Sorted(maps.Keys(en)); !slices.Equal(got, want) {
			t.Errorf("%s has other keys than en: %v, %v", language, got, want)
		}
		for key, text := range texts {
			got, want := brace.FindAllString(text, -1), brace.FindAllString(en[key], -1)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s has %v, want %v", language, key, got, want)
			}
			if strings.Contains(text, "!") {
				t.Errorf("%s: %s shouts", language, key)
			}
		}
	}
	for _, k := range onboarding.Phases {
		if en["phase_"+string(k)] == "" {
			t.Errorf("the phase %s has no name", k)
		}
	}
	for _, d := range onboarding.Doubts {
		if en["doubt_"+string(d)] == "" {
			t.Errorf("the doubt %s has no name", d)
		}
	}
}

func TestALongDigestIsCutAndSaysHowToSeeTheRest(t *testing.T) {
	d := digests(t)["full"]
	for i := range 40 {
		who := DigestCustomer{Contract: fmt.Sprint("C-", i), Run: 1, Name: "Acme"}
		d.Tasks = append(d.Tasks, DigestTask{DigestCustomer: who, Reason: "please_read"})
		d.Mails = append(d.Mails, DigestMail{DigestCustomer: who, Touch: "welcome", At: d.At})
		d.Silent = append(d.Silent, who)
	}
	a := ComposeDigest(d)
	mails := 0
	var text strings.Builder
	for _, f := range a.Facts {
		text.WriteString(f.Label + "\n" + f.Text + "\n")
		if len(f.Actions) > 0 {
			mails++
		}
		if n := strings.Count(f.Text, "\n") + 1; n > mostDigestLines+1 {
			t.Errorf("%s has %d lines", f.Label, n)
		}
	}
	if mails != mostDigestMails {
		t.Errorf("%d mails have buttons", mails)
	}
	for _, want := range []string{"and 38 more: `starter list --owner o-7`", "and 30 more: `starter list --owner o-7`", "and 31 more"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is nowhere in\n%s", want, text.String())
		}
	}
	if !strings.Contains(a.Text, "48 things to do") {
		t.Errorf("the first line counts %q", a.Text)
	}
}

func TestADigestWithNothingToSayIsEmpty(t *testing.T) {
	if !(Digest{To: onboarding.Person{ID: "o-7"}, Key: "k"}).Empty() {
		t.Error("it is not")
	}
	for name, d := range digests(t) {
		if d.Empty() {
			t.Errorf("%s is empty", name)
		}
	}
}

func TestTheMailsOfManyNamesLeaveRoomForTheRestOfTheMessage(t *testing.T) {
	d := Digest{Key: "k", To: onboarding.Person{ID: "o-7"}, At: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	mails := make([]DigestMail, 14)
	for i := range mails {
		mails[i] = DigestMail{DigestCustomer: DigestCustomer{Contract: fmt.Sprint("C-", i), Run: 1}, Touch: "welcome", At: d.At}
	}
	d.Mails = mails
	for _, id := range []string{"o-8", "o-9"} {
		d.StandIns = append(d.StandIns, DigestStandIn{ID: id, Until: onboarding.DateOf(d.At), Mails: mails})
	}
	drawn, said := 0, []string{}
	for _, f := range ComposeDigest(d).Facts {
		if len(f.Actions) > 0 {
			drawn++
		} else {
			said = append(said, strings.TrimSpace(f.Label+" "+f.Text))
		}
	}
	want := []string{"and 2 more: `starter list --owner o-7`", "and 8 more: `starter list --owner o-8`",
		"Leaving today in the name of o-9, on leave until Monday 2 March: you stand in and 14 more: `starter list --owner o-9`"}
	if drawn != mostDigestDrawn || !slices.Equal(said, want) {
		t.Errorf("%d mails have buttons, and it says %q", drawn, said)
	}
}
