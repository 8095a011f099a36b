package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

// standing posts an alert with two buttons, for others to change.
func standing(t *testing.T, tr *slack.Transport) onboarding.Receipt {
	t.Helper()
	a := alert("c-1/1/case-1/1")
	a.Actions = []onboarding.AlertAction{{ID: onboarding.ActionAcknowledge, Label: "Ci penso io", Style: "primary"}, {ID: onboarding.ActionResolve, Label: "Risolto"}}
	receipt, err := tr.Post(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func rewriting(id string) onboarding.Alert {
	a := alert("c-1/1/case-1/2")
	a.Text, a.Lines, a.Rewrite, a.Note = "preso da Marco", nil, id, "Marco se ne occupa"
	return a
}

func TestARewriteChangesTheMessageAndTellsItsThread(t *testing.T) {
	srv := slacktest.Start(t, giulia)
	tr := transport(t, slack.Config{APIURL: srv.URL})
	first := standing(t, tr)
	receipt, err := tr.Post(t.Context(), rewriting(first.MessageID))
	if err != nil || receipt != first {
		t.Fatalf("%+v, %v; want the message that stands, %+v", receipt, err, first)
	}
	all := srv.Messages()
	if len(all) != 2 || all[0].Edits != 1 || !strings.Contains(all[0].Text, "preso da Marco") || strings.Contains(string(all[0].Blocks), `"actions"`) {
		t.Fatalf("%+v", all)
	}
	if all[1].Thread != all[0].TS || all[1].Channel != all[0].Channel || all[1].Text != "Marco se ne occupa" {
		t.Errorf("the note: %+v", all[1])
	}
	// Without a note nothing is told, and with buttons they are there again.
	again := rewriting(first.MessageID)
	again.Note, again.Actions = "", []onboarding.AlertAction{{ID: onboarding.ActionResolve, Label: "Risolto"}}
	if _, err := tr.Post(t.Context(), again); err != nil || len(srv.Messages()) != 2 || !strings.Contains(string(srv.Messages()[0].Blocks), `"actions"`) {
		t.Errorf("%+v, %v", srv.Messages(), err)
	}
}

func TestTheFaultsOfARewriteAreToldApart(t *testing.T) {
	then := slacktest.AcceptedThen
	for name, c := range map[string]struct {
		method string
		fault  slacktest.Fault
		want   onboarding.FaultKind
		wait   time.Duration
	}{
		"429 on the update":              {"chat.update", slacktest.Throttled(30), onboarding.FaultThrottled, 30 * time.Second},
		"429 on the note":                {"chat.postMessage", slacktest.Throttled(7), onboarding.FaultThrottled, 7 * time.Second},
		"the message was deleted":        {"chat.update", slacktest.Says("message_not_found"), onboarding.FaultRefused, 0},
		"it is another's":                {"chat.update", slacktest.Says("cant_update_message"), onboarding.FaultRefused, 0},
		"the time to edit is over":       {"chat.update", slacktest.Says("edit_window_closed"), onboarding.FaultRefused, 0},
		"the token was revoked":          {"chat.update", slacktest.Says("token_revoked"), onboarding.FaultConfiguration, 0},
		"500: done again, it is no harm": {"chat.update", slacktest.Answer(500), onboarding.FaultUnreached, 0},
		"500 after the update":           {"chat.update", then(slacktest.Answer(500)), onboarding.FaultUnreached, 0},
		"a reset after the update":       {"chat.update", then(slacktest.Drop()), onboarding.FaultUnreached, 0},
		"ok false without an error":      {"chat.update", slacktest.Body(`{"ok":false}`), onboarding.FaultUnreached, 0},
		"a note that may have gone":      {"chat.postMessage", then(slacktest.Answer(500)), "", 0},
		"a note that Slack refuses":      {"chat.postMessage", slacktest.Says("msg_too_long"), "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			srv := slacktest.Start(t, giulia)
			tr := transport(t, slack.Config{APIURL: srv.URL})
			first := standing(t, tr)
			srv.AddRules(slacktest.Rule{Method: c.method, Times: 1, Fault: c.fault})
			_, err := tr.Post(t.Context(), rewriting(first.MessageID))
			check(t, err, c.want)
			if d := new(onboarding.DeliveryError); errors.As(err, &d) && d.RetryAfter != c.wait {
				t.Errorf("wait %s, want %s", d.RetryAfter, c.wait)
			}
			if c.want == "" || c.want == onboarding.FaultRefused || c.want == onboarding.FaultConfiguration {
				return
			}
			// Tried again, all is as it should be, once.
			if _, err := tr.Post(t.Context(), rewriting(first.MessageID)); err != nil {
				t.Fatal(err)
			}
			if all := srv.Messages(); len(all) != 2 || !strings.Contains(all[0].Text, "preso da Marco") {
				t.Errorf("%+v", all)
			}
		})
	}
}

func TestATimeOutOfARewriteIsTriedAgain(t *testing.T) {
	srv := slacktest.Start(t, giulia)
	first := standing(t, transport(t, slack.Config{APIURL: srv.URL}))
	srv.AddRules(slacktest.Rule{Method: "chat.update", Times: 1, Fault: slacktest.AcceptedThen(slacktest.Hang())})
	tr := transport(t, slack.Config{APIURL: srv.URL, HTTPClient: &http.Client{Timeout: 200 * time.Millisecond}})
	_, err := tr.Post(t.Context(), rewriting(first.MessageID))
	check(t, err, onboarding.FaultUnreached)
}

func TestWhatWentByMailIsPostedInsteadOfRewritten(t *testing.T) {
	srv := slacktest.Start(t, giulia)
	tr := transport(t, slack.Config{APIURL: srv.URL})
	for _, id := range []string{"<abc@mail.example>", "msg/123", "D1/"} {
		a := rewriting(id)
		if _, err := tr.Post(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		a.Rewrite, a.Thread = "", id
		if _, err := tr.Post(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range srv.Messages() {
		if m.Thread != "" || m.Edits > 0 {
			t.Errorf("%+v", m)
		}
	}
}

func TestAReminderGoesToTheThreadAndRings(t *testing.T) {
	srv := slacktest.Start(t, giulia)
	tr := transport(t, slack.Config{APIURL: srv.URL})
	first := standing(t, tr)
	reminder := alert("c-1/1/case-1/2")
	reminder.Thread, reminder.Mention = first.MessageID, true
	receipt, err := tr.Post(t.Context(), reminder)
	all := srv.Messages()
	if err != nil || all[1].Thread != all[0].TS || receipt.MessageID != all[1].Channel+"/"+all[1].TS || !strings.Contains(all[1].Text, "<@U0GIULIA> ") {
		t.Fatalf("%+v, %v: %+v", receipt, err, all)
	}
	// Where the message was deleted the reminder goes all the same.
	srv.Delete(all[0].TS)
	reminder.Key = "c-1/1/case-1/3"
	if _, err := tr.Post(t.Context(), reminder); err != nil || srv.Messages()[1].Thread != "" {
		t.Errorf("%v: %+v", err, srv.Messages())
	}
}

func TestFindReadsTheThread(t *testing.T) {
	srv := slacktest.Start(t, giulia)
	tr := transport(t, slack.Config{APIURL: srv.URL})
	first := standing(t, tr)
	reminder := alert("c-1/1/case-1/2")
	reminder.Thread = first.MessageID
	srv.AddRules(slacktest.Rule{Method: "chat.postMessage", Key: "case-1/2", Times: 1, Fault: slacktest.AcceptedThen(slacktest.Answer(500))})
	_, err := tr.Post(t.Context(), reminder)
	check(t, err, onboarding.FaultUnknown)
	where := func(thread string) *slack.Transport {
		return transport(t, slack.Config{APIURL: srv.URL, Where: func(context.Context, string) (slack.Place, bool, error) {
			return slack.Place{To: giulia.ID, Since: time.Now(), Thread: thread}, true, nil
		}})
	}
	for key, want := range map[string]onboarding.Found{"c-1/1/case-1/2": onboarding.FoundAccepted, "c-1/1/case-1/1": onboarding.FoundAccepted, "c-1/1/case-1/9": onboarding.FoundNot} {
		if got, err := where(first.MessageID).Find(t.Context(), key); got != want || err != nil {
			t.Errorf("%s: %s, %v", key, got, err)
		}
	}
	srv.AddRules(slacktest.Rule{Method: "conversations.replies", Times: 1, Fault: slacktest.Body(`{"ok":false}`)})
	if got, err := where(first.MessageID).Find(t.Context(), "c-1/1/case-1/9"); got != onboarding.FoundCannotTell || err == nil {
		t.Errorf("an empty answer: %s, %v", got, err)
	}
	srv.Delete(srv.Messages()[0].TS)
	if got, err := where(first.MessageID).Find(t.Context(), "c-1/1/case-1/9"); got != onboarding.FoundNot || err != nil {
		t.Errorf("a thread that was deleted: %s, %v", got, err)
	}
}

func TestButtonsAreRowsThatSlackTakesAndCarryWhatTheyMean(t *testing.T) {
	srv := slacktest.Start(t, giulia)
	tr := transport(t, slack.Config{APIURL: srv.URL})
	a := alert("c-1/2/case-3/5")
	a.Run, a.Case, a.Touch, a.Language = 2, "case-3", "case-3/5", "it"
	a.Text = strings.Repeat(strings.Repeat("x", 2900)+"\n", 80) // more than a message holds: the buttons stay
	a.Facts = []onboarding.AlertFact{{Label: "Perché <ora>", Text: "rimborso"}, {Label: "Lungo", Text: strings.Repeat("y", 5000)}}
	for n := range 30 {
		a.Actions = append(a.Actions, onboarding.AlertAction{ID: onboarding.ActionDoubt, Label: strings.Repeat("è", 90), Value: fmt.Sprint(n)})
	}
	a.Actions[3].Value = strings.Repeat("z", 3000) // could do nothing: left out
	if _, err := tr.Post(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	var blocks []struct {
		Type     string
		Elements []struct {
			ActionID string `json:"action_id"`
			Value    string
		}
	}
	if err := json.Unmarshal(srv.Messages()[0].Blocks, &blocks); err != nil || len(blocks) != 50 {
		t.Fatalf("%d blocks, %v", len(blocks), err)
	}
	var got []slack.Button
	for _, b := range blocks {
		if b.Type == "actions" && len(b.Elements) > 5 {
			t.Errorf("%d buttons in a row", len(b.Elements))
		}
		for _, e := range b.Elements {
			button, err := slack.ParseButton(e.ActionID, e.Value)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, button)
		}
	}
	want := slack.Button{Action: onboarding.ActionDoubt, Contract: "c-1", Run: 2, Case: "case-3", Alert: "case-3/5", Value: "4", Language: "it"}
	if len(got) != 24 || got[3] != want {
		t.Errorf("%d buttons, the fourth %+v, want %+v", len(got), got[3], want)
	}
	short := a
	short.Key, short.Text = "k", "short"
	if _, err := tr.Post(t.Context(), short); err != nil || !strings.Contains(string(srv.Messages()[1].Blocks), `*Perch\u00e9 \u0026lt;ora\u0026gt;*\nrimborso`) && !strings.Contains(string(srv.Messages()[1].Blocks), `*Perché \u0026lt;ora\u0026gt;*\nrimborso`) {
		t.Errorf("%v: %s", err, srv.Messages()[1].Blocks)
	}
}

func TestAButtonOfAnotherHandIsNone(t *testing.T) {
	for _, c := range [][2]string{{"acknowledge", `{"c":"C","r":1}`}, {"acknowledge/0", ""}, {"acknowledge/0", `{"c":"C"}`}, {"acknowledge/0", `{"r":1}`}, {"acknowledge/0", "[]"}} {
		if b, err := slack.ParseButton(c[0], c[1]); err == nil || b != (slack.Button{}) {
			t.Errorf("%v: %+v, %v", c, b, err)
		}
	}
}
