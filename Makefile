# Every way to build, run and prove Baton. `make` alone lists them.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# The steps share one target folder and one screen.
.NOTPARALLEL:
.PHONY: help up tour test check fmt-check clippy deny doc tidy rules fmt bench bench-core load scale-test \
	test-theory audit clean demo test-pages setup-up setup-test setup-pages setup-scale

# Programs that the setup fetched come first; cargo finds cargo-nextest and cargo-deny there.
export PATH := $(CURDIR)/.tools:$(PATH)

TARGET := $(or $(CARGO_TARGET_DIR),target)
STEP := @deploy/tools/step
# Extra arguments for up, tour, test, bench, load, scale-test and test-theory: make test ARGS="-p baton-core".
ARGS ?=

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: setup-up ## Set up, build and run Baton on this machine; Ctrl-C stops it
	@cargo build --locked --release -p baton
	@nats=$$(deploy/tools/fetch-nats-server); \
	BATON_NATS_SERVER=$$nats exec $(TARGET)/release/baton up $(ARGS)

demo: setup-up ## As `up`, with virtual customers and agents; ARGS="--every 5"
	@cargo build --locked --release -p baton -p baton-demo
	@nats=$$(deploy/tools/fetch-nats-server); BATON_NATS_SERVER=$$nats \
	exec $(TARGET)/release/baton-demo --baton $(TARGET)/release/baton $(ARGS)

tour: ## Drive a running Baton as customers and agents would, and print the timeline
	@cargo build --locked --release -p baton
	@exec $(TARGET)/release/baton tour $(ARGS)

test: setup-test check ## Set up, check everything, and run every test; ARGS: some Rust tests alone
	$(STEP) "build" cargo build --locked --workspace --bins --tests
	@echo "== tests"
	@nats=$$(deploy/tools/fetch-nats-server); \
	BATON_NATS_SERVER=$$nats cargo nextest run --locked --workspace $(ARGS)
	$(if $(ARGS),,@$(MAKE) --no-print-directory test-pages)

test-pages: setup-up setup-pages ## Check, build and drive the pages; ARGS="tests/transfers.test.ts"
	$(STEP) "build" cargo build --locked -p baton
	@nats=$$(deploy/tools/fetch-nats-server); BATON=$(abspath $(TARGET))/debug/baton \
	BATON_NATS_SERVER=$$nats deploy/tools/test-pages $(ARGS)

check: fmt-check clippy deny doc tidy rules ## Format, lints, licences, docs, tidiness: what CI demands

fmt-check: setup-test
	$(STEP) "format" cargo fmt --all --check

clippy: setup-test
	$(STEP) "clippy" cargo clippy --locked --workspace --all-targets -- -D warnings

deny: setup-test
	$(STEP) "licences, bans, sources" \
		cargo deny --log-level error --locked check bans licenses sources

doc: setup-test
	$(STEP) "docs" env RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet

tidy: setup-test ## House rules alone: lengths, layers, dead files, links, words
	$(STEP) "tidy" cargo nextest run --locked -p baton-tidy

rules: setup-test ## Prometheus configuration, alert rules and their tests
	$(STEP) "prometheus: configuration" \
		promtool check config --lint-fatal deploy/prometheus/prometheus.yml
	$(STEP) "prometheus: rules" promtool check rules --lint-fatal \
		deploy/prometheus/baton.rules.yml deploy/prometheus/baton.alerts.yml
	$(STEP) "prometheus: rule tests" promtool test rules deploy/prometheus/baton.rules.test.yml

fmt: ## Format all Rust code
	@cargo fmt --all

bench: setup-up ## Measure, ARGS="latency" (or failover, gateways, steady, doubled); --help
	@echo "== bench: $(or $(ARGS),latency); the report is printed, and written with --out FILE"
	@cargo build --locked --release -p baton -p baton-load --bin baton --bin baton-bench
	@nats=$$(deploy/tools/fetch-nats-server); \
	BATON_NATS_SERVER=$$nats exec $(TARGET)/release/baton-bench $(or $(ARGS),latency)

bench-core: setup-up ## Measure the engine alone, up to a million waiting; ARGS="--quick"
	@cargo bench --locked -p baton-core --features measure --bench core -- $(ARGS)

load: setup-up ## Load a Baton, audit it, report; ARGS="failover --fresh" and others; --help
	@echo "== load: $(or $(ARGS),smoke --fresh); the report goes to target/load/, or --out FOLDER"
	@cargo build --locked --release -p baton -p baton-load --bin baton --bin baton-load
	@nats=$$(deploy/tools/fetch-nats-server); \
	BATON_NATS_SERVER=$$nats exec $(TARGET)/release/baton-load $(or $(ARGS),smoke --fresh)

scale-test: setup-up setup-scale ## Break every part of a Baton on many hosts under load (as root)
	@echo "== scale-test: three minutes; the report goes to target/scale/, or --report FILE"
	@cargo build --locked --release -p baton -p baton-load --bin baton --bin baton-scale
	@nats=$$(deploy/tools/fetch-nats-server); \
	as_root=; [ "$$(id -u)" -eq 0 ] || as_root=sudo; \
	$$as_root env BATON_NATS_SERVER=$$nats $(TARGET)/release/baton-scale $(ARGS)

test-theory: setup-up ## Queueing theory over the engine, in virtual time; ARGS=FILE: your model
	@echo "== theory: half an hour; the table goes to target/theory.md"
	@cargo build --locked --release -p baton-theory
	@exec $(TARGET)/release/baton-theory --out $(TARGET)/theory.md \
		$(or $(ARGS),tests/theory/models)

audit: setup-test ## Look dependencies up in the advisory database (needs the network)
	@cargo deny --locked check advisories

clean: ## Remove what was built or fetched; the state in .baton/ stays
	@cargo clean
	@rm -rf .tools

setup-up:
	@deploy/tools/setup-up

setup-test:
	@deploy/tools/setup-test

setup-pages:
	@deploy/tools/setup-pages

# The hosts are network namespaces, the load balancer is the one of deploy/haproxy.
setup-scale:
	@deploy/tools/apt-install haproxy iproute2
