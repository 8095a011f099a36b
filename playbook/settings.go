package playbook

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Settings is what an installation puts into every mail. There is no clock in it: a link's life counts from the
// order's own instant, so that the same order always gives the same letter.
type Settings struct {
	// BaseURL is where the customers' pages are, as https://onboarding.example; links are BaseURL/l/<token>.
	BaseURL string
	Links   *Links
	Company Company
	// FromService and FromRelationship are separate addresses, so that complaints about the one class do not bring
	// down the other.
	FromService      onboarding.Address
	FromRelationship onboarding.Address
	// ReplyDomain receives the answers at reply+<token>@ReplyDomain; "" sends them to the owner's own address.
	ReplyDomain string
}

// Company is the vendor, as the law wants it in the footer. Brand is how people call it; "" is the legal name.
type Company struct {
	Brand        string
	LegalName    string
	Seat         string
	Registration string
	PrivacyURL   string
}

func (c Company) brand() string {
	if c.Brand != "" {
		return c.Brand
	}
	return c.LegalName
}

// Validate names everything that is missing; a mail without it must not go.
func (s Settings) Validate() error {
	var errs []error
	for _, f := range []struct{ name, value, remedy string }{
		{"Company.LegalName", s.Company.LegalName, "the company's legal name"},
		{"Company.Seat", s.Company.Seat, "its registered seat"},
		{"Company.Registration", s.Company.Registration, "its registration or VAT number"},
		{"FromService.Email", s.FromService.Email, "the sender of service mails"},
		{"FromRelationship.Email", s.FromRelationship.Email, "the sender of relationship mails"},
	} {
		if strings.TrimSpace(f.value) == "" {
			errs = append(errs, fmt.Errorf("%s is missing: set %s", f.name, f.remedy))
		}
	}
	for _, f := range []struct{ name, value string }{{"BaseURL", s.BaseURL}, {"Company.PrivacyURL", s.Company.PrivacyURL}} {
		if !isWebAddress(f.value) {
			errs = append(errs, fmt.Errorf("%s is no web address: write it as https://host/path", f.name))
		}
	}
	if s.Links == nil {
		errs = append(errs, errors.New("Links is missing: give a key to sign links with"))
	}
	return errors.Join(errs...)
}

func (s Settings) linkURL(c Claim) string {
	return strings.TrimSuffix(s.BaseURL, "/") + "/l/" + s.Links.Sign(c)
}

// isWebAddress reports whether a text is an absolute http or https address with a host.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
