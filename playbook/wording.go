package playbook

import (
	"regexp"
	"strings"
)

// maxWords is the most words of a mail's body; a case history told in it does not count.
const maxWords = 120

// phrase is something a mail never says, in a language.
type phrase struct {
	form   *regexp.Regexp
	allow  *regexp.Regexp // what makes of a hit something harmless
	remedy string
}

func never(form, remedy string) phrase {
	return phrase{form: regexp.MustCompile(`(?i)` + strings.ReplaceAll(form, " ", `\s+`)), remedy: remedy}
}

const (
	neutral  = "use a form without gender, as in: le diamo il benvenuto, grazie di essere con noi"
	sayWhy   = "say why you write, or do not write"
	noSpying = "a mail never says what we have observed about them, nor that we see a doubt"
)

// phrases are forbidden whatever the plan: gendered greetings, mails about nothing, and what would tell customers that
// they are watched.
var phrases = map[string][]phrase{
	"it": {
		{regexp.MustCompile(`(?i)(?:\b\w+\s+)?benvenut[oaie](?:/[oaie])?`), regexp.MustCompile(`(?i)^(il|di|del|un|suo|tuo)\s+benvenuto$`), neutral},
		never(`solo per verificare`, sayWhy), never(`volevo solo`, sayWhy), never(`giusto per sapere`, sayWhy),
		never(`abbiamo (notato|visto) che`, noSpying), never(`(si è|ti sei) pentit`, noSpying), never(`(suo|tuo) punteggio`, noSpying),
		never(`non (ha|hai) (ancora )?(fatto|effettuato) l['’]accesso`, noSpying), never(`clicc(a|hi) qui`, "name what is behind the link"),
	},
	"en": {
		never(`just checking in`, sayWhy), never(`just wanted to check`, sayWhy), never(`touching base`, sayWhy), never(`just following up`, sayWhy),
		never(`we(['’]ve| have)? noticed`, noSpying), never(`you (may |might )?regret`, noSpying), never(`buyer['’]?s['’]? remorse`, noSpying),
		never(`your score`, noSpying), never(`you (have not|haven['’]t) logged in`, noSpying), never(`click here`, "name what is behind the link"),
	},
}

var (
	htmlTag = regexp.MustCompile(`<[A-Za-z/!?][^>]*`)
	webLink = regexp.MustCompile(`^<(https?|mailto|tel):`)
)

// checkWording looks at the source of a customer's text, from its first line: what it says, not what fills it.
func checkWording(file, language, src string, faults *Faults) {
	for i, line := range strings.Split(src, "\n") {
		switch {
		case strings.Contains(line, "!["):
			faults.add(file, i+1, "take it out: a mail loads nothing from anywhere", "there is an image")
		case strings.Contains(line, "<!--"):
			faults.add(file, i+1, "take it out", "there is a comment")
		case strings.Contains(line, "!"):
			faults.add(file, i+1, "say it without", "there is an exclamation mark")
		}
		if tag := htmlTag.FindString(line); tag != "" && !webLink.MatchString(tag) {
			faults.add(file, i+1, "write Markdown", "there is HTML (%s>), which is left out of mails", tag)
		}
	}
	for _, p := range phrases[language] {
		for _, hit := range p.form.FindAllStringIndex(src, -1) {
			said := strings.Join(strings.Fields(src[hit[0]:hit[1]]), " ")
			if p.allow != nil && p.allow.MatchString(said) {
				continue
			}
			faults.add(file, strings.Count(src[:hit[1]], "\n")+1, p.remedy, "a mail never says %q", said)
		}
	}
}
