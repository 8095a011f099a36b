package remorse

import "github.com/centogiorni/centogiorni/onboarding"

// Hear reads the text of a reply and puts what it says into the event, so that it is read once, whatever a later release
// would read. An event that was read, or is no reply, stays as it is. The language is the customer's.
func Hear(e onboarding.Event, language string) onboarding.Event {
	if e.Kind == onboarding.EventEmailReply && e.Reading == nil {
		r := Read(e.Text, language)
		e.Reading = &r
	}
	return e
}
