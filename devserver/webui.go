package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
)

// webUI is Temporal's Web UI, served from this process.
type webUI struct {
	at        endpoint
	namespace string
	server    *uiserver.Server
}

// startWebUI begins to serve the UI on a reserved endpoint; await says when it does. Only for a frontend that is up: a UI that
// finds none answers 503 for a second more. If it cannot listen, the UI ends the whole process by itself.
func startWebUI(at endpoint, frontend, namespace string) *webUI {
	u := &webUI{at: at, namespace: namespace, server: uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
		Host:                at.host(),
		Port:                int(at.port),
		TemporalGRPCAddress: frontend,
		EnableUI:            true,
		DefaultNamespace:    namespace,
		CORS:                uiconfig.CORS{CookieInsecure: true}, // plain HTTP
		DisableNewsFetch:    true,                                // nothing here calls out
		HideLogs:            true,
	}))}
	go u.server.Start()
	return u
}

// await returns when the UI answers with what the frontend knows; its own health check says nothing of the frontend.
func (u *webUI) await(ctx context.Context) error {
	return poll(ctx, func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.url()+"/api/v1/namespaces/"+url.PathEscape(u.namespace), nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("status %s", answer.Status)
		}
		return nil
	})
}

func (u *webUI) url() string { return "http://" + u.at.dial() }

func (u *webUI) stop() { u.server.Stop() }
