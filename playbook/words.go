package playbook

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

// words are what messages to ours say in a language, by group and key: words.<language>.yaml.
type words map[string]map[string]string

// parseWordsName is the language of words.<language>.yaml.
func parseWordsName(p string) (language string, ok bool) {
	rest, began := strings.CutPrefix(p, "words.")
	language, ended := strings.CutSuffix(rest, ".yaml")
	return language, began && ended && language != "" && !strings.ContainsAny(language, "/.")
}

// say is the text of a key with its braces filled in, in pairs of name and value. What is filled in is not looked at again.
func (w words) say(group, key string, fill ...string) string {
	pairs := make([]string, len(fill))
	for i := 0; i+1 < len(fill); i += 2 {
		pairs[i], pairs[i+1] = "{"+fill[i]+"}", fill[i+1]
	}
	return strings.NewReplacer(pairs...).Replace(w[group][key])
}

// called is the text of a key that may be none, as of a plan that has gone on since.
func (w words) called(group, key string) string {
	if text, ok := w[group][key]; ok {
		return text
	}
	return strings.ReplaceAll(key, "_", " ")
}

// longest is how many characters a text may have; Slack cuts a longer button or title.
func longest(group string) int {
	switch group {
	case "buttons", "answers":
		return 75
	case "titles":
		return 100
	}
	return 300
}

// braces are what the texts of these keys may have filled in.
var braces = map[string][]string{
	"titles/*":                {"customer", "contract"},
	"titles/withdrawal":       {"customer", "contract", "day"},
	"lines/escalated":         {"owner"},
	"lines/acknowledged":      {"person"},
	"lines/comes_back":        {"until"},
	"lines/snoozed":           {"person", "until"},
	"lines/resolved":          {"person", "outcome"},
	"lines/dossier_reminder":  {"sales", "owner", "contact", "customer", "product"},
	"lines/dossier_escalated": {"sales", "owner", "contact", "customer", "product"},
	"lines/dossier_back":      {"sales", "owner", "contact", "customer", "product"},
	"lines/accept_opened":     {"sales", "owner", "contact", "customer", "product"},
	"lines/accept_reminder":   {"sales", "owner", "contact", "customer", "product"},
	"lines/owner":             {"sales", "owner", "contact", "customer", "product"},
	"lines/withdrawal":        {"sales", "owner", "contact", "customer", "product", "day"},
	"lines/refund":            {"sales", "owner", "contact", "customer", "product", "day"},
	"lines/answer_call":       {"sales", "owner", "contact", "customer", "product", "when"},
	"lines/answer_late":       {"sales", "owner", "contact", "customer", "product", "when"},
	"lines/where":             {"phase", "stage", "mood", "score"},
}

func bracesOf(group, key string) []string {
	if b, ok := braces[group+"/"+key]; ok {
		return b
	}
	return braces[group+"/*"]
}

// wordKeys lists the keys that the words of a plan have, by group: most are the same for all, those of signals and
// answers are the plan's own.
func wordKeys(p *onboarding.Playbook) map[string][]string {
	keys := map[string][]string{
		"doubts":    doubtNames(),
		"questions": append([]string{"any"}, doubtNames()...),
		"advice":    append(doubtNames(), alone...),
		"roles":     {"decision_maker", "champion", "user", "admin", "billing"},
		"outcomes":  append(slices.Clone(onboarding.Outcomes), "resolved", "false_alarm"),
		"titles":    {"case_hard", "case", "dossier", "dossier_back", "accept", "owner", "withdrawal", "answer"},
		"lines": {"case_hard", "case", "case_one", "reminder", "escalated", "back", "new", "acknowledged", "comes_back", "snoozed", "resolved", "leaving",
			"dossier_reminder", "dossier_escalated", "dossier_back", "accept_opened", "accept_reminder", "owner", "withdrawal", "where",
			"worse", "refund", "answer_call", "answer_late"},
		"labels": {"why", "who", "doubt", "perhaps", "ask", "helps", "answer_by", "promised", "goals", "worries", "people", "channel", "notes", "missing",
			"open", "theirs", "where", "value", "refund", "refund_by", "repay_by", "owner"},
		"buttons": append([]string{"acknowledge", "snooze", "false_alarm", "resolve", "reassign", "called", "answered", "admit", "dossier",
			"accept", "return"}, doubtNames()...),
		"signals": nil, "answers": nil, "phases": nil, "stages": nil,
	}
	for _, s := range p.Remorse.Signals {
		keys["signals"] = append(keys["signals"], s.ID)
	}
	for _, t := range p.Touches {
		if t.Anchor == onboarding.AnchorCase {
			keys["answers"] = append(keys["answers"], t.ID)
		}
	}
	for _, f := range onboarding.Phases {
		keys["phases"] = append(keys["phases"], string(f))
	}
	for _, s := range onboarding.Stages {
		keys["stages"] = append(keys["stages"], string(s))
	}
	return keys
}

