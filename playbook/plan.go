package playbook

import (
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
)

const planFile = "plan.yaml"

// planYAML is plan.yaml as written; see the schema for the meaning of each key.
type planYAML struct {
	Name      string      `yaml:"name"`
	Languages []string    `yaml:"languages"`
	Days      int         `yaml:"days"`
	MaxDays   int         `yaml:"max_days"`
	Mode      string      `yaml:"mode"`
	Caps      capsYAML    `yaml:"caps"`
	Feeds     []string    `yaml:"feeds"`
	Phases    []phaseYAML `yaml:"phases"`
	Touches   []touchYAML `yaml:"touches"`

	Remorse remorseYAML  `yaml:"remorse"`
	Signals []signalYAML `yaml:"signals"`
	Clocks  clocksYAML   `yaml:"clocks"`
	Peers   peersYAML    `yaml:"peers"`
}

type capsYAML struct {
	SpacingHours int `yaml:"spacing_hours"`
	FirstWeek    int `yaml:"first_week"`
	AnyWeek      int `yaml:"any_week"`
	JitterMin    int `yaml:"jitter_minutes"`
}

type peersYAML struct {
	AnswerDays int `yaml:"answer_days"`
	Tries      int `yaml:"tries"`
	CalmDays   int `yaml:"calm_days"`
}

type phaseYAML struct {
	Phase     string `yaml:"phase"`
	Milestone string `yaml:"milestone"`
	Day       int    `yaml:"day"`
}

type touchYAML struct {
	ID             string          `yaml:"id"`
	Phase          string          `yaml:"phase"`
	Class          string          `yaml:"class"`
	Channel        string          `yaml:"channel"`
	Audience       string          `yaml:"audience"`
	To             []string        `yaml:"to"`
	ToAll          bool            `yaml:"to_all"`
	From           string          `yaml:"from"`
	CopyOwner      bool            `yaml:"copy_owner"`
	Purpose        string          `yaml:"purpose"`
	Doubt          string          `yaml:"doubt"`
	DoubtFrom      string          `yaml:"doubt_from"`
	Automatic      bool            `yaml:"automatic"`
	CaseHistory    bool            `yaml:"case_history"`
	Anchor         string          `yaml:"anchor"`
	Event          string          `yaml:"event"`
	Offset         string          `yaml:"offset"`
	Latest         *latestYAML     `yaml:"latest"`
	Needs          []string        `yaml:"needs"`
	After          string          `yaml:"after"`
	Conditions     []conditionYAML `yaml:"conditions"`
	FallbackUnless []string        `yaml:"fallback_unless"`
	MergedIf       string          `yaml:"merged_if"`
	Merges         string          `yaml:"merges"`
	StopOn         string          `yaml:"stop_on"`
	Window         string          `yaml:"window"`
	AnyDay         bool            `yaml:"any_day"`
	Deadline       bool            `yaml:"deadline"`
	NeverHeld      bool            `yaml:"never_held"`
	JoinsCase      bool            `yaml:"joins_case"`
	Expiry         string          `yaml:"expiry"`
	LateAfter      string          `yaml:"late_after"`
	Approval       bool            `yaml:"approval"`
	ApprovalDays   int             `yaml:"approval_days"`
	Veto           bool            `yaml:"veto"`
	OnUnknown      string          `yaml:"on_unknown"`
	Task           string          `yaml:"task"`
	TaskOnDrop     string          `yaml:"task_on_drop"`
	TaskAfter      string          `yaml:"task_after"`
	TaskAfterDays  int             `yaml:"task_after_days"`
	DoneBy         string          `yaml:"done_by"`
	Alternative    string          `yaml:"alternative"`
	CalmDays       int             `yaml:"calm_days"`
}

type latestYAML struct {
	Anchor string `yaml:"anchor"`
	Offset string `yaml:"offset"`
	Needs  string `yaml:"needs"`
}

type conditionYAML struct {
	Fact   string `yaml:"fact"`
	Is     bool   `yaml:"is"`
	Reason string `yaml:"reason"`
}

// readPlan reads plan.yaml, names what the schema refuses, and compiles what can be read all the same, so that the
// checks of meaning run in the same breath.
func readPlan(file string, src []byte, faults *Faults) (*document, *onboarding.Playbook, error) {
	schema, err := loadSchema()
	if err != nil {
		return nil, nil, err
	}
	d, ok := readDocument(file, src, 1, faults)
	if d == nil {
		return nil, nil, nil
	}
	schema.check(d, faults)
	if !ok {
		return nil, nil, nil
	}
	var y planYAML
	// A value of the wrong type is the schema's fault above; Decode leaves it out and reads the rest.
	_ = d.root.Decode(&y)
	return d, y.compile(), nil
}

