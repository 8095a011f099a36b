package journey_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// BenchmarkPlay100Days plays the default plan with all that happens on a good path; design number: 5 ms on one core.
func BenchmarkPlay100Days(b *testing.B) {
	s := goodPath(newStory(b))
	s.plan = defaultPlan(b)
	core := journey.New(s.plan)
	for b.Loop() {
		if _, err := core.Play(s.start, s.events, s); err != nil {
			b.Fatal(err)
		}
		s.orders = s.orders[:0]
	}
}

// mostState is the design number for the state that travels through every continue-as-new, in bytes.
const mostState = 3_000

func TestTheStateStaysSmall(t *testing.T) {
	s := goodPath(newStory(t))
	s.plan = defaultPlan(t)
	for i := range 128 {
		s.on("day 63 10:00", onboarding.EventLogin, func(e *onboarding.Event) { e.ID = fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i)}))[:16] })
	}
	largest, raw := 0, 0
	w := &world{plan: s.plan, start: s.start, events: s.events, calm: true}
	w.between = func(state journey.State, _ time.Time) {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		data := text(state)
		if _, err := z.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if packed.Len() > largest {
			largest, raw = packed.Len(), len(data)
		}
	}
	w.play()
	t.Logf("the largest state of acme's good path: %d bytes of JSON, %d packed", raw, largest)
	if largest > mostState {
		t.Errorf("%d bytes are more than %d", largest, mostState)
	}
}
