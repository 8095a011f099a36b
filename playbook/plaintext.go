package playbook

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// textWidth is where the text part is wrapped; an address is never broken.
const textWidth = 72

// text renders a page as the plain-text part of a mail.
func (p *page) text() string {
	return strings.Join(p.textBlocks(p.root, textWidth), "\n\n")
}

// textBlocks renders the blocks under a node, each wrapped to the width.
func (p *page) textBlocks(n ast.Node, width int) []string {
	var out []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		var block string
		switch c := c.(type) {
		case *ast.Blockquote:
			block = indent(strings.Join(p.textBlocks(c, width-2), "\n\n"), "> ", "> ")
		case *ast.List:
			block = p.textList(c, width)
		case *ast.ThematicBreak:
			block = strings.Repeat("-", 24)
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			block = p.rawLines(c)
		case *ast.HTMLBlock:
			continue
		default:
			block = wrap(p.textInline(c), width)
		}
		if block != "" {
			out = append(out, block)
		}
	}
	return out
}

func (p *page) textList(l *ast.List, width int) string {
	var items []string
	number := l.Start
	for c := l.FirstChild(); c != nil; c = c.NextSibling() {
		mark := "- "
		if l.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		blank := strings.Repeat(" ", len(mark))
		body := strings.Join(p.textBlocks(c, width-len(mark)), "\n")
		items = append(items, indent(body, mark, blank))
	}
	return strings.Join(items, "\n")
}

// textInline renders what is inside a paragraph. A link on its own is "label: address", inside a sentence it is
// "label (address)"; a row of links gets a line each.
func (p *page) textInline(n ast.Node) string {
	links := 0
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() == ast.KindLink {
			links++
		}
	}
	alone := links == 1 && n.ChildCount() == 1
	if links > 2 {
		return p.textLinkRow(n)
	}
	return strings.TrimSpace(p.inline(n, func(label, url string) string { return textLink(label, url, alone) }))
}

// textLinkRow puts each link on a line of its own and keeps what stands between them, but for its dots.
func (p *page) textLinkRow(n ast.Node) string {
	var lines []string
	rest := ""
	flush := func() {
		if s := strings.Trim(rest, " ·|,"); s != "" {
			lines = append(lines, s)
		}
		rest = ""
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if l, ok := c.(*ast.Link); ok {
			flush()
			lines = append(lines, textLink(p.words(l), string(l.Destination), true))
			continue
		}
		rest += p.inlineNode(c, func(label, url string) string { return textLink(label, url, false) })
	}
	flush()
	return strings.Join(lines, "\n")
}

// textLink writes a link out; an address that says no more than its label is left out.
func textLink(label, url string, alone bool) string {
	bare := strings.TrimPrefix(strings.TrimPrefix(url, "mailto:"), "tel:")
	switch {
	case label == "" || label == url:
		return url
	case squeeze(label) == squeeze(bare):
		return label
	case alone:
		return label + ": " + bare
	}
	return label + " (" + bare + ")"
}

func squeeze(s string) string { return strings.NewReplacer(" ", "", "-", "", ".", "").Replace(s) }

// inline joins the inline nodes under n as text; link writes the links.
func (p *page) inline(n ast.Node, link func(label, url string) string) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		b.WriteString(p.inlineNode(c, link))
	}
	return b.String()
}

func (p *page) inlineNode(n ast.Node, link func(label, url string) string) string {
	switch n := n.(type) {
	case *ast.Text:
		s := unescape(string(n.Segment.Value(p.src)))
		switch {
		case n.HardLineBreak():
			return s + "\n"
		case n.SoftLineBreak():
			return s + " "
		}
		return s
	case *ast.String:
		return string(n.Value)
	case *ast.Link:
		return link(p.words(n), string(n.Destination))
	case *ast.AutoLink:
		return link("", string(n.URL(p.src)))
	case *ast.RawHTML, *ast.Image:
		return ""
	}
	return p.inline(n, link)
}

// rawLines are the lines of a block that is printed as it stands.
func (p *page) rawLines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		b.Write(seg.Value(p.src))
	}
	return strings.TrimRight(b.String(), "\n")
}

// unescape takes away the backslashes and character references of CommonMark, both in one pass: a value that looks
// like a reference was escaped and stays as it is.
func unescape(s string) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && strings.IndexByte(asciiPunctuation, s[i+1]) >= 0:
			i++
			b.WriteByte(s[i])
		case s[i] == '&' && strings.IndexByte(s[i:], ';') > 0:
			ref := s[i : i+strings.IndexByte(s[i:], ';')+1]
			char := html.UnescapeString(ref)
			if char == ref {
				b.WriteByte('&')
				continue
			}
			b.WriteString(char)
			i += len(ref) - 1
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// wrap breaks lines at spaces so that they hold the width where words allow it; an address stays with its label.
func wrap(s string, width int) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		now, length := "", 0
		for _, w := range strings.FieldsFunc(line, func(r rune) bool { return r == ' ' }) {
			n := utf8.RuneCountInString(w)
			labelled := strings.HasSuffix(now, ":") && strings.Contains(w, "://")
			if length > 0 && length+1+n > width && !labelled {
				lines = append(lines, now)
				now, length = "", 0
			}
			if length > 0 {
				now, length = now+" ", length+1
			}
			now, length = now+w, length+n
		}
		lines = append(lines, now)
	}
	return strings.Join(lines, "\n")
}

// indent puts first before the first line and rest before the others, without spaces at a line's end.
func indent(s, first, rest string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		mark := rest
		if i == 0 {
			mark = first
		}
		lines[i] = strings.TrimRight(mark+l, " ")
	}
	return strings.Join(lines, "\n")
}
