package slack_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

func at(to string) func(context.Context, string) (slack.Place, bool, error) {
	return func(context.Context, string) (slack.Place, bool, error) {
		return slack.Place{To: to, Since: time.Now()}, true, nil
	}
}

func TestFindReadsTheConversationToItsEnd(t *testing.T) {
	srv := slacktest.Start(t, giulia, slacktest.User{ID: "U0CARLO", Email: "carlo@azienda.example"})
	tr := transport(t, slack.Config{APIURL: srv.URL, Where: at(giulia.ID)})
	receipt, err := tr.Post(t.Context(), alert("first"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 250 {
		if _, err := tr.Post(t.Context(), alert(fmt.Sprint("later-", i))); err != nil {
			t.Fatal(err)
		}
	}
	channel, _, _ := slack.ParseMessageID(receipt.MessageID)
	for _, to := range []string{giulia.ID, channel} {
		tr := transport(t, slack.Config{APIURL: srv.URL, Where: at(to)})
		for key, want := range map[string]onboarding.Found{"first": onboarding.FoundAccepted, "later-249": onboarding.FoundAccepted, "never": onboarding.FoundNot} {
			if got, err := tr.Find(t.Context(), key); got != want || err != nil {
				t.Errorf("%s in %s: %s, %v; want %s", key, to, got, err, want)
			}
		}
	}
	found := transport(t, slack.Config{APIURL: srv.URL, Where: at(giulia.ID)})
	for key, want := range map[string]string{"first": receipt.MessageID, "never": ""} {
		if id, err := found.Locate(t.Context(), key); id != want || err != nil {
			t.Errorf("%s is located at %q, %v; want %q", key, id, err, want)
		}
	}
	other := transport(t, slack.Config{APIURL: srv.URL, Where: at("U0CARLO")})
	if got, err := other.Find(t.Context(), "first"); got != onboarding.FoundNot || err != nil {
		t.Errorf("in another's conversation: %s, %v", got, err)
	}
}

func TestAnAlertToWhomHasNoSlackIDIsFoundByTheirAddress(t *testing.T) {
	srv := slacktest.Start(t, giulia, slacktest.User{ID: "U0CARLO", Email: "carlo@azienda.example"})
	tr := transport(t, slack.Config{APIURL: srv.URL})
	a := alert("k")
	a.SlackID, a.Email = "", giulia.Email
	receipt, err := tr.Post(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for email, want := range map[string]onboarding.Found{giulia.Email: onboarding.FoundAccepted, "Carlo@azienda.example": onboarding.FoundNot} {
		where := func(context.Context, string) (slack.Place, bool, error) {
			return slack.Place{Email: email, Since: time.Now()}, true, nil
		}
		tr := transport(t, slack.Config{APIURL: srv.URL, Where: where})
		if got, err := tr.Find(t.Context(), "k"); got != want || err != nil {
			t.Errorf("with %s: %s, %v; want %s", email, got, err, want)
		}
		if id, err := tr.Locate(t.Context(), "k"); (id == receipt.MessageID) != (want == onboarding.FoundAccepted) || err != nil {
			t.Errorf("with %s it is located at %q, %v", email, id, err)
		}
	}
}

func TestFindCannotTellUnlessSlackShowedTheHistory(t *testing.T) {
	byAddress := func(context.Context, string) (slack.Place, bool, error) {
		return slack.Place{Email: giulia.Email}, true, nil
	}
	nowhere := func(context.Context, string) (slack.Place, bool, error) { return slack.Place{}, false, nil }
	broken := func(context.Context, string) (slack.Place, bool, error) {
		return slack.Place{}, true, errors.New("locked")
	}
	for name, c := range map[string]struct {
		where  func(context.Context, string) (slack.Place, bool, error)
		method string
		fault  slacktest.Fault
		kind   onboarding.FaultKind
		fails  bool
	}{
		"nothing is configured":             {},
		"the place is not known":            {where: nowhere},
		"the place is nowhere":              {where: at("")},
		"the address finds nobody":          {where: byAddress, method: "users.lookupByEmail", fault: slacktest.Says("users_not_found"), fails: true, kind: onboarding.FaultRefused},
		"the look-up fails":                 {where: byAddress, method: "users.lookupByEmail", fault: slacktest.Answer(500), fails: true, kind: onboarding.FaultUnreached},
		"the ledger fails":                  {where: broken, fails: true},
		"history says ok false and no more": {where: at("D0GIULIA"), method: "conversations.history", fault: slacktest.Body(`{"ok":false}`), fails: true, kind: onboarding.FaultUnreached},
		"history has a page but no cursor":  {where: at("D0GIULIA"), method: "conversations.history", fault: slacktest.Body(`{"ok":true,"has_more":true,"messages":[]}`)},
		"history needs a scope":             {where: at("D0GIULIA"), method: "conversations.history", fault: slacktest.Says("missing_scope"), fails: true, kind: onboarding.FaultConfiguration},
		"history is throttled":              {where: at("D0GIULIA"), method: "conversations.history", fault: slacktest.Throttled(60), fails: true, kind: onboarding.FaultThrottled},
		"history fails":                     {where: at("D0GIULIA"), method: "conversations.history", fault: slacktest.Answer(500), fails: true, kind: onboarding.FaultUnreached},
		"open says ok false and no more":    {where: at(giulia.ID), method: "conversations.open", fault: slacktest.Body(`{"ok":false}`), fails: true, kind: onboarding.FaultUnreached},
		"open fails":                        {where: at("U0NOBODY"), fails: true, kind: onboarding.FaultRefused},
	} {
		t.Run(name, func(t *testing.T) {
			srv := slacktest.Start(t, giulia)
			srv.Faults(func(_ int, method, _ string) slacktest.Fault {
				if method == c.method {
					return c.fault
				}
				return slacktest.Fault{}
			})
			got, err := transport(t, slack.Config{APIURL: srv.URL, Where: c.where}).Find(t.Context(), "k")
			if got != onboarding.FoundCannotTell || (err != nil) != c.fails {
				t.Errorf("%s, %v", got, err)
			}
			check(t, kindOnly(err, c.kind), c.kind)
		})
	}
}

// kindOnly hides an error that is no fault of Slack's.
func kindOnly(err error, kind onboarding.FaultKind) error {
	if kind == "" {
		return nil
	}
	return err
}

func TestAPersonIsFoundByAddressOnceAndThenRemembered(t *testing.T) {
	srv := slacktest.Start(t, giulia, slacktest.User{ID: "U0OLD", Email: "ex@azienda.example", Deleted: true})
	asked := 0
	srv.Faults(func(n int, method, _ string) slacktest.Fault {
		if method == "users.lookupByEmail" {
			asked++
		}
		return slacktest.Fault{}
	})
	tr := transport(t, slack.Config{APIURL: srv.URL})
	a := alert("k")
	a.SlackID, a.Email = "", "Giulia@Azienda.example"
	for range 3 {
		if _, err := tr.Post(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 1 || srv.Messages()[2].Channel != "D0GIULIA" {
		t.Errorf("asked %d times; %+v", asked, srv.Messages()[2])
	}
	for email, want := range map[string]error{"nobody@azienda.example": slack.ErrNoUser, "ex@azienda.example": slack.ErrUserDeactivated} {
		a.Email = email
		_, err := tr.Post(t.Context(), a)
		check(t, err, onboarding.FaultRefused)
		if !errors.Is(err, want) {
			t.Errorf("%v is not %v", err, want)
		}
	}
	a.Email = ""
	_, err := tr.Post(t.Context(), a)
	check(t, err, onboarding.FaultRefused)
}

func TestAPersonWhoLeftIsLookedUpAgain(t *testing.T) {
	srv := slacktest.Start(t, giulia)
	tr := transport(t, slack.Config{APIURL: srv.URL})
	a := alert("k")
	a.SlackID = ""
	if _, err := tr.Post(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	srv.AddUsers(slacktest.User{ID: giulia.ID, Email: "old@azienda.example", Deleted: true}, slacktest.User{ID: "U0NEW", Email: giulia.Email})
	_, err := tr.Post(t.Context(), a)
	check(t, err, onboarding.FaultRefused)
	if _, err := tr.Post(t.Context(), a); err != nil || srv.Messages()[1].Channel != "D0NEW" {
		t.Errorf("after the refusal: %v", err)
	}
}

func TestALookupThatFailsHasPostedNothing(t *testing.T) {
	for name, c := range map[string]struct {
		fault slacktest.Fault
		want  onboarding.FaultKind
	}{
		"500":                       {slacktest.Answer(500), onboarding.FaultUnreached},
		"ok false without an error": {slacktest.Body(`{"ok":false}`), onboarding.FaultUnreached},
		"a reset":                   {slacktest.Drop(), onboarding.FaultUnreached},
		"429":                       {slacktest.Throttled(7), onboarding.FaultThrottled},
		"a missing scope":           {slacktest.Says("missing_scope"), onboarding.FaultConfiguration},
	} {
		t.Run(name, func(t *testing.T) {
			srv := slacktest.Start(t, giulia)
			srv.Faults(func(int, string, string) slacktest.Fault { return c.fault })
			a := alert("k")
			a.SlackID = ""
			_, err := transport(t, slack.Config{APIURL: srv.URL}).Post(t.Context(), a)
			check(t, err, c.want)
			if n := len(srv.Messages()); n != 0 {
				t.Errorf("%d messages", n)
			}
		})
	}
}
