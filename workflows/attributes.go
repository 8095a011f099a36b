package workflows

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// Attributes are an onboarding's search attributes: ids only.
type Attributes struct {
	Owner    string `json:"owner"`
	Phase    string `json:"phase"`
	Stage    string `json:"stage"`
	Health   string `json:"health"`
	Rules    int64  `json:"rules"`
	Playbook string `json:"playbook"`
}

var (
	keyOwner    = temporal.NewSearchAttributeKeyKeyword(onboarding.AttributeOwner)
	keyPhase    = temporal.NewSearchAttributeKeyKeyword(onboarding.AttributePhase)
	keyStage    = temporal.NewSearchAttributeKeyKeyword(onboarding.AttributeStage)
	keyHealth   = temporal.NewSearchAttributeKeyKeyword(onboarding.AttributeHealth)
	keyRules    = temporal.NewSearchAttributeKeyInt64(onboarding.AttributeRules)
	keyPlaybook = temporal.NewSearchAttributeKeyKeyword(onboarding.AttributePlaybook)
)

// First are the attributes that a starter gives a fresh onboarding.
func First(s journey.Start) Attributes {
	a := Attributes{Phase: string(onboarding.PhaseAdmit), Stage: string(onboarding.StagePurchase), Health: "green",
		Rules: int64(s.Rules), Playbook: s.Playbook}
	if s.Contract.Owner != nil {
		a.Owner = s.Contract.Owner.ID
	}
	return a
}

// Typed is the SDK's form of the attributes.
func (a Attributes) Typed() temporal.SearchAttributes {
	return temporal.NewSearchAttributes(keyOwner.ValueSet(a.Owner), keyPhase.ValueSet(a.Phase), keyStage.ValueSet(a.Stage),
		keyHealth.ValueSet(a.Health), keyRules.ValueSet(a.Rules), keyPlaybook.ValueSet(a.Playbook))
}

// upsert writes the attributes that changed: one event in the history, only then.
func (a *Attributes) upsert(ctx workflow.Context, s journey.State, row onboarding.ContractStatus) {
	now := Attributes{Owner: row.Owner, Phase: string(row.Phase), Stage: string(row.Stage), Health: row.Health,
		Rules: int64(s.Start.Rules), Playbook: row.Playbook}
	if now == *a {
		return
	}
	var updates []temporal.SearchAttributeUpdate
	change := func(differs bool, u temporal.SearchAttributeUpdate) {
		if differs {
			updates = append(updates, u)
		}
	}
	change(now.Owner != a.Owner, keyOwner.ValueSet(now.Owner))
	change(now.Phase != a.Phase, keyPhase.ValueSet(now.Phase))
	change(now.Stage != a.Stage, keyStage.ValueSet(now.Stage))
	change(now.Health != a.Health, keyHealth.ValueSet(now.Health))
	change(now.Rules != a.Rules, keyRules.ValueSet(now.Rules))
	change(now.Playbook != a.Playbook, keyPlaybook.ValueSet(now.Playbook))
	if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
		workflow.GetLogger(ctx).Error("search attributes were not written", "code", "attributes", "error", err)
		return
	}
	*a = now
}
