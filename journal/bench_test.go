package journal

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/journal/journaltest"
	"github.com/centogiorni/centogiorni/onboarding"
)

// benchBoth runs a benchmark on both databases. PostgreSQL started by the tests does not wait for its disk.
func benchBoth(b *testing.B, bench func(b *testing.B, j *Journal)) {
	for _, kind := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", journaltest.SQLite}, {"postgres", journaltest.Postgres}} {
		b.Run(kind.name, func(b *testing.B) {
			j, _ := open(b, kind.url(b))
			b.ResetTimer()
			bench(b, j)
		})
	}
}

// BenchmarkReserveAndSettle is what a mail costs the ledger, with four workers at it.
func BenchmarkReserveAndSettle(b *testing.B) {
	benchBoth(b, func(b *testing.B, j *Journal) {
		var n atomic.Int64
		b.SetParallelism(4)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				key := fmt.Sprint("C/1/", n.Add(1))
				row := mail(key, noon)
				row.Address = key + "@acme.example"
				if _, err := j.Reserve(b.Context(), row, roomy, grace); err != nil {
					b.Error(err)
				}
				if err := j.Settle(b.Context(), key, onboarding.SendAccepted, "m", ""); err != nil {
					b.Error(err)
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
	})
}

// BenchmarkListPage is one page of the console's list of 100,000 customers.
func BenchmarkListPage(b *testing.B) {
	benchBoth(b, func(b *testing.B, j *Journal) {
		portfolio(b, j, 100_000)
		for name, f := range map[string]Filter{
			"open": {State: StateOpen}, "all": {}, "owner": {Owner: "o-7", State: StateOpen}, "search": {Query: "w4711", State: StateEnded},
			"owner health phase": {Owner: "o-7", Health: "health-2", Phase: "phase-3"},
			"deep":               {State: StateEnded, After: cursor(ContractRow{Contract: onboarding.Contract{ID: "C-9"}, StartedAt: noon.Add(100 * time.Second)})},
		} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					rows, _, err := j.Contracts(b.Context(), f)
					if err != nil || len(rows) == 0 {
						b.Fatal(len(rows), err)
					}
				}
			})
		}
	})
}
