package activities

import (
	"context"
	"fmt"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
)

// recipient finds the one of ours whom an order goes to: a person the contract names, the ops channel, or somebody whom
// people.yaml knows, as who stands in for the owner.
func (a *Activities) recipient(ctx context.Context, o onboarding.Order) (p onboarding.Person, ok bool, err error) {
	if p, ok = personIn(o.Contract, o.To); ok || len(o.To) == 0 {
		return p, ok, nil
	}
	if o.To[0] == string(onboarding.AudienceOps) {
		p = a.Ops
		p.ID = o.To[0]
		return p, true, nil
	}
	if p, ok, err = a.People.Find(ctx, o.To[0]); err != nil {
		return p, false, fmt.Errorf("find whom an alert goes to: %w", err)
	}
	return p, ok, nil
}

// compose writes the message of an order to one of ours: a notice, or a touch of the plan.
func (a *Activities) compose(book *playbook.Playbook, o onboarding.Order, p onboarding.Person) (onboarding.Alert, error) {
	if o.Notice != nil {
		return book.ComposeNotice(o, p, a.Settings)
	}
	return book.ComposeAlert(o, p, a.Settings)
}

// mailText is an alert as a mail says it, without buttons.
func mailText(alert onboarding.Alert) string {
	text := strings.Join(append([]string{alert.Text}, alert.Lines...), "\n")
	for _, f := range alert.Facts {
		text += "\n\n" + strings.TrimSpace(f.Label+"\n"+f.Text)
	}
	return text + "\n"
}
