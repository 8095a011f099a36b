package playbook

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	oldKey = bytes.Repeat([]byte{1}, 32)
	newKey = bytes.Repeat([]byte{2}, 32)
	noon   = time.Date(2026, 1, 20, 12, 0, 0, 0, time.UTC)
)

func linksWith(t testing.TB, keys ...[]byte) *Links {
	t.Helper()
	l, err := NewLinks(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func claim() Claim {
	return Claim{Purpose: PurposeSurvey, Contract: "C-2026-0042", Run: 1, Touch: "pulse-nps", Contact: "giulia", Arg: "9",
		Expires: PurposeSurvey.Expiry(noon).Unix()}
}

func TestALinkSaysBackWhatWasSignedAndNothingElse(t *testing.T) {
	l := linksWith(t, newKey)
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Za-z0-9._-]{0,40}`)
		c := Claim{Version: 1, Purpose: rapid.SampledFrom(Purposes).Draw(t, "purpose"), Contract: rapid.String().Draw(t, "contract"),
			Run: rapid.IntRange(1, 9).Draw(t, "run"), Touch: word.Draw(t, "touch"), Contact: word.Draw(t, "contact"),
			Arg: word.Draw(t, "arg"), Expires: noon.Unix() + 1}
		token := l.Sign(c)
		if got, err := l.Parse(token, c.Purpose, noon); err != nil || got != c {
			t.Fatalf("got %+v, %v, want %+v", got, err, c)
		}
		if strings.Trim(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
			t.Fatalf("%q needs escaping in an address", token)
		}
		i := rapid.IntRange(0, len(token)-1).Draw(t, "place")
		other := []byte(token)
		other[i] = rapid.SampledFrom([]byte("Aa0-_.!=")).Draw(t, "byte")
		if string(other) == token {
			return
		}
		if _, err := l.Parse(string(other), c.Purpose, noon); !errors.Is(err, ErrForged) {
			t.Fatalf("changed at %d it was taken: %v", i, err)
		}
	})
}

func TestALinkOpensOnlyThePageItIsFor(t *testing.T) {
	l := linksWith(t, newKey)
	token := l.Sign(claim())
	for _, p := range Purposes {
		_, err := l.Parse(token, p, noon)
		if want := p == PurposeSurvey; (err == nil) != want || !want && !errors.Is(err, ErrPurpose) {
			t.Errorf("for %s: %v", p, err)
		}
	}
	if c, err := l.Read(token, noon); err != nil || c.Purpose != PurposeSurvey {
		t.Errorf("the router learns %+v, %v", c, err)
	}
}

func TestAnOptOutWorksForThreeYearsAndEveryOtherLinkForSixtyDays(t *testing.T) {
	l := linksWith(t, newKey)
	for _, p := range Purposes {
		end := noon.AddDate(0, 0, 60)
		if p == PurposeUnsubscribe {
			end = noon.AddDate(3, 0, 0)
		}
		c := claim()
		c.Purpose, c.Expires = p, p.Expiry(noon).Unix()
		token := l.Sign(c)
		if _, err := l.Parse(token, p, end.Add(-time.Second)); err != nil {
			t.Errorf("%s a second before its end: %v", p, err)
		}
		late, err := l.Parse(token, p, end)
		if !errors.Is(err, ErrExpired) || late.Contact != "giulia" {
			t.Errorf("%s at its end: %+v, %v", p, late, err)
		}
		if _, err := l.Parse(token, "other", end); !errors.Is(err, ErrPurpose) {
			t.Errorf("%s expired and for another page: %v", p, err)
		}
	}
}

func TestAnOldKeyStillOpensWhatItSigned(t *testing.T) {
	before, during, after := linksWith(t, oldKey), linksWith(t, newKey, oldKey), linksWith(t, newKey)
	old := before.Sign(claim())
	if _, err := during.Parse(old, PurposeSurvey, noon); err != nil {
		t.Errorf("while the keys change: %v", err)
	}
	if _, err := after.Parse(old, PurposeSurvey, noon); !errors.Is(err, ErrForged) {
		t.Errorf("once the old key is gone: %v", err)
	}
	if _, err := after.Parse(during.Sign(claim()), PurposeSurvey, noon); err != nil {
		t.Errorf("the first key does not sign: %v", err)
	}
	address := before.ReplyAddress("C-1", "giulia", "in.example")
	if _, err := during.ParseReply(address); err != nil {
		t.Errorf("a reply while the keys change: %v", err)
	}
	if _, err := after.ParseReply(address); !errors.Is(err, ErrForged) {
		t.Errorf("a reply once the old key is gone: %v", err)
	}
}

func TestAWeakKeyIsRefused(t *testing.T) {
	for _, keys := range [][][]byte{nil, {}, {oldKey[:31]}, {newKey, []byte("short")}} {
		if _, err := NewLinks(keys...); err == nil || !strings.Contains(err.Error(), "32") {
			t.Errorf("%d keys: %v", len(keys), err)
		}
	}
}

func TestWhatIsNoTokenIsForged(t *testing.T) {
	l := linksWith(t, newKey)
	good := l.Sign(claim())
	body, sum, _ := strings.Cut(good, ".")
	foreign := claim()
	foreign.Version = 2
	for _, token := range []string{"", ".", "a.b", body, body + ".", "." + sum, good + "=", good + sum, body + "." + sum[:10],
		l.Sign(foreign), base64.RawURLEncoding.EncodeToString([]byte(`{"v":1}`)) + "." + sum} {
		if _, err := l.Read(token, noon); !errors.Is(err, ErrForged) {
			t.Errorf("%q: %v", token, err)
		}
	}
}

func TestAReplyAddressFitsAndComesBackInAnyCase(t *testing.T) {
	l := linksWith(t, newKey)
	rapid.Check(t, func(t *rapid.T) {
		contract := rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9-]{1,60}`), rapid.StringN(1, 60, -1),
			rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)).Draw(t, "contract")
		contact := rapid.StringN(1, 40, -1).Draw(t, "contact")
		address := l.ReplyAddress(contract, contact, "in.example")
		local, _, _ := strings.Cut(address, "@")
		if len(local) > 64 {
			t.Fatalf("%s has %d characters before the @", address, len(local))
		}
		for _, form := range []string{address, strings.ToUpper(address), local, " " + strings.TrimPrefix(local, "reply+")} {
			r, err := l.ParseReply(form)
			if err != nil || !r.Matches(contract, contact) || r.Matches(contract+"x", contact) || r.Matches(contract, contact+"x") {
				t.Fatalf("%q: %+v, %v", form, r, err)
			}
			if len(contract) <= 22 && r.Contract != contract {
				t.Fatalf("the short id %q came back as %q", contract, r.Contract)
			}
		}
	})
}

func TestAReplyAddressCarriesAUUID(t *testing.T) {
	const id = "0f8fad5b-d9cb-469f-a165-70867728950e"
	l := linksWith(t, newKey)
	r, err := l.ParseReply(l.ReplyAddress(id, "giulia", "in.example"))
	if err != nil || r.Contract != id {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestAForgedReplyAddressIsRefused(t *testing.T) {
	l := linksWith(t, newKey)
	address := l.ReplyAddress("C-1", "giulia", "in.example")
	for _, bad := range []string{"", "reply+@in.example", "marco@in.example", "reply+abcdef@in.example", strings.Replace(address, "reply+a", "reply+b", 1),
		address[:20] + "q" + address[21:]} {
		if bad == address {
			continue
		}
		if _, err := l.ParseReply(bad); !errors.Is(err, ErrForged) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	link := l.Sign(claim())
	if _, err := l.ParseReply(link); !errors.Is(err, ErrForged) {
		t.Errorf("a link taken for a reply address: %v", err)
	}
}
