package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sort"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

const systemNamespace = primitives.SystemLocalNamespace

// searchAttributes are those the onboarding workflow upserts; one that is missing blocks its workflow tasks.
var searchAttributes = map[string]enumspb.IndexedValueType{
	"Owner":    enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"Phase":    enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"Stage":    enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"Health":   enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"Playbook": enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"Rules":    enumspb.INDEXED_VALUE_TYPE_INT,
}

// retention is how long an ended workflow stays to be looked at. The server's default for a namespace made in the file, one
// day, would empty a demonstration overnight.
const retention = 30 * 24 * time.Hour

// createNamespace writes the namespace with its search attributes into the file, before the server reads it: through the API
// it would take the server's caches some seconds to notice. An existing namespace is left as it is.
func createNamespace(db *config.SQL, name string) error {
	ns, err := sqlite.NewNamespaceConfig(clusterName, name, false, searchAttributes)
	if err == nil {
		ns.Detail.Config.Retention = durationpb.New(retention)
		err = sqlite.CreateNamespaces(db, ns)
	}
	if err != nil {
		return fmt.Errorf("make namespace %q: %w", name, err)
	}
	return nil
}

// awaitNamespace returns when the API serves the namespace in earnest. An open port is no proof, and client.Dial succeeds too
// early as well: the frontend must know the namespace, visibility its search attributes, and history must own its shard.
func awaitNamespace(ctx context.Context, address, name string) error {
	c, err := client.NewLazyClient(client.Options{HostPort: address, Namespace: name, Logger: silent})
	if err != nil {
		return err
	}
	defer c.Close()
	return poll(ctx, func(ctx context.Context) error {
		service := c.WorkflowService()
		if _, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: name}); err != nil {
			return err
		}
		_, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: everyAttribute()})
		if errors.As(err, new(*serviceerror.InvalidArgument)) {
			// The namespace was not made by createNamespace, or before an attribute was thought of. What it has, stays.
			_, addErr := c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
				Namespace: name, SearchAttributes: searchAttributes})
			return errors.Join(err, addErr)
		}
		if err != nil {
			return err
		}
		_, err = c.DescribeWorkflowExecution(ctx, "no-such-workflow", "")
		if errors.As(err, new(*serviceerror.NotFound)) {
			return nil
		}
		return err
	})
}

// everyAttribute is a visibility query that is refused as long as one search attribute is unknown.
func everyAttribute() string {
	var terms []string
	for name := range searchAttributes {
		terms = append(terms, name+" IS NOT NULL")
	}
	sort.Strings(terms)
	return strings.Join(terms, " AND ")
}

// silent is the log of the SDK's clients, whose errors are returned as well.
var silent = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))

// poll asks until the answer is nil or the context ends, and then returns the last answer with it.
func poll(ctx context.Context, ask func(context.Context) error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := ask(attempt)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (last answer: %w)", context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}
