package engine

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"github.com/centogiorni/centogiorni/workflows"
)

// refusal is the reason of an update that the onboarding answered with no.
func refusal(err error) (string, bool) {
	var app *temporal.ApplicationError
	if errors.As(err, &app) && app.Type() != workflows.NotOnShelf {
		return app.Message(), true
	}
	return "", false
}

// notOnShelf reports whether the worker that was asked lacks the playbook to adopt: it reads the journal every few
// seconds.
func notOnShelf(err error) bool {
	var app *temporal.ApplicationError
	return errors.As(err, &app) && app.Type() == workflows.NotOnShelf
}
