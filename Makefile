# The framework the native binary is made for; net10.0 once its NativeAOT runtime pack can be restored.
AOT_FRAMEWORK ?= net9.0
CONFIGURATION ?= Release

PEERS := tests/EndToEnd.Tests/peers
PLAN := build/plan

# What the build links with, what the tests and the comparison talk to.
BUILD_PACKAGES := libssl3 clang lld zlib1g-dev librocksdb-dev libsnappy-dev liblz4-dev libzstd-dev libbz2-dev
TEST_PACKAGES := kannel tshark libnet-smpp-perl prometheus curl faketime

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.PHONY: run build test bench compare chaos damage plan build-tools test-tools

# The demo in the foreground: HTTP 8080, SMPP 2775, console and metrics 9464, all on 127.0.0.1.
run: build
	@exec out/appliance demo

build: build-tools out/appliance

test: build test-tools
	@build/test.sh

# 2,000 damaged files, each looked at by `check --data` and by a start; DAMAGED_FILES, SEED.
damage: build test-tools
	@DAMAGED_FILES=$${DAMAGED_FILES:-2000} dotnet test tests/EndToEnd.Tests --nologo --framework net10.0 \
		--configuration Release --filter DamagedFilesTests --logger "console;verbosity=detailed"

# The performance table; BENCH_SECONDS is the length of one measurement.
bench: build
	@perf/bench.sh

# Deaths, faults and full disks under load, then the conservation check; SEED=, MINUTES=.
chaos: build test-tools
	@SEED=$(SEED) MINUTES=$(or $(MINUTES),20) CHAOS_REPORT=$(CURDIR)/artifacts/chaos.txt dotnet test tests/EndToEnd.Tests \
		-c $(CONFIGURATION) --filter FullyQualifiedName~ChaosTests --logger "console;verbosity=detailed"

# The same messages through this appliance and through Kannel, side by side.
compare: build test-tools
	@perf/Compare/compare.sh

# The numbering plan and its examples, made anew from the packages in build/plan/package.json (decision 0012).
plan: $(PLAN)/node_modules/.installed
	@node $(PLAN)/make.js src/Appliance/Numbering/numbering.plan tests/Appliance.Tests/Numbering/examples.tsv

# dotnet decides what is stale.
.PHONY: out/appliance
out/appliance: build-tools
	@mkdir -p out
	dotnet publish src/Appliance -f $(AOT_FRAMEWORK) -c $(CONFIGURATION) -r linux-x64 \
		-p:AotFramework=$(AOT_FRAMEWORK) -o artifacts/publish --nologo -v quiet
	@cp -f artifacts/publish/appliance out/appliance.new && mv -f out/appliance.new out/appliance

build-tools:
	@build/need.sh $(BUILD_PACKAGES)

test-tools: $(PEERS)/node_modules/.installed $(PLAN)/node_modules/.installed
	@build/need.sh $(TEST_PACKAGES)

%/node_modules/.installed: %/package.json %/package-lock.json
	@command -v npm >/dev/null || build/need.sh nodejs npm
	@cd $* && npm ci --no-audit --no-fund --loglevel=error </dev/null
	@touch $@
