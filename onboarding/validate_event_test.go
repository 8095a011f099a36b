package onboarding_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestEveryPublicKindIsAcceptedWithWhatItNeeds(t *testing.T) {
	needs := map[onboarding.EventKind]string{
		onboarding.EventEmailReply:     `,"text":"grazie"`,
		onboarding.EventCommitmentMade: `,"what":"the import","due":"2026-02-01"`,
		onboarding.EventSurveyAnswered: `,"survey":"csat","value":"5"`,
		onboarding.EventOwnerChanged:   `,"owner":{"id":"o-8"}`,
	}
	for _, kind := range onboarding.EventKinds {
		if _, err := onboarding.ParseEvent(fmt.Appendf(nil, `{"kind":%q%s}`, kind, needs[kind])); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		_, err := onboarding.ParseEvent(fmt.Appendf(nil, `{"kind":%q}`, kind))
		if (err != nil) != (needs[kind] != "") {
			t.Errorf("%s alone: %v", kind, err)
		}
	}
}

func TestFaultsOfAnEvent(t *testing.T) {
	tests := []struct {
		name, event string
		fields      []string
		says        string
	}{
		{"a kind is required", `{}`, []string{"kind"}, "required"},
		{"an unknown kind is refused and the likely one named", `{"kind":"kickof_held"}`, []string{"kind"}, "did you mean kickoff_held?"},
		{"an unknown kind is refused and all are named", `{"kind":"party"}`, []string{"kind"}, "commitment_made, commitment_moved"},
		{"a steering kind cannot come in by a public door", `{"kind":"touch_skipped"}`, []string{"kind", "touch"}, "only be sent by ops"},
		{"a steering field neither", `{"kind":"login","touch":"welcome","playbook":"x"}`, []string{"touch", "playbook"}, "only ops"},
		{"an unknown field is refused", `{"kind":"login","who":"giulia"}`, []string{"who"}, "no such field"},
		{"a reply has a text", `{"kind":"email_reply"}`, []string{"text"}, "required"},
		{"a commitment says what and by when", `{"kind":"commitment_made"}`, []string{"what", "due"}, "required"},
		{"a commitment's due is a date or an instant", `{"kind":"commitment_made","what":"x","due":"next week"}`, []string{"due"}, "2026-01-31T10:30:00+01:00"},
		{"a survey says which and what", `{"kind":"survey_answered"}`, []string{"survey", "value"}, "required"},
		{"a survey is known", `{"kind":"survey_answered","survey":"stars","value":"5"}`, []string{"survey"}, "csat, nps, ces, quality"},
		{"a change of owner says to whom", `{"kind":"owner_changed"}`, []string{"owner"}, "required"},
		{"a new owner has an id", `{"kind":"owner_changed","owner":{}}`, []string{"owner.id"}, "required"},
		{"a channel is known", `{"kind":"question","channel":"fax"}`, []string{"channel"}, "email, phone"},
		{"an outcome is known", `{"kind":"resolved","outcome":"won"}`, []string{"outcome"}, "reassured"},
		{"dates shift or keep", `{"kind":"paused","dates":"move"}`, []string{"dates"}, "shift, keep"},
		{"a meeting is missed by us or them", `{"kind":"meeting_missed","by":"o-7"}`, []string{"by"}, "us, them"},
		{"a pause ends at a date or an instant", `{"kind":"paused","until":"2026-13-01"}`, []string{"until"}, "2026-01-31"},
		{"a kickoff's date is a date or an instant", `{"kind":"kickoff_booked","date":"2026-02-03 10:00"}`, []string{"date"}, "2026-01-31"},
		{"the time of an event has a zone", `{"kind":"login","at":"2026-02-03T10:00:00"}`, []string{"at"}, "with a zone"},
		{"an event's id has no spaces", `{"kind":"login","id":"a b"}`, []string{"id"}, "without spaces"},
		{"a dossier's worry is a doubt", `{"kind":"handoff_filled","dossier":{"worries":[{"doubt":"x"}]}}`, []string{"dossier.worries[0].doubt"}, "ability"},
		{"a dossier belongs to handoff_filled", `{"kind":"login","dossier":{}}`, []string{"dossier"}, "handoff_filled"},
		{"an owner belongs to owner_changed", `{"kind":"paused","owner":{"id":"o-8"}}`, []string{"owner"}, "owner_changed"},
		{"a contract belongs to amended", `{"kind":"login","contract":{}}`, []string{"contract"}, "amended"},
		{"an amended contract is checked as any", `{"kind":"amended","contract":{"contract_id":"a/b"}}`, []string{"contract.contract_id",
			"contract.signed_at", "contract.product", "contract.value", "contract.customer", "contract.owner", "contract.sales"}, "letters"},
		{"an answer that promises something says what", `{"kind":"answered","due":"2026-02-03"}`, []string{"what"}, "what was promised"},
		{"only ops write an apology of their own", `{"kind":"fault_admitted","body":"x"}`, []string{"body"}, "only ops"},
		{"all faults come at once", `{"kind":"commitment_made","channel":"fax","until":"x","zz":1}`, []string{"zz", "channel", "until", "what", "due"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := onboarding.ParseEvent([]byte(tt.event))
			if got := fields(t, err); !slices.Equal(got, tt.fields) {
				t.Errorf("faults at %v, want %v:\n%v", got, tt.fields, err)
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v\nsays nothing of %q", err, tt.says)
			}
		})
	}
}

