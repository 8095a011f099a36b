package outbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"net/url"
	"strings"

	"github.com/emersion/go-message/mail"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Headers that only the outbox's own pages read.
const (
	headerKey        = "X-Centogiorni-Key"
	headerClass      = "X-Centogiorni-Class"
	headerRedirected = "X-Centogiorni-Redirected-From"
)

// compose makes the whole message, the plain text first. The same mail composed twice differs in its boundary only.
func compose(m onboarding.Mail) ([]byte, error) {
	h, err := header(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := mail.CreateInlineWriter(&out, h)
	if err != nil {
		return nil, err
	}
	for _, part := range []struct{ kind, body string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		if part.body == "" {
			continue
		}
		var ph mail.InlineHeader
		ph.SetContentType(part.kind, map[string]string{"charset": "utf-8"})
		ph.Set("Content-Transfer-Encoding", "quoted-printable")
		p, err := w.CreatePart(ph)
		if err != nil {
			return nil, err
		}
		_, err = io.WriteString(p, part.body)
		if err = errors.Join(err, p.Close()); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func header(m onboarding.Mail) (mail.Header, error) {
	var h mail.Header
	if m.Key == "" {
		return h, errors.New("the mail has no key")
	}
	h.SetDate(m.At)
	for _, list := range []struct {
		name string
		of   []onboarding.Address
		must bool
	}{{"From", []onboarding.Address{m.From}, true}, {"To", []onboarding.Address{m.To}, true}, {"Reply-To", []onboarding.Address{m.ReplyTo}, false}, {"Cc", m.Cc, false}} {
		var all []*mail.Address
		for _, a := range list.of {
			if a.Email == "" && !list.must {
				continue
			}
			if !valid(a.Email) {
				return h, fmt.Errorf("%s holds no valid address", list.name)
			}
			all = append(all, &mail.Address{Name: a.Name, Address: a.Email})
		}
		if len(all) > 0 {
			h.SetAddressList(list.name, all)
		}
	}
	h.SetSubject(m.Subject)
	id := sha256.Sum256([]byte(m.Key))
	h.SetMessageID(hex.EncodeToString(id[:16]) + "@outbox.centogiorni.invalid")
	if m.Unsubscribe != "" {
		if !headerURL(m.Unsubscribe) {
			return h, errors.New("the unsubscribe link is no URL that fits a header")
		}
		h.Set("List-Unsubscribe", "<"+m.Unsubscribe+">")
		h.Set("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	h.SetText(headerKey, m.Key)
	h.SetText(headerClass, string(m.Class))
	if m.RedirectedFrom != "" {
		h.SetText(headerRedirected, m.RedirectedFrom)
	}
	return h, nil
}

// valid tells whether a text is an address alone, so that nothing else gets into the header.
func valid(email string) bool {
	a, err := netmail.ParseAddress(email)
	return err == nil && a.Name == "" && a.Address == email
}

// headerURL tells whether a URL may stand between angle brackets in a header; a line holds 998 bytes.
func headerURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && len(s) < 900 &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })
}

// mailKey reads the key out of a stored mail; "" when it is none.
func mailKey(eml []byte) string {
	r, err := mail.CreateReader(bytes.NewReader(eml))
	if err != nil {
		return ""
	}
	key, err := r.Header.Text(headerKey)
	if err != nil {
		return ""
	}
	return key
}

// alertKey reads the key out of a stored alert; "" when it is none.
func alertKey(body []byte) string {
	var a onboarding.Alert
	if json.Unmarshal(body, &a) != nil {
		return ""
	}
	return a.Key
}
