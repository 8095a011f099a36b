package sendgrid

import (
	"net/http"
	"testing"
	"time"
)

func TestEveryCallHasATimeoutAndFollowsNoRedirect(t *testing.T) {
	shared := &http.Client{Timeout: time.Minute}
	for want, c := range map[time.Duration]Config{
		10 * time.Second: {Key: "SG.x"},
		time.Minute:      {Key: "SG.x", HTTPClient: shared},
	} {
		tr, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		if hc := tr.client.HTTPClient; hc.Timeout != want || hc.CheckRedirect == nil {
			t.Errorf("time-out %s, want %s; follows redirects: %v", hc.Timeout, want, hc.CheckRedirect == nil)
		}
	}
	if shared.CheckRedirect != nil {
		t.Error("the caller's client was altered")
	}
}
