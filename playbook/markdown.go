package playbook

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	gmtext "github.com/yuin/goldmark/text"
)

// Markdown is text whose author is trusted, such as a case history's: it is inserted as it stands. Every other value
// is escaped.
type Markdown string

// markdown reads CommonMark and no more: no tables, no bare addresses turned into links, and raw HTML left out.
var markdown = goldmark.New()

// page is a piece of Markdown, read once; the HTML, the text part and the Slack message all come from it.
type page struct {
	src  []byte
	root ast.Node
}

func readMarkdown(src string) *page {
	b := []byte(src)
	p := &page{src: b, root: markdown.Parser().Parse(gmtext.NewReader(b))}
	_ = ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if l, ok := n.(*ast.Link); ok && entering {
			l.Destination = []byte(unescape(string(l.Destination))) // goldmark leaves it as written
		}
		return ast.WalkContinue, nil
	})
	return p
}

// Styles of the elements in a mail; colours that change at night are in the layout's style sheet, by class.
var styles = map[ast.NodeKind]string{
	ast.KindParagraph:     "margin:0 0 16px 0;",
	ast.KindHeading:       "margin:24px 0 8px 0;font-size:18px;line-height:26px;font-weight:600;",
	ast.KindList:          "margin:0 0 16px 0;padding:0 0 0 22px;",
	ast.KindListItem:      "margin:0 0 6px 0;",
	ast.KindBlockquote:    "margin:0 0 16px 0;padding:2px 0 2px 16px;border-left:3px solid #c9d6cf;",
	ast.KindThematicBreak: "margin:24px 0;border:0;border-top:1px solid #e3e6e4;",
}

const (
	linkStyle  = "color:#1b6b50;text-decoration:underline;"
	scoreStyle = "display:inline-block;min-width:18px;margin:0 2px 8px 0;padding:8px 9px;border:1px solid #c9d6cf;border-radius:6px;" +
		"text-align:center;text-decoration:none;color:#1b6b50;"
)

// html renders a page with its styles inlined. It must come last: it changes the page.
func (p *page) html() (string, error) {
	var dots, images []ast.Node
	_ = ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if s, ok := styles[n.Kind()]; ok {
			n.SetAttributeString("style", []byte(s))
		}
		if n.Kind() == ast.KindLink {
			p.styleLink(n)
		}
		if p.isScoreDot(n) {
			dots = append(dots, n)
		}
		if n.Kind() == ast.KindImage {
			images = append(images, n)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range dots {
		n.Parent().RemoveChild(n.Parent(), n)
	}
	for _, n := range images { // a loaded image tells its server who opened the mail
		n.Parent().ReplaceChild(n.Parent(), n, ast.NewString([]byte(p.words(n))))
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, p.src, p.root); err != nil {
		return "", fmt.Errorf("rendering HTML: %w", err)
	}
	return strings.TrimSpace(b.String()), nil
}

func (p *page) styleLink(n ast.Node) {
	n.SetAttributeString("class", []byte("link"))
	n.SetAttributeString("style", []byte(linkStyle))
	if p.isScore(n) {
		n.SetAttributeString("class", []byte("link score"))
		n.SetAttributeString("style", []byte(scoreStyle))
	}
}

// isScore reports whether a node is a link on a number: one answer of a survey, big enough for a thumb.
func (p *page) isScore(n ast.Node) bool {
	if n == nil || n.Kind() != ast.KindLink {
		return false
	}
	label := p.words(n)
	return label != "" && strings.Trim(label, "0123456789") == ""
}

// isScoreDot reports whether a node is only the dot between two answers, which their borders replace.
func (p *page) isScoreDot(n ast.Node) bool {
	t, ok := n.(*ast.Text)
	return ok && strings.TrimSpace(string(t.Segment.Value(p.src))) == "·" &&
		p.isScore(n.PreviousSibling()) && p.isScore(n.NextSibling())
}

// words is the text under a node, without addresses.
func (p *page) words(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch t := n.(type) {
		case *ast.Text:
			if entering {
				b.WriteString(unescape(string(t.Segment.Value(p.src))))
				if t.SoftLineBreak() || t.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(t.Value)
			}
		default:
			if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// count is the number of words a person reads: what has a letter or a digit in it.
func (p *page) count() int {
	n := 0
	for _, w := range strings.Fields(p.words(p.root)) {
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// links lists where the links of a page lead.
func (p *page) links() []string {
	var out []string
	_ = ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch l := n.(type) {
		case *ast.Link:
			if entering {
				out = append(out, string(l.Destination))
			}
		case *ast.AutoLink:
			if entering {
				out = append(out, string(l.URL(p.src)))
			}
		}
		return ast.WalkContinue, nil
	})
	return out
}

const asciiPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// escapeMarkdown makes a value print as itself: every ASCII punctuation mark gets the backslash that CommonMark takes
// away again, in text and in a link's address alike.
func escapeMarkdown(s string) string {
	s = oneLine(s)
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := range len(s) {
		if strings.IndexByte(asciiPunctuation, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// escapeInMarkdown ends every action in a body.
func escapeInMarkdown(v any) string {
	if m, ok := v.(Markdown); ok {
		return string(m)
	}
	return escapeMarkdown(fmt.Sprint(v))
}

// plainValue ends every action in a subject, preheader or label, which are no Markdown.
func plainValue(v any) string { return oneLine(fmt.Sprint(v)) }

// oneLine puts a text on one line and takes out what could reorder or break it: control characters and the Unicode
// marks that change the direction of writing.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f':
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " "))
}
