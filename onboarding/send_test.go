package onboarding_test

import (
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestTheStrictestModeHolds(t *testing.T) {
	const none, shadow, review, live = onboarding.Mode(""), onboarding.ModeShadow, onboarding.ModeReview, onboarding.ModeLive
	for _, c := range []struct {
		name  string
		modes []onboarding.Mode
		want  onboarding.Mode
	}{
		{"nobody says anything", nil, live},
		{"four say nothing", []onboarding.Mode{none, none, none, none}, live},
		{"one alone", []onboarding.Mode{review}, review},
		{"live is no permission to others", []onboarding.Mode{live, review, none, live}, review},
		{"review before live", []onboarding.Mode{review, live}, review},
		{"review after live", []onboarding.Mode{live, review}, review},
		{"shadow before all", []onboarding.Mode{shadow, review, live}, shadow},
		{"shadow after all", []onboarding.Mode{live, review, shadow}, shadow},
		{"all live", []onboarding.Mode{live, live}, live},
		{"a word that is no mode sends nothing", []onboarding.Mode{live, "loud", review}, shadow},
	} {
		if got := onboarding.Strictest(c.modes...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
