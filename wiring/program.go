package wiring

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/centogiorni/centogiorni/config"
)

// Logger writes as the configuration says.
func Logger(cfg config.Config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.Ops.LogLevel}
	if cfg.Ops.LogFormat == config.LogJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// AskHealth asks the program that runs on an address how it is; the result is an exit code, 0 or 1. It serves container
// health checks in images without a shell.
func AskHealth(program, address string, stderr io.Writer) int {
	c := http.Client{Timeout: 3 * time.Second}
	resp, err := c.Get("http://" + address + "/healthz")
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", program, err)
		return 1
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		fmt.Fprintf(stderr, "%s: unhealthy: %s\n", program, resp.Status)
		return 1
	}
	return 0
}
