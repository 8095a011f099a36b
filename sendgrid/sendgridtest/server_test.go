package sendgridtest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/sendgrid/sendgridtest"
)

func call(t *testing.T, method, url, body string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer SG.x")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp, b.String()
}

const sound = `{"from":{"email":"a@a.example"},"subject":"s","personalizations":[{"to":[{"email":"b@b.example"}]}],
"content":[{"type":"text/plain","value":"t"}],"custom_args":{"send_id":"c-1/1/welcome#b"}}`

func TestAnotherProcessSetsFaultsAndReadsTheMails(t *testing.T) {
	srv := sendgridtest.Start(t)
	rules, _ := json.Marshal([]sendgridtest.Rule{
		{Key: "/welcome#", Times: 1, Fault: sendgridtest.AcceptedThen(sendgridtest.Answer(503))},
		{Key: "/welcome#", Times: 1, Fault: sendgridtest.Throttled(9)},
	})
	if resp, _ := call(t, "POST", srv.URL+"/test/faults", string(rules)); resp.StatusCode != 204 {
		t.Fatal(resp.Status)
	}
	for i, want := range []int{503, 429, 202} {
		if resp, body := call(t, "POST", srv.URL+"/v3/mail/send", sound); resp.StatusCode != want {
			t.Errorf("call %d: %s %s, want %d", i+1, resp.Status, body, want)
		}
	}
	_, body := call(t, "GET", srv.URL+"/test/accepted", "")
	var mails []sendgridtest.Mail
	if err := json.Unmarshal([]byte(body), &mails); err != nil || len(mails) != 2 || mails[0].Key != "c-1/1/welcome#b" {
		t.Errorf("%v: %s", err, body)
	}
	if strings.Contains(body, "SG.x") {
		t.Error("the list shows the API key")
	}
	if n := srv.Counts()["c-1/1/welcome#b"]; n != 2 {
		t.Errorf("the double shows as %d", n)
	}
}

func TestAnotherProcessOrdersEvents(t *testing.T) {
	srv := sendgridtest.Start(t)
	var posted []map[string]any
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&posted)
	}))
	defer hook.Close()
	resp, body := call(t, "POST", srv.URL+"/test/events",
		`{"url":"`+hook.URL+`","events":[{"event":"bounce","key":"k","times":2,"extra":{"type":"blocked"}}]}`)
	if resp.StatusCode != 204 || len(posted) != 2 || posted[0]["type"] != "blocked" || posted[0]["sg_event_id"] != posted[1]["sg_event_id"] {
		t.Errorf("%s %s: %v", resp.Status, body, posted)
	}
	if _, key := call(t, "GET", srv.URL+"/test/key", ""); key != srv.PublicKey() {
		t.Errorf("key %q", key)
	}
}

func TestTheFakeRefusesWhatSendGridRefuses(t *testing.T) {
	srv := sendgridtest.Start(t)
	for name, change := range map[string][2]string{
		"an unknown field":       {`"subject"`, `"sub_ject":"x","subject"`},
		"Unicode in from":        {`{"email":"a@a.example"}`, `{"name":"à","email":"a@a.example"}`},
		"a comma in a name":      {`{"email":"b@b.example"}`, `{"name":"b, b","email":"b@b.example"}`},
		"an address twice":       {`{"email":"b@b.example"}]`, `{"email":"b@b.example"}],"cc":[{"email":"B@b.example"}]`},
		"text after HTML":        {`[{"type":"text/plain"`, `[{"type":"text/html","value":"h"},{"type":"text/plain"`},
		"no content":             {`"value":"t"`, `"value":""`},
		"no address":             {`"b@b.example"`, `"b"`},
		"no key":                 {`"send_id"`, `"other"`},
		"a reserved header":      {`"subject"`, `"headers":{"Reply-To":"x"},"subject"`},
		"more than one receiver": {`{"email":"b@b.example"}]`, `{"email":"b@b.example"},{"email":"c@b.example"}]`},
	} {
		body := strings.Replace(sound, change[0], change[1], 1)
		if resp, said := call(t, "POST", srv.URL+"/v3/mail/send", body); resp.StatusCode != 400 {
			t.Errorf("%s: %s %s", name, resp.Status, said)
		}
	}
	if n := len(srv.Accepted()); n != 0 {
		t.Errorf("%d were taken", n)
	}
}
