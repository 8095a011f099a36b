package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/outbox"
)

var nine = time.Date(2027, 3, 1, 9, 0, 0, 0, time.FixedZone("CET", 3600))

func welcome(key string) onboarding.Mail {
	return onboarding.Mail{
		Key: key, Class: onboarding.ClassRelationship, Language: "it", At: nine,
		From: onboarding.Address{Name: "Niccolò Bianchi", Email: "niccolo@azienda.example"}, ReplyTo: onboarding.Address{Email: "reply+t@in.azienda.example"},
		To: onboarding.Address{Name: "Perù, Anna", Email: "anna@cliente.example"}, Cc: []onboarding.Address{{Name: "Carla", Email: "carla@azienda.example"}},
		Subject: "Perché è già città: una riga d'oggetto abbastanza lunga da andare a capo, con l'euro €",
		Text:    "Gentile Anna,\n.\nFrom here: è lunga " + strings.Repeat("à", 100) + " = fine", HTML: `<p>Gentile <b>Anna</b> &egrave; "qui"</p>`,
		Unsubscribe: "https://pagine.azienda.example/u/" + strings.Repeat("token", 40), RedirectedFrom: "vera@cliente.example",
	}
}

func open(t *testing.T) (*outbox.Outbox, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "box")
	o, err := outbox.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	return o, dir
}

func check(t *testing.T, err error, want onboarding.FaultKind) {
	t.Helper()
	var d *onboarding.DeliveryError
	if !errors.As(err, &d) || d.Kind != want {
		t.Errorf("%v is not of kind %s", err, want)
	}
}

