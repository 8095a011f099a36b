package playbook

import "github.com/centogiorni/centogiorni/onboarding"

// remorseYAML are the thresholds of plan.yaml as written; the schema says what each key is.
type remorseYAML struct {
	Amber          int    `yaml:"amber"`
	Green          int    `yaml:"green"`
	Case           int    `yaml:"case"`
	Kinds          int    `yaml:"kinds"`
	KindMost       int    `yaml:"kind_most"`
	SilenceMost    int    `yaml:"silence_most"`
	Delicate       int    `yaml:"delicate"`
	Sure           int    `yaml:"sure"`
	ContactQuiet   int    `yaml:"contact_quiet"`
	FalseAlarmDays int    `yaml:"false_alarm_days"`
	JoinQuietDays  int    `yaml:"join_quiet_days"`
	Mood           int    `yaml:"mood"`
	MoodHalfLife   string `yaml:"mood_half_life"`
	ReopenDays     int    `yaml:"reopen_days"`
	RepayDays      int    `yaml:"repay_days"`
}

type signalYAML struct {
	ID           string     `yaml:"id"`
	On           []string   `yaml:"on"`
	By           string     `yaml:"by"`
	Survey       string     `yaml:"survey"`
	Values       []string   `yaml:"values"`
	Intent       string     `yaml:"intent"`
	Doubtful     bool       `yaml:"doubtful"`
	Watch        *watchYAML `yaml:"watch"`
	Weight       int        `yaml:"weight"`
	HalfLife     string     `yaml:"half_life"`
	Hard         bool       `yaml:"hard"`
	Ends         []string   `yaml:"ends"`
	TailWeight   int        `yaml:"tail_weight"`
	TailHalfLife string     `yaml:"tail_half_life"`
	Doubt        string     `yaml:"doubt"`
	Task         string     `yaml:"task"`
}

type watchYAML struct {
	Anchor  string `yaml:"anchor"`
	Days    int    `yaml:"days"`
	Fact    string `yaml:"fact"`
	Feed    string `yaml:"feed"`
	Lately  string `yaml:"lately"`
	Needs   string `yaml:"needs"`
	Stopped bool   `yaml:"stopped"`
}

type clocksYAML struct {
	Answers    []answerYAML `yaml:"answers"`
	Resolution string       `yaml:"resolution"`
	Least      string       `yaml:"least"`
	Late       string       `yaml:"late"`
	LateTwice  string       `yaml:"late_twice"`
	Missed     string       `yaml:"missed"`
	Hard       ladderYAML   `yaml:"hard"`
	Scored     ladderYAML   `yaml:"scored"`
	Dossier    dossierYAML  `yaml:"dossier"`
	Accept     string       `yaml:"accept"`
	Contact    string       `yaml:"contact"`
}

type answerYAML struct {
	On      []string `yaml:"on"`
	Channel string   `yaml:"channel"`
	Within  string   `yaml:"within"`
}

type ladderYAML struct {
	Reminder string `yaml:"reminder"`
	Backup   string `yaml:"backup"`
	Manager  string `yaml:"manager"`
	Ops      string `yaml:"ops"`
	Back     string `yaml:"back"`
}

type dossierYAML struct {
	Reminders []string `yaml:"reminders"`
	Lead      string   `yaml:"lead"`
}

// compile leaves at zero what cannot be read, here and below: the schema has named it.
func (y *remorseYAML) compile(signals []signalYAML) onboarding.Remorse {
	r := onboarding.Remorse{Amber: y.Amber, Green: y.Green, Case: y.Case, Kinds: y.Kinds, KindMost: y.KindMost,
		SilenceMost: y.SilenceMost, Delicate: y.Delicate, Sure: y.Sure, ContactQuiet: y.ContactQuiet,
		FalseAlarmDays: y.FalseAlarmDays, JoinQuietDays: y.JoinQuietDays, Mood: y.Mood, ReopenDays: y.ReopenDays, RepayDays: y.RepayDays}
	r.MoodHalfLife, _ = parseDuration(y.MoodHalfLife)
	for i := range signals {
		r.Signals = append(r.Signals, signals[i].compile())
	}
	return r
}

func (y *signalYAML) compile() onboarding.Signal {
	s := onboarding.Signal{ID: y.ID, On: typed[onboarding.EventKind](y.On), By: y.By, Survey: y.Survey, Values: y.Values,
		Intent: onboarding.Intent(y.Intent), Doubtful: y.Doubtful, Weight: y.Weight, Hard: y.Hard,
		Ends: typed[onboarding.EventKind](y.Ends), TailWeight: y.TailWeight, Doubt: onboarding.Doubt(y.Doubt), Task: y.Task}
	s.HalfLife, _ = parseDuration(y.HalfLife)
	s.TailHalfLife, _ = parseDuration(y.TailHalfLife)
	if w := y.Watch; w != nil {
		s.Watch = &onboarding.Watch{Anchor: onboarding.Anchor(w.Anchor), Days: w.Days, Fact: onboarding.Fact(w.Fact),
			Feed: onboarding.Fact(w.Feed), Needs: onboarding.Fact(w.Needs), Stopped: w.Stopped}
		s.Watch.Lately, _ = parseDuration(w.Lately)
	}
	return s
}

func (y *clocksYAML) compile() onboarding.Clocks {
	c := onboarding.Clocks{Resolution: span(y.Resolution), Least: span(y.Least), Hard: y.Hard.compile(), Scored: y.Scored.compile(),
		DossierLead: span(y.Dossier.Lead), Accept: span(y.Accept), Contact: span(y.Contact), Late: y.Late, LateTwice: y.LateTwice, Missed: y.Missed}
	for _, a := range y.Answers {
		c.Answers = append(c.Answers, onboarding.Clock{On: typed[onboarding.EventKind](a.On), Channel: a.Channel, Minutes: span(a.Within)})
	}
	for _, r := range y.Dossier.Reminders {
		c.DossierReminders = append(c.DossierReminders, span(r))
	}
	return c
}

func (y *ladderYAML) compile() onboarding.Ladder {
	return onboarding.Ladder{Reminder: span(y.Reminder), Backup: span(y.Backup), Manager: span(y.Manager), Ops: span(y.Ops), Back: span(y.Back)}
}

// span is working time in minutes.
func span(s string) int {
	minutes, _ := parseSpan(s)
	return minutes
}
