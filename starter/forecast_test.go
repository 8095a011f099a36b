package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

func TestTheForecastOfManyIsThatOfAnEvenSampleAndSaysSo(t *testing.T) {
	alone(t)
	h, err := newApp(nil, nil, nil).house(t.Context(), opening{})
	if err != nil {
		t.Fatal(err)
	}
	var starts []journey.Start
	for i := range 12 {
		s, err := h.start(contract(t, fmt.Sprint("C-", i), 0), nil)
		if err != nil {
			t.Fatal(err)
		}
		starts = append(starts, s)
	}
	whole, err := h.forecast(t.Context(), starts, 100)
	if err != nil {
		t.Fatal(err)
	}
	half, err := h.forecast(t.Context(), starts, 6)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Sampled != 0 || whole.Mails < 12 || whole.Tasks < 1 {
		t.Errorf("all of them: %+v", whole)
	}
	if half.Sampled != 6 || half.Mails != whole.Mails || half.Tasks != whole.Tasks {
		t.Errorf("from a sample of like ones %+v, from all %+v", half, whole)
	}
	var out strings.Builder
	half.print(&out)
	if !strings.Contains(out.String(), "(estimated: 6 contracts of them were played)") {
		t.Errorf("it is not said in %s", out.String())
	}
}

func TestAContractThatIsSignedLaterBringsNothingYet(t *testing.T) {
	alone(t)
	h, err := newApp(nil, nil, nil).house(t.Context(), opening{})
	if err != nil {
		t.Fatal(err)
	}
	for days, some := range map[int]bool{8: false, 3: true} {
		s, err := h.start(contract(t, "C-1", -days), nil)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := h.forecast(t.Context(), []journey.Start{s}, 1); err != nil || (f.Mails > 0) != some {
			t.Errorf("signed in %d days: %+v, %v", days, f, err)
		}
	}
}

func TestASampleIsSpreadOverTheWhole(t *testing.T) {
	list := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	for most, want := range map[int][]int{3: {0, 3, 6}, 7: {0, 1, 2, 4, 5, 7, 8}, 10: list, 99: list} {
		if got := spread(list, most); !slices.Equal(got, want) {
			t.Errorf("%d of them: %v, want %v", most, got, want)
		}
	}
}

func TestTheForecastSaysWhatTheModeDoesToTheMails(t *testing.T) {
	for mode, want := range map[onboarding.Mode]string{
		onboarding.ModeShadow: "none of these mails reaches a customer",
		onboarding.ModeReview: "waits for its owner's approval",
	} {
		var out strings.Builder
		forecast{Days: 7, Mails: 1, Tasks: 2, Mode: mode}.print(&out)
		if !strings.Contains(out.String(), want) || !strings.Contains(out.String(), "1 mail to customers, 0 alerts and 2 tasks") {
			t.Errorf("mode %s: %s", mode, out.String())
		}
	}
}
