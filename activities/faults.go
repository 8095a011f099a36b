package activities

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Types of application errors; stable, since retry policies and operators name them.
const (
	TypePermanent   = "Permanent"
	TypeThrottled   = "Throttled"
	TypeUnreached   = "Unreached"
	TypeUnderWay    = "UnderWay"
	TypeNoPlaybook  = "PlaybookNotLoaded"
	defaultThrottle = 30 * time.Second
)

func permanent(what string, err error) error {
	return temporal.NewNonRetryableApplicationError(what+": "+err.Error(), TypePermanent, err)
}

// again asks for another try after a delay; an expected failure, kept out of error logs.
func again(what, kind string, after time.Duration, err error) error {
	return temporal.NewApplicationErrorWithOptions(what, kind, temporal.ApplicationErrorOptions{
		NextRetryDelay: after, Category: temporal.ApplicationErrorCategoryBenign, Cause: err})
}

// throttleDelay is the provider's own delay, or half a minute where it names none.
func throttleDelay(err error) time.Duration {
	var d *onboarding.DeliveryError
	if errors.As(err, &d) && d.RetryAfter > 0 {
		return d.RetryAfter
	}
	return defaultThrottle
}
