# Fresh machine: `make demo` or `make test`. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup services demo test check format bench docs clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: $(STAMP) ## Make .venv with everything pinned in requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Skranke needs Python 3.11 or later; set PYTHON=/path/to/it"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $(STAMP)

services: ## Install PostgreSQL for the tests from Debian's packages, where that is allowed
	@sh tests/install-services.sh

demo: setup ## Start hub and simulators, play dialogs, show where to look (ARGS="--help" tells more)
	$(BIN)/skranke demo $(ARGS)

test: setup services ## Run every test (installs PostgreSQL where it may; skips its tests where not)
	$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

check: setup ## Format, lint, types, import contracts, and whether the generated pages are current
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

format: setup ## Put the code into its one form and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup ## Write the generated pages anew
	$(BIN)/python -m docs.generate

bench: setup ## Measure: dialogs per second, CPU, latency, memory
	$(BIN)/python -m bench

clean: ## Remove the virtual environment, caches and the demo's data (no other data)
	rm -rf $(VENV) data/demo build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
