package engine

import (
	"errors"

	"go.temporal.io/sdk/temporal"
)

// refusal is the reason of an update that the onboarding answered with no.
func refusal(err error) (string, bool) {
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		return app.Message(), true
	}
	return "", false
}
