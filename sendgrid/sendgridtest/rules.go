package sendgridtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"unicode"

	"github.com/sendgrid/sendgrid-go/helpers/mail"
)

// problem is one element of SendGrid's error body.
type problem struct {
	Message string `json:"message"`
	Field   string `json:"field"`
}

func answer(w http.ResponseWriter, status int, p ...problem) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": p})
}

// problems checks a mail by SendGrid's documented limitations.
func problems(m mail.SGMailV3) (out []problem) {
	add := func(field, message string) { out = append(out, problem{message, field}) }
	if m.From == nil || !strings.Contains(m.From.Address, "@") {
		add("from.email", "The from email does not contain a valid address.")
	} else if hasUnicode(m.From.Name + m.From.Address) {
		add("from", "Unicode is not supported in the from field.")
	}
	if m.Subject == "" {
		add("subject", "The subject is required.")
	}
	if m.CustomArgs["send_id"] == "" {
		add("custom_args.send_id", "A mail of ours carries its key.")
	}
	if len(m.Content) == 0 {
		add("content", "The content value must be a string at least one character in length")
	}
	for i, c := range m.Content {
		if c.Value == "" {
			add("content", "The content value must be a string at least one character in length")
		}
		if c.Type == "text/plain" && i > 0 {
			add("content", "If present, text/plain must be first")
		}
	}
	for k := range m.Headers {
		switch strings.ToLower(k) {
		case "x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding", "to", "from",
			"subject", "reply-to", "cc", "bcc":
			add("headers", "The header is reserved: "+k)
		}
	}
	if len(m.Categories) > 10 {
		add("categories", "There are more than 10 categories.")
	}
	return append(out, recipients(m)...)
}

func recipients(m mail.SGMailV3) (out []problem) {
	if len(m.Personalizations) != 1 || len(m.Personalizations[0].To) != 1 {
		return []problem{{"A mail of ours has one personalization and one recipient.", "personalizations"}}
	}
	p := m.Personalizations[0]
	seen := map[string]bool{}
	for _, e := range append(append([]*mail.Email{}, p.To...), p.CC...) {
		at := strings.ToLower(e.Address)
		switch {
		case !strings.Contains(at, "@"):
			out = append(out, problem{"Does not contain a valid address: " + e.Address, "personalizations.0.to"})
		case strings.ContainsAny(e.Name, ";,"):
			out = append(out, problem{"Names hold no semicolon and no comma.", "personalizations.0.to"})
		case seen[at]:
			out = append(out, problem{"Each email address in the personalization block should be unique: " + at, "personalizations.0"})
		}
		seen[at] = true
	}
	return out
}

func hasUnicode(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}
