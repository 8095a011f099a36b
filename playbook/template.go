package playbook

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"

	"go.yaml.in/yaml/v3"
)

// Variants of a touch's text, as onboarding.Order names them; "" is the normal one.
const (
	variantFallback = "fallback"
	variantLate     = "late"
	variantMerged   = "merged"
)

var variants = []string{variantFallback, variantLate, variantMerged}

// Parts of a text: the body, and what its front matter holds.
const (
	partSubject   = "subject"
	partPreheader = "preheader"
	partLabel     = "label"
	partLink      = "link"
	partBody      = "body"
)

// textKey finds a text: templates/<touch>[.<variant>].<language>.md.
type textKey struct{ touch, variant, language string }

func (k textKey) file() string {
	if k.variant == "" {
		return "templates/" + k.touch + "." + k.language + ".md"
	}
	return "templates/" + k.touch + "." + k.variant + "." + k.language + ".md"
}

// parseTextKey is the inverse of file, for a name without its folder.
func parseTextKey(name string) (textKey, bool) {
	stem, ok := strings.CutSuffix(name, ".md")
	parts := strings.Split(stem, ".")
	switch {
	case ok && len(parts) == 2:
		return textKey{touch: parts[0], language: parts[1]}, true
	case ok && len(parts) == 3:
		return textKey{touch: parts[0], variant: parts[1], language: parts[2]}, true
	}
	return textKey{}, false
}

// text is one template of a playbook, parsed once.
type text struct {
	key   textKey
	file  string
	src   string // the whole file, for the checks of wording
	set   *template.Template
	lines map[string]int // part -> its first line in the file
}

func (t *text) has(part string) bool { return t.lines[part] > 0 }

// parseText reads a template; a part that does not parse is a fault and is missing from the result.
func parseText(file string, key textKey, src []byte, faults *Faults) *text {
	t := &text{key: key, file: file, src: unix(src), lines: map[string]int{}}
	t.set = template.New("").Option("missingkey=error").Funcs(template.FuncMap{
		"form": func(lei, tu string) string { return lei }, // both are replaced when the text is run
		"link": func(string, ...string) string { return "" },
		"_md":  escapeInMarkdown, "_plain": plainValue,
	})
	front, body, line, ok := splitFrontMatter(t.src)
	if !ok {
		faults.add(file, 1, "begin the file with ---, subject: ..., preheader: ... and ---", "there is no front matter")
		t.part(partBody, t.src, 1, faults)
		return t
	}
	t.front(front, faults)
	t.part(partBody, body, line, faults)
	return t
}

// front reads the front matter: subject, preheader and action {label, link}.
func (t *text) front(src string, faults *Faults) {
	d, _ := readDocument(t.file, []byte(src), 2, faults)
	if d == nil {
		return
	}
	for key, value := range mapping(d, d.root, "", faults) {
		switch key {
		case "subject", "preheader":
			t.scalar(d, key, "/"+key, value, faults)
		case "action":
			for key, value := range mapping(d, value, "/action", faults) {
				if key != "label" && key != "link" {
					faults.add(t.file, d.line("/action/"+key), "use label and link", "unknown key %q in action", key)
					continue
				}
				t.scalar(d, key, "/action/"+key, value, faults)
			}
			if t.has(partLabel) != t.has(partLink) {
				faults.add(t.file, d.line("/action"), "write both, as action: {label: Pick a time, link: booking}",
					"the action has no label or no link")
			}
		default:
			faults.add(t.file, d.line("/"+key), oneOf(key, []string{"subject", "preheader", "action"}), "unknown key %q", key)
		}
	}
}

