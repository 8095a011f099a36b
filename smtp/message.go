package smtp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/centogiorni/centogiorni/onboarding"
)

// compose makes the message and its Message-ID, which derives from the key: a mail that must be sent again is the same
// mail to whoever threads or drops duplicates by it.
func compose(m onboarding.Mail) (*gomail.Msg, string, error) {
	if m.Key == "" {
		return nil, "", errors.New("the mail has no key")
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	for _, list := range []struct {
		header gomail.AddrHeader
		of     []onboarding.Address
	}{
		{gomail.HeaderFrom, []onboarding.Address{m.From}}, {gomail.HeaderReplyTo, optional(m.ReplyTo)},
		{gomail.HeaderTo, []onboarding.Address{m.To}}, {gomail.HeaderCc, m.Cc},
	} {
		var all []string
		for _, a := range list.of {
			if !valid(a.Email) {
				return nil, "", fmt.Errorf("%s holds no valid address", list.header)
			}
			// The address's own form, since go-mail's FromFormat breaks on a name with quotes.
			all = append(all, (&netmail.Address{Name: a.Name, Address: a.Email}).String())
		}
		if len(all) == 0 {
			continue
		}
		// go-mail's error would show the address.
		if msg.SetAddrHeader(list.header, all...) != nil {
			return nil, "", fmt.Errorf("%s holds an address that go-mail does not take", list.header)
		}
	}
	_, domain, _ := strings.Cut(m.From.Email, "@")
	sum := sha256.Sum256([]byte(m.Key))
	id := hex.EncodeToString(sum[:16]) + "@" + domain
	msg.SetMessageIDWithValue(id)
	msg.SetDateWithValue(m.At)
	msg.Subject(m.Subject)
	if m.Unsubscribe != "" {
		if !headerURL(m.Unsubscribe) {
			return nil, "", errors.New("the unsubscribe link is no URL that fits a header")
		}
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	if m.RedirectedFrom != "" {
		msg.SetGenHeader("X-Centogiorni-Redirected-From", m.RedirectedFrom)
	}
	switch {
	case m.Text == "" && m.HTML == "":
		return nil, "", errors.New("the mail has no text")
	case m.Text == "":
		msg.SetBodyString(gomail.TypeTextHTML, m.HTML)
	default:
		msg.SetBodyString(gomail.TypeTextPlain, m.Text)
		if m.HTML != "" {
			msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
		}
	}
	return msg, id, nil
}

func optional(a onboarding.Address) []onboarding.Address {
	if a.Email == "" {
		return nil
	}
	return []onboarding.Address{a}
}

// valid tells whether a text is an address alone, so that nothing else gets into the header or the envelope.
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