func (y *planYAML) compile() *onboarding.Playbook {
	p := &onboarding.Playbook{
		Name:      y.Name,
		Languages: y.Languages,
		Feeds:     typed[onboarding.Fact](y.Feeds),
		Days:      y.Days,
		MaxDays:   y.MaxDays,
		Mode:      known(y.Mode, onboarding.Modes...),
		Caps: onboarding.Caps{SpacingHours: y.Caps.SpacingHours, FirstWeek: y.Caps.FirstWeek,
			AnyWeek: y.Caps.AnyWeek, JitterMin: y.Caps.JitterMin},
	}
	for _, r := range y.Phases {
		p.Phases = append(p.Phases, onboarding.PhaseRule{Phase: onboarding.Phase(r.Phase),
			Milestone: onboarding.Fact(r.Milestone), Day: r.Day})
	}
	for i := range y.Touches {
		p.Touches = append(p.Touches, y.Touches[i].compile())
	}
	p.Remorse = y.Remorse.compile(y.Signals)
	p.Clocks = y.Clocks.compile()
	p.Peers = onboarding.Peers{AnswerDays: y.Peers.AnswerDays, Tries: y.Peers.Tries, CalmDays: y.Peers.CalmDays}
	return p
}

// compile leaves at zero what cannot be read: the schema has named it.
func (y *touchYAML) compile() onboarding.Touch {
	t := onboarding.Touch{
		ID: y.ID, Phase: onboarding.Phase(y.Phase), Purpose: y.Purpose,
		Class:   known(y.Class, onboarding.ClassConfirmation, onboarding.ClassService, onboarding.ClassRelationship, onboarding.ClassInternal),
		Channel: known(y.Channel, onboarding.ChannelEmail, onboarding.ChannelSlack, onboarding.ChannelTask),
		Audience: known(y.Audience, onboarding.AudienceCustomer, onboarding.AudienceOwner, onboarding.AudienceSales, onboarding.AudienceManager,
			onboarding.AudiencePeer),
		To: typed[onboarding.ContactRole](y.To), ToAll: y.ToAll,
		From: onboarding.Audience(y.From), CopyOwner: y.CopyOwner,
		Doubt: onboarding.Doubt(y.Doubt), DoubtFrom: y.DoubtFrom, Automatic: y.Automatic, CaseHistory: y.CaseHistory,
		Anchor: onboarding.Anchor(y.Anchor), On: onboarding.EventKind(y.Event), Needs: typed[onboarding.Fact](y.Needs),
		FallbackUnless: typed[onboarding.Fact](y.FallbackUnless), MergedIf: onboarding.Fact(y.MergedIf), Merges: y.Merges,
		StopOn: onboarding.Fact(y.StopOn), After: y.After,
		AnyDay: y.AnyDay, Deadline: y.Deadline, NeverHeld: y.NeverHeld, JoinsCase: y.JoinsCase,
		Approval: y.Approval, ApprovalDays: y.ApprovalDays, Veto: y.Veto, OnUnknown: onboarding.OnUnknown(y.OnUnknown),
		Task: y.Task, TaskOnDrop: y.TaskOnDrop, TaskAfter: y.TaskAfter, TaskAfterDays: y.TaskAfterDays,
		DoneBy: onboarding.EventKind(y.DoneBy), Alternative: y.Alternative, CalmDays: y.CalmDays,
	}
	t.Offset, _ = parseOffset(y.Offset)
	t.Expiry, _ = parseDuration(y.Expiry)
	t.LateAfter, _ = parseDuration(y.LateAfter)
	if w, err := parseWindow(y.Window); err == nil {
		t.Window = &w
	}
	if t.OnUnknown == "" {
		t.OnUnknown = onboarding.AskOnUnknown
	}
	if y.Latest != nil {
		t.Latest = &onboarding.Latest{Anchor: onboarding.Anchor(y.Latest.Anchor), Needs: onboarding.Fact(y.Latest.Needs)}
		t.Latest.Offset, _ = parseOffset(y.Latest.Offset)
	}
	for _, c := range y.Conditions {
		t.Conditions = append(t.Conditions, onboarding.Condition{Fact: onboarding.Fact(c.Fact), Is: c.Is, Reason: c.Reason})
	}
	return t
}

// known is the word where it is one of a closed list; else the schema has named it, and the checks of meaning pass over.
func known[W ~string](s string, list ...W) W {
	if slices.Contains(list, W(s)) {
		return W(s)
	}
	return ""
}

func typed[W ~string](in []string) []W {
	if len(in) == 0 {
		return nil
	}
	out := make([]W, len(in))
	for i, s := range in {
		out[i] = W(s)
	}
	return out
}
