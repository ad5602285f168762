# Cartograph's task runner. `make help` shows the targets; CI calls the same ones.
SHELL := /bin/bash
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
# Many tests wait more than they work.
TEST_JOBS ?= $(shell expr $(JOBS) + 1)
DEMO ?= demo
WAREHOUSE ?= duckdb
GCOVR = gcovr --root . --object-directory build-coverage --exclude '.*_test\.cpp'

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what building and running need: Debian packages, and DuckDB and ECharts from npm
	@./setup.sh

setup-tests: ## Install what tests and checks need besides
	@./setup.sh tests

program: setup ## Build build/cartograph alone
	@cmake --preset release > build.log 2>&1 || { cat build.log; rm -f build.log; exit 1; }; rm -f build.log
	@cmake --build --preset release -j $(JOBS) --target cartograph

build: setup-tests ## Build build/cartograph and the tests
	@cmake --preset release > build.log 2>&1 || { cat build.log; rm -f build.log; exit 1; }; rm -f build.log
	@cmake --build --preset release -j $(JOBS)

test: build ## Run the tests: units, the golden store, faults, PostgreSQL, the API, the browser
	@ctest --test-dir build --output-on-failure --no-tests=error -j $(TEST_JOBS) --label-exclude extra

VERSIONS := tests/postgres_versions
test-all: build ## Run also those that build a second time or make a bare Debian, and PostgreSQL 16 to 18
	@ctest --test-dir build --output-on-failure --no-tests=error -j $(JOBS)
	@cd $(VERSIONS) && npm ci --ignore-scripts --no-progress --no-audit --no-fund --loglevel=error
	@for server in $(CURDIR)/$(VERSIONS)/node_modules/postgres-*; do \
	  (cd $$server && node scripts/hydrate-symlinks.js) && echo "On $$($$server/native/bin/postgres --version)" && \
	  TEST_POSTGRES_PROGRAMS=$$server/native/bin \
	    ctest --test-dir build --output-on-failure --no-tests=error -j $(JOBS) -R '[Pp]ostgres' || exit 1; \
	done

demo: program $(if $(filter postgres,$(WAREHOUSE)),setup-tests) ## Fabricate a store, run the main job, print its figures (WAREHOUSE=postgres: there)
	@rm -rf $(DEMO)
	@build/cartograph generate --out $(DEMO)/landing --days 90 --orders 20000 --noise 0.01
	@$(if $(filter postgres,$(WAREHOUSE)),python3 tests/postgres_server.py) \
	  build/cartograph run --landing $(DEMO)/landing --data $(DEMO)/data
	@[ $(WAREHOUSE) = postgres ] || echo "To look at it live: make serve, then http://127.0.0.1:8080/"

serve: program ## Open the API and the dashboard on the demo's data
	@[ -e $(DEMO)/data/warehouse.duckdb ] || $(MAKE) demo
	@build/cartograph serve --data $(DEMO)/data

package: setup ## Make a Debian package: build/cartograph_VERSION_ARCHITECTURE.deb
	@cmake --preset release > build.log 2>&1 || { cat build.log; rm -f build.log; exit 1; }; rm -f build.log
	@cmake --build --preset release -j $(JOBS) --target cartograph texts
	@cd build && cpack -G DEB > package.log || { cat package.log; exit 1; }
	@ls build/*.deb

BENCH_ORDERS ?= 50000
bench: setup-tests ## Measure generator, reading, staging, full loads, rebuilds and nights (BENCH_ORDERS=50000)
	@cmake --preset release > build.log 2>&1 || { cat build.log; rm -f build.log; exit 1; }; rm -f build.log
	@cmake --build --preset release -j $(JOBS) --target cartograph ingestion_benchmark
	@python3 bench/bench.py build/cartograph --orders $(BENCH_ORDERS)

PEERS_OPTIONS ?= --days 60 --orders 10000
bench-peers: program setup-tests ## Compare with DuckDB, dbt, Polars and pandas (from PyPI, into build/peers-NAME)
	@python3 bench/peers/compare.py build/cartograph $(PEERS_OPTIONS)

lint: setup-tests ## Check the format of the sources and the repository's own rules
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run -Werror
	@python3 tests/repository_rules.py .

format: setup-tests ## Format the C++ sources
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

diagram: setup-tests ## Draw docs/system-design.svg anew
	@dot -Tsvg docs/system-design.dot > docs/system-design.svg
	@echo "<!-- of $$(sha256sum < docs/system-design.dot | cut -c1-64) -->" >> docs/system-design.svg

coverage: setup-tests ## Measure the line coverage of the rooms that make and answer figures
	@cmake --preset coverage > /dev/null
	@cmake --build --preset coverage -j $(JOBS)
	@find build-coverage -name '*.gcda' -delete
	@ctest --test-dir build-coverage --output-on-failure -j $(JOBS) --label-exclude "e2e|postgres|browser"
	@$(GCOVR) --filter warehouse/
	@$(GCOVR) $(addprefix --filter ,contracts/ ingestion/ pipelines/ quality/ runs/ answers/ reports/) \
	  --fail-under-line 90

asan: setup-tests ## Run the tests under the address and undefined behaviour sanitizers
	@cmake --preset asan > /dev/null
	@cmake --build --preset asan -j $(JOBS)
	@ctest --test-dir build-asan --output-on-failure -j $(JOBS)

tsan: setup-tests ## Run the tests under the thread sanitizer
	@cmake --preset tsan > /dev/null
	@cmake --build --preset tsan -j $(JOBS)
	@TSAN_OPTIONS="suppressions=$(CURDIR)/cmake/tsan_suppressions.txt" \
	  ctest --test-dir build-tsan --output-on-failure -j $(JOBS)

clean: ## Remove everything that was built or made by the demo
	@rm -rf build build-* $(DEMO)

.PHONY: help setup setup-tests program build test test-all demo serve package bench bench-peers lint format diagram coverage asan tsan clean
