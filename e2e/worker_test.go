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
	p.awaitReady(w.metrics)
}

// awaitReady waits until a program says that it is ready.
func (p *process) awaitReady(address string) {
	p.t.Helper()
	await(p.t, "the "+p.name, func() bool {
		if p.hasEnded() {
			p.t.Fatalf("the %s did not come up\n%s", p.name, p.stderr)
		}
		resp, err := http.Get("http://" + address + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}