// mapping iterates over a YAML mapping; anything else is a fault.
func mapping(d *document, n *yaml.Node, path string, faults *Faults) func(func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			faults.add(d.file, d.line(path), "write key: value", "this is no mapping of keys to values")
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

// purposeWord is the short way to write an action's link: a purpose and perhaps its argument.
var purposeWord = regexp.MustCompile(`^([a-z_]+)(?: (\S+))?$`)

func (t *text) scalar(d *document, part, path string, n *yaml.Node, faults *Faults) {
	line := d.line(path)
	if n.Kind != yaml.ScalarNode {
		faults.add(t.file, line, "put it between quotes", "%s is no text", part)
		return
	}
	if n.Style&(yaml.FoldedStyle|yaml.LiteralStyle) != 0 {
		line++ // the text begins on the line below the > or |
	}
	value := strings.TrimSpace(n.Value)
	if value == "" {
		return
	}
	if m := purposeWord.FindStringSubmatch(value); part == partLink && m != nil {
		value = fmt.Sprintf("{{link %q}}", m[1])
		if m[2] != "" {
			value = fmt.Sprintf("{{link %q %q}}", m[1], m[2])
		}
	}
	t.part(part, value, line, faults)
}

// part parses one part, padded so that the template package counts the file's own lines.
func (t *text) part(name, src string, line int, faults *Faults) {
	if strings.TrimSpace(src) == "" {
		return
	}
	_, err := t.set.New(name).Parse(strings.Repeat("\n", line-1) + src)
	if err != nil {
		at, what := templateError(err, line)
		at = min(at, strings.Count(strings.TrimRight(t.src, "\n"), "\n")+1) // an unexpected end is on the last line
		faults.add(t.file, at, "mend the template", "the %s does not parse: %s", name, what)
		return
	}
	t.lines[name] = line
	escape := "_plain"
	if name == partBody {
		escape = "_md"
	}
	escapeValues(t.set.Lookup(name).Root, escape)
}

// escapeValues makes every action that prints something end in an escaper, as html/template does: a value can then
// never turn into a link, a heading or HTML, and no text can forget to ask for it.
func escapeValues(n parse.Node, escape string) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, c := range n.Nodes {
			escapeValues(c, escape)
		}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 {
			word := parse.NewIdentifier(escape).SetPos(n.Pos)
			n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{word}})
		}
	case *parse.IfNode:
		escapeValues(n.List, escape)
		escapeValues(n.ElseList, escape)
	case *parse.WithNode:
		escapeValues(n.List, escape)
		escapeValues(n.ElseList, escape)
	case *parse.RangeNode:
		escapeValues(n.List, escape)
		escapeValues(n.ElseList, escape)
	}
}

// parts is a text that has been run.
type parts map[string]string

// run executes every part. Nothing is printed before all of them have succeeded.
func (t *text) run(d *data) (parts, error) {
	set, err := t.set.Clone()
	if err != nil {
		return nil, err
	}
	set.Funcs(template.FuncMap{"form": d.form, "link": d.link})
	out := parts{}
	for _, name := range []string{partSubject, partPreheader, partLabel, partLink, partBody} {
		if !t.has(name) {
			continue
		}
		var b strings.Builder
		if err := set.ExecuteTemplate(&b, name, d); err != nil {
			return nil, fmt.Errorf("%s: %w", t.file, err)
		}
		out[name] = strings.TrimSpace(b.String())
		if name != partBody {
			out[name] = oneLine(out[name])
		}
	}
	return out, nil
}

var templatePlace = regexp.MustCompile(`template: \w+:(\d+)(?::\d+)?: (?:executing "\w+" at )?`)

// templateError splits an error of the template package into its line and what is wrong.
func templateError(err error, line int) (int, string) {
	msg := err.Error()
	if m := templatePlace.FindStringSubmatchIndex(msg); m != nil {
		line, _ = strconv.Atoi(msg[m[2]:m[3]])
		msg = msg[m[1]:]
	}
	return line, msg
}

// unix gives a text the line ends of this program, whatever editor wrote it.
func unix(src []byte) string {
	return strings.ReplaceAll(strings.TrimPrefix(string(src), "\ufeff"), "\r\n", "\n")
}

// splitFrontMatter parts a file at its two lines of dashes; line is the body's first.
func splitFrontMatter(src string) (front, body string, line int, ok bool) {
	rest, ok := strings.CutPrefix(src, "---\n")
	if !ok {
		return "", src, 1, false
	}
	front, body, ok = strings.Cut("\n"+rest, "\n---\n")
	if !ok {
		return "", src, 1, false
	}
	front = strings.TrimPrefix(front, "\n")
	return front, body, strings.Count(src[:len(src)-len(body)], "\n") + 1, true
}
