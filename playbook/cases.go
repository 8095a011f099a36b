package playbook

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

// caseKey finds a case history: cases/<id>.<language>.md.
type caseKey struct{ id, language string }

// caseHistory is the story of a customer, or their review, who agreed to its being shown.
type caseHistory struct {
	key                         caseKey
	file                        string
	src                         string
	body                        string
	bodyLine                    int
	title, company, sector, url string
	meta                        onboarding.CaseHistory
}

// usable reports whether the story may be told on an order's day; samples only where nothing real is sent.
func (c *caseHistory) usable(o onboarding.Order) bool {
	expired := !c.meta.Expires.IsZero() && c.meta.Expires.Before(onboarding.DateOf(o.At.UTC()))
	return !expired && (c.meta.Approved || c.meta.Sample && o.Samples)
}

func (c *caseHistory) data() *caseData {
	return &caseData{Title: c.title, Company: c.company, Sector: c.sector, URL: c.url, Body: Markdown(c.body)}
}

// caseKeys are the keys of a case history's front matter, the required ones with their remedy.
var caseKeys = []struct{ key, remedy string }{
	{"title", "a title"},
	{"company", "the customer's name, as they agreed to be named"},
	{"sector", "their trade in a few words"},
	{"doubt", "the doubt it answers: " + strings.Join(doubtNames(), ", ")},
	{"consent", "the day of their consent, as 2026-01-31"},
	{"approver", "who of you approved it"},
	{"expires", "the last day it may be shown, as 2027-12-31"},
	{"sample", "true for an invented one, false for a real one"},
	{"industry", ""}, {"segment", ""}, {"url", ""}, {"kind", ""},
}

// parseCase reads a case history; what is missing or wrong in it is a fault.
func parseCase(file string, key caseKey, src []byte, faults *Faults) *caseHistory {
	c := &caseHistory{key: key, file: file, src: unix(src), bodyLine: 1}
	front, body, line, ok := splitFrontMatter(c.src)
	if !ok {
		faults.add(file, 1, "begin the file with ---, title: ..., consent: ... and ---", "there is no front matter")
		return c
	}
	c.body, c.bodyLine = strings.TrimSpace(body), line
	if c.body == "" {
		faults.add(file, line, "write the story", "the case history is empty")
	}
	d, _ := readDocument(file, []byte(front), 2, faults)
	if d == nil {
		return c
	}
	values, ok := d.value.(map[string]any)
	if !ok {
		faults.add(file, 2, "write key: value", "the front matter is no mapping of keys to values")
		return c
	}
	c.front(d, values, faults)
	return c
}

func (c *caseHistory) front(d *document, values map[string]any, faults *Faults) {
	var known []string
	text := map[string]string{}
	for _, k := range caseKeys {
		known = append(known, k.key)
		v, ok := values[k.key]
		switch s, isText := v.(string); {
		case isText && s != "":
			text[k.key] = strings.TrimSpace(s)
		case k.remedy != "" && (!ok || v == nil || isText):
			faults.add(c.file, 2, "write "+k.remedy, "the case history has no %q", k.key)
		case ok && k.key != "sample":
			faults.add(c.file, d.line("/"+k.key), "put it between quotes", "%s is no text", k.key)
		}
	}
	for key := range values {
		if !slices.Contains(known, key) {
			faults.add(c.file, d.line("/"+key), oneOf(key, known), "unknown key %q", key)
		}
	}
	sample, ok := values["sample"].(bool)
	if _, written := values["sample"]; written && !ok {
		faults.add(c.file, d.line("/sample"), "write true or false", "sample is %v", values["sample"])
	}
	c.title, c.company, c.sector, c.url = text["title"], text["company"], text["sector"], text["url"]
	c.meta = onboarding.CaseHistory{ID: c.key.id, Language: c.key.language, Segment: text["segment"],
		Doubt: onboarding.Doubt(text["doubt"]), Sample: sample, Expires: c.date(d, "expires", text, faults),
		// An invented story is approved by nobody, whatever its front matter says.
		Approved: !sample && text["approver"] != ""}
	if text["industry"] != "any" {
		c.meta.Industry = text["industry"]
	}
	consent := c.date(d, "consent", text, faults)
	if !consent.IsZero() && !c.meta.Expires.IsZero() && c.meta.Expires.Before(consent) {
		faults.add(c.file, d.line("/expires"), "write a later day", "it expires before the consent was given")
	}
	c.closed(d, "doubt", text, doubtNames(), faults)
	c.closed(d, "kind", text, []string{"case", "review"}, faults)
	if u := text["url"]; u != "" && !isWebAddress(u) {
		faults.add(c.file, d.line("/url"), "write it as https://...", "%q is no web address", u)
	}
}

func (c *caseHistory) date(d *document, key string, text map[string]string, faults *Faults) onboarding.Date {
	if text[key] == "" {
		return onboarding.Date{}
	}
	day, err := onboarding.ParseDate(text[key])
	if err != nil {
		faults.add(c.file, d.line("/"+key), "write it as 2026-01-31", "%q is no date", text[key])
	}
	return day
}

func (c *caseHistory) closed(d *document, key string, text map[string]string, allowed []string, faults *Faults) {
	if v := text[key]; v != "" && !slices.Contains(allowed, v) {
		faults.add(c.file, d.line("/"+key), oneOf(v, allowed), "%s is no %s", strconv.Quote(v), key)
	}
}

// caseHistories is what the core chooses from, in the order of ids and languages.
func (p *Playbook) caseHistories() []onboarding.CaseHistory {
	out := make([]onboarding.CaseHistory, 0, len(p.cases))
	for _, c := range p.cases {
		out = append(out, c.meta)
	}
	slices.SortFunc(out, func(a, b onboarding.CaseHistory) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Language, b.Language))
	})
	return out
}

func doubtNames() []string {
	out := make([]string, len(onboarding.Doubts))
	for i, d := range onboarding.Doubts {
		out[i] = string(d)
	}
	return out
}