func TestSurveyValues(t *testing.T) {
	tests := []struct{ survey, good, bad string }{
		{"csat", "1 5", "0 6 -1 5.0 05 good"},
		{"nps", "0 10", "11 -1 ten +3"},
		{"ces", "1 7 easy hard", "0 8 Easy medium"},
		{"quality", "resolving confusing interim", "1 good RESOLVING"},
	}
	for _, tt := range tests {
		for _, value := range strings.Fields(tt.good + " " + tt.bad) {
			e := onboarding.Event{Kind: onboarding.EventSurveyAnswered, Survey: tt.survey, Value: value}
			if err := e.Validate(); (err == nil) != slices.Contains(strings.Fields(tt.good), value) {
				t.Errorf("%s %s: %v", tt.survey, value, err)
			}
		}
	}
}

func TestASurveysValueMayBeANumber(t *testing.T) {
	e, err := onboarding.ParseEvent([]byte(`{"kind":"survey_answered","survey":"nps","value":9}`))
	if err != nil || e.Value != "9" {
		t.Errorf("%q, %v", e.Value, err)
	}
}

func TestOpsMaySendSteeringKinds(t *testing.T) {
	tests := []struct {
		name   string
		event  onboarding.Event
		fields []string
	}{
		{"skip names the touch", onboarding.Event{Kind: onboarding.EventTouchSkipped}, []string{"touch"}},
		{"edit brings a text or a subject", onboarding.Event{Kind: onboarding.EventTouchEdited, Touch: "welcome"}, []string{"body"}},
		{"park says until when", onboarding.Event{Kind: onboarding.EventTouchParked, Touch: "welcome"}, []string{"until"}},
		{"adopt names the playbook", onboarding.Event{Kind: onboarding.EventAdopted}, []string{"playbook"}},
		{"a whole one is accepted", onboarding.Event{Kind: onboarding.EventTouchEdited, Touch: "welcome", Subject: "x"}, nil},
		{"an owner may word the apology", onboarding.Event{Kind: onboarding.EventFaultAdmitted, Subject: "x", Body: "y"}, nil},
		{"public kinds are accepted too", onboarding.Event{Kind: onboarding.EventLogin}, nil},
		{"their fields belong to them alone", onboarding.Event{Kind: onboarding.EventLogin, Touch: "welcome"}, []string{"touch"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fields(t, tt.event.ValidateSteering()); !slices.Equal(got, tt.fields) {
				t.Errorf("faults at %v, want %v", got, tt.fields)
			}
		})
	}
}
