package main

import (
	"fmt"
	"os"
	"path/filepath"
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

func TestThePreviewSaysHowFarAsEverythingStandsNow(t *testing.T) {
	const keptBack, waits = "none of these mails reaches a customer", "waits for its owner's approval"
	for name, c := range map[string]struct {
		worker, plan, owner, flag string
		real                      bool
		says, not                 string
	}{
		"nothing keeps anything":                {says: "to customers", not: "mode "},
		"the configured mode":                   {worker: "shadow", says: "mode shadow: " + keptBack},
		"the playbook's":                        {plan: "shadow", says: "mode shadow: " + keptBack},
		"the owner's":                           {owner: "shadow", says: "mode shadow: " + keptBack},
		"the flag":                              {flag: "shadow", says: "mode shadow: " + keptBack},
		"a flag goes no further than the owner": {owner: "shadow", flag: "live", says: "mode shadow: " + keptBack},
		"review by real mail":                   {worker: "live", owner: "review", real: true, says: "mode review: each of these mails " + waits},
		"by the outbox approval is given":       {worker: "review", says: "to customers", not: "mode "},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			if c.real {
				realMail(t)
			}
			if c.worker != "" {
				t.Setenv("CENTOGIORNI_MODE", c.worker)
			}
			args := []string{"start", file(t, contract(t, "C-1", 0)), "--dry-run"}
			if c.plan != "" {
				args = append(args, "--playbook", playbookWith(t, "mode: "+c.plan))
			}
			if c.owner != "" {
				d.run("people: [{id: o-7, name: Marco Bianchi, email: marco@vendor.example, mode: "+c.owner+"}]", "people", "import", "-").says(t, exitDone)
			}
			if c.flag != "" {
				args = append(args, "--mode", c.flag)
			}
			p := d.run("", args...)
			p.says(t, exitDone, c.says)
			if c.not != "" && strings.Contains(p.out, c.not) {
				t.Errorf("it says %q:\n%s", c.not, p.out)
			}
		})
	}
}

func TestWhereOwnersDifferThePreviewCountsTheContractsOfEachMode(t *testing.T) {
	alone(t)
	h, err := newApp(nil, nil, nil).house(t.Context(), opening{})
	if err != nil {
		t.Fatal(err)
	}
	h.people = []onboarding.Person{{ID: "o-7", Name: "M", Email: "m@vendor.example", Mode: onboarding.ModeShadow}, {ID: "o-8", Name: "I", Email: "i@vendor.example"}, {ID: "s-3", Name: "S", Email: "s@vendor.example"}}
	var starts []journey.Start
	for i, owner := range []string{"o-7", "o-8", "o-7"} {
		s, err := h.start(contract(t, fmt.Sprint("C-", i), 0, func(c *onboarding.Contract) {
			c.Owner, c.Sales, c.Manager = &onboarding.Person{ID: owner}, &onboarding.Person{ID: "s-3"}, nil
		}), nil)
		if err != nil {
			t.Fatal(err)
		}
		starts = append(starts, s)
	}
	f, err := h.forecast(t.Context(), starts, 10)
	if err != nil || f.Mode != onboarding.ModeLive || f.Modes[onboarding.ModeShadow] != 2 || f.Modes[onboarding.ModeLive] != 1 {
		t.Fatalf("%+v, %v", f, err)
	}
	var out strings.Builder
	f.print(&out)
	if !strings.Contains(out.String(), "mode shadow, 2 contracts: none of these mails reaches a customer") {
		t.Error(out.String())
	}
}

// realMail configures a relay, so that approvals are not taken as given.
func realMail(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{"MAIL_TRANSPORT": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_TLS": "none",
		"MAIL_FROM_SERVICE": "V <service@vendor.example>", "MAIL_FROM_RELATIONSHIP": "V <people@vendor.example>",
		"BASE_URL": "https://onboarding.vendor.example", "LINK_KEYS": "0123456789abcdefghijklmnopqrstuv0123456789",
		"LEGAL_NAME": "V S.r.l.", "LEGAL_SEAT": "Milano", "LEGAL_REGISTRATION": "1", "PRIVACY_URL": "https://vendor.example/privacy"} {
		t.Setenv("CENTOGIORNI_"+name, value)
	}
}

// playbookWith is the default playbook with one more line in its plan.
func playbookWith(t *testing.T, line string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../playbook/default")); err != nil {
		t.Fatal(err)
	}
	plan := filepath.Join(dir, "plan.yaml")
	text, err := os.ReadFile(plan)
	if err == nil {
		err = os.WriteFile(plan, append([]byte(line+"\n"), text...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
