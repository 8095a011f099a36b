package playbook

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/centogiorni/centogiorni/onboarding"
)

// checkTexts holds the texts against the plan: each touch has its texts in each language, each text is used and can
// be run on whatever a contract brings.
func (l *loader) checkTexts() {
	languages := l.translated()
	for i, t := range l.plan.Touches {
		l.checkPresent(i, t, languages)
	}
	for _, f := range l.pb.files {
		key, ok := parseTextKey(strings.TrimPrefix(f.path, "templates/"))
		if t := l.pb.texts[key]; ok && t != nil && strings.HasPrefix(f.path, "templates/") {
			l.checkText(t)
		}
	}
}

// wanted lists the variants a touch's text must come in; tasks may do with their purpose.
func wanted(t onboarding.Touch) []string {
	out := []string{""}
	if len(t.FallbackUnless) > 0 {
		out = append(out, variantFallback)
	}
	if t.LateAfter > 0 {
		out = append(out, variantLate)
	}
	if t.MergedIf != "" {
		out = append(out, variantMerged)
	}
	return out
}

// translated lists the languages that have texts at all; one that has none is one fault and not one for each touch.
func (l *loader) translated() []string {
	some := map[string]bool{}
	for k := range l.pb.texts {
		some[k.language] = true
	}
	var out []string
	for i, language := range l.plan.Languages {
		if some[language] {
			out = append(out, language)
			continue
		}
		l.faults.add(l.doc.file, l.doc.line(fmt.Sprintf("/languages/%d", i)), fmt.Sprintf("write the templates/*.%s.md, or take the language out", language),
			"no touch has a text in %q", language)
	}
	return out
}

func (l *loader) checkPresent(i int, t onboarding.Touch, languages []string) {
	some := false
	for _, language := range languages {
		some = some || l.pb.texts[textKey{t.ID, "", language}] != nil
	}
	if t.ID == "" || t.Channel == onboarding.ChannelTask && !some {
		return
	}
	for _, variant := range wanted(t) {
		for _, language := range languages {
			key := textKey{t.ID, variant, language}
			if l.pb.texts[key] == nil {
				l.faults.add(l.doc.file, l.doc.line(at(i, "id")), "write "+key.file(), "%s has no %stext in %q", t.ID, spaced(variant), language)
			}
		}
	}
}

func spaced(variant string) string {
	if variant == "" {
		return ""
	}
	return variant + " "
}

// checkText checks one text.
func (l *loader) checkText(t *text) {
	touch, ok := l.plan.Touch(t.key.touch)
	switch {
	case !ok:
		l.faults.add(t.file, 1, oneOf(t.key.touch, touchIDs(l.plan)), "no touch uses this text: there is no %q", t.key.touch)
		return
	case !slices.Contains(l.plan.Languages, t.key.language):
		l.faults.add(t.file, 1, "add the language to the plan, or remove the text",
			"no touch uses this text: the plan has no language %q", t.key.language)
		return
	case t.key.variant != "" && !slices.Contains(variants, t.key.variant):
		l.faults.add(t.file, 1, oneOf(t.key.variant, variants), "there is no variant %q", t.key.variant)
		return
	case !slices.Contains(wanted(touch), t.key.variant):
		l.faults.add(t.file, 1, "remove it, or add "+variantKeys[t.key.variant]+" to the touch",
			"no touch uses this text: %s has no %s", touch.ID, variantKeys[t.key.variant])
		return
	}
	customer := outside(touch)
	if !t.has(partSubject) {
		l.faults.add(t.file, 1, "add subject: ... to the front matter", "there is no subject")
	}
	if !t.has(partBody) && strings.TrimSpace(t.src) == "" || !t.has(partBody) && !l.named(t.file) {
		l.faults.add(t.file, 1, "write it below the front matter", "there is no text")
	}
	if customer {
		if !t.has(partPreheader) {
			l.faults.add(t.file, 1, "add preheader: ..., the line an inbox shows after the subject", "there is no preheader")
		}
		checkWording(t.file, t.key.language, t.src, &l.faults)
	}
	if locales[t.key.language] == nil {
		return
	}
	l.tryAll(t, touch)
}

var variantKeys = map[string]string{variantFallback: "fallback_unless", variantLate: "late_after", variantMerged: "merged_if"}

// named reports whether a file has a fault already.
func (l *loader) named(file string) bool {
	return slices.ContainsFunc(l.faults, func(f Fault) bool { return f.File == file })
}

func touchIDs(p *onboarding.Playbook) []string {
	var out []string
	for _, t := range p.Touches {
		out = append(out, t.ID)
	}
	return out
}

// tryAll runs a text on every sample, and once with every branch of its conditions.
func (l *loader) tryAll(t *text, touch onboarding.Touch) {
	for i, s := range samples(t.key.variant) {
		d, err := s.data(touch, t.key.language)
		if err != nil {
			l.faults.add(t.file, 1, "tell the makers of this program", "the sample cannot be made: %v", err)
			return
		}
		if i == 0 && !l.tryBranches(t, d) {
			return
		}
		if s.full || l.sound(touch) {
			l.try(t, touch, s, d)
		}
	}
}