// checkWords holds the words of each language against the plan: each key there, none unused, each text sound.
func (l *loader) checkWords() {
	keys := wordKeys(l.plan)
	for i, language := range l.plan.Languages {
		if l.words[language] == nil && !l.unread["words."+language+".yaml"] {
			l.faults.add(l.doc.file, l.doc.line(fmt.Sprintf("/languages/%d", i)), "write words."+language+".yaml",
				"there are no words for our own people in %q", language)
		}
	}
	for _, language := range slices.Sorted(maps.Keys(l.words)) {
		d := l.words[language]
		if !slices.Contains(l.plan.Languages, language) {
			l.faults.add(d.file, 1, "add the language to the plan, or remove the words", "nobody reads these words: the plan has no language %q", language)
			continue
		}
		l.pb.words[language] = (&wordsCheck{d, &l.faults}).read(keys)
	}
}

type wordsCheck struct {
	doc    *document
	faults *Faults
}

func (c *wordsCheck) fault(path, remedy, problem string, args ...any) {
	c.faults.add(c.doc.file, c.doc.line(path), remedy, problem, args...)
}

// read takes the texts of a document. A group that the plan gives no key to may be absent.
func (c *wordsCheck) read(keys map[string][]string) words {
	w := words{}
	groups, ok := c.doc.value.(map[string]any)
	if !ok {
		c.fault("", "write group: and below it key: text", "this is no mapping of groups to texts")
		return w
	}
	names := slices.Sorted(maps.Keys(keys))
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		if _, known := keys[group]; !known {
			c.fault("/"+group, oneOf(group, names), "unknown group %q", group)
		}
	}
	for _, group := range names {
		value, written := groups[group]
		texts, ok := value.(map[string]any)
		switch {
		case !written && len(keys[group]) == 0:
			continue
		case !written:
			c.fault("", "add it, with the keys "+strings.Join(keys[group], ", "), "there is no group %q", group)
			continue
		case !ok && (value != nil || len(keys[group]) > 0):
			c.fault("/"+group, "write key: text, one a line", "%s is no mapping of keys to texts", group)
			continue
		}
		w[group] = c.group(group, texts, keys[group])
	}
	return w
}

func (c *wordsCheck) group(group string, texts map[string]any, keys []string) map[string]string {
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		path := "/" + group + "/" + key
		if !slices.Contains(keys, key) {
			c.fault(path, unusedWord(group, key, keys), "nothing uses %q of %s", key, group)
			continue
		}
		if text, ok := texts[key].(string); ok {
			out[key] = oneLine(text)
			c.text(path, group, key, out[key])
		} else {
			c.fault(path, "put it between quotes", "%s is no text", key)
		}
	}
	for _, key := range keys {
		if _, written := texts[key]; !written && key != "" {
			c.fault("/"+group, fmt.Sprintf("add %s: <text>", key), "%s has no %q", group, key)
		}
	}
	return out
}

func unusedWord(group, key string, keys []string) string {
	if near := nearest(key, keys); near != "" {
		return fmt.Sprintf("did you mean %q? Else remove it", near)
	}
	switch group {
	case "signals":
		return "remove it, or add the signal to the plan"
	case "answers":
		return "remove it, or add the touch to the plan, with anchor: case"
	}
	return "remove it"
}

var brace = regexp.MustCompile(`\{([^{}]*)\}`)

func (c *wordsCheck) text(path, group, key, text string) {
	if text == "" {
		c.fault(path, "write a few words", "%s is empty", key)
	}
	if n := len([]rune(text)); n > longest(group) {
		c.fault(path, fmt.Sprintf("shorten it to %d characters", longest(group)), "%s has %d characters", key, n)
	}
	allowed := bracesOf(group, key)
	for _, m := range brace.FindAllStringSubmatch(text, -1) {
		if slices.Contains(allowed, m[1]) {
			continue
		}
		remedy := "take it out: nothing is filled in here"
		if len(allowed) > 0 {
			remedy = oneOf(m[1], allowed)
		}
		c.fault(path, remedy, "%s has {%s}, which nothing fills in", key, m[1])
	}
}
