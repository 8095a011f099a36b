package e2e

import (
	"net/http"
	"testing"
)

// worker is the worker program; it keeps its environment over a restart.
type worker struct {
	*process
	t       testing.TB
	env     []string
	metrics string
}

// restart starts the worker and waits until it is ready.
func (w *worker) restart() {
	w.t.Helper()
	w.metrics = freeAddress(w.t)
	p := launch(w.t, append(w.env, "CENTOGIORNI_METRICS_ADDRESS="+w.metrics), "worker")
	w.process = p
	await(w.t, "the worker", func() bool {
		if p.hasEnded() {
			w.t.Fatalf("the worker did not come up\n%s", p.stderr)
		}
		resp, err := http.Get("http://" + w.metrics + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}
