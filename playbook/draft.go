package playbook

import (
	"regexp"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Draft is a mail in the words that an edit takes: without layout, footer and button.
type Draft struct {
	Subject string
	Body    string // Markdown
	// Personal says that the body holds links that are signed for its recipient: no other may get them.
	Personal bool
}

// Draft writes the mail of an order to one contact as Compose does, with the same errors. Given back as the order's
// Subject and Body it makes the same letter, without its preheader.
func (p *Playbook) Draft(o onboarding.Order, contact onboarding.Contact, s Settings) (Draft, error) {
	l, err := p.Compose(o, contact, s)
	if err != nil {
		return Draft{}, err
	}
	signed := strings.TrimSuffix(s.BaseURL, "/") + "/l/"
	return Draft{Subject: l.Subject, Body: plainer(l.body), Personal: strings.Contains(dropEscapes(l.body), signed)}, nil
}

// escaped marks of Markdown; see escapeMarkdown.
var escapedMark = regexp.MustCompile(`\\([[:punct:]])`)

func dropEscapes(src string) string { return escapedMark.ReplaceAllString(src, "$1") }

// plainer takes the backslashes out of each paragraph that reads the same without them: every mark of a value has one,
// and nobody wants to write among those.
func plainer(src string) string {
	paragraphs, want := strings.Split(src, "\n\n"), reading(src)
	for i, was := range paragraphs {
		if paragraphs[i] = dropEscapes(was); paragraphs[i] != was && reading(strings.Join(paragraphs, "\n\n")) != want {
			paragraphs[i] = was
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// reading is all that a reader sees of a Markdown text, in either part of a mail.
func reading(src string) string {
	p := readMarkdown(src)
	text := p.text()
	html, _ := p.html() // fails on no text that goldmark has read
	return text + "\x00" + html
}