// sound reports whether a touch is without fault in the plan: only then it is known what its text can be sure of.
func (l *loader) sound(t onboarding.Touch) bool {
	from, to := 0, math.MaxInt
	for i := range l.plan.Touches {
		line := l.doc.line(fmt.Sprintf("/touches/%d", i))
		if l.plan.Touches[i].ID == t.ID {
			from = line
		} else if from > 0 && line > from {
			to = min(to, line)
		}
	}
	return !slices.ContainsFunc(l.faults, func(f Fault) bool { return f.File == l.doc.file && f.Line >= from && f.Line < to })
}

// try runs a text on a sample and looks at what comes out.
func (l *loader) try(t *text, touch onboarding.Touch, s sample, d *data) {
	out, err := t.run(d)
	if err != nil {
		line, what := templateError(err, 1)
		l.faults.add(t.file, line, "guard what may be missing with {{with}} or {{if}}", "it fails for %s: %s", s.name, what)
		return
	}
	if t.has(partSubject) && out[partSubject] == "" {
		l.faults.add(t.file, t.lines[partSubject], "give it words that are always there", "the subject is empty for %s", s.name)
	}
	if !outside(touch) {
		return
	}
	if link := out[partLink]; t.has(partLink) && s.full && !isWebAddress(link) {
		l.faults.add(t.file, t.lines[partLink], "use a purpose such as booking, or an https address",
			"the action leads to %q", link)
	}
	page := readMarkdown(out[partBody])
	if n := page.count(); n > maxWords {
		l.faults.add(t.file, t.lines[partBody], "shorten it", "the text has %d words for %s, more than %d", n, s.name, maxWords)
	}
	for _, link := range page.links() {
		if !mailLink(link) {
			l.faults.add(t.file, t.lineOf(link), "link to https, mailto or tel, or use {{link \"booking\"}}",
				"a link leads to %q", link)
		}
	}
}

func mailLink(link string) bool {
	return isWebAddress(link) || strings.HasPrefix(link, "mailto:") || strings.HasPrefix(link, "tel:")
}

// lineOf is the line on which a word stands in the file; the body's first where it was made by the template.
func (t *text) lineOf(word string) int {
	if i := strings.Index(t.src, word); i >= 0 && word != "" {
		return strings.Count(t.src[:i], "\n") + 1
	}
	return t.lines[partBody]
}

// tryBranches runs a text with both branches of every condition, so that a word nobody knows is found wherever it
// hides. It reports whether the text knows all its words.
func (l *loader) tryBranches(t *text, d *data) bool {
	ok := true
	set, err := t.set.Clone()
	if err != nil {
		l.faults.add(t.file, 1, "mend the template", "it cannot be run: %v", err)
		return false
	}
	set.Funcs(template.FuncMap{"form": d.form, "link": d.link})
	for name := range t.lines {
		tree := set.Lookup(name).Tree.Copy()
		everyBranch(tree.Root)
		part, err := set.New("branches of "+name).AddParseTree(name, tree)
		if err == nil {
			err = part.Execute(io.Discard, d)
		}
		if err != nil {
			line, what := templateError(err, t.lines[name])
			l.faults.add(t.file, line, "see docs/playbook.md for what a text may use", "%s", unknownField(what))
			ok = false
		}
	}
	return ok
}

// everyBranch puts an else branch after its if or with, so that both run. A condition that declares a variable is left.
func everyBranch(list *parse.ListNode) {
	if list == nil {
		return
	}
	var out []parse.Node
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.IfNode:
			everyBranch(n.List)
			everyBranch(n.ElseList)
			if len(n.Pipe.Decl) > 0 {
				out = append(out, n)
				continue
			}
			out = append(out, &parse.ActionNode{NodeType: parse.NodeAction, Pos: n.Pos, Line: n.Line, Pipe: n.Pipe})
			out = append(out, n.List.Nodes...)
			if n.ElseList != nil {
				out = append(out, n.ElseList.Nodes...)
			}
		case *parse.WithNode:
			everyBranch(n.List)
			out = append(out, n)
			if n.ElseList != nil {
				everyBranch(n.ElseList)
				out = append(out, n.ElseList.Nodes...)
			}
		case *parse.RangeNode:
			everyBranch(n.List)
			everyBranch(n.ElseList)
			out = append(out, n)
		default:
			out = append(out, n)
		}
	}
	list.Nodes = out
}

// unknownField says in a template author's words what the template package says in Go's.
func unknownField(what string) string {
	if _, field, ok := strings.Cut(what, "can't evaluate field "); ok {
		word, _, _ := strings.Cut(field, " ")
		return fmt.Sprintf("there is nothing called %q here", word)
	}
	return what
}

// checkCases checks what case histories say, in a language the plan has.
func (l *loader) checkCases() {
	for _, f := range l.pb.files {
		key, _ := parseTextKey(strings.TrimPrefix(f.path, "cases/"))
		c := l.pb.cases[caseKey{key.touch, key.language}]
		if c == nil || !strings.HasPrefix(f.path, "cases/") {
			continue
		}
		if !slices.Contains(l.plan.Languages, c.key.language) {
			l.faults.add(c.file, 1, "add the language to the plan, or remove the case history",
				"no mail tells it: the plan has no language %q", c.key.language)
		}
		checkWording(c.file, c.key.language, c.src, &l.faults)
		for _, link := range readMarkdown(c.body).links() {
			if !mailLink(link) {
				l.faults.add(c.file, c.bodyLine, "link to https, mailto or tel", "a link leads to %q", link)
			}
		}
	}
}
