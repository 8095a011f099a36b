package interact

import (
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack"
)

func TestOnlyWhatMeansTheSameHasOneID(t *testing.T) {
	of := func(change func(*click)) click {
		c := click{Button: slack.Button{Contract: "C-1", Run: 1, Case: "case-1", Alert: "case-1/3", Value: "v"}, Action: onboarding.ActionSkip, User: "U1", Channel: "D1", TS: "1.1", Trigger: "t"}
		change(&c)
		return c
	}
	same := clickID(of(func(*click) {}))
	for name, change := range map[string]func(*click){
		"another trigger":      func(c *click) { c.Trigger = "u" },
		"another answer's URL": func(c *click) { c.ResponseURL = "r" },
	} {
		if clickID(of(change)) != same {
			t.Errorf("%s makes it another click", name)
		}
	}
	for name, change := range map[string]func(*click){
		"another contract in one digest": func(c *click) { c.Contract = "C-2" },
		"another run":                    func(c *click) { c.Run = 2 },
		"another message":                func(c *click) { c.TS = "1.2" },
		"a message drawn again":          func(c *click) { c.Alert = "case-1/4" },
		"another touch":                  func(c *click) { c.Value = "w" },
		"another person":                 func(c *click) { c.User = "U2" },
	} {
		if clickID(of(change)) == same {
			t.Errorf("%s does not make it another click", name)
		}
	}
}
