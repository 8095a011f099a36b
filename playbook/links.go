package playbook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Purpose is what a link in a mail is for; a link of one purpose opens no page of another.
type Purpose string

const (
	PurposeBooking     Purpose = "booking"
	PurposeTraining    Purpose = "training"
	PurposeRefund      Purpose = "refund"
	PurposeSurvey      Purpose = "survey"
	PurposeReview      Purpose = "review"
	PurposeReferral    Purpose = "referral"
	PurposePeerYes     Purpose = "peer_yes"
	PurposePeerNo      Purpose = "peer_no"
	PurposeCase        Purpose = "case"
	PurposeUnsubscribe Purpose = "unsubscribe"
	PurposeAnswers     Purpose = "answers"
)

// Purposes lists the purposes a template may ask for.
var Purposes = []Purpose{PurposeBooking, PurposeTraining, PurposeRefund, PurposeSurvey, PurposeReview, PurposeReferral,
	PurposePeerYes, PurposePeerNo, PurposeCase, PurposeUnsubscribe, PurposeAnswers}

// Expiry is when a link made at an instant ends: an opt-out must work for years, the others for the onboarding.
func (p Purpose) Expiry(made time.Time) time.Time {
	if p == PurposeUnsubscribe {
		return made.AddDate(3, 0, 0)
	}
	return made.AddDate(0, 0, 60)
}

// Claim is what a link says: ids only, no name and no address. Expires is in Unix seconds.
type Claim struct {
	Version  int     `json:"v"`
	Purpose  Purpose `json:"p"`
	Contract string  `json:"c"`
	Run      int     `json:"r"`
	Touch    string  `json:"t,omitempty"`
	Contact  string  `json:"k,omitempty"`
	Arg      string  `json:"a,omitempty"` // a survey's answer, a case history's id
	Expires  int64   `json:"e"`
}

// Callers branch on these: a page says kindly that a link is too old, and no more than "no such page" to the others.
var (
	ErrExpired = errors.New("the link has expired")
	ErrForged  = errors.New("the link was not signed by us")
	ErrPurpose = errors.New("the link is for another page")
)

const (
	claimVersion = 1
	macLength    = 16
	minKey       = 32
)

// Links signs and reads the links and reply addresses of mails. The first key signs, all of them verify: to change the
// key put the new one first and keep the old one for as long as its links shall work.
type Links struct{ keys [][]byte }

// NewLinks refuses a key of less than 32 bytes.
func NewLinks(keys ...[]byte) (*Links, error) {
	if len(keys) == 0 {
		return nil, errors.New("no key to sign links with: set one of at least 32 random bytes")
	}
	for i, k := range keys {
		if len(k) < minKey {
			return nil, fmt.Errorf("key %d for signing links has %d bytes: use at least %d random ones", i+1, len(k), minKey)
		}
	}
	copied := make([][]byte, len(keys))
	for i, k := range keys {
		copied[i] = slices.Clone(k)
	}
	return &Links{keys: copied}, nil
}

// Sign makes the token of a claim. A claim without a version gets the current one.
func (l *Links) Sign(c Claim) string {
	if c.Version == 0 {
		c.Version = claimVersion
	}
	payload, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("a claim of strings and numbers always encodes: %v", err))
	}
	body := base64.RawURLEncoding.EncodeToString(payload)
	return body + "." + base64.RawURLEncoding.EncodeToString(l.mac(l.keys[0], "link", []byte(body))[:macLength])
}

// Parse reads a token that must be for the given purpose. With ErrExpired the claim is returned too, so that the page
// can answer in the right language.
func (l *Links) Parse(token string, purpose Purpose, now time.Time) (Claim, error) {
	c, err := l.Read(token, now)
	if (err == nil || errors.Is(err, ErrExpired)) && c.Purpose != purpose {
		return Claim{}, ErrPurpose
	}
	return c, err
}

// Read is Parse for the one who must first learn the purpose: the router of /l/<token>.
func (l *Links) Read(token string, now time.Time) (Claim, error) {
	body, sum, ok := strings.Cut(token, ".")
	mac, err := base64.RawURLEncoding.Strict().DecodeString(sum)
	if !ok || err != nil || len(mac) != macLength || !l.signed("link", []byte(body), mac) {
		return Claim{}, ErrForged
	}
	payload, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil {
		return Claim{}, ErrForged
	}
	var c Claim
	if err := json.Unmarshal(payload, &c); err != nil || c.Version != claimVersion {
		return Claim{}, ErrForged
	}
	if now.Unix() >= c.Expires {
		return c, ErrExpired
	}
	return c, nil
}

// signed compares in constant time with what every key would have written.
func (l *Links) signed(kind string, message, mac []byte) bool {
	ok := false
	for _, k := range l.keys {
		if hmac.Equal(l.mac(k, kind, message)[:len(mac)], mac) {
			ok = true
		}
	}
	return ok
}

// mac keeps links and reply addresses apart: one can never stand for the other.
func (l *Links) mac(key []byte, kind string, message []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write(message)
	return h.Sum(nil)
}
