package playbook

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const tinyDir = "testdata/tiny"

// tiny is a small good playbook, read into memory so that a test can break it.
func tiny(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := filepath.WalkDir(tinyDir, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(tinyDir, p)
		out[filepath.ToSlash(rel)] = &fstest.MapFile{Data: b, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func loadTiny(t testing.TB) *Playbook {
	t.Helper()
	pb, err := Load(tiny(t), "tiny")
	if err != nil {
		t.Fatal(err)
	}
	return pb
}

// broken is one way to break the tiny playbook: in a file, old becomes new. With old "" the file is written anew, with
// new "" too it is removed.
type broken struct {
	name      string
	file      string
	old, new  string
	want      []string // "file:line: problem", all of them and no others
	wantFixed string   // what the first remedy says
}

var brokenPlans = []broken{
	{"an unknown key at the top", "plan.yaml", "max_days: 40", "max_day: 40",
		[]string{`plan.yaml:1: the plan has no "max_days"`, `plan.yaml:4: unknown key "max_day"`}, "add it: write the day on which even an unfinished onboarding ends"},
	{"an unknown key of a touch, with the likely one", "plan.yaml", "late_after: 1 d", "late_aftr: 1 d",
		[]string{`plan.yaml:30: unknown key "late_aftr"`,
			"templates/hello.late.en.md:1: no touch uses this text: hello has no late_after",
			"templates/hello.late.it.md:1: no touch uses this text: hello has no late_after"}, `did you mean "late_after"?`},
	{"a key that comes twice", "plan.yaml", "days: 30\n", "days: 30\ndays: 31\n",
		[]string{`plan.yaml:4: the key "days" comes twice`}, "keep one of the two"},
	{"no YAML at all", "plan.yaml", "caps:\n", "caps: [\n", []string{"plan.yaml:5: this is no YAML"}, "mend the YAML"},
	{"an alias", "plan.yaml", "[installed]", "&f [installed]\nx: *f",
		[]string{"plan.yaml:11: an alias is not allowed here", `plan.yaml:11: unknown key "x"`}, "write the value out"},
	{"an empty plan", "plan.yaml", "", "\n", []string{"plan.yaml:1: it is empty"}, "required keys"},
	{"no plan", "plan.yaml", "", "", []string{"plan.yaml:1: the plan is missing"}, "write it"},
	{"an unknown anchor", "plan.yaml", "anchor: refund_last_day", "anchor: refund_day",
		[]string{`plan.yaml:51: "refund_day" is no anchor`}, `did you mean "refund_last_day"?`},
	{"an unknown fact", "plan.yaml", "fact: terms.refund", "fact: terms.refunds",
		[]string{`plan.yaml:55: "terms.refunds" is no fact`}, `did you mean "terms.refund"?`},
	{"an unknown class", "plan.yaml", "class: relationship", "class: newsletter",
		[]string{`plan.yaml:34: "newsletter" is no class`}, "use one of: confirmation, service, relationship, internal"},
	{"an unknown role", "plan.yaml", "to: [champion]", "to: [champions]", []string{`plan.yaml:37: "champions" is no role`}, `did you mean "champion"?`},
	{"an unknown feed", "plan.yaml", "feeds: [installed]", "feeds: [instaled]", []string{`plan.yaml:10: "instaled" is no feed`}, `did you mean "installed"?`},
	{"a language nobody has words for", "plan.yaml", "[en, it]", "[en, it, de]", []string{`plan.yaml:2: "de" is no language`, `plan.yaml:2: there are no words for our own people in "de"`,
		`plan.yaml:2: no touch has a text in "de"`}, "it, en"},
	{"an offset without its unit", "plan.yaml", "offset: +8 d", "offset: +8", []string{`plan.yaml:43: "+8" is no offset`}, "+45 d"},
	{"an offset in hours", "plan.yaml", "offset: -5 wd", "offset: -5 h",
		[]string{`plan.yaml:52: "-5 h" is no offset`}, "-5 wd"},
	{"a duration in words", "plan.yaml", "expiry: 5 d", "expiry: five days", []string{`plan.yaml:31: "five days" is no expiry`}, "10 d"},
	{"a window that never opens", "plan.yaml", "08:00-20:00", "20:00-08:00",
		[]string{"plan.yaml:29: the window of hello does not open before it closes"}, "09:00-17:30"},
	{"a window at no hour", "plan.yaml", "08:00-20:00", "8-20", []string{`plan.yaml:29: "8-20" is no window`}, "09:00-17:30"},
	{"a number where text belongs", "plan.yaml", "name: tiny", "name: 7", []string{"plan.yaml:1: name is number, not string"}, "short name"},
	{"a cap out of range", "plan.yaml", "first_week: 3", "first_week: 30", []string{"plan.yaml:7: first_week: maximum"}, "1 to 7"},
	{"a touch without a purpose", "plan.yaml", "    purpose: say hello\n", "", []string{`plan.yaml:21: touch has no "purpose"`}, "add it"},
	{"two touches of one id", "plan.yaml", "- id: call", "- id: note", []string{`plan.yaml:64: the touch "note" stands at line 57 already`}, "another id"},
	{"a relationship touch without a window", "plan.yaml", "offset: +8 d\n    window: \"09:00-17:30\"", "offset: +8 d",
		[]string{"plan.yaml:32: the relationship touch story has no window"}, `add window: "09:00-17:30"`},
	{"an internal touch with a window", "plan.yaml", "offset: +1 wd", "offset: +1 wd\n    window: \"09:00-17:30\"",
		[]string{"plan.yaml:64: note has a window, but its class (internal) goes at any hour"}, "take it out"},
	{"phases out of order", "plan.yaml", "  - { phase: admit, day: 0 }\n  - { phase: affirm, day: 1 }", "  - { phase: affirm, day: 0 }\n  - { phase: admit, day: 1 }",
		[]string{"plan.yaml:13: the phase affirm stands where admit should", "plan.yaml:14: the phase admit stands where affirm should"}, "in this order"},
	{"a phase before the one above it", "plan.yaml", "installed, day: 21", "installed, day: 12",
		[]string{"plan.yaml:16: the phase acclimate is on day 12, before the one above it (14)"}, "ascending"},
	{"a phase too few", "plan.yaml", "  - { phase: advocate, milestone: first_value, day: 24 }\n", "", []string{"plan.yaml:11: there are 7 phases, not 8"}, "once each"},
	{"an end after the last day", "plan.yaml", "max_days: 40", "max_days: 20", []string{"plan.yaml:4: max_days is before days"}, "30 or more"},
	{"a mode that is none", "plan.yaml", "max_days: 40", "max_days: 40\nmode: loud", []string{`plan.yaml:5: "loud" is no mode`}, "use one of: shadow, review, live"},
	{"a touch after the end", "plan.yaml", "offset: +8 d", "offset: +30 d", []string{"plan.yaml:43: story is due on day 30, when the onboarding is over"}, "before day 30"},
	{"a late text that never goes", "plan.yaml", "late_after: 1 d", "late_after: 6 d", []string{"plan.yaml:30: hello is dropped before its late text could go"}, "shorter than expiry"},
	{"a touch that follows none", "plan.yaml", "done_by: contacted", "done_by: contacted\n    after: nota",
		[]string{`plan.yaml:72: after names "nota", which is no other touch`}, `did you mean "note"?`},
	{"a touch that follows itself", "plan.yaml", "done_by: contacted", "done_by: contacted\n    after: call",
		[]string{`plan.yaml:72: after names "call", which is no other touch`}, "use one of: hello"},
	{"an alternative that is none", "plan.yaml", "done_by: contacted", "done_by: contacted\n    alternative: nota",
		[]string{`plan.yaml:72: alternative names "nota", which is no other touch`}, `did you mean "note"?`},
	{"an alternative one way only", "plan.yaml", "done_by: contacted", "done_by: contacted\n    alternative: note",
		[]string{"plan.yaml:72: note is no alternative to call the other way round"}, "add alternative: call to note"},
	{"an event without its anchor", "plan.yaml", "done_by: contacted", "event: complaint",
		[]string{"plan.yaml:71: call has one of anchor: event and event without the other"}, "together"},
	{"a confirmation of nothing", "plan.yaml", "    class: service\n    channel: email\n    audience: customer\n    to: [decision_maker]\n    purpose: the last day",
		"    class: confirmation\n    channel: email\n    audience: customer\n    to: [decision_maker]\n    purpose: the last day",
		[]string{"plan.yaml:51: refund confirms no event", "plan.yaml:56: refund has a window, but its class (confirmation) goes at any hour"}, "anchor: event"},
	{"a slack message to the customer", "plan.yaml", "channel: slack\n    audience: owner", "channel: slack\n    audience: customer",
		[]string{"plan.yaml:58: note goes to the customer but is internal", "plan.yaml:57: note does not say to whom",
			"templates/note.en.md:1: there is no preheader", "templates/note.it.md:1: there is no preheader",
			"templates/note.en.md:4: there is an exclamation mark", "templates/note.it.md:4: there is an exclamation mark"}, "another audience"},
	{"a touch to nobody", "plan.yaml", "    to: [champion]\n", "", []string{"plan.yaml:32: story does not say to whom"}, "list the roles"},
	{"a doubt from the dossier without its fallback", "plan.yaml", "doubt: ability", "doubt_from: dossier",
		[]string{"plan.yaml:40: story has doubt_from without doubt"}, "add doubt"},
	{"an approval that waits forever", "plan.yaml", "doubt: ability", "doubt: ability\n    approval: true",
		[]string{"plan.yaml:41: story has one of approval and approval_days without the other"}, "approval_days"},
	{"a task that follows at no time", "plan.yaml", "doubt: ability", "doubt: ability\n    task_after: ring them up",
		[]string{"plan.yaml:41: story has one of task_after and task_after_days without the other"}, "together"},
	{"a merge with nothing", "plan.yaml", "doubt: ability", "doubt: ability\n    merged_if: owner_is_sales",
		[]string{"plan.yaml:32: story has one of merged_if and merges without the other", `plan.yaml:32: story has no merged text in "en"`,
			`plan.yaml:32: story has no merged text in "it"`}, "together"},
	{"needs and stops on the same", "plan.yaml", "doubt: ability", "needs: [installed]\n    stop_on: installed",
		[]string{"plan.yaml:41: story needs installed and stops on it"}, "one of the two"},
	{"conditions that never hold", "plan.yaml", "reason: no refund }", "reason: no refund }\n      - { fact: terms.refund, is: false }",
		[]string{"plan.yaml:56: refund asks for terms.refund twice"}, "together they never hold"},
	{"a mail that is done by an event", "plan.yaml", "doubt: ability", "done_by: contacted", []string{"plan.yaml:40: story is no task that could be done"}, "stop_on"},
}

var brokenSignals = []broken{
	{"no thresholds", "plan.yaml", "remorse:\n", "regret:\n", []string{`plan.yaml:1: the plan has no "remorse"`, `plan.yaml:72: unknown key "regret"`}, "use one of: caps, clocks"},
	{"no signals", "plan.yaml", "signals:\n", "signal:\n", []string{`plan.yaml:1: the plan has no "signals"`, `plan.yaml:88: unknown key "signal"`,
		`plan.yaml:127: late names "late", which is no signal`, `plan.yaml:128: late_twice names "late", which is no signal`, `plan.yaml:129: missed names "broken", which is no signal`,
		`words.en.yaml:2: nothing uses "anger" of signals`, `words.en.yaml:3: nothing uses "sorry" of signals`, `words.en.yaml:4: nothing uses "unhappy" of signals`, `words.en.yaml:5: nothing uses "late" of signals`,
		`words.en.yaml:6: nothing uses "broken" of signals`, `words.en.yaml:7: nothing uses "silent" of signals`, `words.en.yaml:8: nothing uses "happy" of signals`,
		`words.it.yaml:2: nothing uses "anger" of signals`, `words.it.yaml:3: nothing uses "sorry" of signals`, `words.it.yaml:4: nothing uses "unhappy" of signals`, `words.it.yaml:5: nothing uses "late" of signals`,
		`words.it.yaml:6: nothing uses "broken" of signals`, `words.it.yaml:7: nothing uses "silent" of signals`, `words.it.yaml:8: nothing uses "happy" of signals`}, "list the signals"},
	{"no clocks", "plan.yaml", "clocks:\n", "clock:\n", []string{`plan.yaml:1: the plan has no "clocks"`, `plan.yaml:121: unknown key "clock"`,
		"plan.yaml:106: nothing ever raises the signal late", "plan.yaml:109: nothing ever raises the signal broken"}, `did you mean "clocks"?`},
	{"health that flickers", "plan.yaml", "green: 25", "green: 30", []string{"plan.yaml:74: health turns amber at 30 and green only below 30"}, "smaller than amber"},
	{"a case before amber", "plan.yaml", "case: 55", "case: 20", []string{"plan.yaml:75: a case opens at 20, before health turns amber at 30"}, "amber or more"},
	{"a threshold out of range", "plan.yaml", "amber: 30", "amber: 130", []string{"plan.yaml:73: amber: maximum"}, "0 to 100"},
	{"a threshold that is missing", "plan.yaml", "  kinds: 2\n", "", []string{`plan.yaml:72: remorse has no "kinds"`}, "how many kinds"},
	{"an event of a signal that is none", "plan.yaml", "on: [goal_reached]", "on: [goal_reachd]", []string{`plan.yaml:118: "goal_reachd" is no event`}, `did you mean "goal_reached"?`},
	{"an event that ends and is none", "plan.yaml", "ends: [answered]", "ends: [answerd]", []string{`plan.yaml:108: "answerd" is no event`}, `did you mean "answered"?`},
	{"two signals of one id", "plan.yaml", "- id: sorry", "- id: anger", []string{`plan.yaml:95: the signal "anger" stands at line 89 already`,
		`words.en.yaml:3: nothing uses "sorry" of signals`, `words.it.yaml:3: nothing uses "sorry" of signals`}, "another id"},
	{"a signal's id in another form", "plan.yaml", "- id: happy", "- id: Happy-Day", []string{`plan.yaml:117: "Happy-Day" is no id`,
		`words.en.yaml:1: signals has no "Happy-Day"`, `words.en.yaml:8: nothing uses "happy" of signals`, `words.it.yaml:1: signals has no "Happy-Day"`, `words.it.yaml:8: nothing uses "happy" of signals`}, "underscores"},
	{"a signal without a weight", "plan.yaml", "    weight: 30\n    hard: true", "    hard: true", []string{`plan.yaml:89: signal has no "weight"`}, "negative weight is good news"},
	{"a weight out of range", "plan.yaml", "weight: -30", "weight: -300", []string{"plan.yaml:119: weight: minimum"}, "-100 to 100"},
	{"a negative half-life", "plan.yaml", "half_life: 9 d", "half_life: -9 d", []string{`plan.yaml:111: "-9 d" is no half_life`}, "10 d or 20 h"},
	{"a hard signal that is good news", "plan.yaml", "    weight: 30\n    hard: true", "    weight: -30\n    hard: true", []string{"plan.yaml:91: anger opens a case and is good news"}, "positive weight"},
	{"a hard signal that weighs nothing", "plan.yaml", "    weight: 30\n    hard: true", "    weight: 0\n    hard: true", []string{"plan.yaml:91: anger opens a case and the score does not show it"}, "positive weight"},
	{"a hard signal that fades", "plan.yaml", "hard: true", "hard: true\n    half_life: 2 d", []string{"plan.yaml:93: anger is hard: it weighs in full until it ends"}, "take it out"},
	{"a tail without its half-life", "plan.yaml", "    tail_half_life: 10 d\n", "", []string{"plan.yaml:93: anger has one of tail_weight and tail_half_life without the other"}, "together"},
	{"a tail of what nothing ends", "plan.yaml", "half_life: 9 d", "half_life: 9 d\n    tail_weight: 5\n    tail_half_life: 3 d", []string{"plan.yaml:112: broken leaves a tail but nothing ends it"}, "add ends"},
	{"a weight for ever", "plan.yaml", "    half_life: 9 d\n", "", []string{"plan.yaml:110: broken weighs for ever"}, "add half_life"},
	{"a signal of nothing", "plan.yaml", "    on: [goal_reached]\n", "", []string{"plan.yaml:117: nothing ever raises the signal happy"}, "or watch"},
	{"a signal of what happened and what did not", "plan.yaml", "weight: 15\n", "weight: 15\n    on: [login]\n", []string{"plan.yaml:114: silent is evidence that something happened and that something did not"}, "two signals"},
	{"a side that no event says", "plan.yaml", "on: [goal_reached]", "on: [goal_reached]\n    by: us", []string{"plan.yaml:119: happy has by, which only meeting_missed says"}, "on: [meeting_missed]"},
	{"a side that is none", "plan.yaml", "on: [goal_reached]", "on: [meeting_missed]\n    by: me", []string{`plan.yaml:119: "me" is no by`}, "us, them"},
	{"a survey of another event", "plan.yaml", "on: [survey_answered]", "on: [question]", []string{"plan.yaml:102: unhappy has survey, which only survey_answered says"}, "on: [survey_answered]"},
	{"a survey without the answers that count", "plan.yaml", "    values: [1, 2]\n", "", []string{"plan.yaml:102: unhappy has one of survey and values without the other"}, "together"},
	{"any answer at all", "plan.yaml", "    survey: csat\n    values: [1, 2]\n", "", []string{"plan.yaml:101: unhappy takes an answer, whatever it says"}, "add survey"},
	{"an answer that the survey does not have", "plan.yaml", "values: [1, 2]", "values: [1, 6]", []string{`plan.yaml:103: "6" is no csat answer`}, "1 to 5"},
	{"any reply at all", "plan.yaml", "    doubtful: true\n", "", []string{"plan.yaml:96: sorry takes a reply, whatever it says"}, "doubtful: true"},
	{"an intent of no reply", "plan.yaml", "on: [goal_reached]", "on: [goal_reached]\n    intent: thanks", []string{"plan.yaml:119: happy has intent, which only email_reply says"}, "on: [email_reply]"},
	{"a watch without its fact", "plan.yaml", "days: 2, fact: contacted", "days: 2", []string{`plan.yaml:114: watch has no "fact"`}, "add it"},
	{"a watch for what is no fact", "plan.yaml", "fact: contacted", "fact: contactd", []string{`plan.yaml:114: "contactd" is no fact`}, `did you mean "contacted"?`},
	{"a watch of a feed that is none", "plan.yaml", "fact: contacted", "fact: contacted, feed: contacts, lately: 4 d", []string{`plan.yaml:114: "contacts" is no feed`}, "use one of"},
	{"a watch of a feed of which nobody knows how long it lives", "plan.yaml", "fact: contacted", "fact: contacted, feed: login", []string{"plan.yaml:114: silent has one of feed and lately without the other"}, "lately: 4 d"},
	{"no peers", "plan.yaml", "peers: { answer_days: 4, tries: 2, calm_days: 10 }\n", "", []string{`plan.yaml:1: the plan has no "peers"`}, "add it: write it as { answer_days: 5, tries: 3, calm_days: 14 }"},
	{"peers of whom nobody knows how many are asked", "plan.yaml", "tries: 2, ", "", []string{`plan.yaml:134: peers has no "tries"`}, "1 to 10"},
	{"peers who must answer at once", "plan.yaml", "answer_days: 4", "answer_days: 0", []string{"plan.yaml:134: answer_days: minimum: got 0, want 1"}, "working days a peer has to answer, 1 to 30"},
	{"peers without end", "plan.yaml", "tries: 2", "tries: 11", []string{"plan.yaml:134: tries: maximum: got 11, want 10"}, "1 to 10"},
	{"peers who are never calm enough", "plan.yaml", "calm_days: 10", "calm_days: 91", []string{"plan.yaml:134: calm_days: maximum: got 91, want 90"}, "0 to 90"},
	{"a key of peers that is none", "plan.yaml", "calm_days: 10", "calm_days: 10, calm: 3", []string{`plan.yaml:134: unknown key "calm"`}, "answer_days, calm_days, tries"},
	{"a watch that counts from no date", "plan.yaml", "anchor: contract, days: 2", "anchor: case, days: 2", []string{"plan.yaml:114: silent counts from case, which has no date"}, "such as contract"},
	{"silence that opens a case", "plan.yaml", "task: call them", "hard: true", []string{"plan.yaml:116: silent is silence, which alone opens no case"}, "take it out"},
	{"silence that is good news", "plan.yaml", "weight: 15", "weight: -15", []string{"plan.yaml:115: silent is silence, which is no good news"}, "positive weight"},
	{"a watch that needs what it watches for", "plan.yaml", "fact: contacted", "fact: contacted, needs: contacted", []string{"plan.yaml:114: silent needs what it watches for"}, "take it out"},
	{"a watch of what stops but comes once", "plan.yaml", "fact: contacted", "fact: contacted, stopped: true", []string{"plan.yaml:114: silent watches since the last contacted, but only log-ins come again"}, "fact: login"},
	{"a clock that names no signal", "plan.yaml", "missed: broken", "missed: brokn", []string{`plan.yaml:129: missed names "brokn", which is no signal`, "plan.yaml:109: nothing ever raises the signal broken"}, `did you mean "broken"?`},
	{"a clock that names good news", "plan.yaml", "missed: broken", "missed: happy", []string{"plan.yaml:129: missed names happy, which is good news", "plan.yaml:109: nothing ever raises the signal broken"}, "another signal"},
	{"a clock in days", "plan.yaml", "accept: 8 wh", "accept: 1 d", []string{`plan.yaml:133: "1 d" is no accept`}, "15 min or 8 wh"},
	{"a clock for a channel that is none", "plan.yaml", "channel: chat", "channel: chats", []string{`plan.yaml:123: "chats" is no channel`}, `did you mean "chat"?`},
	{"a clock that nothing comes to", "plan.yaml", "{ on: [question], channel: chat, within: 15 min }", "{ on: [question], within: 15 min }", []string{"plan.yaml:124: question never comes to this row: row 1 takes it"}, "above"},
	{"a ladder that goes down", "plan.yaml", "manager: 3 wh, ops", "manager: 2 wh, ops", []string{"plan.yaml:130: manager hears of a case no later than backup"}, "longer time"},
	{"a rung that is none", "plan.yaml", "reminder: 4 wh, manager: 12 wh", "reminder: 4 wh, boss: 12 wh", []string{`plan.yaml:131: unknown key "boss"`}, "manager"},
	{"reminders out of order", "plan.yaml", "[4 wh, 9 wh]", "[9 wh, 4 wh]", []string{"plan.yaml:132: a reminder of the dossier is not later than the one before it"}, "further down"},
	{"a lead who hears first", "plan.yaml", "lead: 18 wh", "lead: 1 wh", []string{"plan.yaml:132: a reminder of the dossier is not later than the one before it"}, "the lead's last"},
}

// brokenAnswers break a touch that answers a case.
var brokenAnswers = []broken{
	{"an answer that tact holds", "plan.yaml", "anchor: contract\n    offset: +8 d", "anchor: case\n    offset: +0", []string{"plan.yaml:34: story is an answer to a doubt, which tact does not hold",
		`words.en.yaml:1: there is no group "answers"`, `words.it.yaml:1: there is no group "answers"`}, "use service"},
	{"an answer to no doubt, on a date", "plan.yaml", "    purpose: the last day\n    anchor: refund_last_day\n    offset: -5 wd\n    deadline: true", "    purpose: the last day\n    anchor: case\n    offset: +5 wd",
		[]string{"plan.yaml:51: refund answers a case, but no doubt", "plan.yaml:52: refund is an answer, which goes when it is chosen",
			`words.en.yaml:1: there is no group "answers"`, `words.it.yaml:1: there is no group "answers"`}, "add doubt"},
	{"an answer to ours", "plan.yaml", "anchor: installed\n    offset: +1 wd", "anchor: case\n    doubt: value\n    offset: +0",
		[]string{"plan.yaml:58: note is an answer to a doubt, which tact does not hold", "plan.yaml:60: note is an answer to the customer's doubt",
			`words.en.yaml:1: there is no group "answers"`, `words.it.yaml:1: there is no group "answers"`}, "use customer"},
	{"a mail of the calendar that goes by itself", "plan.yaml", "doubt: ability", "doubt: ability\n    automatic: true", []string{"plan.yaml:41: story is no answer to a doubt: its anchor is not case"}, "take it out"},
	{"a case to be late for", "plan.yaml", "doubt: ability", "doubt: ability\n    latest: { anchor: case, offset: +2 wd }", []string{"plan.yaml:41: a case has no date to be late for"}, "an anchor that has a date"},
}

var brokenWords = []broken{
	{"no words in a language", "words.it.yaml", "", "", []string{`plan.yaml:2: there are no words for our own people in "it"`}, "write words.it.yaml"},
	{"words in no language of the plan", "words.fr.yaml", "", "signals: {}\n", []string{`words.fr.yaml:1: nobody reads these words: the plan has no language "fr"`}, "remove the words"},
	{"words that are no YAML", "words.it.yaml", "signals:\n", "signals: [\n", []string{"words.it.yaml:3: this is no YAML"}, "mend the YAML"},
	{"words that are a list", "words.it.yaml", "", "- a\n", []string{"words.it.yaml:1: this is no mapping of groups to texts"}, "group:"},
	{"an unknown group", "words.it.yaml", "signals:\n", "segnali:\n", []string{`words.it.yaml:1: unknown group "segnali"`, `words.it.yaml:1: there is no group "signals"`}, `did you mean "signals"?`},
	{"a signal without words", "words.it.yaml", "  silent: nessuno ha parlato con loro\n", "", []string{`words.it.yaml:1: signals has no "silent"`}, "add silent: <text>"},
	{"words of no signal", "words.it.yaml", "  silent: nessuno", "  silence: a\n  silent: nessuno", []string{`words.it.yaml:7: nothing uses "silence" of signals`}, `did you mean "silent"? Else remove it`},
	{"words of no answer", "words.it.yaml", "signals:\n", "answers:\n  answer-value: Manda\nsignals:\n", []string{`words.it.yaml:2: nothing uses "answer-value" of answers`}, "with anchor: case"},
	{"an empty text", "words.it.yaml", "silent: nessuno ha parlato con loro", `silent: ""`, []string{"words.it.yaml:7: silent is empty"}, "a few words"},
	{"a text that is none", "words.it.yaml", "silent: nessuno ha parlato con loro", "silent: [a]", []string{"words.it.yaml:7: silent is no text"}, "between quotes"},
	{"a group that is none", "words.it.yaml", "signals:\n", "signals: tutti\nsegnali:\n", []string{"words.it.yaml:1: signals is no mapping of keys to texts", `words.it.yaml:2: unknown group "segnali"`}, "one a line"},
	{"a button too long for Slack", "words.en.yaml", "acknowledge: I'm on it", "acknowledge: " + strings.Repeat("I", 76), []string{"words.en.yaml:120: acknowledge has 76 characters"}, "75 characters"},
	{"a brace that nothing fills", "words.en.yaml", "Call them, or say who will.", "Call {contact}.", []string{"words.en.yaml:72: case_hard has {contact}, which nothing fills in"}, "take it out"},
	{"a brace misspelt", "words.en.yaml", "put it off until {until}", "put it off until {untill}", []string{"words.en.yaml:81: snoozed has {untill}, which nothing fills in"}, `did you mean "until"?`},
}

var brokenTexts = []broken{
	{"a missing language", "templates/note.it.md", "", "", []string{`plan.yaml:57: note has no text in "it"`}, "write templates/note.it.md"},
	{"a missing variant", "templates/hello.late.it.md", "", "", []string{`plan.yaml:21: hello has no late text in "it"`}, "write templates/hello.late.it.md"},
	{"a text of no touch", "templates/helo.en.md", "", "---\nsubject: A\npreheader: B\n---\nC\n",
		[]string{`templates/helo.en.md:1: no touch uses this text: there is no "helo"`}, `did you mean "hello"?`},
	{"a text of no language", "templates/hello.fr.md", "", "---\nsubject: A\npreheader: B\n---\nC\n",
		[]string{`templates/hello.fr.md:1: no touch uses this text: the plan has no language "fr"`}, "remove the text"},
	{"a variant nobody asks for", "templates/story.late.en.md", "", "---\nsubject: A\npreheader: B\n---\nC\n",
		[]string{"templates/story.late.en.md:1: no touch uses this text: story has no late_after"}, "late_after"},
	{"an unknown variant", "templates/story.soon.en.md", "", "---\nsubject: A\npreheader: B\n---\nC\n",
		[]string{`templates/story.soon.en.md:1: there is no variant "soon"`}, "use one of: fallback, late, merged"},
	{"a name that is none", "templates/hello.md", "", "x", []string{"templates/hello.md:1: the name of this text is not understood"}, "<touch>.<language>.md"},
	{"a stray file", "templates/logo.png", "", "x", []string{"templates/logo.png:1: this file is no part of a playbook"}, "remove it"},
	{"no front matter", "templates/note.it.md", "", "Ciao\n", []string{"templates/note.it.md:1: there is no front matter", "templates/note.it.md:1: there is no subject"}, "begin the file with ---"},
	{"no subject", "templates/hello.it.md", "subject: Buongiorno da {{.Brand}}\n", "", []string{"templates/hello.it.md:1: there is no subject"}, "add subject"},
	{"no preheader", "templates/hello.it.md", "preheader: La prima riga.\n", "", []string{"templates/hello.it.md:1: there is no preheader"}, "add preheader"},
	{"an unknown key in front", "templates/hello.it.md", "preheader:", "preheder:",
		[]string{"templates/hello.it.md:1: there is no preheader", `templates/hello.it.md:3: unknown key "preheder"`}, ""},
	{"front matter that is no YAML", "templates/hello.it.md", "preheader: La", "preheader: \"La", []string{
		"templates/hello.it.md:1: there is no subject", "templates/hello.it.md:1: there is no preheader", "templates/hello.it.md:3: this is no YAML"}, ""},
	{"an action without a link", "templates/hello.it.md", "action: {label: Scelgo un orario, link: booking}", "action: {label: Scelgo un orario}",
		[]string{"templates/hello.it.md:4: the action has no label or no link"}, "link: booking"},
	{"an action that leads nowhere", "templates/hello.it.md", "link: booking}", `link: "{{.Product}}"}`, []string{`templates/hello.it.md:4: the action leads to "Gestionale"`}, "a purpose such as booking"},
	{"no body", "templates/hello.late.it.md", "Gentile {{.Contact.FirstName}}, scriviamo in ritardo.\n", "", []string{"templates/hello.late.it.md:1: there is no text"}, "below the front matter"},
	{"a template that does not parse", "templates/hello.it.md", "{{.Owner.Name}}", "{{if .Owner.Name}}", []string{"templates/hello.it.md:12: the body does not parse: unexpected EOF"}, "mend the template"},
	{"a subject that does not parse", "templates/hello.it.md", "da {{.Brand}}", "da {{.Brand", []string{"templates/hello.it.md:1: there is no subject", "templates/hello.it.md:2: the subject does not parse: unclosed action"}, ""},
	{"an unknown field", "templates/hello.it.md", "{{.Owner.Name}}", "{{.Owner.Nome}}", []string{`templates/hello.it.md:12: there is nothing called "Nome" here`}, "docs/playbook.md"},
	{"an unknown field in the subject", "templates/hello.it.md", "da {{.Brand}}", "da {{.Marca}}", []string{`templates/hello.it.md:2: there is nothing called "Marca" here`}, "docs/playbook.md"},
	{"an unknown field in a branch nobody takes", "templates/hello.it.md", "{{.Owner.Name}}", "{{if and .Late .Goals}}a{{else}}{{if .Late}}{{.Dubbio}}{{end}}{{end}}",
		[]string{`templates/hello.it.md:12: there is nothing called "Dubbio" here`}, "docs/playbook.md"},
	{"worries are unreachable", "templates/hello.it.md", "{{.Owner.Name}}", "{{.Worries}}", []string{`templates/hello.it.md:12: there is nothing called "Worries" here`}, "docs/playbook.md"},
	{"an unknown function", "templates/hello.it.md", `{{form "Le" "ti"}}`, `{{forma "Le" "ti"}}`, []string{`templates/hello.it.md:8: the body does not parse: function "forma" not defined`}, "mend the template"},
	{"a link for nothing", "templates/hello.it.md", "link: booking", "link: bookings", []string{"templates/hello.it.md:4: "}, "docs/playbook.md"},
	{"a term that may be absent, unguarded", "templates/hello.it.md", "{{.Owner.Name}}", "{{.Refund.LastDay}}",
		[]string{"templates/hello.it.md:12: it fails for a bare contract: <.Refund.LastDay>: nil pointer"}, "guard what may be missing"},
	{"a link to a term that may be absent", "templates/hello.it.md", "link: booking", "link: training", []string{"templates/hello.it.md:4: it fails for a bare contract"}, "guard"},
	{"a list that may be empty, unguarded", "templates/hello.it.md", "{{.Owner.Name}}", "{{index .Goals 0}}", []string{"templates/hello.it.md:12: it fails for a bare contract"}, "guard"},
	{"a subject that may be empty", "templates/hello.it.md", "Buongiorno da {{.Brand}}", "\"{{with .Refund}}{{.LastDay}}{{end}}\"", []string{"templates/hello.it.md:2: the subject is empty for a bare contract"}, "always there"},
	{"too many words", "templates/hello.it.md", "{{.Owner.Name}}", strings.Repeat("parola ", 121), []string{"templates/hello.it.md:6: the text has 13", "templates/hello.it.md:6: the text has 13", "templates/hello.it.md:6: the text has 13", "templates/hello.it.md:6: the text has 13"}, "shorten it"},
	{"an exclamation mark in the body", "templates/hello.it.md", "{{.Owner.Name}}", "Evviva!", []string{"templates/hello.it.md:12: there is an exclamation mark"}, "say it without"},
	{"an exclamation mark in the subject", "templates/hello.it.md", "subject: Buongiorno", "subject: Buongiorno!", []string{"templates/hello.it.md:2: there is an exclamation mark"}, "say it without"},
	{"a gendered greeting", "templates/hello.it.md", "{{.Owner.Name}}", "Benvenuto/a tra noi", []string{`templates/hello.it.md:12: a mail never says "Benvenuto/a"`}, "without gender"},
	{"a mail about nothing, over a line's end", "templates/hello.it.md", "{{.Owner.Name}}", "Scrivo solo per\nverificare.", []string{`templates/hello.it.md:13: a mail never says "solo per verificare"`}, "say why"},
	{"just checking in", "templates/hello.en.md", "{{.Owner.Name}}", "Just checking in.", []string{`templates/hello.en.md:12: a mail never says "Just checking in"`}, "say why"},
	{"a customer who is watched", "templates/hello.en.md", "{{.Owner.Name}}", "We’ve noticed you haven't logged in.", []string{`templates/hello.en.md:12: a mail never says "We’ve noticed"`, `templates/hello.en.md:12: a mail never says "you haven't logged in"`}, "observed"},
	{"HTML", "templates/hello.en.md", "{{.Owner.Name}}", "<b>Marco</b>", []string{"templates/hello.en.md:12: there is HTML (<b>)"}, "write Markdown"},
	{"an image", "templates/hello.en.md", "{{.Owner.Name}}", "![logo](https://vendor.example/p.png)", []string{"templates/hello.en.md:12: there is an image"}, "loads nothing"},
	{"a link to a script", "templates/hello.en.md", "{{.Owner.Name}}", "[run](javascript:alert)", []string{`templates/hello.en.md:12: a link leads to "javascript:alert"`}, "https"},
}

var brokenCases = []broken{
	{"no consent date", "cases/mill.en.md", "consent: 2026-01-10\n", "", []string{`cases/mill.en.md:2: the case history has no "consent"`}, "day of their consent"},
	{"no approver", "cases/mill.en.md", "approver: Paola Verdi\n", "", []string{`cases/mill.en.md:2: the case history has no "approver"`}, "approved it"},
	{"no expiry", "cases/mill.en.md", "expires: 2027-01-10\n", "", []string{`cases/mill.en.md:2: the case history has no "expires"`}, "last day"},
	{"no sample flag", "cases/mill.en.md", "sample: false\n", "", []string{`cases/mill.en.md:2: the case history has no "sample"`}, "true for an invented one"},
	{"a date that is none", "cases/mill.en.md", "consent: 2026-01-10", "consent: January", []string{`cases/mill.en.md:8: "January" is no date`}, "2026-01-31"},
	{"expired before the consent", "cases/mill.en.md", "expires: 2027-01-10", "expires: 2025-01-10", []string{"cases/mill.en.md:10: it expires before the consent was given"}, "later day"},
	{"an unknown doubt", "cases/mill.en.md", "doubt: ability", "doubt: abilty", []string{`cases/mill.en.md:7: "abilty" is no doubt`}, `did you mean "ability"?`},
	{"an unknown key of a case", "cases/mill.en.md", "segment: smb", "segmnt: smb", []string{`cases/mill.en.md:6: unknown key "segmnt"`}, `did you mean "segment"?`},
	{"an empty story", "cases/mill.en.md", "It stopped twice. Then it did not.\n", "", []string{"cases/mill.en.md:13: the case history is empty"}, "write the story"},
	{"a story in no language of the plan", "cases/mill.fr.md", "", "---\ntitle: A\ncompany: B\nsector: C\ndoubt: value\nconsent: 2026-01-10\napprover: D\nexpires: 2027-01-10\nsample: true\n---\nE\n",
		[]string{`cases/mill.fr.md:1: no mail tells it: the plan has no language "fr"`}, "remove the case history"},
	{"an exclamation mark in a story", "cases/mill.en.md", "Then it did not.", "Then it did not!", []string{"cases/mill.en.md:13: there is an exclamation mark"}, "without"},
}

func TestAPlaybookWithAFaultNeverLoadsAndSaysWhereItIs(t *testing.T) {
	for _, b := range slices.Concat(brokenPlans, brokenSignals, brokenAnswers, brokenWords, brokenTexts, brokenCases) {
		t.Run(b.name, func(t *testing.T) {
			fsys := tiny(t)
			b.apply(t, fsys)
			pb, err := Load(fsys, "")
			var faults Faults
			if pb != nil || !errors.As(err, &faults) {
				t.Fatalf("loaded %v, %v: want faults", pb, err)
			}
			expectFaults(t, faults, b.want)
			if !strings.Contains(err.Error(), b.wantFixed) {
				t.Errorf("no remedy says %q:\n%v", b.wantFixed, err)
			}
		})
	}
}

func (b broken) apply(t *testing.T, fsys fstest.MapFS) {
	t.Helper()
	switch {
	case b.old != "":
		src := string(fsys[b.file].Data)
		if strings.Count(src, b.old) != 1 {
			t.Fatalf("%q stands %d times in %s", b.old, strings.Count(src, b.old), b.file)
		}
		fsys[b.file].Data = []byte(strings.Replace(src, b.old, b.new, 1))
	case b.new == "":
		delete(fsys, b.file)
	default:
		fsys[b.file] = &fstest.MapFile{Data: []byte(b.new), Mode: 0o644}
	}
}

// expectFaults wants each fault once, no other, and a remedy with each.
func expectFaults(t *testing.T, got Faults, want []string) {
	t.Helper()
	left := append(Faults{}, got...)
	for _, w := range want {
		found := false
		for i, f := range left {
			if strings.HasPrefix(f.String(), w) {
				left, found = append(left[:i:i], left[i+1:]...), true
				break
			}
		}
		if !found {
			t.Errorf("missing: %s", w)
		}
	}
	for _, f := range left {
		t.Errorf("unexpected: %s", f)
	}
	for _, f := range got {
		if f.Remedy == "" || f.Line < 1 {
			t.Errorf("without remedy or line: %s", f)
		}
	}
}

func TestAllFaultsComeAtOnceInTheOrderOfFilesAndLines(t *testing.T) {
	fsys := tiny(t)
	for _, b := range []broken{
		{file: "plan.yaml", old: "class: relationship", new: "class: newsletter"},
		{file: "plan.yaml", old: "offset: +8 d", new: "offset: soon"},
		{file: "templates/hello.it.md", old: "{{.Owner.Name}}", new: "{{.Owner.Nome}}"},
		{file: "templates/note.en.md", old: "subject:", new: "subjekt:"},
		{file: "cases/mill.en.md", old: "approver: Paola Verdi\n"},
	} {
		if b.new == "" {
			fsys[b.file].Data = []byte(strings.Replace(string(fsys[b.file].Data), b.old, "", 1))
			continue
		}
		b.apply(t, fsys)
	}
	_, err := Load(fsys, "mine")
	if err == nil {
		t.Fatal("it loaded")
	}
	var places []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		file, rest, _ := strings.Cut(line, ":")
		n, _, _ := strings.Cut(rest, ":")
		places = append(places, file+":"+n)
	}
	want := "mine/cases/mill.en.md:2 mine/plan.yaml:34 mine/plan.yaml:43 mine/templates/hello.it.md:12 mine/templates/note.en.md:1 mine/templates/note.en.md:2"
	if got := strings.Join(places, " "); got != want {
		t.Errorf("faults at\n%s\nwant\n%s", got, want)
	}
}

func TestTheTinyPlaybookIsWithoutFault(t *testing.T) { loadTiny(t) }

func TestAFolderWithoutAPlaybookIsSaidSo(t *testing.T) {
	if _, err := LoadDir(t.TempDir()); err == nil || !strings.Contains(err.Error(), "give the folder that holds plan.yaml") {
		t.Errorf("got %v", err)
	}
	if _, err := LoadDir(tinyDir); err != nil {
		t.Errorf("the tiny playbook: %v", err)
	}
}
