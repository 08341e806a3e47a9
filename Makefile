# check_netstat: make help lists the targets.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
TAGS    := forceposix
LDFLAGS := -s -w -buildid= -X main.version=$(VERSION)
BUILD   := $(GO) build -tags $(TAGS) -trimpath -buildvcs=false -ldflags '$(LDFLAGS)'
TARGETS := windows/amd64 linux/amd64 linux/arm64 darwin/arm64 freebsd/amd64

# The tools of the release, at versions that are known to work.
NFPM   := github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
WINRES := github.com/tc-hib/go-winres@v0.3.3
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null)

# The race detector needs a C compiler; without one the tests run without it.
RACE := $(shell command -v cc >/dev/null 2>&1 && echo -race)

.PHONY: help build demo test test-root faults integration soak fleet lint bench fuzz cross deb dist dist-test clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

build: ## bin/check_netstat, one static binary
	CGO_ENABLED=0 $(BUILD) -o bin/check_netstat ./cmd/check_netstat

demo: build ## judge example lists against a saved Windows capture, then this host
	@sh contrib/demo.sh

test: lint ## every test that needs no root
	$(GO) test -tags $(TAGS) $(RACE) ./...

faults: ## the fault suite alone; as root with the faults that root makes
	$(GO) test -tags "$(TAGS) $$([ $$(id -u) != 0 ] || echo root)" -count=1 -run '^Test(Root)?Fault|^TestNothingIsChanged|^TestRootCapabilities|^TestRootNetstat|^FuzzForged' ./cmd/... ./plugin/...

test-root: ## the tests that need root (network namespaces, other users)
	$(GO) test -tags '$(TAGS) root' -count=1 -run Root ./...

# As root the tests have the tag root as well, and a network of their own with
# nothing but loopback; what they are built from is fetched before.
integration: ## the plugin and contrib in Icinga, Nagios, NRPE and Wine
	sh contrib/integration/install.sh
	@tags="$(TAGS) integration"; alone=; \
	if [ $$(id -u) = 0 ]; then tags="$$tags root"; alone="unshare --net sh contrib/integration/loopback.sh"; fi; \
	set -x; $(GO) test -tags "$$tags" -c -o /dev/null ./contrib/integration && \
	$$alone $(GO) test -tags "$$tags" -count=1 -timeout 15m ./contrib/integration

SERVICES ?= 2000
MINUTES  ?= 5

fleet: ## an Icinga 2 with 2,000 services a minute: kernel, netstat, shell pipeline
	sh contrib/integration/install.sh
	$(GO) test -tags '$(TAGS) integration fleet' -count=1 -v -timeout 2h -run '^TestFleet$$' ./contrib/integration -services $(SERVICES) -minutes $(MINUTES)

lint: ## vet and gofmt, golangci-lint where it is installed
	$(GO) vet -tags '$(TAGS) root integration fleet dist' ./...
	@out=$$(gofmt -l .); [ -z "$$out" ] || { echo "not gofmt-ed: $$out"; exit 1; }
	@if command -v golangci-lint >/dev/null 2>&1; then golangci-lint run ./...; else echo "golangci-lint is not installed: skipped"; fi

# For root the measurement has a network and processes of its own.
BENCH := $(shell [ $$(id -u) != 0 ] || echo 'unshare --net --pid --fork --kill-child --mount-proc sh contrib/integration/loopback.sh') bin/bench
SOAK  ?= 10000

bench: build ## how fast it is: Go benchmarks, then one table beside netstat, ss, wc (Linux)
	$(GO) test -tags $(TAGS) -run '^$$' -bench . -benchmem ./parse ./plugin/...
	@[ "$$($(GO) env GOOS)" != linux ] || { $(GO) build -o bin/bench ./contrib/bench && $(BENCH); }

soak: build ## the same answer in 10,000 runs while sockets come and go (Linux, root)
	$(GO) build -o bin/bench ./contrib/bench && $(BENCH) -soak $(SOAK)

fuzz: ## each fuzz target for a minute
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime 60s $$pkg || exit 1; \
	  done; \
	done

cross: ## build for every system
	@for t in $(TARGETS); do \
	  os=$${t%/*}; arch=$${t#*/}; ext=; [ $$os != windows ] || ext=.exe; \
	  echo "bin/check_netstat-$$os-$$arch$$ext"; \
	  CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) vet -tags $(TAGS) ./... && \
	  CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(BUILD) -o bin/check_netstat-$$os-$$arch$$ext ./cmd/check_netstat || exit 1; \
	done

deb: build ## bin/check-netstat_*.deb: a Debian package for this machine
	@VERSION='$(VERSION)' NFPM=$(NFPM) sh contrib/packaging/package.sh deb "$$($(GO) env GOARCH)" bin/check_netstat bin

dist: ## bin/dist: archives, deb, rpm, apk, bill of materials, checksums
	$(GO) run ./contrib/packaging -version '$(VERSION)' -nfpm $(NFPM) -winres $(WINRES)

dist-test: ## what make dist makes: built twice, installed, run (root, Debian)
	sh contrib/integration/install.sh
	sh contrib/packaging/install.sh
	NFPM=$(NFPM) WINRES=$(WINRES) $(GO) test -tags '$(TAGS) dist' -count=1 -timeout 15m ./contrib/packaging

clean: ## remove build output
	rm -rf bin