func read(t *testing.T, dir, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAMailIsAFileThatMailProgramsRead(t *testing.T) {
	o, dir := open(t)
	m := welcome("c-1/1/welcome#anna")
	receipt, err := o.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if receipt.MessageID != "mail/c-1/1+welcome@anna.eml" {
		t.Errorf("receipt %q", receipt.MessageID)
	}
	eml := read(t, dir, receipt.MessageID)
	r, err := mail.CreateReader(strings.NewReader(eml))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := r.Header.Subject()
	from, _ := r.Header.AddressList("From")
	to, _ := r.Header.AddressList("To")
	date, _ := r.Header.Date()
	id, _ := r.Header.MessageID()
	for what, pair := range map[string][2]string{
		"subject":     {subject, m.Subject},
		"from":        {from[0].Name + from[0].Address, "Niccolò Bianchiniccolo@azienda.example"},
		"to":          {to[0].Name + to[0].Address, "Perù, Annaanna@cliente.example"},
		"cc":          {r.Header.Get("Cc"), `"Carla" <carla@azienda.example>`},
		"reply to":    {r.Header.Get("Reply-To"), "<reply+t@in.azienda.example>"},
		"date":        {date.Format(time.RFC3339), "2027-03-01T09:00:00+01:00"},
		"unsubscribe": {r.Header.Get("List-Unsubscribe"), "<" + m.Unsubscribe + ">"},
		"one click":   {r.Header.Get("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click"},
		"key":         {r.Header.Get("X-Centogiorni-Key"), m.Key},
		"redirected":  {r.Header.Get("X-Centogiorni-Redirected-From"), "vera@cliente.example"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	if id == "" {
		t.Error("no message id")
	}
	for _, want := range [][2]string{{"text/plain", strings.ReplaceAll(m.Text, "\n", "\r\n")}, {"text/html", m.HTML}} {
		p, err := r.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		kind, params, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		body, err := io.ReadAll(p.Body)
		if kind != want[0] || params["charset"] != "utf-8" || string(body) != want[1] || err != nil {
			t.Errorf("%s %v: %q, %v; want %q", kind, params, body, err, want)
		}
	}
	// A second reader, and the rules of the wire: ASCII lines of at most 998 bytes.
	std, err := netmail.ReadMessage(strings.NewReader(eml))
	if err != nil {
		t.Fatal(err)
	}
	if decoded, err := new(mime.WordDecoder).DecodeHeader(std.Header.Get("Subject")); decoded != m.Subject {
		t.Errorf("the standard library reads %q, %v", decoded, err)
	}
	for _, line := range strings.Split(eml, "\r\n") {
		if len(line) > 998 || strings.ContainsFunc(line, func(r rune) bool { return r > '~' || r == '\n' }) {
			t.Errorf("no line of a mail: %q", line)
		}
	}
}

func TestOneKeyIsWrittenOnceAndEveryCallIsLogged(t *testing.T) {
	o, dir := open(t)
	first, err := o.Send(t.Context(), welcome("c-1/1/welcome#anna"))
	if err != nil {
		t.Fatal(err)
	}
	before, pageBefore := read(t, dir, first.MessageID), read(t, dir, "mail/c-1/1+welcome@anna.html")
	other := welcome("c-1/1/welcome#anna")
	other.Subject, other.Text = "another", "another"
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			o, err := outbox.New(dir) // as another process would
			if err != nil {
				t.Error(err)
				return
			}
			if again, err := o.Send(t.Context(), other); err != nil || again != first {
				t.Errorf("%v, %v", again, err)
			}
		})
	}
	wg.Wait()
	if read(t, dir, first.MessageID) != before || read(t, dir, "mail/c-1/1+welcome@anna.html") != pageBefore {
		t.Error("the second call altered the first mail")
	}
	lines, err := outbox.ReadLog(dir)
	if err != nil || len(lines) != 21 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for _, l := range lines {
		if l.Key != "c-1/1/welcome#anna" || !l.At.Equal(nine) || l.Kind != "mail" {
			t.Errorf("%+v", l)
		}
	}
	if left, _ := os.ReadDir(filepath.Join(dir, ".tmp")); len(left) != 0 {
		t.Errorf("%d temporary files stayed", len(left))
	}
}

func TestConcurrentFirstSendsOfOneKeyMakeOneWholeMail(t *testing.T) {
	o, dir := open(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			m := welcome("c-1/1/welcome#anna")
			m.Subject = fmt.Sprint("version ", i)
			m.Text = strings.Repeat(m.Subject+"\n", 1000)
			if _, err := o.Send(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r, err := mail.CreateReader(strings.NewReader(read(t, dir, "mail/c-1/1+welcome@anna.eml")))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := r.Header.Subject()
	p, err := r.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(p.Body)
	if strings.Count(string(body), subject+"\r\n") != 1000 {
		t.Errorf("the mail %q is not whole", subject)
	}
	if page := read(t, dir, "mail/c-1/1+welcome@anna.html"); !strings.Contains(page, "<h1>"+subject+"</h1>") {
		t.Error("the page shows another mail than the file")
	}
}

func TestFindIsCertain(t *testing.T) {
	o, _ := open(t)
	find := func(key string, want onboarding.Found) {
		t.Helper()
		if got, err := o.Find(t.Context(), key); got != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", key, got, err, want)
		}
	}
	find("c-1/1/welcome#anna", onboarding.FoundNot)
	if _, err := o.Send(t.Context(), welcome("c-1/1/welcome#anna")); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Post(t.Context(), onboarding.Alert{Key: "c-1/1/case-1", Title: "t", At: nine}); err != nil {
		t.Fatal(err)
	}
	find("c-1/1/welcome#anna", onboarding.FoundAccepted)
	find("c-1/1/case-1", onboarding.FoundAccepted)
	find("c-1/1/welcome#an", onboarding.FoundNot)
	find("c-1/2/welcome#anna", onboarding.FoundNot)
	find(strings.Repeat("x", 300), onboarding.FoundNot)
}

func TestAnAlertIsJSONByTheSameRules(t *testing.T) {
	o, dir := open(t)
	a := onboarding.Alert{Key: "c-1/1/case-1", Contract: "c-1", To: "giulia", Title: "Rossi & Figli", Text: "*ciao* &lt;x&gt;", Lines: []string{"uno"}, At: nine}
	receipt, err := o.Post(t.Context(), a)
	if err != nil || receipt.MessageID != "alerts/c-1+1+case-1.json" {
		t.Fatal(receipt, err)
	}
	b := a
	b.Title = "another"
	if again, err := o.Post(t.Context(), b); err != nil || again != receipt {
		t.Error(again, err)
	}
	var got onboarding.Alert
	if err := json.Unmarshal([]byte(read(t, dir, receipt.MessageID)), &got); err != nil || got.Title != a.Title || got.Text != a.Text || got.Lines[0] != "uno" || !got.At.Equal(nine) {
		t.Errorf("%+v, %v", got, err)
	}
	if lines, err := outbox.ReadLog(dir); err != nil || len(lines) != 2 || lines[0].Kind != "alert" {
		t.Error(lines, err)
	}
}

func TestWhatCannotBeWrittenIsAFaultOfItsKind(t *testing.T) {
	o, dir := open(t)
	for name, spoil := range map[string]func(*onboarding.Mail){
		"no key":                     func(m *onboarding.Mail) { m.Key = "" },
		"no recipient":               func(m *onboarding.Mail) { m.To.Email = "" },
		"a recipient with a header":  func(m *onboarding.Mail) { m.To.Email = "a@b.example\r\nBcc: c@d.example" },
		"a copy that is no address":  func(m *onboarding.Mail) { m.Cc[0].Email = "carla" },
		"a link with a header":       func(m *onboarding.Mail) { m.Unsubscribe = "https://x.example/\r\nBcc:c@d.example" },
		"a link too long for a line": func(m *onboarding.Mail) { m.Unsubscribe = "https://x.example/" + strings.Repeat("x", 2000) },
		"a key too long for a name":  func(m *onboarding.Mail) { m.Key = "c-1/" + strings.Repeat("#", 300) },
	} {
		t.Run(name, func(t *testing.T) {
			m := welcome("c-1/1/welcome#anna")
			spoil(&m)
			_, err := o.Send(t.Context(), m)
			check(t, err, onboarding.FaultRefused)
			if err != nil && strings.Contains(err.Error(), "@") {
				t.Errorf("%q shows an address", err)
			}
		})
	}
	_, err := o.Post(t.Context(), onboarding.Alert{})
	check(t, err, onboarding.FaultRefused)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = o.Send(cancelled, welcome("c-1/1/welcome#anna"))
	check(t, err, onboarding.FaultUnreached)
	if lines, _ := outbox.ReadLog(dir); len(lines) != 0 {
		t.Errorf("%d lines for calls that failed", len(lines))
	}

	if err := os.WriteFile(filepath.Join(dir, "mail", "c-2"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = o.Send(t.Context(), welcome("c-2/1/welcome#anna"))
	check(t, err, onboarding.FaultConfiguration)

	// A file system that ignores case gives two keys one name.
	receipt, err := o.Send(t.Context(), welcome("c-3/1/welcome#anna"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, filepath.FromSlash(receipt.MessageID))
	foreign := bytes.Replace([]byte(read(t, dir, receipt.MessageID)), []byte("c-3/1/welcome#anna"), []byte("C-3/1/welcome#anna"), 1)
	if err := os.WriteFile(path, foreign, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = o.Send(t.Context(), welcome("c-3/1/welcome#anna"))
	check(t, err, onboarding.FaultConfiguration)

	// The mail stands, but its log cannot be written.
	if err := os.Remove(filepath.Join(dir, "log.jsonl")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "log.jsonl"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err = o.Send(t.Context(), welcome("c-4/1/welcome#anna"))
	check(t, err, onboarding.FaultUnknown)
	if got, _ := o.Find(t.Context(), "c-4/1/welcome#anna"); got != onboarding.FoundAccepted {
		t.Errorf("found: %s", got)
	}
}

func TestASubjectCannotAddAHeader(t *testing.T) {
	o, dir := open(t)
	m := welcome("k")
	m.Subject, m.To.Name = "ciao\r\nBcc: tutti@x.example", "Anna\r\nBcc: tutti@x.example"
	receipt, err := o.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if eml := read(t, dir, receipt.MessageID); strings.Contains(eml, "\r\nBcc:") {
		t.Error(eml)
	}
}
