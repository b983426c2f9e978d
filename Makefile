# Everything a person does with this checkout. `make` alone lists it.
# Wanted: Python 3.11 or newer with its venv module, and make. Nothing else for `demo` and `test`.

PYTHON ?= python3
BIN := .venv/bin
ON_EVERY_CORE := --numprocesses auto --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help env compiled demo test check coverage format-check lint types floors bench migration catalogue lock sbom audit format clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

env: .venv/installed  ## make .venv from requirements.lock (done again only when the lock changes)

.venv/locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'postgw needs Python 3.11 or newer; $(PYTHON) is not. Say which: make PYTHON=python3.12 ...'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'Python here cannot make environments. On Debian: apt-get install python3-venv'; exit 1; }
	$(PYTHON) -m venv .venv
# The lock is whole. Left to resolve it anew, pip would look at releases newer than the lock and refuse them for their hash.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

# The build tools are in the lock too, so that this step fetches nothing.
.venv/installed: .venv/locked pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Who runs an installation may not write into it: without this each start would compile a thousand files.
compiled: env  ## compile modules and templates of an installation, once for all its starts
	$(BIN)/python -m compileall -q postgw adapters labels scheduler
	$(BIN)/python -m postgw.web.pages.drawing

demo: env  ## a day in Hà Tĩnh already under way, on http://127.0.0.1:8045
	$(BIN)/postgw demo $(ARGS)

test: env  ## the tests; ARGS="tests/domain -k custody" runs some
	$(BIN)/python -m pytest $(ON_EVERY_CORE) $(ARGS)

check: env format-check lint types floors  ## everything that must be right before a change is handed in
	$(BIN)/python -m pytest $(ON_EVERY_CORE) $(ARGS)
	@echo 'check: all is right'

# Tracing every line and branch more than doubles the time that the tests take, so it is asked for by itself.
coverage: env  ## the tests, and which lines and branches none of them reached
	$(BIN)/python -m pytest $(ON_EVERY_CORE) --cov --cov-report=term $(ARGS)

format-check: env
	$(BIN)/ruff format --check .

lint: env  ## ruff
	$(BIN)/ruff check .

types: env  ## mypy, strict
	$(BIN)/mypy

floors: env  ## who imports whom
	$(BIN)/lint-imports --no-logo --no-cache

bench: env  ## the measurements; ARGS="labels" runs some
	$(BIN)/python -m benchmarks $(ARGS)

# The page of tables is compared with the migrations; no database is opened. Read what was written before it is kept.
migration: env  ## write the migration for what changed in the tables; NAME=what_changed
	@test -n "$(NAME)" || { echo 'Say what changed: make migration NAME=what_changed'; exit 1; }
	$(BIN)/tortoise -c postgw.storage.schema.TORTOISE_ORM makemigrations --name $(NAME)
	$(BIN)/ruff check --fix --exit-zero --quiet postgw/storage/migrations
	$(BIN)/ruff format --quiet postgw/storage/migrations

catalogue: env  ## renew and compile the English of every sentence; says what still lacks it
	$(BIN)/python -m postgw.web.catalogue

format: env  ## put the code into its form
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

# uv resolves for every platform at once. Where it is not at hand it comes in a throw-away environment.
lock:  ## resolve the dependencies anew; UPGRADE=--upgrade takes newer releases
	@uv=$$(command -v uv) || { aside=$$(mktemp -d) && trap 'rm -rf "$$aside"' EXIT && $(PYTHON) -m venv "$$aside" \
		&& "$$aside/bin/pip" install --quiet --disable-pip-version-check uv && uv="$$aside/bin/uv"; } \
	&& "$$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		$(UPGRADE) --group dev pyproject.toml --output-file requirements.lock
	@! grep -n '://' requirements.lock

sbom: env  ## build/sbom.cdx.json: what the product is made of (CycloneDX), for whoever looks for holes in it
	@mkdir -p build && $(BIN)/python deploy/sbom.py > build/sbom.cdx.json && echo build/sbom.cdx.json

# Asks a service that knows of holes, so it wants the network; it comes in a throw-away environment and installs nothing of the lock.
audit:  ## known holes in what the lock names
	@aside=$$(mktemp -d) && trap 'rm -rf "$$aside"' EXIT && $(PYTHON) -m venv "$$aside" \
		&& "$$aside/bin/pip" install --quiet --disable-pip-version-check pip-audit \
		&& "$$aside/bin/pip-audit" --requirement requirements.lock --require-hashes --disable-pip --strict --progress-spinner off $(ARGS)

clean:  ## take away what tools left behind; .venv and data stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .coverage .coverage.* htmlcov build dist
