package playbook

import (
	"fmt"

	"github.com/centogiorni/centogiorni/onboarding"
)

var englishLocale = locale{
	weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		"November", "December"},
	day: func(weekday string, day int, month string) string {
		return fmt.Sprintf("%s %d %s", weekday, day, month)
	},
	at:   "at",
	days: [2]string{"1 day", "%d days"},
	rules: map[onboarding.CountsFrom]string{
		onboarding.FromSigned: "from signing", onboarding.FromKickoffHeld: "from the kickoff meeting",
		onboarding.FromInstalled: "from installation", onboarding.FromFirstValue: "from the first result",
	},
	offDays: map[onboarding.DayKind]string{
		onboarding.DayWeekend: "which falls on a weekend", onboarding.DayHoliday: "which is a public holiday",
		onboarding.DayClosure: "which falls on a closing day",
	},
	next: map[string]string{
		"welcome":             "our welcome",
		"sales-handover":      "the handover",
		"owner-introduction":  "an introduction from %s",
		"case-history-1":      "the story of somebody who started before you",
		"peer-offer":          "an offer to talk to another customer",
		"kickoff-nudge":       "two times to choose from for the kickoff",
		"kickoff-agenda":      "the agenda of the kickoff",
		"kickoff-recap":       "the kickoff in writing",
		"pulse-handoff":       "a question about the handover",
		"training-invitation": "the invitation to the training",
		"training-reminder-1": "more dates for the training",
		"case-history-2":      "a second story",
		"refund-reminder":     "a reminder of the refund's last day",
		"first-invoice":       "the first invoice explained",
		"pulse-ease":          "a question about how it is going",
		"goal-review":         "a look at the result you wanted",
		"next-step":           "the next step",
		"kickoff_date":        "the kickoff meeting",
		"refund_last_day":     "the last day for a refund",
		"invoice_due":         "the first invoice",
	},
	why: map[onboarding.Class]reasonWhy{
		onboarding.ClassService: {
			business: "You get this mail because it is part of the contract of %s for %s.",
			consumer: "You get this mail because it is part of your contract for %s."},
		onboarding.ClassRelationship: {
			business: "You get this mail because %s is a customer of ours for %s. It is optional.",
			consumer: "You get this mail because you bought %s. It is optional."},
		onboarding.ClassConfirmation: {
			business: "You get this mail as confirmation of a message on behalf of %s about the contract for %s.",
			consumer: "You get this mail as confirmation of your message about the contract for %s."},
	},
	whyPeer: "You get this mail because you agreed to talk about your experience with other customers of %s. You can stop at any time: just answer.",
	words: map[string]string{
		"smb": "a small or medium-sized business", "micro": "a very small business", "small": "a small business",
		"medium": "a medium-sized business", "mid-market": "a medium-sized business", "enterprise": "a large company", "large": "a large company",
		"email": "mail", "meeting": "in person", "whatsapp": "WhatsApp", "pec": "certified mail (PEC)", "post": "letter",
		"product": "in the product", "crm": "CRM", "slack": "Slack",
	},
	privacy:     "Privacy notice",
	unsubscribe: "Stop optional mails",
}
