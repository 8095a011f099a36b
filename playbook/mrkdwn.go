package playbook

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack/slackutilsx"
	"github.com/yuin/goldmark/ast"
)

// mrkdwn renders a page in Slack's own markup. Its three special characters are escaped in every text, so that no
// value can mention a channel or hide a link.
func (p *page) mrkdwn() string {
	return strings.Join(p.slackBlocks(p.root), "\n\n")
}

func (p *page) slackBlocks(n ast.Node) []string {
	var out []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		var block string
		switch c := c.(type) {
		case *ast.Blockquote:
			block = indent(strings.Join(p.slackBlocks(c), "\n"), "> ", "> ")
		case *ast.List:
			block = p.slackList(c)
		case *ast.Heading:
			block = "*" + p.slackInline(c) + "*"
		case *ast.ThematicBreak:
			block = "———"
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			block = "```\n" + slackutilsx.EscapeMessage(p.rawLines(c)) + "\n```"
		case *ast.HTMLBlock:
			continue
		default:
			block = p.slackInline(c)
		}
		if block != "" {
			out = append(out, block)
		}
	}
	return out
}

func (p *page) slackList(l *ast.List) string {
	var items []string
	number := l.Start
	for c := l.FirstChild(); c != nil; c = c.NextSibling() {
		mark := "• "
		if l.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		items = append(items, indent(strings.Join(p.slackBlocks(c), "\n"), mark, "   "))
	}
	return strings.Join(items, "\n")
}

func (p *page) slackInline(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Emphasis:
			mark := "_"
			if c.Level == 2 {
				mark = "*"
			}
			b.WriteString(mark + p.slackInline(c) + mark)
		case *ast.CodeSpan:
			b.WriteString("`" + slackutilsx.EscapeMessage(p.words(c)) + "`")
		case *ast.Link:
			b.WriteString(slackLink(p.words(c), string(c.Destination)))
		case *ast.AutoLink:
			b.WriteString(slackLink("", string(c.URL(p.src))))
		default:
			b.WriteString(slackutilsx.EscapeMessage(p.inlineNode(c, func(_, url string) string { return url })))
		}
	}
	return strings.TrimSpace(b.String())
}

// slackLink writes <address|label>; a bar would end the address or the label, so it is written otherwise.
func slackLink(label, url string) string {
	url = slackutilsx.EscapeMessage(strings.ReplaceAll(url, "|", "%7C"))
	if label == "" {
		return "<" + url + ">"
	}
	return "<" + url + "|" + slackutilsx.EscapeMessage(strings.ReplaceAll(label, "|", "/")) + ">"
}
