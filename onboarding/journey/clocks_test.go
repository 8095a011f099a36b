package journey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestWhatStopsTheClockOfAnAnswer(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string // what was late, and is so at the end
	}{
		{"what they say of an earlier answer does not", func(s *story) {
			s.on("day 19 09:00", onboarding.EventAnswered).on("day 19 09:30", onboarding.EventComplaint).
				on("day 19 09:40", onboarding.EventSurveyAnswered, answer("quality", "resolving"))
		}, []string{"19 10:30 question_late", "19 11:30 question_late_twice"}},
		{"nor that the earlier one was interim, which has a clock of its own", func(s *story) {
			s.on("day 19 09:00", onboarding.EventAnswered).on("day 19 09:30", onboarding.EventComplaint).
				on("day 19 09:40", onboarding.EventSurveyAnswered, answer("quality", "interim"))
		}, []string{"19 10:30 question_late", "19 11:30 question_late_twice", "19 17:40 question_late", "20 16:40 question_late_twice"}},
		{"a day that was promised with it is its clock", func(s *story) {
			s.on("day 19 09:00", onboarding.EventAnswered, func(e *onboarding.Event) { e.What, e.Due = "la sincronizzazione", "2026-02-20" }).
				on("day 19 09:40", onboarding.EventSurveyAnswered, answer("quality", "interim"))
		}, nil},
		{"nor does it end that the answer is late already", func(s *story) {
			s.on("day 19 09:00", onboarding.EventAnswered).on("day 19 09:30", onboarding.EventComplaint).
				on("day 19 11:00", onboarding.EventSurveyAnswered, answer("quality", "resolving"))
		}, []string{"19 10:30 question_late", "19 11:30 question_late_twice"}},
		{"a resolving answer stops that of the resolution", func(s *story) {
			s.on("day 19 09:00", onboarding.EventAnswered).on("day 19 09:30", onboarding.EventSurveyAnswered, answer("quality", "interim")).
				on("day 19 12:00", onboarding.EventSurveyAnswered, answer("quality", "resolving"))
		}, nil},
		{"a doubt that was none does not", func(s *story) {
			s.on("day 19 09:30", onboarding.EventQuestion).on("day 19 09:40", onboarding.EventEmailReply, says("ability", 0.9)).
				on("day 19 10:00", onboarding.EventFalseAlarm)
		}, []string{"19 13:30 question_late", "19 17:30 question_late_twice"}},
		{"a complaint that was none stops its own and no other", func(s *story) {
			s.on("day 19 09:30", onboarding.EventQuestion).on("day 19 09:40", onboarding.EventComplaint).on("day 19 10:00", onboarding.EventFalseAlarm)
		}, []string{"19 13:30 question_late", "19 17:30 question_late_twice"}},
		{"an answer stops all that were asked before it", func(s *story) {
			s.on("day 19 09:30", onboarding.EventQuestion).on("day 19 09:40", onboarding.EventComplaint).on("day 19 10:00", onboarding.EventAnswered)
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			s.on("day 21 08:00", onboarding.EventEnded)
			told := s.play()
			var got []string
			for _, e := range told.entries {
				if e.Kind == onboarding.EntryScore && strings.HasPrefix(e.Reason, "question_late") {
					got = append(got, fmt.Sprintf("%d %s %s", e.Day, told.final.Calendar.Customer.Local(e.At).Format("15:04"), e.Reason))
				}
			}
			stands := 0
			for _, e := range told.final.Evidence {
				if strings.HasPrefix(e.Signal, "question_late") && e.Ended.IsZero() {
					stands++
				}
			}
			want(t, got, c.want...)
			if stands != len(c.want) {
				t.Errorf("%d of %d stand", stands, len(c.want))
			}
		})
	}
}

func TestTheEntryOfAReplyTellsWhetherItWantsAnAnswer(t *testing.T) {
	const nothing = "asks_nothing"
	for _, c := range []struct {
		name string
		read *onboarding.Reading
		want string
	}{
		{"thanks", &onboarding.Reading{Intent: onboarding.IntentThanks, Doubt: onboarding.DoubtNone}, nothing},
		{"news", &onboarding.Reading{Intent: onboarding.IntentNone, Doubt: onboarding.DoubtNone}, nothing},
		{"thanks with a doubt", &onboarding.Reading{Intent: onboarding.IntentThanks, Doubt: onboarding.DoubtValue, Confidence: 0.9}, ""},
		{"what a person must read", &onboarding.Reading{Intent: onboarding.IntentNone, Doubt: onboarding.DoubtNone, Unsure: true}, ""},
		{"a question", &onboarding.Reading{Intent: onboarding.IntentQuestion, Doubt: onboarding.DoubtNone}, ""},
		{"a complaint", &onboarding.Reading{Intent: onboarding.IntentComplaint, Doubt: onboarding.DoubtNone}, ""},
		{"a wish to leave", &onboarding.Reading{Intent: onboarding.IntentCancel, Doubt: onboarding.DoubtNone}, ""},
		{"a withdrawal", &onboarding.Reading{Intent: onboarding.IntentNone, Doubt: onboarding.DoubtNone, Withdrawal: true}, ""},
		{"a machine's", &onboarding.Reading{Intent: onboarding.IntentAuto, Doubt: onboarding.DoubtNone}, "automatic"},
		{"one that nobody read", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t).on("day 19 09:30", onboarding.EventEmailReply, func(e *onboarding.Event) { e.Reading = c.read }).on("day 19 10:00", onboarding.EventEnded)
			told := s.play().entries
			i := slices.IndexFunc(told, func(e onboarding.Entry) bool { return e.Event == onboarding.EventEmailReply })
			if told[i].Reason != c.want {
				t.Errorf("its reason is %q; want %q", told[i].Reason, c.want)
			}
		})
	}
}
