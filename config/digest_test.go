package config_test

import (
	"testing"

	"github.com/centogiorni/centogiorni/config"
)

func TestATimeOfDayIsATimeOrOff(t *testing.T) {
	for text, want := range map[string]config.TimeOfDay{
		"08:30": {Minute: 510}, "17:05": {Minute: 1025}, "00:00": {}, "off": {Off: true}, "OFF": {Off: true},
	} {
		got := config.TimeOfDay{Minute: 1}
		if err := got.Decode(text); err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"8.30", "24:00", "08:30:00", "morning"} {
		if err := new(config.TimeOfDay).Decode(text); err == nil {
			t.Errorf("%q passed for a time of day", text)
		}
	}
}
