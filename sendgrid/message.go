package sendgrid

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"unicode"

	"github.com/sendgrid/sendgrid-go/helpers/mail"
	"golang.org/x/text/unicode/norm"

	"github.com/centogiorni/centogiorni/onboarding"
)

// argument is the custom argument that carries a mail's key; it comes back at the top level of every event. SendGrid
// keeps arguments and categories as data that is not personal, so only opaque ids go there.
const argument = "send_id"

// encode makes the body of the call. mail.GetRequestBody would log a failure and send an empty body instead.
func encode(m onboarding.Mail) ([]byte, error) {
	if m.Key == "" {
		return nil, errors.New("the mail has no key")
	}
	out := mail.NewV3Mail()
	out.SetFrom(mail.NewEmail(asciiName(m.From.Name), m.From.Email))
	out.Subject = oneLine(m.Subject)
	if m.ReplyTo.Email != "" {
		out.SetReplyTo(mail.NewEmail(plainName(m.ReplyTo.Name), m.ReplyTo.Email))
	}
	p := mail.NewPersonalization()
	p.AddTos(mail.NewEmail(plainName(m.To.Name), m.To.Email))
	// SendGrid refuses a mail that names an address twice.
	seen := []string{m.To.Email}
	for _, cc := range m.Cc {
		if !containsFold(seen, cc.Email) {
			seen = append(seen, cc.Email)
			p.AddCCs(mail.NewEmail(plainName(cc.Name), cc.Email))
		}
	}
	out.AddPersonalizations(p)
	out.SetCustomArg(argument, m.Key)
	out.AddCategories(string(m.Class))
	// The plain text comes first: the last part is the one a mail program prefers.
	if m.Text != "" {
		out.AddContent(mail.NewContent("text/plain", m.Text))
	}
	if m.HTML != "" {
		out.AddContent(mail.NewContent("text/html", m.HTML))
	}
	if m.Unsubscribe != "" {
		if !headerURL(m.Unsubscribe) {
			return nil, errors.New("the unsubscribe link is no URL that fits a header")
		}
		out.SetHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
		out.SetHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	if m.RedirectedFrom != "" {
		out.SetHeader("X-Centogiorni-Redirected-From", oneLine(m.RedirectedFrom))
	}
	// Said outright, since the account's own setting would hold otherwise; subscription tracking would also replace
	// our List-Unsubscribe.
	out.SetTrackingSettings(mail.NewTrackingSettings().
		SetClickTracking(mail.NewClickTrackingSetting().SetEnable(false).SetEnableText(false)).
		SetOpenTracking(mail.NewOpenTrackingSetting().SetEnable(false)).
		SetSubscriptionTracking(mail.NewSubscriptionTrackingSetting().SetEnable(false)).
		SetGoogleAnalytics(mail.NewGaSetting().SetEnable(false)))
	return json.Marshal(out)
}

func containsFold(list []string, s string) bool {
	for _, v := range list {
		if strings.EqualFold(v, s) {
			return true
		}
	}
	return false
}

// oneLine puts a header's value on one line.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
}

// plainName is a display name as SendGrid takes it: it allows no ";" and "," in the names of to and cc.
func plainName(s string) string {
	return oneLine(strings.NewReplacer(";", " ", ",", " ").Replace(s))
}

// letters are those that no decomposition turns into ASCII.
var letters = strings.NewReplacer("ß", "ss", "æ", "ae", "Æ", "Ae", "ø", "o", "Ø", "O", "œ", "oe", "Œ", "Oe", "ł", "l", "Ł", "L",
	"đ", "d", "Đ", "D", "ð", "d", "Ð", "D", "þ", "th", "Þ", "Th", "ı", "i", "’", "'", "–", "-", "—", "-")

// asciiName is a sender's name: SendGrid allows no Unicode in from. A name in another script goes without its letters,
// and the address stands alone then.
func asciiName(s string) string {
	kept := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, norm.NFD.String(letters.Replace(s)))
	kept = plainName(kept)
	if !strings.ContainsFunc(kept, unicode.IsLetter) {
		return ""
	}
	return kept
}

// headerURL tells whether a URL may stand between angle brackets in a header.
func headerURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })
}
