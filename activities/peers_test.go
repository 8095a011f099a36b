package activities_test

import (
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// rita is in the pool of every bench below.
var rita = onboarding.Peer{ID: "borgo", Company: "Officine Borgo", Contact: "Rita Fontana", Email: "rita@borgo.example", Language: "it", Consent: true, Capacity: 1}

// request is the order to ask Rita, as the core gives it: with her id alone.
func (b bench) request(t *testing.T) onboarding.Order {
	t.Helper()
	if err := b.journal.PutPeers(t.Context(), []onboarding.Peer{rita}); err != nil {
		t.Fatal(err)
	}
	o := b.order
	o.Touch, o.Key, o.Class, o.Audience, o.From = "peer-request/peer-borgo", "C/1/peer-request/peer-borgo", onboarding.ClassService, onboarding.AudiencePeer, onboarding.AudienceOwner
	o.To, o.Cc, o.Peer, o.Contract = []string{"borgo"}, nil, &onboarding.Peer{ID: "borgo"}, b.order.Contract.ForPeer()
	return o
}

// introduction is the order to introduce Giulia and Rita.
func (b bench) introduction(t *testing.T) onboarding.Order {
	t.Helper()
	o := b.request(t)
	o.Touch, o.Key, o.Audience, o.Contract = "peer-introduction", "C/1/peer-introduction", onboarding.AudienceCustomer, b.order.Contract
	o.To = []string{"giulia", onboarding.PeerRecipient("borgo")}
	return o
}

func TestAPeerIsAskedWithoutAWordOfWhoItIsFor(t *testing.T) {
	b := newBench(t)
	o := b.request(t)
	out, err := b.Deliver(t.Context(), o)
	if err != nil || out.Kind != onboarding.OutcomeSent || len(b.mails) != 1 {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	m := b.mails[0]
	if m.To != (onboarding.Address{Name: "Rita Fontana", Email: "rita@borgo.example"}) || !strings.Contains(m.Text, "manifattura") {
		t.Errorf("to %+v:\n%s", m.To, m.Text)
	}
	for _, c := range append(b.order.Contract.Customer.Contacts, onboarding.Contact{Name: "Acme", Email: "12000"}) {
		for _, secret := range []string{c.Name, c.Email} {
			if strings.Contains(m.Text+m.HTML+m.Subject, secret) {
				t.Errorf("the mail to the peer holds %q", secret)
			}
		}
	}
}

func TestWhoIsNotAsked(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(b bench, p *onboarding.Peer)
		want   string
	}{
		{"who took their consent back", func(_ bench, p *onboarding.Peer) { p.Consent = false }, "no consent"},
		{"who opted out", func(b bench, p *onboarding.Peer) {
			if err := b.journal.Suppress(t.Context(), []onboarding.Suppression{{Address: p.Email, Reason: "unsubscribed", At: b.order.At}}); err != nil {
				t.Fatal(err)
			}
		}, "unsubscribed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			o, p := b.request(t), rita
			c.change(b, &p)
			if err := b.journal.PutPeers(t.Context(), []onboarding.Peer{p}); err != nil {
				t.Fatal(err)
			}
			if out, err := b.Deliver(t.Context(), o); err != nil || out.Kind != onboarding.OutcomeDropped || out.Reason != c.want || len(b.mails) > 0 {
				t.Errorf("outcome %+v, %v; want dropped: %s", out, err, c.want)
			}
		})
	}
}

func TestAPeerIsAskedNoCloserThanAnybody(t *testing.T) {
	b := newBench(t)
	o := b.request(t)
	if _, err := b.Deliver(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	o.Key = "other/1/peer-request/peer-borgo"
	if out, err := b.Deliver(t.Context(), o); err != nil || out.Kind != onboarding.OutcomeDeferred {
		t.Errorf("outcome %+v, %v; want deferred", out, err)
	}
}

func TestAnIntroductionTellsEachOfTheOther(t *testing.T) {
	b := newBench(t)
	if _, err := b.Deliver(t.Context(), b.request(t)); err != nil { // the peer may answer within the hour
		t.Fatal(err)
	}
	out, err := b.Deliver(t.Context(), b.introduction(t))
	if err != nil || out.Kind != onboarding.OutcomeSent || len(b.mails) != 3 {
		t.Fatalf("outcome %+v, %v, %d mails; want two more", out, err, len(b.mails))
	}
	toGiulia, toRita := b.mails[1], b.mails[2]
	if toGiulia.To.Email != "giulia@acme.example" || !strings.Contains(toGiulia.Text, "rita@borgo.example") {
		t.Errorf("to %s:\n%s", toGiulia.To.Email, toGiulia.Text)
	}
	if toRita.To.Email != "rita@borgo.example" || !strings.Contains(toRita.Text, "giulia@acme.example") || strings.Contains(toRita.Text, "contratto") {
		t.Errorf("to %s:\n%s", toRita.To.Email, toRita.Text)
	}
}

func TestNoHalfOfAnIntroductionGoes(t *testing.T) {
	b := newBench(t)
	if _, err := b.deliver(t); err != nil { // the welcome: Giulia has had a mail today
		t.Fatal(err)
	}
	o := b.introduction(t)
	if out, err := b.Deliver(t.Context(), o); err != nil || out.Kind != onboarding.OutcomeDeferred || len(b.mails) != 1 {
		t.Errorf("outcome %+v, %v, %d mails; want deferred, and nothing to the peer", out, err, len(b.mails))
	}
}

func TestAMatchComesFromThePoolOrFromTheScenario(t *testing.T) {
	b := newBench(t)
	in := onboarding.MatchInput{Contract: "C", Run: 1, Customer: b.order.Contract.Customer, At: b.order.At, Seek: 1}
	if out, err := b.Match(t.Context(), in); err != nil || out.Peer != nil {
		t.Errorf("an empty pool gave %+v, %v", out.Peer, err)
	}
	b.request(t)
	if out, err := b.Match(t.Context(), in); err != nil || out.Peer == nil || out.Peer.Peer != "borgo" {
		t.Errorf("the pool gave %+v, %v", out.Peer, err)
	}
	in.Pool = []onboarding.Peer{{ID: "story", Company: "S", Language: "it", Consent: true}}
	if out, err := b.Match(t.Context(), in); err != nil || out.Peer == nil || out.Peer.Peer != "story" {
		t.Errorf("the scenario gave %+v, %v", out.Peer, err)
	}
}
