# Everything that a developer and the CI do. `make help` lists it; each target works alone and does the least that is needed.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

# The installation that synth, deploy, publish and smoke mean. infra/README.md explains the file.
CONFIG ?= $(firstword $(wildcard guichet.yaml) infra/guichet.example.yaml)
export GUICHET_INSTALLATION := $(CONFIG)

# CDK works with Node 20 and says at length that it will not for ever.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION := 20
export CDK_DISABLE_CLI_TELEMETRY := true

# Tools for linting are installed once into .cache/bin, each under its version: in go.mod their dependencies would choose
# versions for ours, and `go run` would link golangci-lint anew on every machine's first use only to do the same.
tools := $(CURDIR)/.cache/bin
golangci-lint := $(tools)/golangci-lint@v2.15.0
staticcheck := $(tools)/staticcheck@v0.8.2
govulncheck := $(tools)/govulncheck@v1.9.0
gitleaks := $(tools)/gitleaks@v8.30.1
cyclonedx := $(tools)/cyclonedx-gomod@v1.10.0

cdk := infra/node_modules/.bin/cdk
# Without a configuration file operate works on the local platform that runs; LOCAL names its data folder, if it has one of its own.
configured = $(filter-out infra/guichet.example.yaml,$(CONFIG))
operate = go run ./infra/operate $(if $(LOCAL),-local "$(LOCAL)",$(if $(configured),-config "$(CONFIG)"))
# The version that the portal's footer shows.
version := $(shell git describe --tags --always --dirty 2>/dev/null)
# As localtest.Flags, but for AWS's processor and with the version.
function-flags := -buildvcs=false -tags lambda.norpc -trimpath -ldflags "-s -w -X main.version=$(version)"
functions = $(patsubst functions/%/main.go,%,$(wildcard functions/*/main.go))
# Engines are said to be newer than Node 20 by packages whose part of it, the browser's, knows no Node.
npm-ci = npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
say = @printf '\n== %s\n'

##@ Every day

help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: localtest/node_modules/.package-lock.json web/dist/index.html ## Run the whole platform on this machine (ARGS="-fresh" forgets its data)
	go run ./localtest/run $(ARGS)

publish: ## Publish an API: FILE=api.yaml, on the deployed platform of guichet.yaml or CONFIG=, else on the local one that runs
	@$(operate) publish $(FILE)

smoke: ## Take a token and make a call, on the same platform (CLIENT_ID=… CLIENT_SECRET=…, ARGS="-channel PRODUCTION")
	@$(operate) smoke $(ARGS)

test: test-go test-infra test-web ## Run the tests: Go, CDK, browser (SEED=… repeats the sample of a commit)

test-full: export FULL := 1
test-full: test ## Run them without sampling: every field, language, theme and payload in the browser (an hour; nightly)

lint: lint-go lint-web lint-tree vulnerabilities secrets ## Run every linter and scanner

bench: localtest/node_modules/.package-lock.json web/dist/index.html chromium ## Measure what a call costs, as one table (ARGS="-short")
	go run ./localtest/bench $(ARGS)

invoke: localtest/node_modules/.package-lock.json ## Call one function with one event: FN=authorizer EVENT=events/samples/authorizer-bearer.json
	@go run ./localtest/invoke -function "$(FN)" -event "$(EVENT)" -channel "$(or $(CHANNEL),SANDBOX)"

build: $(functions:%=build-%) ## Build every function for AWS into dist/arm64/

build-%:
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build $(function-flags) -o dist/arm64/$*/bootstrap ./functions/$*

clean: ## Remove what was built and installed (the data of make run stays in .local/)
	rm -rf dist cdk.out .cache web/dist web/test-results web/screenshots */node_modules localtest/*/node_modules

##@ Parts of test and lint

test-go: localtest/node_modules/.package-lock.json chromium ## Check formatting, vet and test all Go but CDK (against DynamoDB Local and real binaries)
	@.ci/part go/fmt .ci/gofmt
	@.ci/part go/vet go vet ./...
	@.ci/part go/test go test -timeout 12m ./...

test-infra: infra/node_modules/.package-lock.json ## Test the CDK stacks (the first build takes 90 s and 1 GB)
	@.ci/part infra/vet go vet -tags cdk ./infra
	@.ci/part infra/test go test -tags cdk ./infra

# The browser tests take a sample: the commit chooses it, SEED= chooses another, FULL=1 takes all (test-full).
export SEED ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo 0)
test-web: web/node_modules/.package-lock.json localtest/node_modules/.package-lock.json chromium ## Lint, build and test the portal, in the browser against the local cloud
	@.ci/part web/lint npm --prefix web run --silent lint
	@.ci/part web/build npm --prefix web run --silent build
	@.ci/part web/size npm --prefix web run --silent size
	@.ci/part web/unit npm --prefix web test --silent
	@$(in-browser) .ci/part web/e2e .ci/with-platform npm --prefix web run --silent e2e

corpus: localtest/corpus/node_modules/.package-lock.json ## Read the documents of 2,600 public APIs, and compare with an independent reading
	go run ./localtest/corpus

fuzz: ## Fuzz every fuzz target for a while, one after the other, until one fails (TIME=30s, FUZZ=part of a name)
	@grep -rH --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' events functions shared | grep -e '$(FUZZ)' | while IFS=: read -r file target; do \
		target=$${target#func }; echo "== $$target ($$(dirname $$file))"; \
		GOMAXPROCS=$(or $(PARALLEL),1) go test -run '^$$' -fuzz "^$$target$$" -fuzztime "$(or $(TIME),30s)" -parallel $(or $(PARALLEL),1) "./$$(dirname $$file)" \
			|| { echo "$$target failed: the input is under $$(dirname $$file)/testdata/fuzz/$$target"; exit 1; }; \
	done

lint-go: $(golangci-lint) $(staticcheck) ## golangci-lint and staticcheck
	$(golangci-lint) run --build-tags cdk
	$(staticcheck) -tags cdk ./...

# Files above 1 MB that belong in the repository, each with its reason. There are none.
large-files :=
generated-files := '*_gen.go' shared/topology/pages.json web/src/api 'web/src/locales/*/codes.ts' 'web/src/locales/*/fields.ts' '*openapi*.yaml'
lint-tree: generate ## Generated files and go.mod are current, no tracked file is above 1 MB
	@git diff --exit-code --stat -- $(generated-files) \
		|| { echo "generated files are not current: commit what make generate changed" >&2; exit 1; }
	go mod tidy -diff
	@large=$$(git ls-files -z | xargs -0 stat -c '%s %n' | awk '$$1 > 1000000 {print $$2}' | grep -vxF $(large-files:%=-e %) -e '' || true); \
		[ -z "$$large" ] || { echo "tracked files above 1 MB: $$large" >&2; exit 1; }

lint-web: web/node_modules/.package-lock.json ## Types and rules of the portal
	cd web && npm run --silent lint

# The newest databases are the network's; copies beside the checkout serve machines that have none.
go-holes := $(lastword $(sort $(wildcard ../shared/vulndb/govulndb-*.tgz)))
js-holes := $(lastword $(sort $(wildcard ../shared/vulndb/retire-*.json.gz)))
retire = npm exec --yes --ignore-scripts --package=retire@5.7.0 -- retire --severity medium --path web/dist
vulnerabilities: $(govulncheck) web/dist/index.html ## Known holes in what we link and ship (OP-04)
	@mkdir -p .cache/vulndb
	$(if $(go-holes),tar -xzf $(go-holes) -C .cache/vulndb)
	$(govulncheck) $(if $(go-holes),-db file://$(CURDIR)/.cache/vulndb/db) -tags cdk ./...
	$(if $(js-holes),gunzip -c $(js-holes) > .cache/vulndb/retire.json)
	$(retire) $(if $(js-holes),--jsrepo .cache/vulndb/retire.json)

secrets: $(gitleaks) ## Secrets that were committed by mistake (OP-04)
	$(gitleaks) git --no-banner --redact .

sbom: $(cyclonedx) ## Write the bill of materials, CycloneDX, into dist/sbom/ (OP-04)
	@mkdir -p dist/sbom
	$(cyclonedx) mod -licenses -json -output dist/sbom/go.json .
	@for place in web localtest; do echo "npm sbom: $$place"; folder=$$(mktemp -d); cp $$place/package.json $$place/package-lock.json $$folder; \
		(cd $$folder && npm pkg set version=0.0.0 && npm sbom --package-lock-only --sbom-format cyclonedx) > dist/sbom/$$place.json; rm -r $$folder; done

generate: web/node_modules/.package-lock.json ## Regenerate code: tables and texts of error codes, the OpenAPI document from its parts, the portal's client
	go run ./shared/problem/generate
	go run ./shared/portal/openapi/bundle
	cd web && npm run --silent generate

screenshots: web/dist/index.html localtest/node_modules/.package-lock.json chromium ## Photograph every page and state at three widths into web/screenshots/
	$(in-browser) .ci/with-platform npm --prefix web run --silent screenshots

##@ On AWS (infra/README.md)

synth: build infra/node_modules/.package-lock.json ## Write CloudFormation into cdk.out/ and hold it to the rules (CONFIG=guichet.yaml)
	$(cdk) synth --quiet
	infra/guard/check cdk.out
	@echo 'The templates in cdk.out hold the rules of infra/guard.'

bootstrap: build infra/node_modules/.package-lock.json own-config ## Prepare an account and region for CDK, once
	$(cdk) bootstrap

deploy: own-config synth web/dist/index.html ## Deploy, or change what is deployed (ARGS="guichet-sandbox" for one stack)
	$(cdk) deploy --app cdk.out $(or $(ARGS),--all)
	$(operate) site

own-config:
	@[ "$(CONFIG)" != infra/guichet.example.yaml ] || { echo "No guichet.yaml here: copy infra/guichet.example.yaml and adapt it, or name yours with CONFIG=." >&2; exit 1; }

web-sources := $(wildcard $(shell git ls-files -co --exclude-standard -- web ':!web/e2e'))
web/dist/index.html: web/node_modules/.package-lock.json $(web-sources)
	$(say) 'building the portal'
	cd web && npm run --silent build

# npm writes .package-lock.json last: without it an install was cut short.
%/node_modules/.package-lock.json: %/package-lock.json
	$(say) 'installing the npm packages of $*/'
	cd $* && $(npm-ci)
	@touch $@

browser = command -v chromium || command -v chromium-browser || command -v google-chrome
in-browser = CHROMIUM="$${CHROMIUM:-$$($(browser))}"
chromium:
	@{ $(browser); } >/dev/null || { \
		echo "installing Chromium for the browser tests"; \
		if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; else as=false; fi; \
		command -v apt-get >/dev/null && $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	} || { echo "The browser tests need Chromium, and it cannot be installed from here: install your system's package." >&2; exit 1; }

# install puts a tool into .cache/bin under its name and version: $(call install,module)
install = mkdir -p $(tools)/new && echo "installing $(@F), once" && GOBIN=$(tools)/new go install $(1)@$(lastword $(subst @, ,$@)) && mv $(tools)/new/$(firstword $(subst @, ,$(@F))) $@
$(golangci-lint):
	@echo "(golangci-lint takes minutes to build)" && $(call install,github.com/golangci/golangci-lint/v2/cmd/golangci-lint)
$(staticcheck):
	@$(call install,honnef.co/go/tools/cmd/staticcheck)
$(govulncheck):
	@$(call install,golang.org/x/vuln/cmd/govulncheck)
$(gitleaks):
	@$(call install,github.com/zricethezav/gitleaks/v8)
$(cyclonedx):
	@$(call install,github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod)

.PHONY: help run test test-full test-go test-infra test-web lint lint-go lint-web lint-tree vulnerabilities secrets sbom bench build clean invoke fuzz corpus \
	generate screenshots synth bootstrap deploy publish smoke own-config chromium
