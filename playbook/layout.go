package playbook

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
)

//go:embed layout.html
var layoutHTML string

var layout = template.Must(template.New("layout.html").Parse(layoutHTML))

// frame is what stands around a mail's text, in HTML and in plain text.
type frame struct {
	Language, Subject, Preheader, Brand string
	Label, Link                         string // the action; none where Link is empty
	Why                                 string
	Legal                               []string
	Privacy, PrivacyURL                 string
	Unsubscribe, UnsubscribeURL         string
}

// LegalLine is the company as the law wants it named.
func (f frame) LegalLine() string { return oneLine(strings.Join(f.Legal, " · ")) }

// Outlook knows no max-width: it gets a table of its own. html/template strips comments, so they come in as values.
func (f frame) OutlookOpen() template.HTML {
	return `<!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`
}
func (f frame) OutlookClose() template.HTML {
	return `<!--[if mso]></td></tr></table><![endif]-->`
}

// Gap keeps the body out of the inbox's preview line, after the preheader.
func (f frame) Gap() template.HTML { return template.HTML(strings.Repeat("&#847;&zwnj;&nbsp;", 40)) }

// html renders the mail's HTML part: one column, no image, nothing loaded from anywhere.
func (f frame) html(body, signature *page) (string, error) {
	inner, err := body.html()
	if err != nil {
		return "", err
	}
	below, err := signature.html()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	// Body and signature are goldmark's output without raw HTML: a value in them was escaped as Markdown, then as HTML.
	err = layout.Execute(&b, struct {
		frame
		Body, Signature template.HTML
	}{f, template.HTML(inner), template.HTML(below)})
	if err != nil {
		return "", fmt.Errorf("filling the layout: %w", err)
	}
	return b.String(), nil
}

// text renders the plain-text part from the same Markdown.
func (f frame) text(body, signature *page) string {
	blocks := []string{body.text()}
	if f.Link != "" {
		blocks = append(blocks, f.Label+": "+f.Link)
	}
	if s := signature.text(); s != "" {
		blocks = append(blocks, s)
	}
	foot := "-- \n" + wrap(f.Why, textWidth) + "\n"
	if f.UnsubscribeURL != "" {
		foot += f.Unsubscribe + ": " + f.UnsubscribeURL + "\n"
	}
	foot += "\n" + wrap(f.LegalLine(), textWidth) + "\n" + f.Privacy + ": " + f.PrivacyURL + "\n"
	return strings.Join(append(blocks, foot), "\n\n")
}
