package outbox

import (
	"html/template"
	"regexp"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

var bold = regexp.MustCompile(`\B\*([^\s*](?:[^*]*[^\s*])?)\*\B`)

// mrkdwn renders Slack's markup as far as our alerts use it: bold words and quoted lines. All else is text.
func mrkdwn(s string) template.HTML {
	var b strings.Builder
	open := ""
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		tag := "p"
		text, quoted := strings.CutPrefix(line, "> ")
		if quoted {
			tag = "blockquote"
		}
		if tag == open {
			b.WriteString("\n")
		} else {
			if open != "" {
				b.WriteString("</" + open + ">")
			}
			b.WriteString("<" + tag + ">")
			open = tag
		}
		b.WriteString(bold.ReplaceAllString(template.HTMLEscapeString(onboarding.Unescape(text)), "<b>$1</b>"))
	}
	return template.HTML(b.String() + "</" + open + ">") // each line was escaped
}
