package outbox_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/outbox"
)

func TestTheIndexListsEverythingInItsLogicalOrder(t *testing.T) {
	o, dir := open(t)
	for i, key := range []string{"c-1/1/later#anna", "c-2/1/first#anna"} {
		m := welcome(key)
		m.Subject, m.At = key, nine.Add(-time.Duration(i)*48*time.Hour)
		if _, err := o.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.Post(t.Context(), onboarding.Alert{Key: "c-1/1/case-1", To: "giulia", Title: "middle <alert>", Text: "a &lt;b&gt; &amp; c", At: nine.Add(-24 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mail", "c-1", "junk.eml"), []byte("no mail"), 0o644); err != nil {
		t.Fatal(err)
	}
	index, err := outbox.WriteIndex(dir)
	if err != nil {
		t.Fatal(err)
	}
	page := read(t, dir, "index.html")
	if index != filepath.Join(dir, "index.html") {
		t.Errorf("path %s", index)
	}
	at := -1
	for _, want := range []string{"this file cannot be read", "Saturday 27 February 2027", "c-2/1/first#anna", "middle &lt;alert&gt;", "a &lt;b&gt; &amp; c",
		"Monday 1 March 2027", "c-1/1/later#anna"} {
		i := strings.Index(page, want)
		if i <= at {
			t.Errorf("%q stands at %d, not after %d", want, i, at)
		}
		at = i
	}
	links := regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(links) != 3 {
		t.Errorf("%d links", len(links))
	}
	if !strings.Contains(page, `href="mail/c-2/1&#43;first@anna.html"`) && !strings.Contains(page, `href="mail/c-2/1+first@anna.html"`) {
		t.Errorf("links: %q", links)
	}
}

func TestThePagesPrintTheCustomersClock(t *testing.T) {
	o, dir := open(t)
	tokyo := time.FixedZone("JST", 9*60*60)
	m := welcome("c-1/1/welcome#anna")
	m.At = time.Date(2027, 3, 1, 23, 30, 0, 0, time.UTC).In(tokyo)
	if _, err := o.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Post(t.Context(), onboarding.Alert{Key: "c-1/1/case-1", Title: "T", At: m.At.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if _, err := outbox.WriteIndex(dir); err != nil {
		t.Fatal(err)
	}
	page := read(t, dir, "index.html")
	for _, want := range []string{"Tuesday 2 March 2027", ">08:30</time>", ">09:30</time>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the index lacks %q", want)
		}
	}
	if mail := read(t, dir, "mail/c-1/1+welcome@anna.html"); !strings.Contains(mail, "Tue 2 Mar 2027, 08:30 JST") {
		t.Errorf("the mail's page prints another time: %s", mail)
	}
}

func TestAMailsPageRunsNothing(t *testing.T) {
	o, dir := open(t)
	m := welcome("k")
	m.HTML, m.Subject, m.Text = `<script>alert("x")</script>`, `<img src=x>`, "</pre><script>alert(1)</script>"
	if _, err := o.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	page := read(t, dir, "mail/%none/k.html")
	if strings.Contains(page, "<script") || strings.Contains(page, "<img") {
		t.Error(page)
	}
	if !strings.Contains(page, `sandbox="allow-popups allow-popups-to-escape-sandbox"`) || !strings.Contains(page, `srcdoc="&lt;base target=&#34;_blank&#34;&gt;&lt;script&gt;alert(&#34;x&#34;)`) {
		t.Errorf("the mail is not shown in its frame: %s", page)
	}
}

func TestTheIndexShowsAnAlertAsItsReaderWouldSeeIt(t *testing.T) {
	o, dir := open(t)
	first, err := o.Post(t.Context(), onboarding.Alert{Key: "c-1/1/case-1", Title: "T", At: nine,
		Text:    "*Why now*\n• they wrote\n> it is &lt;b&gt;hard&lt;/b&gt;\n> 3*4* *5*6 &amp; *we left*.\n• no call",
		Facts:   []onboarding.AlertFact{{Label: "Who <i>", Text: "*Anna* & *Vera*", Actions: []onboarding.AlertAction{{Label: "Kept"}}}},
		Actions: []onboarding.AlertAction{{Label: "I'm on it <x>", Style: "primary"}, {Label: "Later"}}})
	if err != nil {
		t.Fatal(err)
	}
	for key, a := range map[string]onboarding.Alert{
		"c-1/1/changed": {Rewrite: first.MessageID, Note: "*Marco* closed it", At: nine.Add(time.Hour)},
		"c-1/1/worse":   {Thread: first.MessageID, At: nine.Add(2 * time.Hour)},
		"c-1/1/lost":    {Rewrite: "alerts/gone.json", At: nine.Add(3 * time.Hour)},
	} {
		a.Key = key
		if _, err := o.Post(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := outbox.WriteIndex(dir); err != nil {
		t.Fatal(err)
	}
	page := read(t, dir, "index.html")
	at := -1
	for _, want := range []string{
		"<p><b>Why now</b>\n• they wrote</p><blockquote>it is &lt;b&gt;hard&lt;/b&gt;\n3*4* *5*6 &amp; <b>we left</b>.</blockquote><p>• no call</p>",
		"<dt>Who &lt;i&gt;</dt><dd><p><b>Anna</b> &amp; <b>Vera</b></p>", "<span>Kept</span>",
		`<span class="primary">I&#39;m on it &lt;x&gt;</span><span>Later</span>`,
		" rewrites the message of Mon 1 Mar, 09:00<", "<b>Marco</b> closed it",
		" in the thread of the message of Mon 1 Mar, 09:00<",
		" rewrites an earlier message<",
	} {
		i := strings.Index(page, want)
		if i <= at {
			t.Errorf("%q stands at %d, not after %d", want, i, at)
		}
		at = i
	}
	if strings.Contains(page, "<button") {
		t.Error("a button of the page would do nothing")
	}
}

func TestAnEmptyFolderHasAnIndexToo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := outbox.WriteIndex(dir); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(read(t, dir, "index.html"), "Nothing has been sent yet") {
		t.Error("the empty index says nothing")
	}
}
