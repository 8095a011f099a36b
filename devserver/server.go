package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/common/testing/freeport"
	"go.temporal.io/server/temporal"
)

const (
	clusterName  = "active"
	storeName    = "sqlite"
	readyTimeout = time.Minute // half a second is usual; a machine under load takes several
)

// server is a Temporal server that answers calls, until stop.
type server struct {
	options  options
	state    *stateFile
	address  endpoint // with the port that was chosen
	ui       *webUI   // nil: none
	log      *filteredLog
	temporal temporal.Server
}

// start returns a server that is ready to answer calls, or leaves nothing behind. The context ends the waiting, not the server.
func start(ctx context.Context, o options) (_ *server, err error) {
	s := &server{options: o, log: newFilteredLog(o.verbose)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if s.state, err = openStateFile(o.db); err != nil {
		return nil, err
	}
	if s.address, err = o.address.reserve("address"); err != nil {
		return nil, err
	}
	var ui endpoint
	if o.ui != nil {
		if ui, err = o.ui.reserve("ui-address"); err != nil {
			return nil, err
		}
	}
	if err := s.startTemporal(); err != nil {
		return nil, faultf(exitEngine, "start the Temporal server: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, readyTimeout, fmt.Errorf("no answer in %s", readyTimeout))
	defer cancel()
	if err := awaitNamespace(ctx, s.address.dial(), o.namespace); err != nil {
		return nil, faultf(exitEngine, "wait until namespace %q is served: %w\nRun with --verbose to see what the server says", o.namespace, err)
	}
	if o.ui != nil {
		s.ui = startWebUI(ui, s.address.dial(), o.namespace)
		if err := s.ui.await(ctx); err != nil {
			return nil, faultf(exitEngine, "wait until the Web UI answers at %s: %w", s.ui.url(), err)
		}
	}
	return s, nil
}

// startTemporal builds and starts the server; it does not wait until it serves.
func (s *server) startTemporal() (err error) {
	// What the server finds impossible it says to Fatal, which must not return; the log turns that into a panic.
	defer func() {
		if p := recover(); p != nil {
			f, ok := p.(fatal)
			if !ok {
				panic(p)
			}
			err = f
		}
	}()
	db := s.state.config()
	if err := createNamespace(db, s.options.namespace); err != nil {
		return err
	}
	services, hosts := s.services()
	t, err := temporal.NewServer(
		temporal.WithConfig(serverConfig(db, services, s.address.dial())),
		temporal.ForServices(temporal.DefaultServices),
		// Instead of ringpop: no membership ports, and a start in half a second.
		temporal.WithStaticHosts(hosts),
		temporal.WithDynamicConfigClient(settings(s.options.timeSkipping)),
		temporal.WithLogger(s.log),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return authorization.NewNoopClaimMapper() }),
	)
	if err != nil {
		return err
	}
	s.temporal = t
	return t.Start()
}

// services gives each of the four services its port: the frontend the one that was asked for, the others free ones on loopback,
// whatever the frontend listens on.
func (s *server) services() (map[string]config.Service, map[primitives.ServiceName]static.Hosts) {
	services := make(map[string]config.Service)
	hosts := make(map[primitives.ServiceName]static.Hosts)
	for _, name := range temporal.DefaultServices {
		e := s.address
		if name != string(primitives.FrontendService) {
			e = endpoint{loopback, uint16(freeport.MustGetFreePort())}
		}
		services[name] = config.Service{RPC: config.RPC{GRPCPort: int(e.port), BindOnIP: e.ip.String()}}
		hosts[primitives.ServiceName(name)] = static.SingleLocalHost(e.dial())
	}
	return services, hosts
}

// serverConfig is one cluster of one host on one file. No metrics, profiling or HTTP API port is open.
func serverConfig(db *config.SQL, services map[string]config.Service, frontend string) *config.Config {
	c := &config.Config{
		Persistence: config.Persistence{
			DefaultStore:     storeName,
			VisibilityStore:  storeName,
			NumHistoryShards: 1, // fixed for the life of the file
			DataStores:       map[string]config.DataStore{storeName: {SQL: db}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            services,
		PublicClient:        config.PublicClient{HostPort: frontend},
	}
	c.Archival.History.State = "disabled"
	c.Archival.Visibility.State = "disabled"
	c.NamespaceDefaults.Archival.History.State = "disabled"
	c.NamespaceDefaults.Archival.Visibility.State = "disabled"
	return c
}

// stop ends the server, which takes about a second, and removes a state that was not to be kept.
func (s *server) stop() error {
	s.log.mute() // what is cut off by the stop would be reported as errors
	if s.ui != nil {
		s.ui.stop()
	}
	var errs []error
	if s.temporal != nil {
		errs = append(errs, s.temporal.Stop())
	}
	if s.state != nil {
		errs = append(errs, s.state.release())
	}
	return errors.Join(errs...)
}

// String is the line that says the server is ready; scripts and tests read it.
func (s *server) String() string {
	ui, db, skipping := "none", ephemeral, "off"
	if s.ui != nil {
		ui = s.ui.url()
	}
	if s.state.kept {
		db = s.state.path
	}
	if s.options.timeSkipping {
		skipping = "on"
	}
	return fmt.Sprintf("devserver ready address=%s ui=%s namespace=%s db=%s time-skipping=%s",
		s.address.dial(), ui, s.options.namespace, db, skipping)
}
