# make help lists the targets. Go, git and make are all a fresh machine needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go
export GOTOOLCHAIN = local
BIN := $(CURDIR)/.bin
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
WORKFLOWCHECK := go.temporal.io/sdk/contrib/tools/workflowcheck@v0.6.0

.PHONY: help build demo test check bench fmt clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build the programs and the development server into .bin
	@mkdir -p $(BIN)
	$(GO) build -o $(BIN)/ ./starter ./worker ./server
	@echo "the development server: the first build takes about five minutes"
	$(GO) -C devserver build -o $(BIN)/devserver .

demo: build ## play a sample customer's 100 days on a real Temporal server
	@exec $(BIN)/devserver exec --time-skipping -- $(BIN)/starter demo $(DEMO)

test: build ## run every test, those of the development server and the whole system too; what is skipped is said
	$(GO) test -v -timeout 20m ./... | awk -f .ci/skips.awk
	$(GO) -C devserver test -v -timeout 10m ./... | awk -f .ci/skips.awk

check: ## gofmt, vet, lint, workflow determinism, tidy modules
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run: make fmt"; exit 1; }
	$(GO) vet ./...
	$(GO) -C devserver vet ./...
	$(GO) mod tidy -diff
	$(GO) -C devserver mod tidy -diff
	$(GO) run $(WORKFLOWCHECK) ./workflows/... ./onboarding/...
	$(GO) run $(GOLANGCI_LINT) run

bench: build ## print the figures of docs/numbers.md, each beside its bare control
	$(GO) test -run '^$$' -bench . -benchtime 20x ./onboarding/... ./playbook ./journal
	$(BIN)/devserver exec --time-skipping -- $(GO) test -run '^$$' -bench . -benchtime 1x ./e2e

fmt: ## format the code
	gofmt -w .

clean: ## remove what was built and what the programs wrote
	rm -rf .bin .state
