package slacktest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/slack/slacktest"
)

func client(srv *slacktest.Server) *api.Client {
	return api.New("xoxb-x", api.OptionAPIURL(srv.URL+"/"))
}

func TestAnUpdateWithoutBlocksTakesTheButtonsAway(t *testing.T) {
	srv := slacktest.Start(t)
	c := client(srv)
	section := api.NewSectionBlock(api.NewTextBlockObject(api.MarkdownType, "x", false, false), nil, nil)
	channel, ts, err := c.PostMessageContext(t.Context(), "C1", api.MsgOptionText("one", false), api.MsgOptionBlocks(section))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := c.UpdateMessageContext(t.Context(), channel, ts, api.MsgOptionText("two", false)); err != nil {
		t.Fatal(err)
	}
	if m := srv.Messages()[0]; m.Text != "two" || len(m.Blocks) != 0 || m.Edits != 1 {
		t.Errorf("%+v", m)
	}
	if _, _, _, err := c.UpdateMessageContext(t.Context(), channel, "1.1", api.MsgOptionText("two", false)); err == nil {
		t.Error("a message that is not there was updated")
	}
}

func TestHistoryShowsMetadataOnlyWhenAsked(t *testing.T) {
	srv := slacktest.Start(t)
	c := client(srv)
	meta := api.SlackMetadata{EventType: "e", EventPayload: map[string]any{"key": "k"}}
	for range 3 {
		if _, _, err := c.PostMessageContext(t.Context(), "C1", api.MsgOptionText("one", false), api.MsgOptionMetadata(meta)); err != nil {
			t.Fatal(err)
		}
	}
	for all, want := range map[bool]string{true: "e", false: ""} {
		page, err := c.GetConversationHistoryContext(t.Context(), &api.GetConversationHistoryParameters{ChannelID: "C1", Limit: 2, IncludeAllMetadata: all})
		if err != nil || !page.HasMore || len(page.Messages) != 2 || page.Messages[0].Metadata.EventType != want {
			t.Errorf("%v: %+v, %v", all, page, err)
		}
	}
}

func TestEachAddressIsItsOwnUserAndViewsAreKept(t *testing.T) {
	srv := slacktest.Start(t, slacktest.User{ID: "U1", Email: "a@x.example"}, slacktest.User{ID: "U2", Email: "b@x.example"})
	c := client(srv)
	if u, err := c.GetUserByEmailContext(t.Context(), "b@x.example"); err != nil || u.ID != "U2" {
		t.Errorf("%+v, %v", u, err)
	}
	view := api.ModalViewRequest{Type: api.VTModal, CallbackID: "false-alarm", Title: api.NewTextBlockObject(api.PlainTextType, "t", false, false)}
	if _, err := c.OpenViewContext(t.Context(), "trigger", view); err != nil {
		t.Fatal(err)
	}
	if v := srv.Views(); len(v) != 1 || v[0].Trigger != "trigger" || !strings.Contains(string(v[0].View), "false-alarm") {
		t.Errorf("%+v", v)
	}
}

func TestAnotherProcessSetsFaultsAndReadsMessages(t *testing.T) {
	srv := slacktest.Start(t)
	root := strings.TrimSuffix(srv.URL, "/api")
	send := func(path string, v any) {
		t.Helper()
		b, _ := json.Marshal(v)
		resp, err := http.Post(root+path, "application/json", strings.NewReader(string(b)))
		if err != nil || resp.StatusCode != http.StatusNoContent {
			t.Fatal(resp, err)
		}
		_ = resp.Body.Close()
	}
	send("/test/users", []slacktest.User{{ID: "U9", Email: "nove@x.example"}})
	send("/test/faults", []slacktest.Rule{{Method: "chat.postMessage", Key: "k", Times: 1, Fault: slacktest.AcceptedThen(slacktest.Answer(500))}})
	form := url.Values{"token": {"xoxb-x"}, "channel": {"U9"}, "text": {"ciao"}, "metadata": {`{"event_payload":{"key":"k"}}`}}
	for _, want := range []int{500, 200} {
		resp, err := http.PostForm(srv.URL+"/chat.postMessage", form)
		if err != nil || resp.StatusCode != want {
			t.Fatal(resp, err)
		}
		_ = resp.Body.Close()
	}
	resp, err := http.Get(root + "/test/messages")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(resp.Body)
	var got []slacktest.Message
	if err := json.Unmarshal(body, &got); err != nil || len(got) != 2 || got[1].Key != "k" || got[1].Channel != "D9" || srv.Counts()["k"] != 2 {
		t.Errorf("%v: %s", err, body)
	}
}
