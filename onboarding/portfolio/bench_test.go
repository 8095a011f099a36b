package portfolio_test

import "testing"

// BenchmarkPlay plays one made-up customer; the figure to hold is 10 ms.
func BenchmarkPlay(b *testing.B) {
	in := input(b, 1000)
	n := 0
	for b.Loop() {
		if _, err := in.Play(n % 1000); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
