package interact

import (
	"context"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

// ofApology is the mail by which the playbook admits a fault.
func ofApology(ctx context.Context, o Office, c click) (Draft, bool, error) {
	return o.DraftOn(ctx, c.Contract, c.Case, onboarding.EventFaultAdmitted)
}

// admitForm asks whether to admit the fault, and shows how: the mail that would go.
func admitForm(f form) []api.Block {
	question := func(key string) api.Block { return api.NewSectionBlock(text(f.w[key]), nil, nil) }
	if f.noMail {
		return []api.Block{question("admit_no_mail")}
	}
	return append([]api.Block{question("admit_mail")}, mailForm(f, "admit_late")...)
}

// admitted is the decision to admit the fault, with what was changed of the mail that says so.
func admitted(_ words, in answers, c click, _ onboarding.Date) ([]onboarding.Event, map[string]string) {
	subject, body := rewritten(in, c)
	return []onboarding.Event{{Kind: onboarding.EventFaultAdmitted, Case: c.Case, Subject: subject, Body: body}}, nil
}
