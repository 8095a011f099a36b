package interact

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestEveryLanguageSaysEverything(t *testing.T) {
	for language, w := range spoken {
		for key, en := range spoken["en"] {
			text := w[key]
			if text == "" || strings.Count(text, "%") != strings.Count(en, "%") {
				t.Errorf("%s: %s is %q", language, key, text)
			}
			if n := utf8.RuneCountInString(text); n > 24 && (strings.HasSuffix(key, "_title") || strings.HasSuffix(key, "submit") || key == "close") {
				t.Errorf("%s: %s has %d characters", language, key, n)
			}
		}
		if len(w) != len(spoken["en"]) {
			t.Errorf("%s has keys that English lacks", language)
		}
		for name, values := range map[string][]string{"until": {"tomorrow", "days3", "date"}, "reason": falseAlarmReasons, "outcome": onboarding.Outcomes,
			"channel": append(slices.Clone(reach), answerChannels...)} {
			for _, v := range values {
				if label := w[name+"_"+v]; label == "" || utf8.RuneCountInString(label) > optionLimit {
					t.Errorf("%s: %s_%s is %q", language, name, v, label)
				}
			}
		}
		for _, d := range onboarding.Doubts {
			if w[doubt(d)] == "" {
				t.Errorf("%s has no words for the doubt %s", language, d)
			}
		}
		for action, d := range dialogs {
			if w[d.title] == "" || d.submit != "" && w[d.submit] == "" {
				t.Errorf("%s: the dialog of %s has no title, or nothing to submit it by", language, action)
			}
		}
	}
}
