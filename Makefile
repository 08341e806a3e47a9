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
	@echo 'Begin with make demo; run make test before each commit.'
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

build: ## bin/check_netstat, one static binary for this machine
	CGO_ENABLED=0 $(BUILD) -o bin/check_netstat ./cmd/check_netstat

demo: build ## see what it does: example lists, judged against a saved Windows output and this host
	@sh contrib/demo.sh

test: lint ## before each commit: lint, then every test that needs no root
	$(GO) test -tags $(TAGS) $(RACE) ./...

lint: ## go vet, gofmt, and golangci-lint if it is installed
	$(GO) vet -tags '$(TAGS) root integration fleet dist' ./...
	@out=$$(gofmt -l .); [ -z "$$out" ] || { echo "not gofmt-ed: $$out"; exit 1; }
	@if command -v golangci-lint >/dev/null 2>&1; then golangci-lint run ./...; else echo "golangci-lint is not installed: skipped"; fi

faults: ## only the tests of what can go wrong; as root, also of what root can break
	$(GO) test -tags "$(TAGS) $$([ $$(id -u) != 0 ] || echo root)" -count=1 -run '^Test(Root)?Fault|^TestNothingIsChanged|^TestRootCapabilities|^TestRootNetstat|^FuzzForged' ./cmd/... ./plugin/...

test-root: ## the tests that need root: other users, network namespaces
	$(GO) test -tags '$(TAGS) root' -count=1 -run Root ./...

# As root the tests have the tag root as well, and a network of their own with
# nothing but loopback; what they are built from is fetched before.
integration: ## the plugin in real Icinga, Nagios, NRPE and Wine (Debian, root)
	sh contrib/integration/install.sh
	@tags="$(TAGS) integration"; alone=; \
	if [ $$(id -u) = 0 ]; then tags="$$tags root"; alone="unshare --net sh contrib/integration/loopback.sh"; fi; \
	set -x; $(GO) test -tags "$$tags" -c -o /dev/null ./contrib/integration && \
	$$alone $(GO) test -tags "$$tags" -count=1 -timeout 15m ./contrib/integration

SERVICES ?= 2000
MINUTES  ?= 5

fleet: ## an Icinga with 2,000 services a minute: SERVICES=2000 MINUTES=5 (Debian, root)
	sh contrib/integration/install.sh
	$(GO) test -tags '$(TAGS) integration fleet' -count=1 -v -timeout 2h -run '^TestFleet$$' ./contrib/integration -services $(SERVICES) -minutes $(MINUTES)

# For root the measurement has a network and processes of its own.
BENCH := $(shell [ $$(id -u) != 0 ] || echo 'unshare --net --pid --fork --kill-child --mount-proc sh contrib/integration/loopback.sh') bin/bench
SOAK  ?= 10000

bench: build ## how fast it is: Go benchmarks, then a table beside netstat, ss, wc (Linux)
	$(GO) test -tags $(TAGS) -run '^$$' -bench . -benchmem ./parse ./plugin/...
	@[ "$$($(GO) env GOOS)" != linux ] || { $(GO) build -o bin/bench ./contrib/bench && $(BENCH); }

soak: build ## the same answer in 10,000 runs while sockets come and go: SOAK=10000 (Linux, root)
	$(GO) build -o bin/bench ./contrib/bench && $(BENCH) -soak $(SOAK)

fuzz: ## feed each parser random input for a minute
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime 60s $$pkg || exit 1; \
	  done; \
	done

cross: ## does it build and vet for every system? binaries in bin
	@for t in $(TARGETS); do \
	  os=$${t%/*}; arch=$${t#*/}; ext=; [ $$os != windows ] || ext=.exe; \
	  echo "bin/check_netstat-$$os-$$arch$$ext"; \
	  CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) vet -tags $(TAGS) ./... && \
	  CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(BUILD) -o bin/check_netstat-$$os-$$arch$$ext ./cmd/check_netstat || exit 1; \
	done

deb: build ## a Debian package for this machine, in bin
	@VERSION='$(VERSION)' NFPM=$(NFPM) sh contrib/packaging/package.sh deb "$$($(GO) env GOARCH)" bin/check_netstat bin

dist: ## a whole release in bin/dist: archives, deb, rpm, apk, bill of materials, checksums
	$(GO) run ./contrib/packaging -version '$(VERSION)' -nfpm $(NFPM) -winres $(WINRES)

dist-test: ## make a release twice, compare, install and run it (Debian, root)
	sh contrib/integration/install.sh
	sh contrib/packaging/install.sh
	NFPM=$(NFPM) WINRES=$(WINRES) $(GO) test -tags '$(TAGS) dist' -count=1 -timeout 15m ./contrib/packaging

clean: ## remove bin
	rm -rf bin
